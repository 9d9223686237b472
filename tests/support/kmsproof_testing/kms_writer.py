"""A program that makes keys in a file and names each on its output when it is made, without end.

It is started by a test and killed by it.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.kms.reference_engine import ReferenceEngine
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.kms.sqlite_store import SqliteStore
from kmsproof_reference.random_choices import RandomChoices


def main(path: str) -> None:
    """Make keys until killed; a line has the id of a key, an IV, and the ciphertext of the id."""
    random = RandomChoices(Drbg(b"killed").generate)
    service = KeyManagementService(
        SqliteStore(path), ReferenceEngine(random), lambda: datetime.now(UTC), random
    )
    while True:
        key_id = service.create_key().key_id
        sealed = service.encrypt(key_id, key_id.encode())
        assert sealed.iv is not None
        print(key_id, sealed.iv.hex(), sealed.ciphertext.hex(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
