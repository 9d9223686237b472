"""Which function performs which operation: the one place where names meet functions."""

from __future__ import annotations

from types import MappingProxyType

from kmsproof_server.shared.call import REJECTED, Operation
from kmsproof_server.shared.operations import (
    aliases,
    asymmetric,
    imports,
    keys,
    symmetric,
    versions,
)

_RECIPIENT = ("Recipient",)
_OF_NEW_KEYS = ("KeyStorageMechanism", "Policy", "Tags")

_OPERATIONS = (
    Operation("CreateKey", keys.create_key, not_offered=_OF_NEW_KEYS),
    Operation("DescribeKey", keys.describe_key),
    Operation("ListKeys", keys.list_keys),
    Operation("UpdateKeyDescription", keys.update_key_description),
    Operation("UpdateRotationPolicy", keys.update_rotation_policy, unsupported=REJECTED),
    Operation("EnableKey", keys.enable_key),
    Operation("DisableKey", keys.disable_key),
    Operation("ScheduleKeyDeletion", keys.schedule_key_deletion),
    Operation("CancelKeyDeletion", keys.cancel_key_deletion),
    Operation("GetPublicKey", keys.get_public_key, dry_run=True),
    Operation("CreateKeyVersion", versions.create_key_version, unsupported=REJECTED),
    Operation("DescribeKeyVersion", versions.describe_key_version),
    Operation("ListKeyVersions", versions.list_key_versions),
    Operation("Encrypt", symmetric.encrypt, dry_run=True),
    Operation("Decrypt", symmetric.decrypt, dry_run=True, not_offered=_RECIPIENT),
    Operation("GenerateDataKey", symmetric.generate_data_key, dry_run=True, not_offered=_RECIPIENT),
    Operation(
        "GenerateDataKeyWithoutPlaintext",
        symmetric.generate_data_key_without_plaintext,
        dry_run=True,
    ),
    Operation(
        "AsymmetricEncrypt", asymmetric.asymmetric_encrypt, dry_run=True, unsupported=REJECTED
    ),
    Operation(
        "AsymmetricDecrypt",
        asymmetric.asymmetric_decrypt,
        dry_run=True,
        not_offered=_RECIPIENT,
        unsupported=REJECTED,
    ),
    Operation("AsymmetricSign", asymmetric.asymmetric_sign, dry_run=True),
    Operation("AsymmetricVerify", asymmetric.asymmetric_verify, dry_run=True),
    Operation("GetParametersForImport", imports.get_parameters_for_import),
    Operation("ImportKeyMaterial", imports.import_key_material),
    Operation("DeleteKeyMaterial", imports.delete_key_material),
    Operation("CreateAlias", aliases.create_alias),
    Operation("UpdateAlias", aliases.update_alias),
    Operation("DeleteAlias", aliases.delete_alias),
    Operation("ListAliases", aliases.list_aliases),
    Operation("ListAliasesByKeyId", aliases.list_aliases_by_key_id),
)

OPERATIONS = MappingProxyType({operation.name: operation for operation in _OPERATIONS})
"""The operations by their names."""
