"""Operations of keys whose material comes from outside."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from kmsproof_reference.kms.errors import InvalidParameter
from kmsproof_reference.kms.metadata import WrappingAlgorithm, WrappingKeySpec
from kmsproof_server.shared.call import Call, timestamp
from kmsproof_server.shared.replies import Fields


def get_parameters_for_import(call: Call) -> Fields:
    """GetParametersForImport: the public key is DER in base64, without PEM lines."""
    parameters = call.service.get_parameters_for_import(
        call.key_id,
        call.parameters.word("WrappingAlgorithm", WrappingAlgorithm),
        call.parameters.word("WrappingKeySpec", WrappingKeySpec),
    )
    return {
        "KeyId": parameters.key_id,
        "PublicKey": base64.b64encode(parameters.public_key).decode(),
        "ImportToken": base64.b64encode(parameters.token).decode(),
        "TokenExpireTime": timestamp(parameters.token_expire_time),
    }


def import_key_material(call: Call) -> Fields:
    """ImportKeyMaterial."""
    call.service.import_key_material(
        call.key_id,
        call.parameters.octets("EncryptedKeyMaterial"),
        call.parameters.octets("ImportToken"),
        _expire_time(call),
    )
    return {}


def delete_key_material(call: Call) -> Fields:
    """DeleteKeyMaterial."""
    call.service.delete_key_material(call.key_id)
    return {}


def _expire_time(call: Call) -> datetime | None:
    """KeyMaterialExpireUnix in seconds; 0 means never."""
    seconds = call.parameters.optional_integer("KeyMaterialExpireUnix")
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise InvalidParameter("KeyMaterialExpireUnix") from None
