"""One corpus file that is quick to make, and the published corpus."""

from __future__ import annotations

import pytest

from kmsproof_vectors.builder import Recipe, build
from kmsproof_vectors.cases.catalogue import recipes
from kmsproof_vectors.load import corpus_folder, load_manifest
from kmsproof_vectors.model import CorpusFile, Manifest

SMALL = "aes-128-gcm-tag-lengths"


@pytest.fixture(scope="session")
def small_recipe() -> Recipe:
    """The recipe of the smallest file; it has several groups, controls and an oracle."""
    (recipe,) = (one for one in recipes() if one.parameters.family == SMALL)
    return recipe


@pytest.fixture(scope="session")
def small_file(small_recipe: Recipe) -> CorpusFile:
    """The smallest file, made anew."""
    return build(small_recipe)


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    """The manifest of the published corpus."""
    return load_manifest(corpus_folder())[0]
