"""Ways of getting the refusal of bad inputs wrong, up to none, and texts that tell too much."""

from __future__ import annotations

from kmsproof_reference.deviations.kms_views import ONLY_LIVE, unseen_because
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.kms.errors import (
    InternalFailure,
    InvalidCiphertextBlob,
    InvalidParameter,
    KeyNotFound,
    KmsError,
    ParameterError,
)
from kmsproof_reference.kms.key_use import KeyUse, Use
from kmsproof_reference.kms.store import KeyRecord
from kmsproof_reference.kms.use_rules import InputRules
from kmsproof_reference.vocabulary import (
    Algorithm,
    PaddingMode,
)

CODES = "Common error codes"
ONE_REFUSAL = "Answer whatever is wrong with a ciphertext with one code and one text."
DOCUMENTED = "Answer with the documented code, and keep the text free of what was computed."
NO_CODES = (
    "The target reference-kms reads the kind of a refusal and hands code and text on as they are; "
    "the protocol has neither a list of codes nor statuses of HTTP."
)


class _OwnText(InvalidParameter):
    """A refusal with a text of its own."""

    def __init__(self, text: str) -> None:
        self._text = text
        ParameterError.__init__(self, "CiphertextBlob")

    @property
    def message(self) -> str:
        """The text that was given."""
        return self._text


class _OwnTextOfCiphertext(_OwnText, InvalidCiphertextBlob):
    """The same for a ciphertext."""


@deviation(
    "error/bad-ciphertext-fails-inside",
    gain="Everybody can make alarms go off, and a client tries the same again and again.",
    clause=f"{CODES}: 500 InternalFailure is the service's own fault",
    cause="The exception of the cryptographic library reaches the outermost handler.",
    remedy=ONE_REFUSAL,
    severity=Severity.LOW,
    weakness=755,
    unseen=ONLY_LIVE,
)
class BadCiphertextFailsInside(KeyUse):
    """A ciphertext that does not decrypt is answered with an internal error."""

    def _refusal(self, use: Use) -> KmsError:
        return InternalFailure()


@deviation(
    "error/bad-ciphertext-reported-as-missing-key",
    gain="The caller looks for a key that is there, or gives its data up for lost.",
    clause=f"{CODES}: Forbidden.KeyNotFound is for keys that are not there",
    cause="Every key is tried in turn, and when none fits, none is found.",
    remedy=ONE_REFUSAL,
    severity=Severity.LOW,
    weakness=393,
    unseen=ONLY_LIVE,
)
class BadCiphertextAsMissingKey(KeyUse):
    """A ciphertext that does not decrypt is answered as if there were no such key."""

    def _refusal(self, use: Use) -> KmsError:
        return KeyNotFound("no key decrypts this")


@deviation(
    "error/bad-ciphertext-is-empty-plaintext",
    gain="Data that were tampered with pass as empty, and nobody is told.",
    clause="SP 800-38D §7.2: a failure is told, and no plaintext is given",
    cause="The result of a failed call is not looked at, and the buffer behind it is empty.",
    remedy="Look at the result of every call, and refuse.",
    severity=Severity.HIGH,
    weakness=252,
    unseen=ONLY_LIVE,
)
class BadCiphertextIsEmpty(KeyUse):
    """A ciphertext that does not decrypt is answered with an empty plaintext."""

    def _computed(self, use: Use) -> bytes:
        try:
            return super()._computed(use)
        except InvalidCiphertext:
            return b""


@deviation(
    "error/bad-ciphertext-comes-back",
    gain="Data that were never encrypted, or not by this key, pass as decrypted.",
    clause="SP 800-38D §7.2: a failure is told, and no plaintext is given",
    cause="For the time of a migration, what cannot be decrypted counts as not yet encrypted.",
    remedy="End the migration: refuse what cannot be decrypted.",
    severity=Severity.CRITICAL,
    weakness=636,
    unseen=ONLY_LIVE,
)
class BadCiphertextComesBack(KeyUse):
    """A ciphertext that does not decrypt is answered with itself, as the plaintext."""

    def _computed(self, use: Use) -> bytes:
        try:
            return super()._computed(use)
        except InvalidCiphertext:
            return use.octets


@deviation(
    "error/length-of-ciphertext-in-refusal",
    gain="Refusals differ with what was sent, and comparing them hides a real oracle.",
    clause=f"{CODES}: the text of InvalidParameter",
    cause="A text that is meant for a log goes into the answer.",
    remedy=ONE_REFUSAL,
    severity=Severity.LOW,
    weakness=209,
    unseen=ONLY_LIVE,
)
class LengthInRefusal(KeyUse):
    """The refusal of a ciphertext says how many bytes it has."""

    def _refusal(self, use: Use) -> KmsError:
        return _OwnTextOfCiphertext(f"a ciphertext of {len(use.octets)} bytes does not decrypt")


@deviation(
    "error/key-in-refusal",
    gain="Everybody who may decrypt has the key after one bad ciphertext, and every log has it.",
    clause="key-specification sheet: a key is never given out",
    cause="The parameters of a failed call are printed for debugging, the key among them.",
    remedy="Give keys a type that does not print itself.",
    severity=Severity.CRITICAL,
    weakness=209,
    unseen=ONLY_LIVE,
)
class KeyInRefusal(KeyUse):
    """The refusal of a ciphertext has the key in its text, in hexadecimal digits."""

    def _refusal(self, use: Use) -> KmsError:
        return _OwnTextOfCiphertext(f"cannot decrypt with {use.version.secret.hex()}")


@deviation(
    "error/plaintext-in-refusal",
    gain="Secrets stand in the logs of clients and proxies.",
    clause=f"{CODES}: the text of InvalidParameter",
    cause="A validator of requests repeats the value that it refuses; so does Pydantic.",
    remedy="Name the parameter and not its value.",
    severity=Severity.MEDIUM,
    weakness=209,
    unseen=ONLY_LIVE,
)
class PlaintextInRefusal(InputRules):
    """A plaintext that is refused for its length stands in the text of the refusal."""

    def checked_plaintext(
        self, key: KeyRecord, algorithm: Algorithm, padding: PaddingMode | None, plaintext: bytes
    ) -> bytes:
        """Repeat it."""
        try:
            return super().checked_plaintext(key, algorithm, padding, plaintext)
        except InvalidParameter:
            raise _OwnText(f"the value {plaintext.hex()} has a wrong length") from None


class _Undocumented(InvalidCiphertextBlob):
    """A refusal with a code that is in no document."""

    code = "DecryptError"


class _WrongStatus(InvalidCiphertextBlob):
    """A refusal with a status that belongs to failures of the service."""

    http_status = 500


@deviation(
    "error/undocumented-code",
    gain="Programs do not recognise the refusal, and treat it as they treat the unknown.",
    clause=CODES,
    cause="The name of an exception is sent as the code.",
    remedy=DOCUMENTED,
    severity=Severity.LOW,
    weakness=393,
    unseen=unseen_because(NO_CODES),
)
class UndocumentedCode(KeyUse):
    """A ciphertext that does not decrypt is refused with a code that is in no document."""

    def _refusal(self, use: Use) -> KmsError:
        return _Undocumented()


@deviation(
    "error/bad-ciphertext-with-status-500",
    gain="Clients and proxies that go by the status try again, or take the server out of service.",
    clause=f"{CODES}: InvalidParameter has the status 400",
    cause="One handler turns all exceptions of the backend into 500 and keeps the code.",
    remedy="Take code and status from one table.",
    severity=Severity.LOW,
    weakness=393,
    unseen=unseen_because(NO_CODES),
)
class BadCiphertextWith500(KeyUse):
    """A ciphertext that does not decrypt is refused with the right code and the status 500."""

    def _refusal(self, use: Use) -> KmsError:
        return _WrongStatus()
