"""Functions of ECDSA recipes give what another library takes; the checks see what they are for."""

from __future__ import annotations

import itertools

import pytest

from kmsproof_reference.ecdsa_signature import decode_signature, encode_signature
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_testing.live_ec_pairs import PAIRS, Pair, both_curves, drawn
from kmsproof_vectors.ec_numbers import edge_scalars
from kmsproof_vectors.live.functions import ec_signatures
from kmsproof_vectors.live.functions.registry import NothingFound, RecipeFault

# Signatures.


@both_curves
def test_chosen_multipliers_make_signatures_that_the_library_takes(key: Pair) -> None:
    for _, u1 in (("0", 0), *edge_scalars(key.curve)):
        for _, u2 in itertools.islice(edge_scalars(key.curve), 0, None, 3):
            octets = i2osp(u1, 32), i2osp(u2, 32)
            made = ec_signatures.ecdsa_signature_from_multipliers(key.public, *octets)
            assert key.verifies(made["digest"], made["signature"])
            r, s = decode_signature(made["signature"])
            w = pow(s, -1, key.curve.n)
            assert os2ip(made["digest"]) * w % key.curve.n == u1
            assert r * w % key.curve.n == u2


@both_curves
def test_multipliers_that_lead_to_infinity_show_nothing(key: Pair) -> None:
    u1 = i2osp(key.curve.n - key.d, 32)
    with pytest.raises(NothingFound):
        ec_signatures.ecdsa_signature_from_multipliers(key.public, u1, i2osp(1, 32))


@both_curves
@pytest.mark.parametrize("high", [None, True, False])
def test_signatures_from_a_seed_are_right_and_as_high_as_wanted(
    key: Pair, high: bool | None
) -> None:
    for seed in (b"one", b"two", b"three"):
        made = ec_signatures.ecdsa_signature(key.public, seed, high)
        assert key.verifies(made["digest"], made["signature"])
        r, s = decode_signature(made["signature"])
        if high is None:
            assert s <= key.curve.n // 2
        else:
            assert [value.bit_length() % 8 == 0 for value in (r, s)] == [high, high]
    assert ec_signatures.ecdsa_signature(key.public, b"one", high) == (
        ec_signatures.ecdsa_signature(key.public, b"one", high)
    )


@both_curves
def test_the_public_key_signs_zero(key: Pair) -> None:
    signature = ec_signatures.ecdsa_signature_of_zero(key.public)
    assert key.verifies(bytes(32), signature)
    assert key.verifies(i2osp(key.curve.n, 32), signature)
    assert not key.verifies(i2osp(1, 32), signature)


@both_curves
def test_of_several_signatures_one_is_chosen_with_its_message(key: Pair) -> None:
    digests, signatures = key.signed(drawn(1), 40)
    for high in (True, False):
        chosen = ec_signatures.ecdsa_chosen(key.public, digests, signatures, high)
        assert chosen["message"] in digests
        assert key.verifies(chosen["message"], chosen["signature"])
        integers = decode_signature(chosen["signature"])
        assert [value.bit_length() % 8 == 0 for value in integers] == [high, high]
    with pytest.raises(NothingFound):
        ec_signatures.ecdsa_chosen(key.public, [], [], True)


@both_curves
def test_mirrored_signatures_are_right(key: Pair) -> None:
    digests, signatures = key.signed(drawn(2), 4)
    for digest, signature in zip(digests, signatures, strict=True):
        kinds = {
            wanted: ec_signatures.ecdsa_mirrored(key.public, signature, wanted)
            for wanted in ("low", "high", "other")
        }
        assert all(key.verifies(digest, each) for each in kinds.values())
        assert {kinds["low"], kinds["high"]} == {signature, kinds["other"]}
        assert ec_signatures.ecdsa_integers_low(key.public, [kinds["low"]]) == ""
        assert ec_signatures.ecdsa_integers_low(key.public, [kinds["low"], kinds["high"]]) != ""


@both_curves
def test_changed_integers_are_no_signature(key: Pair) -> None:
    (digest,), (signature,) = key.signed(drawn(3), 1)
    names = ec_signatures.integer_changes(key.curve, *decode_signature(signature))
    assert {"exchanged", "both-plus-2-256", "s-negative", "r-is-256n"} < set(names)
    for name in names:
        changed = ec_signatures.ecdsa_with_integers(key.public, signature, name)
        assert not key.verifies(digest, changed), name
    with pytest.raises(RecipeFault):
        ec_signatures.ecdsa_with_integers(key.public, signature, "another")


@both_curves
@pytest.mark.parametrize("kind", ["mutation", "type", "elements", "size", "plain"])
def test_broken_encodings_are_refused_by_the_library(key: Pair, kind: str) -> None:
    (digest,), (signature,) = key.signed(drawn(4), 1)
    names = [name for name, _ in ec_signatures.broken_encodings(kind, *decode_signature(signature))]
    assert len(names) > 10
    for name in names[:: max(1, len(names) // 20)]:
        broken = ec_signatures.ecdsa_broken(signature, kind, name)
        assert not key.verifies(digest, broken), name
    with pytest.raises(NothingFound):
        ec_signatures.ecdsa_broken(signature, kind, "another")


def test_what_is_no_signature_or_no_kind_is_a_fault() -> None:
    with pytest.raises(RecipeFault):
        ec_signatures.ecdsa_broken(encode_signature(1, 1), "another", "r-null")
    with pytest.raises(RecipeFault):
        ec_signatures.ecdsa_mirrored(PAIRS[0].public, b"\x30\x00")
    with pytest.raises(RecipeFault):
        ec_signatures.ecdsa_signature_of_zero(b"\x30\x00")


@both_curves
def test_signatures_are_checked(key: Pair) -> None:
    digests, signatures = key.signed(drawn(5), 3)
    assert ec_signatures.ecdsa_all_verify(key.public, digests, signatures) == ""
    assert ec_signatures.ecdsa_verifies(key.public, digests[0], signatures[0]) == ""
    assert "not one of this digest" in ec_signatures.ecdsa_verifies(
        key.public, digests[0], signatures[1]
    )
    assert "cannot be read" in ec_signatures.ecdsa_verifies(key.public, digests[0], b"")
    assert "Number 2 of 3" in ec_signatures.ecdsa_all_verify(
        key.public, digests, [*signatures[:2], signatures[0]]
    )


def test_answers_are_compared() -> None:
    assert ec_signatures.answers_alike([True, True]) == ""
    assert ec_signatures.answers_alike([False, None]) == ""
    assert ec_signatures.answers_alike([True, None]) != ""
    assert ec_signatures.all_accepted([True, True]) == ""
    assert "1 of 2" in ec_signatures.all_accepted([True, False])
    assert ec_signatures.ecdsa_repeats_alike([b"a", b"b"], [b"a", b"b"]) == ""
    assert ec_signatures.ecdsa_repeats_alike([b"a", b"b"], [b"c", b"d"]) == ""
    assert "1 of 2" in ec_signatures.ecdsa_repeats_alike([b"a", b"b"], [b"a", b"d"])
