"""The optional package ``badkeys``: what it finds is told, and without it nothing is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from kmsproof.live.key_quality import badkeys_findings, has_badkeys
from kmsproof.vocabulary import KeySpec
from kmsproof_reference.rsa import RsaPublicKey
from kmsproof_reference.rsa_key_encoding import decode_public_key, encode_public_key
from kmsproof_testing.key_pairs import key_pair

RSA, EC = key_pair(KeySpec.RSA_2048).public, key_pair(KeySpec.EC_P256).public


def test_without_the_package_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "badkeys", None)
    monkeypatch.setitem(sys.modules, "badkeys.checks", None)
    assert badkeys_findings([RSA, b"no key"]) == []
    assert not has_badkeys()


def installed(blocklist: Callable[[int], bool], asked: list[list[str]]) -> ModuleType:
    """Return a module that has something against every key, and notes which checks are asked."""

    def checkpubkey(text: str, names: list[str]) -> dict[str, object]:
        asked.append(names)
        assert text.startswith("-----BEGIN PUBLIC KEY-----\n")
        results = {"fermat": {"p": 3, "q": 5}, "size": {"subtest": "too_small"}}
        return {"type": "rsa", "results": results}

    module = ModuleType("badkeys.checks")
    module.__dict__.update(
        checkpubkey=checkpubkey,
        defaultchecks={"fermat": {}, "blocklist": {"function": blocklist}},
        warningchecks={"size": {}},
        allchecks={"fermat": {"desc": "Close primes"}, "size": {"desc": "Size"}},
    )
    return module


def there(value: int) -> bool:
    return value != 0


def missing(value: int) -> bool:
    sys.exit(1)


@pytest.mark.parametrize(
    ("blocklist", "names"),
    [(there, ["fermat", "blocklist", "size"]), (missing, ["fermat", "size"])],
)
def test_findings_are_sentences_without_the_factors(
    monkeypatch: pytest.MonkeyPatch, blocklist: Callable[[int], bool], names: list[str]
) -> None:
    asked: list[list[str]] = []
    module = installed(blocklist, asked)
    monkeypatch.setitem(sys.modules, "badkeys", ModuleType("badkeys"))
    monkeypatch.setitem(sys.modules, "badkeys.checks", module)
    assert has_badkeys()
    assert badkeys_findings([RSA]) == ["Key 0 of 1: Close primes.", "Key 0 of 1: Size (too_small)."]
    assert asked == [names]


def test_the_package_itself_finds_weak_keys(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pytest.importorskip("badkeys.checks")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("nothing")))
    key = decode_public_key(RSA)
    three = encode_public_key(RsaPublicKey(key.n, 3))
    assert badkeys_findings([RSA, EC]) == []
    found = badkeys_findings([RSA, three, b"no key"])
    assert found == [
        "Key 1 of 3: RSA key size and exponent warnings (exponent_3).",
        "Key 2 of 3 is unparseable for badkeys.",
    ]
