"""Which operation a key allows in which state, and the error that it answers otherwise, as data.

Source:    Alibaba Cloud KMS, "Impact of key states on API operations".

The source is silent on asymmetric operations and on GetPublicKey. Here the first are treated like
Encrypt and Decrypt; a public key is given out in every state in which there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType

from kmsproof_reference.kms.errors import (
    RejectedDisabled,
    RejectedPendingDeletion,
    RejectedPendingImport,
    RejectedState,
    StateModifiedFailed,
)
from kmsproof_reference.vocabulary import KeyState


@unique
class KeyOperation(StrEnum):
    """An operation on one key, by the name that the API gives it."""

    ENCRYPT = "Encrypt"
    DECRYPT = "Decrypt"
    SIGN = "Sign"
    VERIFY = "Verify"
    GENERATE_DATA_KEY = "GenerateDataKey"
    CREATE_KEY_VERSION = "CreateKeyVersion"
    UPDATE_ROTATION_POLICY = "UpdateRotationPolicy"
    DESCRIBE_KEY = "DescribeKey"
    DESCRIBE_KEY_VERSION = "DescribeKeyVersion"
    LIST_KEY_VERSIONS = "ListKeyVersions"
    LIST_ALIASES_BY_KEY_ID = "ListAliasesByKeyId"
    DELETE_ALIAS = "DeleteAlias"
    GET_PUBLIC_KEY = "GetPublicKey"
    UPDATE_KEY_DESCRIPTION = "UpdateKeyDescription"
    ENABLE_KEY = "EnableKey"
    DISABLE_KEY = "DisableKey"
    SCHEDULE_KEY_DELETION = "ScheduleKeyDeletion"
    CANCEL_KEY_DELETION = "CancelKeyDeletion"
    CREATE_ALIAS = "CreateAlias"
    UPDATE_ALIAS = "UpdateAlias"
    GET_PARAMETERS_FOR_IMPORT = "GetParametersForImport"
    IMPORT_KEY_MATERIAL = "ImportKeyMaterial"
    DELETE_KEY_MATERIAL = "DeleteKeyMaterial"


Rejections = Mapping[KeyState, type[RejectedState]]

_ALWAYS: Rejections = MappingProxyType({})
_USE: Rejections = MappingProxyType(
    {
        KeyState.DISABLED: RejectedDisabled,
        KeyState.PENDING_DELETION: RejectedPendingDeletion,
        KeyState.PENDING_IMPORT: RejectedPendingImport,
    }
)
_UNLESS_PENDING_DELETION: Rejections = MappingProxyType(
    {KeyState.PENDING_DELETION: RejectedPendingDeletion}
)
_UNLESS_ALREADY_PENDING_DELETION: Rejections = MappingProxyType(
    {KeyState.PENDING_DELETION: StateModifiedFailed}
)
_TURN_ON_OR_OFF: Rejections = MappingProxyType(
    {
        KeyState.PENDING_DELETION: StateModifiedFailed,
        KeyState.PENDING_IMPORT: StateModifiedFailed,
    }
)
_CANCEL: Rejections = MappingProxyType(
    {
        KeyState.ENABLED: StateModifiedFailed,
        KeyState.DISABLED: StateModifiedFailed,
        KeyState.PENDING_IMPORT: StateModifiedFailed,
    }
)

STATE_TABLE: Mapping[KeyOperation, Rejections] = MappingProxyType(
    {
        KeyOperation.ENCRYPT: _USE,
        KeyOperation.DECRYPT: _USE,
        KeyOperation.SIGN: _USE,
        KeyOperation.VERIFY: _USE,
        KeyOperation.GENERATE_DATA_KEY: _USE,
        KeyOperation.CREATE_KEY_VERSION: _USE,
        KeyOperation.UPDATE_ROTATION_POLICY: _USE,
        KeyOperation.DESCRIBE_KEY: _ALWAYS,
        KeyOperation.DESCRIBE_KEY_VERSION: _ALWAYS,
        KeyOperation.LIST_KEY_VERSIONS: _ALWAYS,
        KeyOperation.LIST_ALIASES_BY_KEY_ID: _ALWAYS,
        KeyOperation.DELETE_ALIAS: _ALWAYS,
        KeyOperation.GET_PUBLIC_KEY: _ALWAYS,
        KeyOperation.UPDATE_KEY_DESCRIPTION: _UNLESS_PENDING_DELETION,
        KeyOperation.ENABLE_KEY: _TURN_ON_OR_OFF,
        KeyOperation.DISABLE_KEY: _TURN_ON_OR_OFF,
        KeyOperation.SCHEDULE_KEY_DELETION: _UNLESS_ALREADY_PENDING_DELETION,
        KeyOperation.CANCEL_KEY_DELETION: _CANCEL,
        KeyOperation.CREATE_ALIAS: _UNLESS_ALREADY_PENDING_DELETION,
        KeyOperation.UPDATE_ALIAS: _UNLESS_PENDING_DELETION,
        KeyOperation.GET_PARAMETERS_FOR_IMPORT: _ALWAYS,
        KeyOperation.IMPORT_KEY_MATERIAL: _UNLESS_ALREADY_PENDING_DELETION,
        KeyOperation.DELETE_KEY_MATERIAL: _ALWAYS,
    }
)
"""For each operation the states that refuse it, and their error; the others allow it."""

AFTERWARDS: Mapping[KeyOperation, KeyState] = MappingProxyType(
    {
        KeyOperation.ENABLE_KEY: KeyState.ENABLED,
        KeyOperation.DISABLE_KEY: KeyState.DISABLED,
        KeyOperation.SCHEDULE_KEY_DELETION: KeyState.PENDING_DELETION,
        KeyOperation.CANCEL_KEY_DELETION: KeyState.ENABLED,
    }
)
"""The state to which an operation brings a key that has its material."""
