"""Response files of NIST's CAVP as tests of ours.

Page:      https://csrc.nist.gov/projects/cryptographic-algorithm-validation-program
Read:      AES in ECB, CBC (Monte Carlo files too) and GCM; RSASSA-PKCS1-v1_5, RSASSA-PSS and ECDSA
           with SHA-256, generation and verification. What kind a file is, its fields and headings
           tell; the padding of a signature only the words in its head tell.

A generated signature is asked as a verification: the private key is not in the file, or the
signature holds something that was drawn at random.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kmsproof_reference import ec_key_encoding, rsa_key_encoding
from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.ec_keys import EcPublicKey
from kmsproof_reference.ecdsa_signature import encode_signature
from kmsproof_reference.elliptic_curve import Point
from kmsproof_reference.errors import InvalidKey
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.rsa import RsaPublicKey
from kmsproof_reference.rsa_keys import private_key_from_primes
from kmsproof_reference.vocabulary import (
    AES_KEY_LENGTHS,
    RSA_MODULUS_BITS,
    Algorithm,
    KeySpec,
    Operation,
    PaddingMode,
)
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.external.cavp_format import Case, parse
from kmsproof_vectors.external.collector import Collector, LeftOut, Parameters
from kmsproof_vectors.model import (
    BugType,
    DecryptTest,
    EncryptTest,
    GroupKey,
    MonteCarloTest,
    Note,
    VerifyTest,
)

ORIGIN = "CAVP"

FLAG = "Cavp"

CHAIN_CALLS: Final = 1000
"""Calls on one key of a Monte Carlo test (AESAVS §6.4)."""

CURVES: Final = {"P-256": (KeySpec.EC_P256, P256), "K-256": (KeySpec.EC_P256K, SECP256K1)}
"""Curves by their names in response files; secp256k1 is no curve of NIST, others call it K-256."""

Fields = Mapping[str, str]

ONCE: Final = ("n", "p", "q", "e", "d")
"""Fields that may stand once for several cases."""

TEXTS: Final = ("Msg", "PT", "CT", "PLAINTEXT", "CIPHERTEXT")
"""Fields of which a case has one."""


def read_cavp(text: str, file_name: str) -> Collector:
    """Read a response file.

    Raises:
        ValueError: if it is not one; the text says why.
    """
    collector = Collector(file_name, ORIGIN, "N1")
    collector.note(
        FLAG,
        Note(
            bug_type=BugType.BASIC,
            description="A test of NIST's Cryptographic Algorithm Validation Program.",
            effect="A target that fails here does not compute the algorithm.",
        ),
    )
    found = 0
    for number, (case, fields) in enumerate(_complete(parse(text)), start=1):
        found += 1
        try:
            _Reader(collector, case, fields, number, _head(text)).add()
        except LeftOut as reason:
            collector.left_out[str(reason)] += 1
        except (KeyError, ValueError) as error:
            raise ValueError(f"case {number} of {file_name} cannot be read: {error}") from None
    if not found:
        raise ValueError(f"{file_name} has no case of a response file")
    return collector


def _head(text: str) -> str:
    """Return the comments before the first heading or field."""
    return "\n".join(re.findall(r"\A(?:\s*#.*\n|\s*\n)+", text)).lower()


def _complete(cases: Iterator[Case]) -> Iterator[tuple[Case, Fields]]:
    """Yield each case with the fields that stand once for all below, such as n."""
    headings: Fields = {}
    once: dict[str, str] = {}
    for case in cases:
        if case.headings is not headings or "n" in case.fields:
            headings, once = case.headings, {}
        # In some files they stand with the first case, for want of an empty line.
        once |= {name: value for name, value in case.fields.items() if name in ONCE}
        if not case.fields.keys().isdisjoint(TEXTS):
            yield case, {**once, **case.fields}


class _Reader:
    """Reads one case."""

    def __init__(
        self, collector: Collector, case: Case, fields: Fields, number: int, head: str
    ) -> None:
        self._collector = collector
        self._case = case
        self._fields = fields
        self._number = number
        self._head = head

    def add(self) -> None:
        """Add the case to the collector; raises `LeftOut`."""
        if "Tag" in self._fields:
            self._add_gcm()
        elif "PLAINTEXT" in self._fields:
            self._add_block_mode()
        elif "Qx" in self._fields:
            self._add_ecdsa()
        elif "n" in self._fields and "S" in self._fields:
            self._add_rsa()
        else:
            raise LeftOut(f"fields {', '.join(sorted(self._fields))} are of no algorithm here")

    def _hex(self, name: str) -> HexBytes:
        return HexBytes(Case({}, self._fields).octets(name))

    def _integer(self, name: str) -> int:
        return int(self._fields[name], 16)

    def _common(self, parameters: Parameters, *, valid: bool = True) -> dict[str, Any]:
        count = self._fields.get("COUNT") or self._fields.get("Count")
        place = f"case {self._number}" + (f", count {count}" if count else "")
        words = " ".join(f"{name} {value}".strip() for name, value in self._case.headings.items())
        why = re.sub(r"\s+", " ", f"{ORIGIN}: {words} {self._fields.get('Result', '')}").strip()
        common = self._collector.common(
            parameters,
            "case",
            f"{self._number:05}",
            valid=valid,
            why=f"{why.rstrip('.')}.",
            place=place,
        )
        return {**common, "flags": (FLAG,)}

    # AES.

    def _aes(self, key: HexBytes) -> KeySpec:
        for key_spec, length in AES_KEY_LENGTHS.items():
            if len(key) == length:
                return key_spec
        raise ValueError(f"an AES key has not {len(key)} bytes")

    def _add_gcm(self) -> None:
        key, failing = self._hex("Key"), "FAIL" in self._case.flags
        parameters = Parameters(self._aes(key), Algorithm.GCM)
        fields: dict[str, Any] = {
            name: self._hex(field)
            for name, field in (("iv", "IV"), ("aad", "AAD"), ("ciphertext", "CT"), ("tag", "Tag"))
        }
        if not failing:
            fields["plaintext"] = self._hex("PT")
        kind = (
            DecryptTest
            if "gcmdecrypt" in self._collector.file_name.lower() or failing
            else EncryptTest
        )
        test = kind(**self._common(parameters, valid=not failing), **fields)
        tag_length = int(self._case.headings["Taglen"]) // 8
        self._collector.add(parameters, GroupKey(secret=key), test, tag_length)

    def _add_block_mode(self) -> None:
        key, iv = self._hex("KEY"), self._hex("IV") if "IV" in self._fields else None
        mode = Algorithm.ECB if iv is None else Algorithm.CBC
        parameters = Parameters(self._aes(key), mode, PaddingMode.NO_PADDING)
        decrypts = "DECRYPT" in self._case.headings
        text, other = self._hex("PLAINTEXT"), self._hex("CIPHERTEXT")
        common = self._common(parameters)
        test: EncryptTest | DecryptTest | MonteCarloTest
        if "mct" in self._collector.file_name.lower():
            test = MonteCarloTest(
                **common,
                direction=Operation.DECRYPT if decrypts else Operation.ENCRYPT,
                text=other if decrypts else text,
                iv=iv,
                iterations=CHAIN_CALLS,
                expected=text if decrypts else other,
            )
        else:
            kind = DecryptTest if decrypts else EncryptTest
            test = kind(**common, iv=iv, plaintext=text, ciphertext=other)
        self._collector.add(parameters, GroupKey(secret=key), test)

    # Signatures.

    def _verification(
        self, parameters: Parameters, public: bytes, signature: bytes, *, valid: bool
    ) -> None:
        test = VerifyTest(
            **self._common(parameters, valid=valid),
            message=self._hex("Msg"),
            signature=HexBytes(signature),
        )
        self._collector.add(parameters, self._public_key(public), test)

    def _public_key(self, public: bytes) -> GroupKey:
        return GroupKey(name=f"test key of {self._collector.file_name}", public=HexBytes(public))

    @property
    def _is_right(self) -> bool:
        """A generated signature has no result: it is right."""
        return self._fields.get("Result", "P").startswith("P")

    def _add_rsa(self) -> None:
        if self._fields["SHAAlg"].replace("-", "") != "SHA256":
            raise LeftOut(f"{self._fields['SHAAlg']} is not on the sheet")
        n = self._integer("n")
        specs = [spec for spec, bits in RSA_MODULUS_BITS.items() if bits == n.bit_length()]
        if not specs:
            raise LeftOut(f"RSA keys of {n.bit_length()} bits are not on the sheet")
        algorithm = Algorithm.RSA_PKCS1_SHA_256
        if "pss" in self._head or "pss" in self._collector.file_name.lower():
            algorithm = Algorithm.RSA_PSS_SHA_256
            salt = self._fields.get("SaltVal", "")
            if len(salt) != 64:
                raise LeftOut(f"a salt of {len(salt) // 2} bytes is not on the sheet")
        public = rsa_key_encoding.encode_public_key(RsaPublicKey(n, self._integer("e")))
        signature = self._integer("S").to_bytes((n.bit_length() + 7) // 8, "big")
        parameters = Parameters(specs[0], algorithm)
        self._verification(parameters, public, signature, valid=self._is_right)
        primes = {"p", "q"} <= self._fields.keys()
        if algorithm is Algorithm.RSA_PKCS1_SHA_256 and primes and not self._is_right:
            self._offer_control(parameters, public)

    def _offer_control(self, parameters: Parameters, public: bytes) -> None:
        """Sign the message rightly, for a file in which no signature is right."""
        try:
            private = private_key_from_primes(
                self._integer("p"), self._integer("q"), self._integer("e")
            )
        except InvalidKey:  # e was changed
            return
        signature = Pkcs1Signature(private).sign(self._hex("Msg"))
        common = self._collector.common(
            parameters,
            "control",
            f"{self._number:05}",
            valid=True,
            why="What the reference signs with the same key is accepted.",
            place="a control",
        )
        common["flags"] = (FLAG,)
        test = VerifyTest(**common, message=self._hex("Msg"), signature=HexBytes(signature))
        self._collector.offer_control(parameters, self._public_key(public), test)

    def _add_ecdsa(self) -> None:
        words = next(iter(self._case.headings), "").split(",")
        if words[0] not in CURVES or words[-1].replace("-", "") != "SHA256":
            raise LeftOut(f"{','.join(words)} is not on the sheet")
        key_spec, curve = CURVES[words[0]]
        point = Point(self._integer("Qx"), self._integer("Qy"))
        public = ec_key_encoding.encode_public_key(EcPublicKey(curve, point))
        signature = encode_signature(self._integer("R"), self._integer("S"))
        parameters = Parameters(key_spec, Algorithm.ECDSA_SHA_256)
        self._verification(parameters, public, signature, valid=self._is_right)
