"""A refusal of the adapter's own, raised where a call of a token would be made."""

from __future__ import annotations

from kmsproof.outcome import Rejected


class AdapterRefusal(Exception):
    """What cannot be handed to a token, because PKCS#11 has no place for it."""

    def __init__(self, refusal: Rejected) -> None:
        """Take what is answered instead."""
        super().__init__(refusal.native_code)
        self.refusal = refusal
