"""A tiny corpus with asymmetric keys: signatures, OAEP, ECIES, and imports of other keys.

Every expected value is computed by the reference when the module is imported. Each file has what a
rule of the runner can depend on: answers that are drawn at random and answers that are not, both
message types, features, a dialect, a key of which only the public part is known, and refusals that
must look alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from kmsproof_reference import ec_key_encoding, rsa_key_encoding
from kmsproof_reference.curves import P256
from kmsproof_reference.der import object_identifier, octet_string, sequence
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import encode_signature
from kmsproof_reference.ecies import EK_MK, Ecies
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.pkcs1_signature import OBJECT_IDENTIFIERS, Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_reference.vocabulary import (
    Algorithm,
    EciesDialect,
    Feature,
    KeyPart,
    KeySpec,
    MessageType,
)
from kmsproof_testing.corpus_parts import (
    INVALID_ARGUMENT,
    INVALID_CIPHERTEXT,
    INVALID_SIGNATURE,
    corpus_file,
    flipped,
    invalid,
    uniformity,
    valid,
)
from kmsproof_testing.key_pairs import KeyPair, key_pair
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.model import (
    AnyTest,
    CorpusFile,
    DecryptTest,
    EncryptTest,
    Group,
    GroupKey,
    ImportTest,
    Parameter,
    SignTest,
    VerifyTest,
)

PSS_FAMILY = "tiny-pss"
PKCS1_FAMILY = "tiny-pkcs1"
ECDSA_FAMILY = "tiny-ecdsa"
OAEP_FAMILY = "tiny-oaep"
ECIES_FAMILY = "tiny-ecies"

RSA_PAIR = key_pair(KeySpec.RSA_2048)
EC_PAIR = key_pair(KeySpec.EC_P256)
RSA_KEY = rsa_key_encoding.decode_private_key(RSA_PAIR.private)
EC_KEY = ec_key_encoding.decode_private_key(EC_PAIR.private)

MESSAGE = HexBytes(b"a message that is signed")
DIGEST = HexBytes(hashlib.sha256(MESSAGE).digest())
TEXT = HexBytes(b"a plaintext that nobody may see")
LABEL = HexBytes(b"a label")
SEED = bytes(range(32))
NONCE = 0x1234567890ABCDEF

RAW, AS_DIGEST = MessageType.RAW, MessageType.DIGEST


def group_key(pair: KeyPair, *, public_only: bool = False) -> GroupKey:
    """A key pair as a group has it."""
    which = "public" if public_only else "main"
    return GroupKey(
        name=f"kmsproof test key {pair.key_spec} {which}",
        private=None if public_only else HexBytes(pair.private),
        public=HexBytes(pair.public),
    )


def _signing(family: str) -> list[AnyTest]:
    """Signatures that are drawn at random: of a message, and of its digest."""
    return [
        SignTest(**valid(f"{family}/s1/sign-raw"), message=MESSAGE),
        SignTest(**valid(f"{family}/s1/sign-digest"), message=DIGEST, message_type=AS_DIGEST),
        SignTest(
            **invalid(
                f"{family}/s3/sign-digest-31",
                f"{family}/s1/sign-digest",
                rejections=INVALID_ARGUMENT,
            ),
            message=HexBytes(DIGEST[:31]),
            message_type=AS_DIGEST,
        ),
    ]


def _verifying(family: str, signature: bytes, *wrong: tuple[str, bytes]) -> list[AnyTest]:
    """Verifications of a signature of the message, and of what is no such signature."""
    right, control = HexBytes(signature), f"{family}/v1/verify-raw"

    def refused(slug: str, message: bytes, other: bytes) -> VerifyTest:
        common = invalid(f"{family}/v2/{slug}", control, rejections=INVALID_SIGNATURE)
        return VerifyTest(**common, message=HexBytes(message), signature=HexBytes(other))

    return [
        VerifyTest(**valid(control), message=MESSAGE, signature=right),
        VerifyTest(
            **valid(f"{family}/v1/verify-digest"),
            message=DIGEST,
            message_type=AS_DIGEST,
            signature=right,
        ),
        refused("verify-bit", MESSAGE, flipped(signature, 8 * len(signature) - 1)),
        refused("verify-message", flipped(MESSAGE), signature),
        refused("verify-cut", MESSAGE, signature[:-1]),
        refused("verify-empty", MESSAGE, b""),
        *(refused(slug, MESSAGE, other) for slug, other in wrong),
        VerifyTest(
            **invalid(
                f"{family}/v3/verify-digest-31",
                f"{family}/v1/verify-digest",
                rejections=INVALID_ARGUMENT,
            ),
            message=HexBytes(DIGEST[:31]),
            message_type=AS_DIGEST,
            signature=right,
        ),
    ]


def _imports(family: str, pair: KeyPair, signature: bytes, *wrong: bytes) -> list[AnyTest]:
    """Imports of both parts, whole and cut, and of public keys that are wrong otherwise."""
    good = f"{family}/i1"
    tests: list[AnyTest] = [
        ImportTest(
            **valid(f"{good}/private"),
            part=KeyPart.PRIVATE,
            material=HexBytes(pair.private),
            message=MESSAGE,
        ),
        ImportTest(
            **invalid(f"{family}/i2/private-cut", f"{good}/private", rejections=INVALID_ARGUMENT),
            part=KeyPart.PRIVATE,
            material=HexBytes(pair.private[:-1]),
            message=MESSAGE,
        ),
        ImportTest(
            **valid(f"{good}/public"),
            part=KeyPart.PUBLIC,
            material=HexBytes(pair.public),
            message=MESSAGE,
            signature=HexBytes(signature),
        ),
    ]
    for number, material in enumerate((pair.public[:-1], *wrong)):
        common = invalid(
            f"{family}/i2/public-{number}", f"{good}/public", rejections=INVALID_ARGUMENT
        )
        tests.append(
            ImportTest(
                **common,
                part=KeyPart.PUBLIC,
                material=HexBytes(material),
                message=MESSAGE,
                signature=HexBytes(signature),
            )
        )
    return tests


def pss_file() -> CorpusFile:
    """RSASSA-PSS: with the private key, and with a key of which only the public part is known."""
    signature = HexBytes(Pss(RSA_KEY).sign(MESSAGE, SEED))
    alone = f"{PSS_FAMILY}/v4/verify-public"
    public: tuple[AnyTest, ...] = (
        VerifyTest(**valid(alone), message=MESSAGE, signature=signature),
        VerifyTest(
            **invalid(f"{PSS_FAMILY}/v5/verify-public-bit", alone, rejections=INVALID_SIGNATURE),
            message=MESSAGE,
            signature=flipped(signature, 9),
        ),
    )
    return corpus_file(
        PSS_FAMILY,
        Algorithm.RSA_PSS_SHA_256,
        key_spec=KeySpec.RSA_2048,
        groups=(
            Group(
                key=group_key(RSA_PAIR),
                tests=(*_signing(PSS_FAMILY), *_verifying(PSS_FAMILY, signature)),
            ),
            Group(key=group_key(RSA_PAIR, public_only=True), tests=public),
        ),
    )


class _WithoutNull(Pkcs1Signature):
    """Leaves the parameters out of the DigestInfo."""

    def digest_info(self, digest: bytes) -> bytes:
        """Return a DigestInfo two octets shorter."""
        algorithm = sequence(object_identifier(OBJECT_IDENTIFIERS["sha256"]))
        return sequence(algorithm, octet_string(digest))


def pkcs1_file() -> CorpusFile:
    """RSASSA-PKCS1-v1_5: a signature with one right answer, a feature, and imports."""
    signature = HexBytes(Pkcs1Signature(RSA_KEY).sign(MESSAGE))
    without = HexBytes(_WithoutNull(RSA_KEY).sign(MESSAGE))
    feature = valid(f"{PKCS1_FAMILY}/v4/verify-without-null", Feature.DIGEST_INFO_WITHOUT_NULL)
    tests: tuple[AnyTest, ...] = (
        SignTest(**valid(f"{PKCS1_FAMILY}/s1/sign-raw"), message=MESSAGE, signature=signature),
        *_verifying(PKCS1_FAMILY, signature, ("verify-pss", Pss(RSA_KEY).sign(MESSAGE, SEED))),
        VerifyTest(**feature, message=MESSAGE, signature=without),
        *_imports(PKCS1_FAMILY, RSA_PAIR, signature),
    )
    return corpus_file(
        PKCS1_FAMILY,
        Algorithm.RSA_PKCS1_SHA_256,
        key_spec=KeySpec.RSA_2048,
        groups=(Group(key=group_key(RSA_PAIR), tests=tests),),
    )


def ecdsa_file() -> CorpusFile:
    """ECDSA on P-256, with imports."""
    r, s = Ecdsa(EC_KEY).sign(MESSAGE, NONCE)
    signature = encode_signature(r, s)
    zero = ("verify-zero", encode_signature(0, s))
    tests = (
        *_signing(ECDSA_FAMILY),
        *_verifying(ECDSA_FAMILY, signature, zero, ("verify-plain", bytes(64))),
        *_imports(ECDSA_FAMILY, EC_PAIR, signature, flipped(EC_PAIR.public, 8 * 91 - 1)),
    )
    return corpus_file(
        ECDSA_FAMILY,
        Algorithm.ECDSA_SHA_256,
        key_spec=KeySpec.EC_P256,
        groups=(Group(key=group_key(EC_PAIR), tests=tests),),
    )


def _decrypting(family: str, ciphertext: bytes, *wrong: tuple[str, bytes]) -> list[AnyTest]:
    """Decryptions of a ciphertext, and of what is none; all refusals must look alike."""
    control = f"{family}/d1/decrypt"

    def refused(slug: str, other: bytes) -> DecryptTest:
        common = invalid(f"{family}/d2/{slug}", control, oracle="decryption")
        return DecryptTest(**common, ciphertext=HexBytes(other), plaintext=TEXT)

    return [
        EncryptTest(**valid(f"{family}/e1/encrypt"), plaintext=TEXT),
        DecryptTest(**valid(control), ciphertext=HexBytes(ciphertext), plaintext=TEXT),
        refused("decrypt-bit", flipped(ciphertext, 8 * len(ciphertext) - 1)),
        refused("decrypt-cut", ciphertext[:-1]),
        refused("decrypt-empty", b""),
        *(refused(slug, other) for slug, other in wrong),
    ]


def oaep_file() -> CorpusFile:
    """RSAES-OAEP: with and without a label, and a plaintext that is too long."""
    oaep = Oaep(RSA_KEY)
    sealed, labelled = oaep.encrypt(TEXT, SEED), HexBytes(oaep.encrypt(TEXT, SEED, LABEL))
    no_octet_01 = oaep.raw_encrypt(
        oaep.encode_data_block(hashlib.sha256().digest() + bytes(oaep.max_length + 1), SEED)
    )
    needs = Feature.OAEP_LABEL
    tests: tuple[AnyTest, ...] = (
        *_decrypting(
            OAEP_FAMILY, sealed, ("decrypt-no-01", no_octet_01), ("decrypt-labelled", labelled)
        ),
        EncryptTest(**valid(f"{OAEP_FAMILY}/e4/encrypt-label", needs), plaintext=TEXT, label=LABEL),
        DecryptTest(
            **valid(f"{OAEP_FAMILY}/d4/decrypt-label", needs),
            ciphertext=labelled,
            plaintext=TEXT,
            label=LABEL,
        ),
        DecryptTest(
            **invalid(
                f"{OAEP_FAMILY}/d5/decrypt-label-bit",
                f"{OAEP_FAMILY}/d4/decrypt-label",
                oracle="decryption",
                needs=(needs,),
            ),
            ciphertext=labelled,
            plaintext=TEXT,
            label=flipped(LABEL),
        ),
        EncryptTest(
            **invalid(
                f"{OAEP_FAMILY}/e3/encrypt-too-long",
                f"{OAEP_FAMILY}/e1/encrypt",
                rejections=INVALID_ARGUMENT,
                probes=(Parameter.PLAINTEXT_LENGTH,),
            ),
            plaintext=HexBytes(bytes(oaep.max_length + 1)),
        ),
    )
    return corpus_file(
        OAEP_FAMILY,
        Algorithm.RSAES_OAEP_SHA_256,
        key_spec=KeySpec.RSA_2048,
        groups=(Group(key=group_key(RSA_PAIR), tests=tests),),
        uniformities=(uniformity(OAEP_FAMILY, "decryption", "D9"),),
    )


def ecies_file() -> CorpusFile:
    """ECIES in one dialect, with an import that is used to decrypt."""
    sealed = Ecies(EC_KEY, EK_MK).encrypt(TEXT, NONCE)
    # The tag is right and the first coordinate is that of no point with this second one.
    off_curve = sealed[:1] + P256.g.x.to_bytes(32, "big") + sealed[33:]
    good = f"{ECIES_FAMILY}/i1/private"
    imports = (
        ImportTest(
            **valid(good),
            part=KeyPart.PRIVATE,
            material=HexBytes(EC_PAIR.private),
            ciphertext=HexBytes(sealed),
            plaintext=TEXT,
        ),
        ImportTest(
            **invalid(
                f"{ECIES_FAMILY}/i2/private-cut",
                good,
                rejections=(*INVALID_ARGUMENT, *INVALID_CIPHERTEXT),
            ),
            part=KeyPart.PRIVATE,
            material=HexBytes(EC_PAIR.private[:-1]),
            ciphertext=HexBytes(sealed),
        ),
    )
    return corpus_file(
        ECIES_FAMILY,
        Algorithm.ECIES_DH_SHA_1_XOR_HMAC,
        key_spec=KeySpec.EC_P256,
        dialect=EciesDialect.EK_MK,
        groups=(
            Group(
                key=group_key(EC_PAIR),
                tests=(
                    *_decrypting(ECIES_FAMILY, sealed, ("decrypt-off-curve", off_curve)),
                    *imports,
                ),
            ),
        ),
        uniformities=(uniformity(ECIES_FAMILY, "decryption", "D9"),),
    )


PSS_FILE = pss_file()
PKCS1_FILE = pkcs1_file()
ECDSA_FILE = ecdsa_file()
OAEP_FILE = oaep_file()
ECIES_FILE = ecies_file()

TINY_ASYMMETRIC: tuple[CorpusFile, ...] = (PSS_FILE, PKCS1_FILE, ECDSA_FILE, OAEP_FILE, ECIES_FILE)
"""The whole tiny corpus of asymmetric keys."""


def find_test(vector: str, files: Iterable[CorpusFile] = TINY_ASYMMETRIC) -> AnyTest:
    """The test with an id."""
    return next(
        test for file in files for group in file.groups for test in group.tests if test.id == vector
    )
