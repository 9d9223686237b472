"""Running a target with asymmetric keys: which part is imported, which control counts, probes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from kmsproof.errors import ExitCode
from kmsproof.runner import closing_controls, probes_among
from kmsproof.selection import Filters
from kmsproof.session import InProcessSession
from kmsproof.verdict import NOT_GREEN, FailureKind, Verdict
from kmsproof_testing.corpora import all_tests
from kmsproof_testing.corpora_asymmetric import (
    ECDSA_FAMILY,
    ECDSA_FILE,
    ECIES_FILE,
    OAEP_FILE,
    PSS_FAMILY,
    PSS_FILE,
    RSA_PAIR,
    TINY_ASYMMETRIC,
)
from kmsproof_testing.fakes.asymmetric import TAG_LENGTH, AsymmetricService, Key
from kmsproof_testing.fakes.expectations import assert_came_to
from kmsproof_testing.fakes.running import Ran, run_session
from kmsproof_testing.fakes.service import JsonObject, Refusal
from kmsproof_testing.fakes.targets import in_process
from kmsproof_vectors.model import CorpusFile, Result


class Remembering(AsymmetricService):
    """Remembers what is asked, and declares some parts of keys."""

    def __init__(self, *importable: str) -> None:
        super().__init__()
        self.importable = importable or ("private", "public")
        self.asked: list[JsonObject] = []

    def description(self) -> JsonObject:
        described = super().description()
        described["keys"][0]["importable"] = list(self.importable)
        return described

    def answer(self, request: JsonObject) -> JsonObject:
        self.asked.append(request)
        return super().answer(request)

    def imported(self) -> list[str]:
        """The parts that were imported."""
        return [request["part"] for request in self.asked if request["op"] == "import_key"]


def judged(
    service: AsymmetricService,
    folder: Path,
    files: Sequence[CorpusFile] = TINY_ASYMMETRIC,
    *ids: str,
) -> Ran:
    session = InProcessSession(in_process(service), deadline_ms=1000)
    return run_session(session, folder, files, Filters(ids=ids))


@pytest.mark.parametrize(
    ("importable", "vectors", "parts"),
    [
        ((), ("s1/sign-raw",), ["private"]),
        ((), ("v1/verify-raw",), ["public"]),
        ((), ("v2/verify-bit",), ["public"]),
        ((), ("v1/verify-raw", "s1/sign-raw"), ["private"]),
        ((), ("v1/verify-raw", "v4/verify-public"), ["public", "public"]),
        (("private",), ("v1/verify-raw",), ["private"]),
        (("public",), ("v1/verify-raw",), ["public"]),
    ],
)
def test_the_private_key_is_imported_only_where_a_test_needs_it(
    importable: tuple[str, ...], vectors: tuple[str, ...], parts: list[str], tmp_path: Path
) -> None:
    service = Remembering(*importable)
    ran = judged(service, tmp_path, [PSS_FILE], *(f"{PSS_FAMILY}/{name}" for name in vectors))
    assert not ran.ids(*NOT_GREEN)
    assert ran.ids(Verdict.PASS) >= {f"{PSS_FAMILY}/{name}" for name in vectors}
    assert service.imported() == parts
    for request in service.asked:
        if request["op"] == "import_key":
            wanted = RSA_PAIR.private if request["part"] == "private" else RSA_PAIR.public
            assert bytes.fromhex(request["material"]) == wanted


def test_what_is_not_imported_is_probed_once_for_each_operation(tmp_path: Path) -> None:
    """The target takes private keys, too, and does not say so."""
    service = Remembering("public")
    ran = judged(service, tmp_path, [PSS_FILE])
    told = "import of a private key of RSA_2048 is not declared"
    assert [warned.message for warned in ran.target.warnings] == [
        f"under-declared: {told}, yet it works"
    ]
    assert ran.ids(Verdict.UNSUPPORTED) == {
        f"{PSS_FAMILY}/{name}" for name in ("s1/sign-raw", "s1/sign-digest", "s3/sign-digest-31")
    }
    assert sum(request["op"] == "sign" for request in service.asked) == 1


def test_an_import_is_an_operation_of_its_own() -> None:
    tests = ECDSA_FILE.groups[0].tests
    closing = [test.id.partition("/")[2] for test in closing_controls(tests)]
    assert closing == ["s1/sign-digest", "v1/verify-raw", "i1/private", "i1/public"]
    probes = probes_among([(ECDSA_FILE.groups[0], test) for test in tests])
    assert {vector.partition("/")[2] for vector in probes} == {
        "s1/sign-raw",
        "v1/verify-raw",
        "i1/private",
        "i1/public",
    }


class Locked(AsymmetricService):
    """Refuses imports after the first so many with a class that is right for a bad key."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def loaded(self, part: str, material: bytes) -> Key:
        self.room -= 1
        if self.room < 0:
            raise Refusal("invalid-argument", "Locked")
        return super().loaded(part, material)


def test_refused_imports_prove_nothing_when_all_imports_are_refused(tmp_path: Path) -> None:
    """Signing and verifying with the group's key works to the end; only imports do not."""
    ran = judged(Locked(3), tmp_path, [ECDSA_FILE])
    bad = {f"{ECDSA_FAMILY}/i2/{name}" for name in ("private-cut", "public-0", "public-1")}
    good = {f"{ECDSA_FAMILY}/i1/{name}" for name in ("private", "public")}
    assert good <= ran.ids(Verdict.FLAKY) | set(ran.failures())
    assert bad == ran.ids(Verdict.SKIPPED)
    assert f"{ECDSA_FAMILY}/v2/verify-bit" in ran.ids(Verdict.PASS)
    assert ran.conclusion.exit_code is ExitCode.NOT_CONFORMANT


# Controls in another group, as in external corpora.

CONTROL = f"{PSS_FAMILY}/v1/verify-raw"
LEANING = f"{PSS_FAMILY}/v5/verify-public-bit"


def leaning_file() -> CorpusFile:
    """A file whose second key has no valid test of its own."""
    first, second = PSS_FILE.groups
    invalid = [test for test in second.tests if test.result is Result.INVALID]
    leaning = tuple(msgspec.structs.replace(test, control=CONTROL) for test in invalid)
    groups = (first, msgspec.structs.replace(second, tests=leaning))
    number = sum(len(group.tests) for group in groups)
    return msgspec.structs.replace(PSS_FILE, groups=groups, number_of_tests=number)


def test_a_control_in_another_group_counts(tmp_path: Path) -> None:
    file = leaning_file()
    assert_came_to(judged(AsymmetricService(), tmp_path, [file]), {}, [file])


class SaysNo(AsymmetricService):
    """Finds signatures wrong after the first so many verifications with the same key."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after
        self.asked = 0

    def do_import_key(self, request: JsonObject) -> JsonObject:
        self.asked = 0
        return super().do_import_key(request)

    def verified(self, public: Key, algorithm: str, digest: bytes, signature: bytes) -> bool:
        self.asked += 1
        return self.asked <= self.after and super().verified(public, algorithm, digest, signature)


def test_a_control_in_another_group_that_fails_proves_nothing(tmp_path: Path) -> None:
    ran = judged(SaysNo(0), tmp_path, [leaning_file()])
    assert ran.failures()[CONTROL] is FailureKind.WRONG_REJECT
    assert LEANING in ran.ids(Verdict.SKIPPED)
    assert ran.verdicts[LEANING].reason.startswith(f"the valid form {CONTROL} ended as fail")


def test_a_control_in_another_group_that_is_flaky_at_the_end_proves_nothing(
    tmp_path: Path,
) -> None:
    """The control passed at first, and no more when it was asked again."""
    ran = judged(SaysNo(2), tmp_path, [leaning_file()])
    assert CONTROL in ran.ids(Verdict.FLAKY)
    assert LEANING in ran.ids(Verdict.SKIPPED)
    assert ran.verdicts[LEANING].reason.startswith(f"the valid form {CONTROL} ended as flaky")


def test_answers_drawn_at_random_may_differ_when_a_control_is_asked_again(tmp_path: Path) -> None:
    service = Remembering()
    ran = judged(service, tmp_path, [OAEP_FILE])
    sent = [request for request in service.asked if request["op"] == "encrypt"]
    questions = [msgspec.json.encode({**request, "id": 0}) for request in sent]
    assert len(questions) == len(set(questions)) + 1, "one encryption is asked twice"
    assert_came_to(ran, {}, [OAEP_FILE])


class OtherDialectOnly(AsymmetricService):
    """Speaks one dialect, says which, and does not look at the field."""

    def description(self) -> JsonObject:
        described = super().description()
        described["algorithms"][-1]["dialects"] = ["MK||EK"]
        return described

    def ecies_keys(self, z: bytes, length: int) -> bytes:
        keys = super().ecies_keys(z, length)
        return keys[TAG_LENGTH:] + keys[:TAG_LENGTH]


def test_who_speaks_one_dialect_need_not_look_at_the_field(tmp_path: Path) -> None:
    """What it encrypts for the probe is of its own dialect, and that is no wrong answer."""
    ran = judged(OtherDialectOnly(), tmp_path, [ECIES_FILE])
    everything = {*all_tests([ECIES_FILE]), ECIES_FILE.uniformities[0].id}
    assert ran.ids(Verdict.UNSUPPORTED) == everything
    assert not ran.target.warnings


def test_a_dialect_that_works_without_being_declared_is_a_warning(tmp_path: Path) -> None:
    class WrongWord(OtherDialectOnly):
        def ecies_keys(self, z: bytes, length: int) -> bytes:
            return AsymmetricService.ecies_keys(self, z, length)

    ran = judged(WrongWord(), tmp_path, [ECIES_FILE])
    [warned] = ran.target.warnings
    told = "ECIES_DH_SHA_1_XOR_HMAC in the dialect EK||MK is not declared"
    assert warned.message == f"under-declared: {told}, yet it works"
    assert set(warned.ids) == {
        f"tiny-ecies/{n}" for n in ("e1/encrypt", "d1/decrypt", "i1/private")
    }


def test_signatures_are_held_against_the_public_key_of_the_group(tmp_path: Path) -> None:
    class OwnKey(AsymmetricService):
        def signed(self, key: Key, algorithm: str, digest: bytes) -> bytes:
            return super().signed(ec.generate_private_key(ec.SECP256R1()), algorithm, digest)

    ran = judged(OwnKey(), tmp_path, [ECDSA_FILE])
    wrong = {f"{ECDSA_FAMILY}/{name}" for name in ("s1/sign-raw", "s1/sign-digest", "i1/private")}
    assert ran.failures() == dict.fromkeys(wrong, FailureKind.WRONG_OUTPUT)
