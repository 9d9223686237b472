"""The rules of the service, one by one, as a part: each is a method that can be overridden.

They are read from the tables of `policy` and `states`. The service asks them and nothing else.
"""

from __future__ import annotations

from kmsproof_reference.kms.key_rules import StateRules
from kmsproof_reference.kms.use_rules import InputRules, PurposeRules, RandomRules


class Rules(PurposeRules, StateRules, InputRules, RandomRules):
    """All rules; a rule that is not kept raises the `KmsError` of the documents."""
