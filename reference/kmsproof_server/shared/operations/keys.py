"""Operations on keys: make, describe, list, enable, disable, delete, and the public key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import cast

from kmsproof_reference.kms.errors import InvalidParameter, UnsupportedProtectionLevel
from kmsproof_reference.kms.metadata import AutomaticRotation, KeyMetadata, Origin
from kmsproof_reference.pem import PUBLIC_KEY, encode_pem
from kmsproof_reference.vocabulary import KeySpec, KeyUsage, ProtectionLevel
from kmsproof_server.errors import InstanceNotFound
from kmsproof_server.instances import (
    INSTANCE_OF_LEVEL,
    INSTANCES,
    LEVEL_NAMES,
    LEVELS_WITHOUT_INSTANCE,
)
from kmsproof_server.shared.call import Call, timestamp
from kmsproof_server.shared.pages import page
from kmsproof_server.shared.parameters import Parameters
from kmsproof_server.shared.replies import Fields, Value

_INTERVAL = re.compile(r"([0-9]{1,9})([dhms]?)")
_UNITS = MappingProxyType({"d": 86400, "h": 3600, "m": 60, "s": 1, "": 1})
_FILTER_LIMIT = 8192


def create_key(call: Call) -> Fields:
    """CreateKey."""
    parameters = call.parameters
    key = call.service.create_key(
        key_spec=parameters.optional_word("KeySpec", KeySpec),
        usage=parameters.optional_word("KeyUsage", KeyUsage),
        protection_level=_protection_level(parameters),
        origin=parameters.optional_word("Origin", Origin) or Origin.ALIYUN_KMS,
        description=parameters.optional_text("Description") or "",
        automatic_rotation=parameters.optional_truth("EnableAutomaticRotation") or False,
        rotation_interval=rotation_interval(parameters),
    )
    return {"KeyMetadata": _metadata(key)}


def describe_key(call: Call) -> Fields:
    """DescribeKey."""
    metadata = _metadata(call.service.describe_key(call.key_id))
    protection: Fields = {"DeletionProtection": "Disabled", "DeletionProtectionDescription": ""}
    return {"KeyMetadata": {**metadata, **protection}}


def list_keys(call: Call) -> Fields:
    """ListKeys."""
    wanted = _filters(call.parameters)
    keys = [
        key
        for key in call.service.list_keys()
        if all(_PROPERTIES[name](key) in values for name, values in wanted)
    ]
    chosen, fields = page(call.parameters, keys)
    listed: list[Value] = [{"KeyId": key.key_id, "KeyArn": key.arn} for key in chosen]
    return {"Keys": {"Key": listed}, **fields}


def update_key_description(call: Call) -> Fields:
    """UpdateKeyDescription."""
    call.service.update_key_description(call.key_id, call.parameters.text("Description"))
    return {}


def update_rotation_policy(call: Call) -> Fields:
    """UpdateRotationPolicy."""
    enabled = call.parameters.truth("EnableAutomaticRotation")
    call.service.update_rotation_policy(
        call.key_id,
        enabled=enabled,
        interval=rotation_interval(call.parameters),
    )
    return {}


def enable_key(call: Call) -> Fields:
    """EnableKey."""
    call.service.enable_key(call.key_id)
    return {}


def disable_key(call: Call) -> Fields:
    """DisableKey."""
    call.service.disable_key(call.key_id)
    return {}


def schedule_key_deletion(call: Call) -> Fields:
    """ScheduleKeyDeletion."""
    days = call.parameters.integer("PendingWindowInDays")
    call.service.schedule_key_deletion(call.key_id, days)
    return {}


def cancel_key_deletion(call: Call) -> Fields:
    """CancelKeyDeletion."""
    call.service.cancel_key_deletion(call.key_id)
    return {}


def get_public_key(call: Call) -> Fields:
    """GetPublicKey: PEM in lines of 64 characters, with a newline at its end."""
    version_id = call.parameters.text("KeyVersionId")
    public_key = call.service.get_public_key(call.key_id, version_id)
    return {
        "KeyId": call.service.describe_key(call.key_id).key_id,
        "KeyVersionId": version_id,
        "PublicKey": encode_pem(PUBLIC_KEY, public_key),
    }


def rotation_interval(parameters: Parameters) -> timedelta | None:
    """RotationInterval: a number and a unit, such as ``7d``; without unit it is in seconds.

    Raises `InvalidParameter`.
    """
    text = parameters.optional_text("RotationInterval")
    if text is None:
        return None
    found = _INTERVAL.fullmatch(text)
    if found is None:
        raise InvalidParameter("RotationInterval")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def _protection_level(parameters: Parameters) -> ProtectionLevel | None:
    """The level of the instance, or else the one that is asked for."""
    instance = parameters.optional_text("DKMSInstanceId")
    if instance is not None:
        if instance not in INSTANCES:
            raise InstanceNotFound
        return INSTANCES[instance]
    name = parameters.optional_text("ProtectionLevel")
    if name is None:
        return None
    if name in LEVELS_WITHOUT_INSTANCE:
        return LEVELS_WITHOUT_INSTANCE[name]
    if name in LEVEL_NAMES.values():
        raise UnsupportedProtectionLevel(f"{name} keys are made in an instance: DKMSInstanceId")
    raise InvalidParameter("ProtectionLevel")


def _metadata(key: KeyMetadata) -> Fields:
    """KeyMetadata; what a key does not have is left out, or empty where the samples have that."""
    return {
        "Arn": key.arn,
        "AutomaticRotation": key.automatic_rotation,
        "CreationDate": timestamp(key.creation_date),
        "Creator": key.creator,
        "DKMSInstanceId": INSTANCE_OF_LEVEL[key.protection_level],
        "DeleteDate": _timestamp_or_empty(key.delete_date),
        "Description": key.description,
        "KeyId": key.key_id,
        "KeySpec": key.key_spec,
        "KeyState": key.state,
        "KeyUsage": key.usage,
        "LastRotationDate": timestamp(key.last_rotation_date),
        "MaterialExpireTime": _timestamp_or_empty(key.material_expire_time),
        "Origin": key.origin,
        "ProtectionLevel": LEVEL_NAMES[key.protection_level],
        **_metadata_of_some(key),
    }


def _metadata_of_some(key: KeyMetadata) -> Fields:
    """What only some keys have: a primary version, and automatic rotation."""
    fields: Fields = {}
    if key.primary_version_id is not None:
        fields["PrimaryKeyVersion"] = key.primary_version_id
    if key.automatic_rotation is not AutomaticRotation.DISABLED:
        fields["NextRotationDate"] = _timestamp_or_empty(key.next_rotation_date)
    if key.rotation_interval is not None:
        fields["RotationInterval"] = f"{key.rotation_interval // timedelta(seconds=1)}s"
    return fields


def _timestamp_or_empty(moment: datetime | None) -> str:
    return "" if moment is None else timestamp(moment)


_PROPERTIES: Mapping[str, Callable[[KeyMetadata], str]] = MappingProxyType(
    {
        "KeyState": lambda key: key.state,
        "KeySpec": lambda key: key.key_spec,
        "KeyUsage": lambda key: key.usage,
        "ProtectionLevel": lambda key: LEVEL_NAMES[key.protection_level],
        "CreatorType": lambda key: "User",
        "DKMSInstanceId": lambda key: INSTANCE_OF_LEVEL[key.protection_level],
        "KeyId": lambda key: key.key_id,
        "Creator": lambda key: key.creator,
    }
)
"""What ListKeys can be asked for in ``Filters``."""


def _filters(parameters: Parameters) -> list[tuple[str, list[str]]]:
    """``Filters``: a list of a property and its values each. Raises `InvalidParameter`."""
    filters = parameters.optional_json("Filters", _FILTER_LIMIT)
    if filters is None:
        return []
    if not isinstance(filters, list):
        raise InvalidParameter("Filters")
    return [_filter(entry) for entry in cast(list[object], filters)]


def _filter(entry: object) -> tuple[str, list[str]]:
    if not isinstance(entry, dict):
        raise InvalidParameter("Filters")
    fields = cast(dict[str, object], entry)
    name, values = fields.get("Key"), fields.get("Values")
    if not isinstance(name, str) or name not in _PROPERTIES or not isinstance(values, list):
        raise InvalidParameter("Filters")
    return name, [str(value) for value in cast(list[object], values)]
