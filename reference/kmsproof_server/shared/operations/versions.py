"""Operations on key versions."""

from __future__ import annotations

from kmsproof_reference.kms.metadata import KeyVersion
from kmsproof_server.shared.call import Call, timestamp
from kmsproof_server.shared.pages import VERSION_PAGE_SIZES, page
from kmsproof_server.shared.replies import Fields, Value


def create_key_version(call: Call) -> Fields:
    """CreateKeyVersion."""
    return {"KeyVersion": _version(call.service.create_key_version(call.key_id))}


def describe_key_version(call: Call) -> Fields:
    """DescribeKeyVersion."""
    version_id = call.parameters.text("KeyVersionId")
    return {"KeyVersion": _version(call.service.describe_key_version(call.key_id, version_id))}


def list_key_versions(call: Call) -> Fields:
    """ListKeyVersions, the newest first."""
    versions = call.service.list_key_versions(call.key_id)
    chosen, fields = page(call.parameters, versions, VERSION_PAGE_SIZES)
    listed: list[Value] = [_version(version) for version in chosen]
    return {"KeyVersions": {"KeyVersion": listed}, **fields}


def _version(version: KeyVersion) -> Fields:
    return {
        "KeyId": version.key_id,
        "KeyVersionId": version.version_id,
        "CreationDate": timestamp(version.creation_date),
    }
