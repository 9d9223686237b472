"""Ways of speaking another scheme by the name of ECIES, each that of a library or standard."""

from __future__ import annotations

from dataclasses import replace

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.ecies_dialect import DIALECTS, Dialect

ALONE = "No other implementation decrypts what is made, or makes what is decrypted."


def _named(name: str, dialect: Dialect) -> Dialect:
    """The named dialect, which reads the forms of points that were asked for."""
    return replace(DIALECTS[name], accepted_forms=dialect.accepted_forms)


@deviation(
    "ecies/dialect-of-crypto++",
    gain=ALONE,
    clause="SEC 1 §5.1",
    cause="ECIES of Crypto++ is in the DHAES mode by default since 5.7.",
    remedy="Turn the DHAES mode off, derive a MAC key of 20 bytes, and put the key of the cipher "
    "first.",
    severity=Severity.LOW,
    weakness=684,
)
class DialectOfCryptoPlusPlus(Ecies):
    """What is spoken is the default of Crypto++: point in the KDF, MAC key first, length field."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Speak it."""
        return _named("CRYPTOPP_DEFAULT", super().speak(dialect))


@deviation(
    "ecies/dialect-of-bouncy-castle",
    gain=ALONE,
    clause="SEC 1 §5.1",
    cause="IESEngine of Bouncy Castle is in the DHAES mode when it is given the ephemeral point.",
    remedy="Give the engine no point, or do the steps of SEC 1 with the primitives.",
    severity=Severity.LOW,
    weakness=684,
)
class DialectOfBouncyCastle(Ecies):
    """What is spoken is DHAES of Bouncy Castle: point in the KDF, MAC key first, length field."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Speak it."""
        return _named("BOUNCY_CASTLE_DHAES", super().speak(dialect))


@deviation(
    "ecies/dialect-of-iso-18033-2",
    gain=ALONE,
    clause="SEC 1 §5.1",
    cause="ISO/IEC 18033-2 has a scheme of its own by a similar name.",
    remedy="Do the steps of SEC 1.",
    severity=Severity.LOW,
    weakness=684,
)
class DialectOfIso180332(Ecies):
    """What is spoken is ISO/IEC 18033-2: the point in the KDF, and a length field in the MAC."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Speak it."""
        return _named("ISO_18033_2", super().speak(dialect))


@deviation(
    "ecies/dialect-of-sm2",
    gain=ALONE,
    clause="SEC 1 §5.1",
    cause="The service has SM2 keys too, and their encryption serves all curves.",
    remedy="Do the steps of SEC 1 for keys that are not SM2 keys.",
    severity=Severity.LOW,
    weakness=684,
)
class DialectOfSm2(Ecies):
    """What is spoken is the scheme of SM2 with SHA-1: both coordinates, and a hash as the tag."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Speak it."""
        return _named("SM2_C1C2C3", super().speak(dialect))


@deviation(
    "ecies/dialect-of-sm2-tag-first",
    gain=ALONE,
    clause="SEC 1 §5.1",
    cause="The service has SM2 keys too, and their encryption by GB/T 32918.4 serves all curves.",
    remedy="Do the steps of SEC 1 for keys that are not SM2 keys.",
    severity=Severity.LOW,
    weakness=684,
)
class DialectOfSm2TagFirst(Ecies):
    """What is spoken is the scheme of SM2 with SHA-1, the hash before the message."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Speak it."""
        return _named("SM2_C1C3C2", super().speak(dialect))
