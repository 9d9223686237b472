"""SoftHSM: a digest of wrong length is answered with CKR_GENERAL_ERROR by CKM_RSA_PKCS_PSS.

Demanded: the data of CKM_RSA_PKCS_PSS is a digest of the hash function that its parameters name
(PKCS#11 v2.40, current mechanisms, §2.1.10; RFC 8017 §9.1.1 step 2). For another length PKCS#11
has CKR_DATA_LEN_RANGE (v2.40 §5.1.6). CKR_GENERAL_ERROR is for an unrecoverable error that may
leave the token in an inconsistent state (§5.1.1).

Answered: CKR_GENERAL_ERROR, by C_Sign. The token is in order all the same: a digest of the right
length is signed before and after.

Cause, as far as it shows from outside: whatever fails in the computation has this code.

What it is: an unhelpful error code, and with that an interoperability problem: a caller cannot
tell a mistake of his own from a broken token.

Usage: pss_digest_length_general_error.py [MODULE TOKEN_LABEL PIN_FILE], otherwise PKCS11_MODULE,
PKCS11_TOKEN_LABEL and PKCS11_PIN_FILE from the environment. SoftHSM also wants SOFTHSM2_CONF.
Exit code: 0 the deviation is there, 1 it is not, 2 it could not be tried.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Protocol, cast

ENVIRONMENT = ("PKCS11_MODULE", "PKCS11_TOKEN_LABEL", "PKCS11_PIN_FILE")
LENGTHS = (32, 0, 1, 20, 31, 33, 48, 64, 32)


class RsaPrivateKey(Protocol):
    """What python-pkcs11 makes of a private key that signs."""

    def sign(self, data: bytes, *, mechanism: int, mechanism_param: object) -> bytes:
        """C_SignInit and C_Sign."""
        ...


def deviates(module_path: str, token_label: str, pin_file: str) -> bool:
    """Ask the token, say what it answers, and return whether it deviates."""
    import pkcs11

    module = pkcs11.lib(module_path)
    pin = Path(pin_file).read_text(encoding="utf-8").partition("\n")[0]
    print("Does: signs digests of several lengths with CKM_RSA_PKCS_PSS and SHA-256.")
    print("Demanded by PKCS#11 v2.40 §5.1.6: CKR_DATA_LEN_RANGE for all but 32 bytes.")
    print(f"Answered by version {'.'.join(map(str, module.library_version))} of the module:")
    answers: list[tuple[int, str]] = []
    with module.get_token(token_label=token_label).open(user_pin=pin) as session:
        _, private = session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=False)
        key = cast("RsaPrivateKey", private)
        parameters = pkcs11.Mechanism.SHA256, pkcs11.MGF.SHA256, 32
        for length in LENGTHS:
            try:
                key.sign(
                    bytes(length),
                    mechanism=pkcs11.Mechanism.RSA_PKCS_PSS,
                    mechanism_param=parameters,
                )
                code = "CKR_OK"
            except pkcs11.PKCS11Error as error:
                code = "CKR" + re.sub("([A-Z])", r"_\1", type(error).__name__).upper()
            answers.append((length, code))
            print(f"  {length:2} bytes: {code}")
    if {code for length, code in answers if length == 32} != {"CKR_OK"}:
        raise RuntimeError("the token does not sign a digest of the right length")
    return "CKR_GENERAL_ERROR" in {code for _, code in answers}


def main(arguments: list[str]) -> int:
    """Return the exit code."""
    places = arguments or [os.environ.get(name, "") for name in ENVIRONMENT]
    try:
        if len(places) != 3 or not all(places):
            raise ValueError(f"give MODULE TOKEN_LABEL PIN_FILE, or set {', '.join(ENVIRONMENT)}")
        there = deviates(*places)
    except (
        Exception
    ) as error:  # whatever it is, it shows neither that the deviation is there nor not
        print(f"Could not be tried: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print("The deviation is there." if there else "The deviation is not there.")
    return 0 if there else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
