"""Which files of the corpus are asked about which deviation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kmsproof.corpus import Corpus
from kmsproof.live.corpus import LiveCorpus
from kmsproof.vocabulary import Algorithm, KeySpec, ProtectionLevel
from kmsproof_reference.deviations import Deviation, View

_GCM = frozenset({Algorithm.GCM})
_BLOCK_MODES = frozenset({Algorithm.ECB, Algorithm.CBC})
_AES = _GCM | _BLOCK_MODES
_OAEP = frozenset({Algorithm.RSAES_OAEP_SHA_256})
_PSS, _PKCS1 = frozenset({Algorithm.RSA_PSS_SHA_256}), frozenset({Algorithm.RSA_PKCS1_SHA_256})
_RSA = _OAEP | _PSS | _PKCS1
_ECDSA = frozenset({Algorithm.ECDSA_SHA_256})
_ECIES = frozenset({Algorithm.ECIES_DH_SHA_1_XOR_HMAC})
_EC = _ECDSA | _ECIES

ALGORITHMS: dict[str, frozenset[Algorithm]] = {
    "gcm": _GCM,
    "ecb": frozenset({Algorithm.ECB}),
    "cbc": frozenset({Algorithm.CBC}),
    "padding": _BLOCK_MODES,
    "block-modes": _AES,  # in live mode GCM is held against single blocks of ECB
    "aes": _AES,
    "aes-key": _AES,
    "oaep": _OAEP,
    "mgf1": _OAEP | _PSS,
    "pss": _PSS,
    "pkcs1": _PKCS1,
    "rsa": _RSA,
    "rsa-key": _RSA,
    "ecdsa": _ECDSA,
    "ecies": _ECIES,
    "ecdh": _ECIES,
    "ec": _EC,
    "ec-key": _EC,
    "ec-point": _EC,
}
"""What a family of deviations can change. A family that is not here is about the service and can
change everything: it is judged at every protection level."""

LIBRARY_KEYS = tuple(KeySpec)

LIVE_KEYS = (
    KeySpec.AES_256,
    KeySpec.AES_192,
    KeySpec.AES_128,
    KeySpec.RSA_2048,
    KeySpec.EC_P256,
    KeySpec.EC_P256K,
)
"""Longer RSA keys take minutes to make in plain Python. Their recipes are those of 2048 bits."""

TWIN_OF = {
    KeySpec.AES_192: KeySpec.AES_256,
    KeySpec.AES_128: KeySpec.AES_256,
    KeySpec.RSA_3072: KeySpec.RSA_2048,
    KeySpec.RSA_4096: KeySpec.RSA_2048,
    KeySpec.EC_P256K: KeySpec.EC_P256,
}
"""Key specs whose recipes are those of another one. Where they are asked at all, it is about what
is wrong with the primitive: a mode does the same with each."""

_TWIN_FILES = (
    (re.compile(r"^((?:live|policy)-rsa)-(?:3072|4096)(?=-|/|$)"), r"\1-2048"),
    (re.compile(r"^((?:live|policy)-aes)-(?:128|192)(?=-|/|$)"), r"\1-256"),
    (re.compile(r"^((?:live|policy)-ec)-p256k(?=-|/|$)"), r"\1-p256"),
)

PRIMITIVES = frozenset({"aes", "aes-key", "ec", "ec-key"})

SERVICE_KEYS = (KeySpec.AES_256, KeySpec.AES_128, KeySpec.RSA_2048, KeySpec.EC_P256)
"""What the service is judged with at the levels beside HSM: one key spec of each kind that has
offers of its own."""


WHOLE_SERVICE_KEYS = (KeySpec.AES_256, KeySpec.RSA_2048, KeySpec.EC_P256)
"""Those of them whose recipes of algorithms are asked about the service as well; the other scopes
are asked the sequences of calls that are about its rules."""


@dataclass(frozen=True)
class Scope:
    """Files that are judged together: those of a key spec in a view, at a protection level."""

    view: View
    key_spec: KeySpec
    level: ProtectionLevel | None = None

    @property
    def name(self) -> str:
        """Return it in words."""
        level = "" if self.level is None else f" at {self.level.name.lower()}"
        return f"{self.view} {self.key_spec.removeprefix('Aliyun_')}{level}"


def scopes() -> Iterator[Scope]:
    """Yield all scopes, those that take longest first."""
    for key_spec in reversed(LIBRARY_KEYS):
        yield Scope(View.LIBRARY, key_spec)
    for level in (ProtectionLevel.HARDWARE, ProtectionLevel.SOFTWARE, ProtectionLevel.EXTERNAL):
        for key_spec in LIVE_KEYS:
            yield Scope(View.LIVE, key_spec, level)


def families_for(
    scope: Scope, deviation: Deviation, corpus: Corpus, live: LiveCorpus
) -> tuple[str, ...]:
    """Return the files of a scope that are asked about a deviation; none if it is not for it.

    In library mode there is no service that could deviate.
    """
    if scope.view is View.LIBRARY and deviation.of_service:
        return ()
    algorithms = ALGORITHMS.get(deviation.family)
    at_hardware = scope.level in (None, ProtectionLevel.HARDWARE)
    if algorithms and scope.view is View.LIVE and scope.key_spec in TWIN_OF:
        algorithms = algorithms if deviation.family in PRIMITIVES else frozenset[Algorithm]()
    if not at_hardware and (algorithms is not None or scope.key_spec not in SERVICE_KEYS):
        return ()
    entries = [
        (entry.family, entry.algorithm)
        for entry in (corpus if scope.view is View.LIBRARY else live).manifest.files
        if entry.key_spec is scope.key_spec
    ]
    if algorithms is None:
        whole = at_hardware and scope.key_spec in WHOLE_SERVICE_KEYS
        return tuple(family for family, _ in entries if whole or family.startswith("policy-"))
    wanted = [family for family, algorithm in entries if algorithm in algorithms]
    # The files without an algorithm are about keys and their rules; any algorithm may show there.
    of_keys = [family for family, algorithm in entries if algorithm is None]
    return (*wanted, *of_keys) if wanted else ()


def twin_of(name: str) -> str:
    """Return the file, or the id, of which one of recipes is a copy for a key of another size."""
    for pattern, source in _TWIN_FILES:
        name = pattern.sub(source, name)
    return name
