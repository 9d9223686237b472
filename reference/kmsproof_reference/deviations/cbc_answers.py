"""Ways of answering wrongly about the IV of AES-CBC: with another one, or with a wrong refusal."""

from __future__ import annotations

from dataclasses import replace

from kmsproof_reference.aes import BLOCK_LENGTH
from kmsproof_reference.block_modes import Cbc
from kmsproof_reference.deviations.cbc import ONE_IV_LENGTH
from kmsproof_reference.deviations.cbc_ivs import GIVEN_IV
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.errors import UnsupportedAlgorithm
from kmsproof_reference.kms.key_use import KeyUse
from kmsproof_reference.kms.metadata import Encrypted
from kmsproof_reference.vocabulary import Algorithm, PaddingMode


@deviation(
    "cbc/iv-given-out-is-last-ciphertext-block",
    gain="Nobody is attacked; the first block of every message is lost.",
    clause="SP 800-38A §6.2: decryption takes the IV of the encryption",
    cause="The library updates the buffer with the IV in place, and it is read afterwards: "
    "mbedtls_aes_crypt_cbc and AES_cbc_encrypt of OpenSSL do so.",
    remedy="Copy the IV before the message is encrypted.",
    severity=Severity.MEDIUM,
    weakness=684,
    unseen=GIVEN_IV,
)
class IvGivenOutIsLastCiphertextBlock(KeyUse):
    """The IV that comes with a ciphertext of CBC is not the one used, but its last block."""

    def encrypt(
        self,
        key_id: str,
        plaintext: bytes,
        *,
        algorithm: Algorithm | None = None,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
        version_id: str | None = None,
    ) -> Encrypted:
        """Answer with another IV."""
        answer = super().encrypt(
            key_id,
            plaintext,
            algorithm=algorithm,
            padding=padding,
            iv=iv,
            aad=aad,
            version_id=version_id,
        )
        is_cbc = answer.algorithm is Algorithm.CBC
        return replace(answer, iv=answer.ciphertext[-16:]) if is_cbc else answer


@deviation(
    "cbc/wrong-iv-length-is-unsupported-algorithm",
    gain="Nobody is attacked; a caller is told that there is no AES-CBC, and looks for the mistake "
    "in the wrong place.",
    clause="SP 800-38A §5.3",
    cause="Whatever is wrong when a cipher is set up has one code: CKR_MECHANISM_INVALID of "
    "SoftHSM, where PKCS #11 has CKR_MECHANISM_PARAM_INVALID.",
    remedy="Refuse the IV, and say that it is the IV.",
    severity=Severity.LOW,
    weakness=393,
    unseen=ONE_IV_LENGTH,
)
class WrongIvLengthIsUnsupportedAlgorithm(Cbc):
    """An IV of a wrong length that is not empty is refused as if the algorithm were not there."""

    def first_chaining_block(self, iv: bytes) -> bytes:
        """Blame the algorithm."""
        if iv and len(iv) != BLOCK_LENGTH:
            raise UnsupportedAlgorithm
        return super().first_chaining_block(iv)
