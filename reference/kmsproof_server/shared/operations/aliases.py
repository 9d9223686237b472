"""Operations on aliases."""

from __future__ import annotations

from collections.abc import Sequence

from kmsproof_reference.kms.metadata import Alias
from kmsproof_server.shared.call import Call
from kmsproof_server.shared.pages import page
from kmsproof_server.shared.replies import Fields, Value


def create_alias(call: Call) -> Fields:
    """CreateAlias."""
    call.service.create_alias(_alias_name(call), call.key_id)
    return {}


def update_alias(call: Call) -> Fields:
    """UpdateAlias."""
    call.service.update_alias(_alias_name(call), call.key_id)
    return {}


def delete_alias(call: Call) -> Fields:
    """DeleteAlias."""
    call.service.delete_alias(_alias_name(call))
    return {}


def list_aliases(call: Call) -> Fields:
    """ListAliases."""
    return _listed(call, call.service.list_aliases())


def list_aliases_by_key_id(call: Call) -> Fields:
    """ListAliasesByKeyId."""
    return _listed(call, call.service.list_aliases_by_key_id(call.key_id))


def _alias_name(call: Call) -> str:
    return call.parameters.text("AliasName")


def _listed(call: Call, aliases: Sequence[Alias]) -> Fields:
    chosen, fields = page(call.parameters, aliases)
    listed: list[Value] = [
        {"AliasName": alias.name, "AliasArn": alias.arn, "KeyId": alias.key_id} for alias in chosen
    ]
    return {"Aliases": {"Alias": listed}, **fields}
