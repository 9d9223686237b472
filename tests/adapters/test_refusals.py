"""An exception counts as a refusal only where the library is known to refuse with it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from kmsproof.errors import MissingDependency
from kmsproof.messages import Encrypt
from kmsproof.outcome import Rejected
from kmsproof.vocabulary import Algorithm, HexBytes, PaddingMode, RejectionClass
from kmsproof_adapters.installed import package_health, require
from kmsproof_adapters.local_target import HeldKey
from kmsproof_adapters.pyca.aes import PycaAesKey
from kmsproof_adapters.pycryptodome.aes import PycryptodomeAesKey
from kmsproof_adapters.reference.aes import ReferenceAesKey
from kmsproof_adapters.refusals import LibraryRefusals
from kmsproof_reference.errors import Refusal
from kmsproof_reference.parts import STANDARD


def test_known_text_is_a_refusal_with_its_class_and_reason() -> None:
    table = LibraryRefusals({"Bad IV": (RejectionClass.INVALID_ARGUMENT, "IV length")})
    assert table.find(ValueError("Bad IV of 3 bytes")) == Rejected(
        RejectionClass.INVALID_ARGUMENT, "ValueError (IV length)", "Bad IV of 3 bytes"
    )


def test_unknown_text_is_no_refusal() -> None:
    table = LibraryRefusals({"Bad IV": (RejectionClass.INVALID_ARGUMENT, "IV length")})
    assert table.find(ValueError("connection to the HSM pool lost")) is None


class TrippingPycaKey(PycaAesKey):
    """Fails inside, with the type of exception that also means a refusal."""

    def encrypt_ecb(self, plaintext: bytes, *, padded: bool) -> bytes:
        raise ValueError("tripped")


class TrippingPycryptodomeKey(PycryptodomeAesKey):
    """The same for the other library."""

    def encrypt_ecb(self, plaintext: bytes, *, padded: bool) -> bytes:
        raise ValueError("tripped")


class TrippingReferenceKey(ReferenceAesKey):
    """The same with an exception of the reference that has no class."""

    def __init__(self, material: bytes) -> None:
        super().__init__(material, STANDARD)

    def encrypt_ecb(self, plaintext: bytes, *, padded: bool) -> bytes:
        raise Refusal("tripped")


@pytest.mark.parametrize("key", [TrippingPycaKey, TrippingPycryptodomeKey, TrippingReferenceKey])
def test_what_a_library_trips_over_is_not_made_a_refusal(
    key: Callable[[bytes], HeldKey],
) -> None:
    request = Encrypt(
        key="k",
        algorithm=Algorithm.ECB,
        padding=PaddingMode.NO_PADDING,
        plaintext=HexBytes(bytes(16)),
    )
    with pytest.raises((ValueError, Refusal), match="tripped"):
        key(bytes(16)).encrypt(request)


def test_importing_the_adapters_imports_none_of_their_libraries() -> None:
    program = (
        "import sys, kmsproof_adapters.reference, kmsproof_adapters.pyca, "
        "kmsproof_adapters.pycryptodome, kmsproof_adapters.pkcs11\n"
        "heavy = {'cryptography', 'Crypto', 'pkcs11', 'kmsproof_reference.gcm'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_missing_package_is_named_with_the_command_that_installs_it() -> None:
    with pytest.raises(MissingDependency) as caught:
        require("kmsproof-no-such-package", extra="pkcs11")
    assert "kmsproof-no-such-package" in caught.value.message
    assert "pip install 'kmsproof[pkcs11]'" in caught.value.remedy
    health = package_health("kmsproof-no-such-package")
    assert not health.ready
    assert health.remedy == "pip install kmsproof"
