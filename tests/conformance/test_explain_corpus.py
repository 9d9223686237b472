"""Every kind of vector of the corpus is explained, with values or with why there are none."""

from __future__ import annotations

import pytest

from kmsproof.catalogue import Found, explanation
from kmsproof.corpus import load_corpus
from kmsproof.explaining.failed import undoing_of
from kmsproof.intermediate import computed, intermediate_lines
from kmsproof.live.corpus import load_live_corpus
from kmsproof.live.explanation import live_explanation
from kmsproof_vectors.live.model import LiveTest, LiveUniformity
from kmsproof_vectors.model import EncryptTest, ImportTest, MonteCarloTest, SignTest

FAMILIES = [
    entry.family
    for entry in load_corpus(None).manifest.files
    if "3072" not in entry.family and "4096" not in entry.family
]
LIVE_FAMILIES = [entry.family for entry in load_live_corpus().manifest.files]


@pytest.mark.parametrize("family", FAMILIES)
def test_each_kind_of_vector_has_values_or_a_reason(family: str) -> None:
    file = load_corpus(None).file(family)
    kinds = {
        (type(test), test.result): Found(file, group, test)
        for group in file.groups
        for test in group.tests
    }
    for found in kinds.values():
        text = [*explanation(found), *intermediate_lines(found)]
        assert all(line.isprintable() for line in text)
        if computed(found):
            assert "  intermediate values" in text
        elif not isinstance(found.test, ImportTest | MonteCarloTest):
            drawn = isinstance(found.test, SignTest | EncryptTest)
            assert drawn or "  the reference refuses: " in text[-1], found.test.id
        undone = undoing_of(found, "ciphertext", b"\x04" * 300)
        if undone is not None:
            assert "  the reference refuses: " in list(intermediate_lines(undone))[-1]


@pytest.mark.parametrize("family", LIVE_FAMILIES)
def test_live_vectors_are_explained(family: str) -> None:
    corpus = load_live_corpus()
    [entry] = [each for each in corpus.manifest.files if each.family == family]
    file = corpus.file(entry)
    wanted: list[LiveTest | LiveUniformity] = [*file.tests[:1], *file.tests[-1:]]
    wanted += file.uniformities[:1]
    for test in wanted:
        text = live_explanation(file, test)
        assert text[0] == test.id
        assert all(line.isprintable() for line in text)
