"""The key management service: keys with states, versions and policies, behind one object.

It is what the two APIs of the server and the target ``reference-kms`` stand on. It is a test
double: it answers as the documents say, and protects nothing.
"""

from __future__ import annotations

from kmsproof_reference.kms.key_aliases import KeyAliases
from kmsproof_reference.kms.key_imports import KeyImports
from kmsproof_reference.kms.key_lifecycle import KeyLifecycle
from kmsproof_reference.kms.key_use import KeyUse
from kmsproof_reference.kms.key_versions import KeyVersions
from kmsproof_reference.kms.service_base import Account, Clock

__all__ = ["Account", "Clock", "KeyManagementService"]


class KeyManagementService(KeyLifecycle, KeyVersions, KeyAliases, KeyUse, KeyImports):
    """The service, for several threads at once. Every refusal is a `KmsError`.

    A key is named by its id, by an alias with its prefix, or by the ARN of either. What a key does
    and in which state is asked from `policy` and `states`. No answer holds a private key.
    """

    def close(self) -> None:
        """Close the store. The service must not be used afterwards."""
        self._store.close()
