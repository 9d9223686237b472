"""The same call with Alibaba Cloud's SDK for Python, for a key that a replay has made.

A replay schedules the deletion of its keys. The program takes the key back, asks, and schedules it
again. The AccessKey comes from the environment variables that are named, so that no secret is
written down, and the SDK does not look for one elsewhere, such as at a metadata service.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from kmsproof.equivalents.call import Call
from kmsproof.text import printable
from kmsproof.vocabulary import SIGNATURE_ALGORITHMS, Algorithm, Operation

AAD_NAME = "aad"
"""The name in the encryption context under which the adapter hands over associated data."""

DELETION_DAYS = 7

_ASYMMETRIC = {
    Operation.ENCRYPT: ("AsymmetricEncrypt", "Plaintext", "CiphertextBlob"),
    Operation.DECRYPT: ("AsymmetricDecrypt", "CiphertextBlob", "Plaintext"),
    Operation.SIGN: ("AsymmetricSign", "Digest", "Value"),
    Operation.VERIFY: ("AsymmetricVerify", "Digest", "Value"),
}

_SYMMETRIC = {
    Operation.ENCRYPT: ("Encrypt", "Plaintext", "CiphertextBlob"),
    Operation.DECRYPT: ("Decrypt", "CiphertextBlob", "Plaintext"),
}

_PASSED_ON = ("endpoint", "region", "ca")
"""The settings of the target that are repeated; all others may be secrets."""


def aliyun_lines(call: Call, target: str, key: str) -> list[str] | str:
    """Return the lines of a program, or why there are none."""
    if call.algorithm in SIGNATURE_ALGORITHMS and not call.digest:
        return "the shared API signs and verifies digests only"
    if call.algorithm in (Algorithm.GCM, Algorithm.RSAES_OAEP_SHA_256, *SIGNATURE_ALGORITHMS):
        return list(_lines(call, target, key))
    return f"the shared API has no {call.algorithm}"


def _lines(call: Call, target: str, key: str) -> Iterator[str]:
    yield "import os"
    yield "from alibabacloud_kms20160120 import models"
    yield "from alibabacloud_kms20160120.client import Client"
    yield "from alibabacloud_tea_openapi.utils_models import Config"
    yield "config = Config("
    yield "    access_key_id=os.environ['ALIBABA_CLOUD_ACCESS_KEY_ID'],"
    yield "    access_key_secret=os.environ['ALIBABA_CLOUD_ACCESS_KEY_SECRET'],"
    yield "    security_token=os.environ.get('ALIBABA_CLOUD_SECURITY_TOKEN'),"
    yield from (f"    {argument}," for argument in _place(target))
    yield ")"
    yield "client = Client(config)"
    yield f"key = {_text(key)}"
    yield "taken_back = models.CancelKeyDeletionRequest(key_id=key)"
    yield "client.cancel_key_deletion(taken_back)"
    symmetric = call.algorithm is Algorithm.GCM
    if not symmetric:
        yield "versions = client.list_key_versions(models.ListKeyVersionsRequest(key_id=key))"
        yield "version = versions.body.key_versions.key_version[0].key_version_id"
    name, given, returned = (_SYMMETRIC if symmetric else _ASYMMETRIC)[call.operation]
    fields = ["'KeyId': key"] if name != "Decrypt" else []
    if not symmetric:
        fields += ["'KeyVersionId': version", f"'Algorithm': {_text(call.algorithm.value)}"]
    fields.append(f"{given!r}: {_base64(call.data)}")
    if call.operation is Operation.VERIFY:
        fields.append(f"'Value': {_base64(call.signature)}")
    if symmetric and call.aad:
        fields.append(f"'EncryptionContext': {{{AAD_NAME!r}: {call.aad.hex()!r}}}")
    yield f"request = models.{name}Request().from_map({{{', '.join(fields)}}})"
    yield "try:"
    yield f"    answer = client.{_in_snake_case(name)}(request).body.to_map()"
    yield f"    print(answer[{returned!r}])"
    yield "finally:"
    days = f"pending_window_in_days={DELETION_DAYS}"
    yield f"    deletion = models.ScheduleKeyDeletionRequest(key_id=key, {days})"
    yield "    client.schedule_key_deletion(deletion)"


def _place(target: str) -> Iterator[str]:
    """Yield the arguments that say where the service is."""
    parts = (part.partition("=")[::2] for part in target.partition(":")[2].split(","))
    settings = {name: unquote(value) for name, value in parts if name in _PASSED_ON}
    endpoint = settings.get("endpoint", "")
    if endpoint:
        address = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
        yield f"protocol={_text(address.scheme.upper())}"
        host = address.netloc.rpartition("@")[2]
        yield f"endpoint={_text(host + address.path.rstrip('/'))}"
    if settings.get("region"):
        yield f"region_id={_text(settings['region'])}"
    if settings.get("ca"):
        yield f"ca={_text(settings['ca'])}"


def _text(text: str) -> str:
    """Return a string literal that is safe to show."""
    return printable(json.dumps(text))


def _base64(octets: bytes) -> str:
    return repr(base64.b64encode(octets).decode("ascii"))


def _in_snake_case(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
