"""Mutations of DER: each is a broken encoding of its own, broken at the node that it names."""

from __future__ import annotations

from collections import Counter

import pytest

from kmsproof_reference.der import Reader
from kmsproof_reference.errors import MalformedDer
from kmsproof_vectors.case import SLUG
from kmsproof_vectors.cases.rsa_pkcs1 import digest_info
from kmsproof_vectors.der_mutations import Mutation, Node, mutations

R = bytes.fromhex("0080") + bytes(range(1, 32))
S = bytes.fromhex("21") + bytes(range(2, 33))
SIGNATURE = Node(
    "sequence",
    "the SEQUENCE",
    0x30,
    (Node("r", "r", 0x02, R), Node("s", "s", 0x02, S)),
)
DIGEST_INFO = digest_info(bytes(range(32)))
TREES = {"signature": SIGNATURE, "digest-info": DIGEST_INFO}

DEMANDED = (
    *("length-plus-one", "length-minus-one", "length-long-form", "length-leading-zero"),
    *("length-2-31-minus-1", "length-2-31", "length-2-32-minus-1", "length-2-40-minus-1"),
    *("length-2-64-minus-1", "length-overflow-32", "length-overflow-64", "indefinite"),
    *("indefinite-not-ended", "indefinite-end-cut", "indefinite-end-not-empty", "removed"),
    *("only-tag", "empty", "without-last-byte", "without-first-byte", "repeated", "tag-next"),
    *("leading-zero", "leading-ff", "before-null", "after-null", "inside-first-malformed"),
    *("inside-last-undefined-tags", "replaced-by-boolean", "replaced-by-real", "truncated"),
    *("replaced-by-utf8-string", "replaced-by-sequence", "tag-other-form", "in-sequence"),
)
"""What every published list of broken encodings has, for each node that has content."""

SAME_OCTETS = 3
"""How many of them may have the octets of one that comes before, and so be left out."""


def of_node(tree: Node, node: str) -> dict[str, Mutation]:
    return {one.name: one for one in mutations(tree) if one.node == node}


def parse(octets: bytes) -> tuple[str, bytes]:
    """Read a DigestInfo strictly."""
    outer = Reader(octets)
    info = outer.sequence()
    outer.end()
    algorithm = info.sequence()
    identifier = algorithm.object_identifier()
    algorithm.null()
    algorithm.end()
    digest = info.octet_string()
    info.end()
    return identifier, digest


@pytest.mark.parametrize("tree", TREES.values(), ids=TREES)
def test_no_two_are_the_same_and_none_is_the_tree_itself(tree: Node) -> None:
    made = list(mutations(tree))
    assert len({one.octets for one in made} | {tree.encode()}) == len(made) + 1
    assert len({one.slug for one in made}) == len(made)


@pytest.mark.parametrize("tree", TREES.values(), ids=TREES)
def test_names_make_ids_and_sentences(tree: Node) -> None:
    for one in mutations(tree):
        assert SLUG.fullmatch(one.slug)
        assert "{" not in one.what
        assert not one.what.endswith(".")


@pytest.mark.parametrize("node", ["digest-info", "algorithm-identifier", "digest"])
def test_every_node_with_content_has_every_kind_that_is_demanded(node: str) -> None:
    made = of_node(DIGEST_INFO, node)
    assert len(set(DEMANDED) - made.keys()) <= SAME_OCTETS
    assert len(made) > 60


@pytest.mark.parametrize("node", ["sequence", "r", "s"])
def test_the_nodes_of_a_signature_have_them_too(node: str) -> None:
    made = of_node(SIGNATURE, node)
    assert len(set(DEMANDED) - made.keys()) <= SAME_OCTETS
    assert len(made) > 60


def test_integers_and_object_identifiers_have_mutations_of_their_own() -> None:
    assert of_node(SIGNATURE, "r")["missing-sign-zero"].octets[4:5] == R[1:2]
    assert "missing-sign-zero" not in of_node(SIGNATURE, "s")
    assert {"arc-padded", "arc-overflow-32", "arc-not-ended"} <= set(
        of_node(DIGEST_INFO, "object-identifier")
    )


def test_what_surrounds_the_node_is_encoded_with_right_lengths() -> None:
    for one in mutations(DIGEST_INFO):
        if one.node != "digest-info":
            outer = Reader(one.octets)
            outer.sequence()
            outer.end()


def test_a_strict_reader_takes_only_what_is_der_with_other_content() -> None:
    taken = Counter[str]()
    for one in mutations(DIGEST_INFO):
        try:
            identifier, digest = parse(one.octets)
        except MalformedDer:
            continue
        assert (identifier, digest) != ("2.16.840.1.101.3.4.2.1", bytes(range(32)))
        taken[one.node] += 1
    assert set(taken) <= {"digest-info", "object-identifier", "digest"}
    assert 40 < sum(taken.values()) < 80


def test_what_ber_allows_is_marked() -> None:
    marked = {one.slug for one in mutations(DIGEST_INFO) if one.is_ber}
    assert "digest-constructed-of-two" in marked
    assert "digest-info-indefinite" in marked
    assert "null-indefinite" not in marked
    assert "object-identifier-constructed" not in marked
    assert len(marked) == 5 * 3 + 2 + 3


def test_removing_the_null_gives_the_form_without_parameters() -> None:
    made = of_node(DIGEST_INFO, "null")["removed"].octets
    assert made[:4] == bytes.fromhex("302f300b")
    assert len(made) == len(DIGEST_INFO.encode()) - 2
