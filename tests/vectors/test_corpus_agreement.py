"""The types and the published schema accept the same corpus files, with keys of every kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmsproof_testing.acceptance import Json, Validators
from kmsproof_testing.corpora import TINY
from kmsproof_testing.corpora_asymmetric import TINY_ASYMMETRIC
from kmsproof_testing.spoiling import spoiled
from kmsproof_vectors.builder import encode
from kmsproof_vectors.load import CorpusFault, decode_file, schema_folder
from kmsproof_vectors.model import CorpusFile
from kmsproof_vectors.schemas import FILE_SCHEMA

_schema: dict[str, Any] = json.loads((schema_folder() / FILE_SCHEMA).read_bytes())
SCHEMA = Validators(_schema)
DOCUMENTS: list[Json] = [json.loads(encode(file)) for file in (*TINY, *TINY_ASYMMETRIC)]
FIELDS = (
    *("dialect", "padding", "name", "private", "public", "secret", "part", "material", "message"),
    *("message_type", "signature", "ciphertext", "plaintext", "label", "needs", "probes", "tag"),
)


def types_accept(document: Json) -> bool:
    try:
        decode_file(json.dumps(document).encode(), Path("a.json"))
    except CorpusFault:
        return False
    return True


@pytest.mark.parametrize("file", [*TINY, *TINY_ASYMMETRIC], ids=lambda file: file.family)
def test_every_kind_of_test_fits_the_schema_and_comes_back(file: CorpusFile) -> None:
    data = encode(file)
    assert SCHEMA.accept(json.loads(data))
    assert decode_file(data, Path("a.json")) == file


ABSENT = object()

SPOILT: dict[str, dict[str, object]] = {
    "unknown part": {"part": "both"},
    "no material": {"material": ABSENT},
    "signature that is no hex": {"signature": "zz"},
    "message that is a number": {"message": 7},
    "unknown message type": {"message_type": "raw"},
    "unknown feature": {"needs": ["everything"]},
    "another operation": {"operation": "unwrap"},
    "field of another operation": {"iterations": 3},
}


@pytest.mark.parametrize("name", SPOILT)
def test_both_refuse_what_is_spoilt(name: str) -> None:
    (document,) = (json.loads(encode(f)) for f in TINY_ASYMMETRIC if f.family == "tiny-ecdsa")
    spoilt_some = False
    for group in document["groups"]:
        for test in group["tests"]:
            if test["operation"] == "import" and "signature" in test:
                test.update(SPOILT[name])
                for absent in [field for field, value in test.items() if value is ABSENT]:
                    del test[absent]
                spoilt_some = True
    assert spoilt_some
    assert not types_accept(document)
    assert not SCHEMA.accept(document)


@given(spoiled(st.sampled_from(DOCUMENTS), FIELDS))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_types_and_schema_agree_on_whatever_is_changed(document: Json) -> None:
    assert types_accept(document) == SCHEMA.accept(document)
