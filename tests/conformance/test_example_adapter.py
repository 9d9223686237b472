"""The example adapter as a program: it is copied by others, so it must be right in every answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kmsproof.capability import PROTOCOL_VERSION, Description
from kmsproof.messages import Describe, Response
from kmsproof_testing.protocol import REQUESTS, JsonLinesProgram
from kmsproof_vectors.encoding import json_decoder, json_encoder

ADAPTER = Path(__file__).parents[2] / "adapters" / "examples" / "python" / "aes_adapter.py"

AES_128_KEY = "2b7e151628aed2a6abf7158809cf4f3c"
BLOCK = "6bc1bee22e409f96e93d7e117393172a"  # SP 800-38A, appendix F: key and first block
IV = "000102030405060708090a0b0c0d0e0f"
ECB_BLOCK = "3ad77bb40d7a3660a89ecaf32466ef97"  # F.1.1
CBC_BLOCK = "7649abac8119b246cee98e9b12e9197d"  # F.2.1


@pytest.fixture
def adapter() -> Iterator[JsonLinesProgram]:
    with JsonLinesProgram([sys.executable, str(ADAPTER)]) as program:
        yield program


def import_key(adapter: JsonLinesProgram, material: str = AES_128_KEY, **changed: str) -> Any:
    spec = {32: "Aliyun_AES_128", 48: "Aliyun_AES_192", 64: "Aliyun_AES_256"}
    request = {
        "op": "import_key",
        "id": 1,
        "key_spec": spec.get(len(material), "Aliyun_AES_128"),
        "usage": "ENCRYPT/DECRYPT",
        "protection_level": "Software-protected key",
        "part": "secret",
        "material": material,
    }
    return adapter.ask({**request, **changed})


@pytest.fixture
def key(adapter: JsonLinesProgram) -> str:
    """Return the handle of the AES-128 key."""
    handle: str = import_key(adapter)["ok"]["key"]
    return handle


def test_it_needs_nothing_of_the_suite() -> None:
    source = ADAPTER.read_text()
    assert "import kmsproof" not in source
    assert "from kmsproof" not in source


def test_it_describes_itself(adapter: JsonLinesProgram) -> None:
    answer = adapter.ask(json.loads(json_encoder().encode(Describe(id=3))))
    assert answer["id"] == 3
    description = json_decoder(Description).decode(json.dumps(answer["ok"]).encode())
    assert description.protocol == PROTOCOL_VERSION
    assert {capability.algorithm for capability in description.algorithms} == {"ECB", "CBC", "GCM"}


@pytest.mark.parametrize(
    ("parameters", "ciphertext"),
    [
        ({"algorithm": "ECB", "padding": "NO_PADDING"}, ECB_BLOCK),
        ({"algorithm": "CBC", "padding": "NO_PADDING", "iv": IV}, CBC_BLOCK),
        (
            {"algorithm": "ECB", "padding": "PKCS7_PADDING"},
            ECB_BLOCK + "a254be88e037ddd9d79fb6411c3f9df8",
        ),
        (
            {"algorithm": "CBC", "padding": "PKCS7_PADDING", "iv": IV},
            CBC_BLOCK + "8964e0b149c10b7b682e6e39aaeb731c",
        ),
    ],
)
def test_block_modes_give_known_answers(
    adapter: JsonLinesProgram, key: str, parameters: dict[str, str], ciphertext: str
) -> None:
    common = {"key": key, **parameters}
    encrypted = adapter.ask({"op": "encrypt", "id": 2, "plaintext": BLOCK, **common})
    assert encrypted == {"id": 2, "ok": {"ciphertext": ciphertext}}
    decrypted = adapter.ask({"op": "decrypt", "id": 3, "ciphertext": ciphertext, **common})
    assert decrypted == {"id": 3, "ok": {"plaintext": BLOCK}}


GCM: dict[str, Any] = {
    # Test case 4 of "The Galois/Counter Mode of Operation" (McGrew, Viega).
    "algorithm": "GCM",
    "iv": "cafebabefacedbaddecaf888",
    "aad": "feedfacedeadbeeffeedfacedeadbeefabaddad2",
}
GCM_KEY = "feffe9928665731c6d6a8f9467308308"
GCM_PLAINTEXT = (
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
)
GCM_CIPHERTEXT = (
    "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
    "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
)
GCM_TAG = "5bc94fbc3221a5db94fae95ae7121a47"


@pytest.mark.parametrize("tag_length", [4, 8, 12, 13, 14, 15, 16])
def test_gcm_gives_known_answers(adapter: JsonLinesProgram, tag_length: int) -> None:
    common = {"key": import_key(adapter, GCM_KEY)["ok"]["key"], "tag_length": tag_length, **GCM}
    tag = GCM_TAG[: 2 * tag_length]
    encrypted = adapter.ask({"op": "encrypt", "id": 2, "plaintext": GCM_PLAINTEXT, **common})
    assert encrypted["ok"] == {"ciphertext": GCM_CIPHERTEXT, "tag": tag}
    decrypted = adapter.ask(
        {"op": "decrypt", "id": 3, "ciphertext": GCM_CIPHERTEXT, "tag": tag, **common}
    )
    assert decrypted["ok"] == {"plaintext": GCM_PLAINTEXT}


@pytest.mark.parametrize("material", [AES_128_KEY, "00" * 24, "ff" * 32])
def test_keys_of_all_lengths_work(adapter: JsonLinesProgram, material: str) -> None:
    common = {
        "key": import_key(adapter, material)["ok"]["key"],
        "algorithm": "ECB",
        "padding": "PKCS7_PADDING",
    }
    encrypted = adapter.ask({"op": "encrypt", "id": 2, "plaintext": "00112233", **common})
    decrypted = adapter.ask({"op": "decrypt", "id": 3, **encrypted["ok"], **common})
    assert decrypted["ok"] == {"plaintext": "00112233"}


def test_a_made_key_works_and_differs_from_the_next(adapter: JsonLinesProgram) -> None:
    request = {
        "op": "create_key",
        "id": 1,
        "key_spec": "Aliyun_AES_256",
        "usage": "ENCRYPT/DECRYPT",
        "protection_level": "Software-protected key",
    }
    handles = [adapter.ask(request)["ok"]["key"] for _ in range(2)]
    encrypt = {"op": "encrypt", "id": 2, "algorithm": "ECB", "padding": "NO_PADDING"}
    blocks = {
        adapter.ask({**encrypt, "key": handle, "plaintext": BLOCK})["ok"]["ciphertext"]
        for handle in handles
    }
    assert len(blocks) == 2


def gcm_decrypt(**changed: Any) -> dict[str, Any]:
    request = {
        "op": "decrypt",
        "id": 2,
        **GCM,
        "ciphertext": GCM_CIPHERTEXT,
        "tag": GCM_TAG,
        "tag_length": 16,
    }
    return {**request, **changed}


@pytest.mark.parametrize(
    ("changed", "rejection", "native_code"),
    [
        ({"tag": "00" * 16}, "invalid-ciphertext", "InvalidTag"),
        ({"aad": ""}, "invalid-ciphertext", "InvalidTag"),
        ({"ciphertext": "00" + GCM_CIPHERTEXT[2:]}, "invalid-ciphertext", "InvalidTag"),
        ({"tag": GCM_TAG[:24]}, "invalid-ciphertext", "other-tag-length"),
        ({"tag": GCM_TAG + "00"}, "invalid-ciphertext", "other-tag-length"),
        ({"tag": ""}, "invalid-ciphertext", "other-tag-length"),
        ({"tag": None}, "invalid-argument", "missing-tag"),
        ({"tag_length": 12}, "invalid-ciphertext", "other-tag-length"),
        ({"tag_length": 3, "tag": GCM_TAG[:6]}, "invalid-argument", "ValueError"),
        ({"tag_length": 0, "tag": ""}, "invalid-argument", "ValueError"),
        ({"tag_length": 17, "tag": GCM_TAG + "00"}, "invalid-argument", "long-tag-requested"),
        ({"iv": ""}, "invalid-argument", "ValueError"),
        ({"iv": None}, "invalid-argument", "missing-iv"),
        ({"padding": "NO_PADDING"}, "invalid-argument", "unexpected-padding"),
    ],
)
def test_gcm_rejects_what_is_wrong(
    adapter: JsonLinesProgram, changed: dict[str, Any], rejection: str, native_code: str
) -> None:
    key = import_key(adapter, GCM_KEY)["ok"]["key"]
    rejected = adapter.ask({**gcm_decrypt(**changed), "key": key})["rejected"]
    assert (rejected["class"], rejected["native_code"]) == (rejection, native_code)
    accepted = adapter.ask({**gcm_decrypt(), "key": key})
    assert accepted["ok"] == {"plaintext": GCM_PLAINTEXT}


def block_request(op: str, octets: str, **changed: Any) -> dict[str, Any]:
    request = {
        "op": op,
        "id": 2,
        "algorithm": "CBC",
        "padding": "PKCS7_PADDING",
        "iv": IV,
        "plaintext" if op == "encrypt" else "ciphertext": octets,
    }
    return {**request, **changed}


@pytest.mark.parametrize(
    ("request_", "rejection", "native_code"),
    [
        (block_request("decrypt", CBC_BLOCK), "invalid-ciphertext", "ValueError"),
        (block_request("decrypt", CBC_BLOCK[:-2]), "invalid-ciphertext", "ValueError"),
        (block_request("decrypt", ""), "invalid-ciphertext", "ValueError"),
        (block_request("decrypt", CBC_BLOCK, iv=IV[:-2]), "invalid-argument", "ValueError"),
        (
            block_request("encrypt", "00", padding="NO_PADDING"),
            "invalid-argument",
            "ValueError",
        ),
        (block_request("encrypt", "", iv=""), "invalid-argument", "ValueError"),
        (block_request("encrypt", "", iv=None), "invalid-argument", "missing-iv"),
        (
            block_request("encrypt", "", algorithm="ECB"),
            "invalid-argument",
            "unexpected-iv",
        ),
        (block_request("encrypt", "", aad=""), "invalid-argument", "unexpected-aad"),
        (
            block_request("encrypt", "", padding=None),
            "invalid-argument",
            "missing-padding",
        ),
    ],
)
def test_block_modes_reject_what_is_wrong(
    adapter: JsonLinesProgram,
    key: str,
    request_: dict[str, Any],
    rejection: str,
    native_code: str,
) -> None:
    rejected = adapter.ask({**request_, "key": key})["rejected"]
    assert (rejected["class"], rejected["native_code"]) == (rejection, native_code)


@pytest.mark.parametrize(
    "changed",
    [
        {"key_spec": "RSA_2048"},
        {"protection_level": "Hardware-protected key"},
        {"part": "public"},
    ],
)
def test_keys_that_are_not_offered(adapter: JsonLinesProgram, changed: dict[str, str]) -> None:
    answer = import_key(adapter, **changed)
    assert list(answer) == ["id", "unsupported"]


def test_a_key_of_the_wrong_length_is_rejected(adapter: JsonLinesProgram) -> None:
    rejected = import_key(adapter, AES_128_KEY, key_spec="Aliyun_AES_256")["rejected"]
    assert rejected["class"] == "invalid-argument"


def test_a_key_for_signatures_is_rejected(adapter: JsonLinesProgram) -> None:
    rejected = import_key(adapter, usage="SIGN/VERIFY")["rejected"]
    assert rejected["class"] == "wrong-key-usage"


def test_an_algorithm_that_is_not_offered(adapter: JsonLinesProgram, key: str) -> None:
    request = block_request("encrypt", "", algorithm="RSAES_OAEP_SHA_256", key=key)
    assert list(adapter.ask(request)) == ["id", "unsupported"]


def test_a_destroyed_key_is_gone(adapter: JsonLinesProgram, key: str) -> None:
    assert adapter.ask({"op": "destroy_key", "id": 2, "key": key}) == {"id": 2, "ok": {}}
    for request in (block_request("encrypt", ""), {"op": "destroy_key", "id": 2}):
        assert adapter.ask({**request, "key": key})["rejected"]["class"] == "not-found"


def test_every_request_gets_an_answer_of_the_protocol(adapter: JsonLinesProgram) -> None:
    decoder, encoder = json_decoder(Response), json_encoder()
    adapter.send(*(encoder.encode(request) for request in REQUESTS))
    for request in REQUESTS:
        response = decoder.decode(json.dumps(adapter.receive()).encode())
        assert response.id == request.id
        outcomes = [response.ok, response.rejected, response.unsupported, response.error]
        assert sum(outcome.__class__.__name__ != "UnsetType" for outcome in outcomes) == 1
    assert adapter.end() == (0, "")


def test_operations_it_does_not_know_are_unsupported(adapter: JsonLinesProgram) -> None:
    assert adapter.ask({"op": "levitate", "id": 5}) == {
        "id": 5,
        "unsupported": {"what": "levitate"},
    }


def test_an_incomplete_request_is_an_error_and_no_rejection(
    adapter: JsonLinesProgram, key: str
) -> None:
    answer = adapter.ask({"op": "encrypt", "id": 5, "key": key, "algorithm": "ECB"})
    assert answer == {"id": 5, "error": {"kind": "internal", "message": "KeyError: 'plaintext'"}}
    answer = adapter.ask(block_request("encrypt", "zz", key=key))
    assert answer["error"]["kind"] == "internal"
    assert adapter.ask({"id": 6})["error"]["kind"] == "internal"


@pytest.mark.parametrize("line", [b"garbage", b"", b"[]", b'"id"', b"{}", b"\xff"])
def test_garbage_ends_it_with_a_message(adapter: JsonLinesProgram, line: bytes) -> None:
    adapter.send(line)
    code, said = adapter.end()
    assert code == 1
    assert said.startswith("aes_adapter: this is no request: ")
    assert "Traceback" not in said


def test_close_ends_it(adapter: JsonLinesProgram, key: str) -> None:
    assert adapter.ask({"op": "close", "id": 9}) == {"id": 9, "ok": {}}
    assert adapter.process.wait(30) == 0


def test_it_ends_when_its_input_ends(adapter: JsonLinesProgram, key: str) -> None:
    assert adapter.end() == (0, "")


def test_many_requests_at_once_are_all_answered(adapter: JsonLinesProgram, key: str) -> None:
    requests = [
        {**block_request("encrypt", "00" * (number % 50), key=key), "id": number}
        for number in range(400)
    ]
    adapter.send(*requests)
    assert [adapter.receive()["id"] for _ in requests] == list(range(400))
