"""What is shown of vectors with asymmetric keys: explained, computed, replayed, and in the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmsproof.catalogue import Found, explanation
from kmsproof.cli import run_arguments
from kmsproof.errors import ExitCode
from kmsproof.intermediate import intermediate_lines
from kmsproof.outcome import Ok, Signed, Verified
from kmsproof.recorder import detail_of, shape_of, value_fields
from kmsproof.replay import replay
from kmsproof.vocabulary import HexBytes
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.oaep import Oaep
from kmsproof_testing.corpora_asymmetric import (
    DIGEST,
    EC_KEY,
    EC_PAIR,
    ECDSA_FAMILY,
    ECIES_FAMILY,
    LABEL,
    MESSAGE,
    OAEP_FAMILY,
    PKCS1_FAMILY,
    PSS_FAMILY,
    RSA_KEY,
    RSA_PAIR,
    TEXT,
    TINY_ASYMMETRIC,
    find_test,
)
from kmsproof_testing.corpus_folders import write_corpus
from kmsproof_testing.fakes.running import DEADLINE_MS, tiny_corpus
from kmsproof_testing.fakes.targets import exec_target
from kmsproof_vectors.model import DecryptTest, SignTest


def found(vector: str) -> Found:
    file, group = next(
        (file, group)
        for file in TINY_ASYMMETRIC
        for group in file.groups
        if any(test.id == vector for test in group.tests)
    )
    return Found(file, group, find_test(vector))


def told(vector: str) -> str:
    return "\n".join(explanation(found(vector)))


ALL = [test.id for file in TINY_ASYMMETRIC for group in file.groups for test in group.tests]


@pytest.mark.parametrize("vector", ALL)
def test_every_vector_is_explained_with_its_key_and_its_values(vector: str) -> None:
    text = told(vector)
    assert "kmsproof test key" in text
    assert "public key" in text
    lines = list(intermediate_lines(found(vector)))
    assert lines
    assert all(line.isprintable() for line in [*text.splitlines(), *lines])


EXPLAINED = {
    f"{PSS_FAMILY}/s1/sign-raw": ("sign succeeds", "one that verifies", f"message {MESSAGE.hex()}"),
    f"{PSS_FAMILY}/s1/sign-digest": (f"digest {DIGEST.hex()} (32 bytes)",),
    f"{PSS_FAMILY}/s3/sign-digest-31": ("sign is refused as invalid-argument", "(31 bytes)"),
    f"{PKCS1_FAMILY}/s1/sign-raw": ("right answer", "signature", "(256 bytes)"),
    f"{PSS_FAMILY}/v1/verify-raw": ("verify succeeds", "valid true"),
    f"{PSS_FAMILY}/v2/verify-bit": (
        "verify is refused as invalid-signature-encoding, or valid: false",
        f"control {PSS_FAMILY}/v1/verify-raw",
    ),
    f"{OAEP_FAMILY}/e4/encrypt-label": ("one that decrypts", f"label {LABEL.hex()}"),
    f"{OAEP_FAMILY}/d1/decrypt": (f"plaintext {TEXT.hex()}", "private key"),
    f"{OAEP_FAMILY}/d2/decrypt-bit": ("decrypt is refused as invalid-ciphertext",),
    f"{ECDSA_FAMILY}/i1/private": (
        "import succeeds",
        "one that verifies",
        f"private key {EC_PAIR.private.hex()[:40]}",
    ),
    f"{ECDSA_FAMILY}/i1/public": ("import succeeds", "valid true"),
    f"{ECDSA_FAMILY}/i2/public-0": (
        "import is refused as invalid-argument, or valid: false",
        f"control {ECDSA_FAMILY}/i1/public",
    ),
    f"{ECDSA_FAMILY}/i2/private-cut": ("import is refused as invalid-argument\n",),
    f"{ECIES_FAMILY}/i1/private": ("import succeeds", f"plaintext {TEXT.hex()}"),
}


@pytest.mark.parametrize("vector", EXPLAINED)
def test_each_kind_of_vector_is_explained_in_its_own_words(vector: str) -> None:
    text = "\n".join(" ".join(line.split()) for line in told(vector).splitlines())
    for part in EXPLAINED[vector]:
        assert part in text


def test_values_of_a_decryption_are_those_of_the_computation() -> None:
    vector = f"{OAEP_FAMILY}/d4/decrypt-label"
    test = found(vector).test
    assert isinstance(test, DecryptTest)
    encoded = Oaep(RSA_KEY).raw_decrypt(test.ciphertext)
    shown = "".join("\n".join(intermediate_lines(found(vector))).split())
    assert encoded[1:33].hex() in shown, "maskedSeed"
    assert Oaep(RSA_KEY).label_hash(LABEL).hex() in shown
    assert "thereferencerefuses" not in shown


def test_values_of_ecies_are_those_of_the_dialect() -> None:
    vector = f"{ECIES_FAMILY}/d1/decrypt"
    test = found(vector).test
    assert isinstance(test, DecryptTest)
    scheme = Ecies(EC_KEY)
    z = scheme.shared_secret(EC_KEY, scheme.decode_point(test.ciphertext[:65]))
    shown = "".join("\n".join(intermediate_lines(found(vector))).split())
    assert z.hex() in shown


@pytest.mark.parametrize("family", [PSS_FAMILY, PKCS1_FAMILY, ECDSA_FAMILY])
def test_values_of_a_verification_begin_with_the_digest(family: str) -> None:
    for name in ("verify-raw", "verify-digest"):
        shown = "".join("\n".join(intermediate_lines(found(f"{family}/v1/{name}"))).split())
        # ECDSA shows the digest as the integer that it becomes.
        assert DIGEST.hex() in shown or str(int.from_bytes(DIGEST, "big")) in shown


def test_values_of_a_signature_without_randomness_are_shown() -> None:
    test = found(f"{PKCS1_FAMILY}/s1/sign-raw").test
    assert isinstance(test, SignTest)
    shown = "".join("\n".join(intermediate_lines(found(test.id))).split())
    assert (test.signature or b"").hex()[:32] in shown


@pytest.mark.parametrize(
    ("vector", "says"),
    [
        (f"{PSS_FAMILY}/s1/sign-raw", "draws at random"),
        (f"{OAEP_FAMILY}/e1/encrypt", "draws at random"),
        (f"{ECIES_FAMILY}/e1/encrypt", "draws at random"),
        (f"{ECDSA_FAMILY}/i1/public", "An import has no values of its own"),
        (f"{ECIES_FAMILY}/i2/private-cut", "An import has no values of its own"),
    ],
)
def test_what_has_no_values_says_why(vector: str, says: str) -> None:
    [line] = intermediate_lines(found(vector))
    assert says in line


@pytest.mark.parametrize(
    "vector",
    [
        f"{ECIES_FAMILY}/d2/decrypt-bit",
        f"{OAEP_FAMILY}/d2/decrypt-no-01",
        f"{ECDSA_FAMILY}/v2/verify-plain",
        f"{PSS_FAMILY}/v3/verify-digest-31",
    ],
)
def test_a_refusal_shows_the_values_up_to_it(vector: str) -> None:
    *_, last = intermediate_lines(found(vector))
    assert last.startswith("  the reference refuses: ")


# In the log.


def test_detail_names_a_digest_and_a_key_by_what_they_are() -> None:
    assert detail_of(find_test(f"{PSS_FAMILY}/s1/sign-digest")).given == {"digest": DIGEST.hex()}
    given = detail_of(find_test(f"{ECDSA_FAMILY}/i1/private")).given
    assert given == {"private key": EC_PAIR.private.hex(), "message": MESSAGE.hex()}
    given = detail_of(find_test(f"{ECDSA_FAMILY}/i1/public")).given
    assert list(given) == ["public key", "message", "signature"]
    given = detail_of(find_test(f"{ECIES_FAMILY}/i1/private")).given
    assert list(given) == ["private key", "ciphertext"]


def test_shape_has_the_lengths_and_no_bytes() -> None:
    shape = shape_of(find_test(f"{ECDSA_FAMILY}/i1/public"))
    assert (shape.operation, shape.valid) == ("import", True)
    assert shape.lengths["public key"] == len(EC_PAIR.public)
    shape = shape_of(find_test(f"{PSS_FAMILY}/v3/verify-digest-31"))
    assert (shape.operation, shape.valid) == ("verify", False)
    assert shape.lengths == {"digest": 31, "signature": 256}


def test_values_of_signatures_are_words_and_hex() -> None:
    assert value_fields(Ok(Signed(HexBytes(b"\x30\x06"))).value) == {"signature": "3006"}
    assert value_fields(Verified(False)) == {"valid": "False"}


# Replayed and from the command line.


def replayed(vector: str, fault: str, folder: Path) -> tuple[ExitCode, list[str]]:
    lines: list[str] = []
    exit_code = replay(
        vector,
        exec_target(fault),
        tiny_corpus(folder, TINY_ASYMMETRIC),
        deadline_ms=DEADLINE_MS,
        isolate=False,
        tell=lines.append,
    )
    return exit_code, lines


def test_an_import_is_replayed_with_its_control_and_without_keys(tmp_path: Path) -> None:
    vector = f"{PKCS1_FAMILY}/i2/private-cut"
    exit_code, lines = replayed(vector, "asymmetric", tmp_path)
    assert exit_code is ExitCode.CONFORMANT
    asked = [line.partition('"op":"')[2].partition('"')[0] for line in lines if "ask " in line]
    assert asked == [
        *("import_key", "import_key", "sign", "destroy_key"),
        *("import_key", "import_key", "sign", "destroy_key", "destroy_key"),
    ]
    text = "\n".join(lines)
    assert RSA_PAIR.private.hex()[:64] not in text
    assert f"[redacted: {len(RSA_PAIR.private) - 1} bytes]" in text
    assert lines[-2:] == [
        f"verdict {PKCS1_FAMILY}/i1/private: pass",
        f"verdict {vector}: pass",
    ]


@pytest.mark.parametrize(
    ("vector", "fault", "exit_code", "last"),
    [
        (f"{ECDSA_FAMILY}/v2/verify-bit", "asymmetric", ExitCode.CONFORMANT, "pass"),
        (f"{ECDSA_FAMILY}/v2/verify-bit", "verify-true", ExitCode.NOT_CONFORMANT, "wrong-accept"),
        (f"{ECDSA_FAMILY}/v2/verify-bit", "verify-false", ExitCode.NOT_CONFORMANT, "skipped"),
        (f"{ECDSA_FAMILY}/s1/sign-raw", "sign-constant", ExitCode.NOT_CONFORMANT, "wrong-output"),
        (f"{ECDSA_FAMILY}/i2/public-1", "import-all", ExitCode.NOT_CONFORMANT, "wrong-accept"),
        (f"{ECDSA_FAMILY}/s1/sign-digest", "no-digests", ExitCode.COVERAGE, "unsupported"),
        (
            f"{ECIES_FAMILY}/d9/decryption-refusals",
            "decryption-oracle",
            ExitCode.NOT_CONFORMANT,
            "oracle",
        ),
    ],
)
def test_exit_code_of_a_replay(
    vector: str, fault: str, exit_code: ExitCode, last: str, tmp_path: Path
) -> None:
    code, lines = replayed(vector, fault, tmp_path)
    assert code is exit_code
    [verdict] = [line for line in lines if line.startswith(f"verdict {vector}: ")]
    assert last in verdict


def test_a_wrong_signature_shows_what_was_expected_and_what_came(tmp_path: Path) -> None:
    _, lines = replayed(f"{PSS_FAMILY}/s1/sign-raw", "asymmetric-constant", tmp_path)
    text = "\n".join(lines)
    assert "expected signature: one that verifies" in text
    assert "actual signature: 0000" in text


def test_explain_values_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = str(write_corpus(tmp_path / "corpus", TINY_ASYMMETRIC))
    for vector in (f"{OAEP_FAMILY}/d1/decrypt", f"{PSS_FAMILY}/v1/verify-raw"):
        assert run_arguments(["explain", vector, "--values", "--corpus", corpus]) == 0
        said = capsys.readouterr()
        assert "intermediate values" in said.out
        assert said.err == ""
    assert (
        run_arguments(["list", "vectors", "--algorithm", "ECDSA_SHA_256", "--corpus", corpus]) == 0
    )
    assert f"{ECDSA_FAMILY}/i1/public" in capsys.readouterr().out
