"""The dialects of ECIES: ciphertexts of two libraries in theirs, and every axis."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsproof_reference import der
from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.ec_keys import EcPrivateKey, EcPublicKey
from kmsproof_reference.ecdh import shared_secret
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.ecies_dialect import (
    DIALECTS,
    EK_MK,
    MK_EK,
    Dialect,
    KdfInput,
    Layout,
    all_dialects,
    core_dialects,
)
from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.point_encoding import PointForm
from kmsproof_testing import cavp

CURVES = {curve.name: curve for curve in (P256, SECP256K1)}
KEY, EPHEMERAL = EcPrivateKey(P256, 0x1234567890ABCDEF), 0xFEDCBA0987654321
MESSAGE = b"forty bytes of plaintext, two KDF blocks"
REFUSAL = "^invalid: the ciphertext does not open"


def opens(
    ecies: Ecies, ciphertext: bytes, info_1: bytes = b"", info_2: bytes = b""
) -> bytes | None:
    """The message, or nothing where the ciphertext is refused."""
    try:
        return ecies.decrypt(ciphertext, info_1, info_2)
    except InvalidCiphertext:
        return None


# Ciphertexts that others made.


def library_cases(name: str) -> list[cavp.Case]:
    """The ciphertexts of a library; the file says how they were made."""
    path = Path(__file__).parent / "data" / f"ecies_{name}.rsp"
    return list(cavp.parse(path.read_text(encoding="utf-8")))


def dialect_of(case: cavp.Case) -> Dialect:
    """The dialect that the library spoke, with the parameters that it was given."""
    dialect = DIALECTS[case.headings["Dialect"]]
    dialect = replace(dialect, point_form=PointForm(case.fields["PointForm"]))
    if "MacKeyLength" in case.fields:
        dialect = replace(dialect, mac_key_length=int(case.fields["MacKeyLength"]))
    return dialect


def key_of(case: cavp.Case) -> EcPrivateKey:
    """The private key of the case."""
    return EcPrivateKey(CURVES[case.fields["Curve"]], int(case.fields["d"], 16))


@pytest.mark.parametrize(
    ("library", "counts"),
    [
        (
            "bouncy_castle",
            {
                "EK_MK": 8,
                "BOUNCY_CASTLE_DHAES": 8,
                "BOUNCY_CASTLE_DHAES_KDF1": 2,
                "BOUNCY_CASTLE_OLD_DHAES": 2,
            },
        ),
        ("cryptopp", {"CRYPTOPP_P1363": 6, "CRYPTOPP_DEFAULT": 6, "CRYPTOPP_LABEL_OCTETS": 6}),
    ],
)
def test_the_ciphertexts_of_other_libraries(library: str, counts: dict[str, int]) -> None:
    cases = library_cases(library)
    seen = dict.fromkeys(counts, 0)
    leading_zeros = 0
    for case in cases:
        recorder = Recorder()
        ecies = Ecies(key_of(case), dialect_of(case), show=recorder)
        info = case.octets("SharedInfo1"), case.octets("SharedInfo2")
        assert ecies.decrypt(case.octets("C"), *info) == case.octets("M")
        assert ecies.encrypt(case.octets("M"), int(case.fields["k"], 16), *info) == case.octets("C")
        seen[case.headings["Dialect"]] += 1
        leading_zeros += recorder["Z"][0] == 0
    print(f"{library}: {seen}, {leading_zeros} with a leading zero in Z")
    assert seen == counts
    assert leading_zeros >= 4


@pytest.mark.slow
@pytest.mark.parametrize("library", ["bouncy_castle", "cryptopp"])
def test_no_other_dialect_opens_them(library: str) -> None:
    """Among the core dialects and the named ones, those that open a ciphertext are its own."""
    for case in library_cases(library):
        own = dialect_of(case)
        ciphertext = case.octets("C")
        info = case.octets("SharedInfo1"), case.octets("SharedInfo2")
        for dialect in {*core_dialects(), *DIALECTS.values()}:
            candidate = replace(dialect, point_form=own.point_form)
            message = opens(Ecies(key_of(case), candidate), ciphertext, *info)
            if message is not None:
                assert message == case.octets("M")
                assert is_same_for(candidate, own, info[1])


def is_same_for(left: Dialect, right: Dialect, info_2: bytes) -> bool:
    """Whether two dialects give the same ciphertext of these libraries' cases."""

    def normal(dialect: Dialect) -> Dialect:
        compressed = dialect.point_form is PointForm.COMPRESSED
        if compressed and dialect.kdf_input is KdfInput.COMPRESSED_R_Z:
            dialect = replace(dialect, kdf_input=KdfInput.R_Z)
        return replace(dialect, mac_length_in_bytes=bool(info_2) and dialect.mac_length_in_bytes)

    return normal(left) == normal(right)


# The dialects.


def test_there_are_36_core_dialects_and_576_in_all() -> None:
    core, every = list(core_dialects()), list(all_dialects())
    assert len(set(core)) == len(core) == 36
    assert len(set(every)) == len(every) == 576
    assert {EK_MK, MK_EK} < set(core) < set(every)


def test_the_named_dialects_are_different() -> None:
    assert len(set(DIALECTS.values())) == len(DIALECTS) == 12
    assert list(DIALECTS)[:2] == ["EK_MK", "MK_EK"]
    assert DIALECTS["CRYPTOPP_DEFAULT"] in set(core_dialects())


@pytest.mark.slow
def test_every_dialect_opens_what_it_encrypted_and_no_other_core_dialect_does() -> None:
    """576 ciphertexts; within one point form, tag length and layout exactly one of 36 opens it."""
    opened = 0
    for dialect in all_dialects():
        ciphertext = Ecies(KEY.public, dialect).encrypt(MESSAGE, EPHEMERAL)
        readers = [
            core
            for core in core_dialects()
            if opens(Ecies(KEY, in_form_of(core, dialect)), ciphertext) == MESSAGE
        ]
        expected = {core for core in core_dialects() if in_form_of(core, dialect) == dialect}
        opened += 1
        assert expected <= set(readers)
        # A compressed R is what the compressed form of it is.
        assert len(readers) == (2 if is_doubled(dialect) else 1)
    print(f"{opened} dialects")
    assert opened == 576


def in_form_of(core: Dialect, form: Dialect) -> Dialect:
    """The core dialect with the point form, tag length and layout of another."""
    return replace(core, point_form=form.point_form, tag_length=form.tag_length, layout=form.layout)


def is_doubled(dialect: Dialect) -> bool:
    """Whether R‖Z and compressed R‖Z are the same."""
    return dialect.point_form is PointForm.COMPRESSED and dialect.kdf_input is not KdfInput.Z


def test_every_core_dialect_opens_its_own_alone() -> None:
    ciphertexts = {d: Ecies(KEY.public, d).encrypt(MESSAGE, EPHEMERAL) for d in core_dialects()}
    assert len(set(ciphertexts.values())) == 36
    for dialect, ciphertext in ciphertexts.items():
        readers = [d for d in ciphertexts if opens(Ecies(KEY, d), ciphertext) is not None]
        assert readers == [dialect]


EVERY_AXIS: dict[str, Dialect] = {
    "key order": MK_EK,
    "R before Z": replace(EK_MK, kdf_input=KdfInput.R_Z),
    "compressed R before Z": replace(EK_MK, kdf_input=KdfInput.COMPRESSED_R_Z),
    "both coordinates": replace(EK_MK, kdf_input=KdfInput.COMMON_POINT),
    "counter from 0": replace(EK_MK, first_counter=0),
    "hash function": replace(EK_MK, hash_name="sha256"),
    "MAC key of 16": replace(EK_MK, mac_key_length=16),
    "MAC key of 10": replace(EK_MK, mac_key_length=10),
    "MAC key of 64": replace(EK_MK, mac_key_length=64),
    "R in the MAC": replace(EK_MK, mac_includes_point=True),
    "length of 4": replace(EK_MK, mac_length_field=4),
    "length of 8": replace(EK_MK, mac_length_field=8),
    "length of 8 in bytes": replace(EK_MK, mac_length_field=8, mac_length_in_bytes=True),
    "tag of 10": replace(EK_MK, tag_length=10),
    "tag before": replace(EK_MK, layout=Layout.R_D_EM),
    "DER": replace(EK_MK, layout=Layout.DER),
    "compressed": replace(EK_MK, point_form=PointForm.COMPRESSED),
    "hybrid": replace(EK_MK, point_form=PointForm.HYBRID),
    "raw": replace(EK_MK, point_form=PointForm.RAW),
    "bare hash": DIALECTS["CKMS_SHA1"],
    "SM2": DIALECTS["SM2_C1C2C3"],
    "SM2 with the tag before": DIALECTS["SM2_C1C3C2"],
}


@pytest.mark.parametrize("dialect", EVERY_AXIS.values(), ids=EVERY_AXIS)
def test_every_axis_changes_the_ciphertext_and_can_be_read(dialect: Dialect) -> None:
    info = b"one", b"two"
    ciphertext = Ecies(KEY.public, dialect).encrypt(MESSAGE, EPHEMERAL, *info)
    assert ciphertext != Ecies(KEY.public).encrypt(MESSAGE, EPHEMERAL, *info)
    for length in (0, 1, 20, 41):
        message = (MESSAGE + MESSAGE)[:length]
        ciphertext = Ecies(KEY.public, dialect).encrypt(message, EPHEMERAL, *info)
        assert Ecies(KEY, dialect).decrypt(ciphertext, *info) == message


def test_all_axes_give_different_ciphertexts() -> None:
    ciphertexts = {
        Ecies(KEY.public, dialect).encrypt(MESSAGE, EPHEMERAL, b"one", b"two")
        for dialect in EVERY_AXIS.values()
    }
    assert len(ciphertexts) == len(EVERY_AXIS)


def ephemeral_with_leading_zeros(key: EcPublicKey, count: int) -> int:
    """The first k whose Z begins with so many zero bytes."""
    return next(
        k
        for k in range(1, 1 << 20)
        if shared_secret(EcPrivateKey(key.curve, k), key.point)[:count] == bytes(count)
    )


@pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES)
def test_leading_zeros_of_z(curve: Curve) -> None:
    key = EcPrivateKey(curve, 0x1234567890ABCDEF)
    k = ephemeral_with_leading_zeros(key.public, 1)
    stripping = replace(EK_MK, strip_leading_zeros=True)
    recorder = Recorder()
    ciphertext = Ecies(key.public, stripping, show=recorder).encrypt(MESSAGE, k)
    assert len(recorder["Z"]) == 31
    assert opens(Ecies(key, stripping), ciphertext) == MESSAGE
    assert opens(Ecies(key), ciphertext) is None
    # Where Z has no such zero, the two are one.
    ciphertext = Ecies(key.public, stripping).encrypt(MESSAGE, EPHEMERAL)
    assert ciphertext == Ecies(key.public).encrypt(MESSAGE, EPHEMERAL)


@pytest.mark.parametrize(
    ("form", "tag_length", "overhead"),
    [
        (PointForm.UNCOMPRESSED, 20, 85),
        (PointForm.COMPRESSED, 20, 53),
        (PointForm.RAW, 20, 84),
        (PointForm.UNCOMPRESSED, 10, 75),
        (PointForm.COMPRESSED, 10, 43),
    ],
)
@pytest.mark.parametrize("length", [0, 1, 19, 20, 21, 41])
def test_the_length_tells_point_form_and_tag(
    form: PointForm, tag_length: int, overhead: int, length: int
) -> None:
    dialect = replace(EK_MK, point_form=form, tag_length=tag_length)
    assert len(Ecies(KEY, dialect).encrypt(bytes(length), 5)) == length + overhead


def test_der_is_three_octet_strings() -> None:
    parts = Ecies(KEY.public).encrypt(MESSAGE, EPHEMERAL)
    ecies = Ecies(KEY, replace(EK_MK, layout=Layout.DER))
    expected = der.sequence(
        der.octet_string(parts[:65]), der.octet_string(parts[65:-20]), der.octet_string(parts[-20:])
    )
    assert ecies.encrypt(MESSAGE, EPHEMERAL) == expected
    for wrong in (expected + b"\x00", expected[:-1], b"", der.sequence()):
        with pytest.raises(InvalidCiphertext, match=REFUSAL):
            ecies.decrypt(wrong)


@settings(max_examples=200)
@given(st.sampled_from([*DIALECTS.values(), *EVERY_AXIS.values()]), st.binary(max_size=150))
def test_any_bytes_are_refused(dialect: Dialect, octets: bytes) -> None:
    with pytest.raises(InvalidCiphertext, match=REFUSAL):
        Ecies(KEY, dialect).decrypt(octets)


@settings(max_examples=200)
@given(st.sampled_from(list(EVERY_AXIS.values())), st.data())
def test_a_mutated_ciphertext_never_gives_another_message(
    dialect: Dialect, data: st.DataObject
) -> None:
    octets = bytearray(Ecies(KEY.public, dialect).encrypt(MESSAGE, EPHEMERAL))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(octets) - 1))
        octets[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    assert opens(Ecies(KEY, dialect), bytes(octets)) in (None, MESSAGE)
