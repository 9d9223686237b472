"""From a target's name to a session: what is understood, what is told, and what is never shown."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof import targets
from kmsproof.child import ChildSession
from kmsproof.errors import ExitCode, KmsproofError, MissingDependency, TargetStartError, UsageError
from kmsproof.session import InProcessSession, Session
from kmsproof.target import Adapter, Health, Target
from kmsproof.targets import (
    adapter_names,
    check_name,
    find_adapter,
    open_in_process,
    open_session,
)
from kmsproof.text import redacted
from kmsproof_testing.fakes.targets import in_process


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("pkcs11:token=T?pin-value=1234", "pkcs11:token=T?pin-value=[redacted]"),
        ("pkcs11:token=T?pin-value=1;2'3&x=y", "pkcs11:token=T?pin-value=[redacted]&x=y"),
        ("pkcs11:token=T?PIN-VALUE=a%20b&x=y", "pkcs11:token=T?PIN-VALUE=[redacted]&x=y"),
        ("exec:./a --pin=1234 -v", "exec:./a --pin=[redacted] -v"),
        ("exec:./a --pin 1234 -v", "exec:./a --pin [redacted] -v"),
        ("exec:./a --user-pin='12 34' -v", "exec:./a --user-pin=[redacted] -v"),
        ('exec:./a --so-pin "12 34" -v', "exec:./a --so-pin [redacted] -v"),
        ("exec:./a --pin=12&34 -v", "exec:./a --pin=[redacted] -v"),
        ("exec:./a --pin=12\\ 34 -v", "exec:./a --pin=[redacted] -v"),
        ("exec:./a --pin 1'2 3'4 -v", "exec:./a --pin [redacted] -v"),
        ("exec:env HSM_PIN=1234 ./a", "exec:env HSM_PIN=[redacted] ./a"),
        ("exec:env 'HSM_PIN=12 34' ./a", "exec:env 'HSM_PIN=[redacted]' ./a"),
        ('exec:./a "--pin=12 34" -v', 'exec:./a "--pin=[redacted]" -v'),
        (
            "exec:./a --password=x --Passphrase y",
            "exec:./a --password=[redacted] --Passphrase [redacted]",
        ),
        ("exec:./a --api_key=x --api-key y", "exec:./a --api_key=[redacted] --api-key [redacted]"),
        ("aliyun:?access_key_secret=zz&r=eu", "aliyun:?access_key_secret=[redacted]&r=eu"),
        ("exec:./a --auth-token t0k3n", "exec:./a --auth-token [redacted]"),
        ("exec:./a --credentials=c", "exec:./a --credentials=[redacted]"),
    ],
)
def test_secrets_are_not_shown(name: str, shown: str) -> None:
    assert redacted(name) == shown


@pytest.mark.parametrize(
    "name",
    [
        "reference",
        "pkcs11:token=kmsproof?module-path=/usr/lib/softhsm/libsofthsm2.so",
        "pkcs11:token=T?pin-source=file:/run/pin",
        "exec:./my-adapter --verbose --slot 2",
        "exec:python3 /opt/pinning/adapter.py",
        "The PIN is wrong.",
    ],
)
def test_what_is_no_secret_is_shown(name: str) -> None:
    assert redacted(name) == name


@given(st.text("abcXYZ0189+/=._~!$*,:@'\"", min_size=4), st.sampled_from(["&a=b", " -v", ""]))
def test_no_pin_is_shown_whatever_is_in_it(pin: str, after: str) -> None:
    shown = redacted(f"pkcs11:token=T?pin-value={pin}{after}")
    assert shown.startswith("pkcs11:token=T?pin-value=[redacted]")
    assert pin not in shown.removeprefix("pkcs11:token=T?pin-value=")


def open_here(name: str) -> Session:
    return open_session(name, isolate=False, deadline_ms=1)


@pytest.mark.parametrize(
    ("name", "told", "remedy"),
    [
        ("referense", "no target called 'referense'", "Did you mean 'reference'?"),
        ("cryptografy:", "no target called 'cryptografy'", "Did you mean 'cryptography'?"),
        ("exe:./a", "no target called 'exe'", "Did you mean 'exec'?"),
        ("./my-adapter", "no target called './my-adapter'", "write exec:./my-adapter."),
        ("", "no target called ''", "Known are: "),
        ("exec:", "names no command", "Write exec:./my-adapter."),
        ("exec:   ", "names no command", "Write exec:./my-adapter."),
        ("exec:./a 'b", "cannot be split (No closing quotation)", "Quote it as in a POSIX shell."),
        ("exec:./a --pin 'b", "--pin [redacted]", "Quote it as in a POSIX shell."),
    ],
)
def test_name_that_cannot_be_understood(name: str, told: str, remedy: str) -> None:
    for attempt in (check_name, open_here):
        with pytest.raises(UsageError) as caught:
            attempt(name)
        assert told in caught.value.message
        assert remedy in caught.value.remedy
        assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize("name", ["reference", "cryptography", "pkcs11:token=T", "exec:./a 'b c'"])
def test_name_that_is_understood_is_not_opened_yet(name: str) -> None:
    check_name(name)


def test_all_adapters_of_the_project_are_known() -> None:
    assert {"cryptography", "pkcs11", "pycryptodome", "reference"} <= set(adapter_names())
    assert adapter_names() == sorted(adapter_names())


def test_target_here_or_in_a_child() -> None:
    here = open_session("reference", isolate=False, deadline_ms=1000)
    assert isinstance(here, InProcessSession)
    there = open_session("reference", isolate=True, deadline_ms=1000)
    assert isinstance(there, ChildSession)
    try:
        assert there.start() == here.start()
    finally:
        there.close()


class Point:
    """An entry point that loads what it is told to."""

    def __init__(self, load: Callable[[], object]) -> None:
        self.name = "odd"
        self.load = load


def install(monkeypatch: pytest.MonkeyPatch, load: Callable[[], object]) -> None:
    def entry_points(group: str, name: str = "odd") -> list[Point]:
        return [Point(load)] if name == "odd" else []

    monkeypatch.setattr(importlib.metadata, "entry_points", entry_points)


def adapter(open_target: Callable[[str], Target]) -> Adapter:
    return Adapter("odd", "An odd one.", "odd", open_target, lambda: Health(True, "1"))


def raising(error: BaseException) -> Callable[..., Target]:
    def fail(*_: object) -> Target:
        raise error

    return fail


@pytest.mark.parametrize(
    "error",
    [ImportError("no oddlib"), AttributeError("no ADAPTER"), SyntaxError("bad"), SystemExit(0)],
    ids=repr,
)
def test_adapter_that_cannot_be_loaded(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, raising(error))
    with pytest.raises(MissingDependency) as caught:
        find_adapter("odd")
    assert f"The adapter 'odd' cannot be loaded ({type(error).__name__}" in caught.value.message
    assert "pip install 'kmsproof[odd]'" in caught.value.remedy


def test_entry_point_that_is_no_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, lambda: "adapter")
    with pytest.raises(MissingDependency, match="is no kmsproof adapter"):
        find_adapter("odd")


@pytest.mark.parametrize(
    "error", [ValueError("x\x1b[2J"), SystemExit(0), RuntimeError(), OSError("no HSM")], ids=repr
)
def test_adapter_that_fails_to_open_its_target(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, lambda: adapter(raising(error)))
    for attempt in (open_in_process, open_here):
        with pytest.raises(TargetStartError) as caught:
            attempt("odd:argument")
        assert "The adapter 'odd' failed to open the target" in caught.value.message
        assert type(error).__name__ in caught.value.message
        assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "error",
    [UsageError("no such token", "Look."), MissingDependency("no module", "Install.")],
    ids=repr,
)
def test_adapter_says_whose_fault_it_is(
    error: KmsproofError, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, lambda: adapter(raising(error)))
    with pytest.raises(type(error)) as caught:
        open_in_process("odd")
    assert caught.value is error


def test_adapter_that_opens_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(_: str) -> Target:
        return "target"  # type: ignore[return-value]  # the wrong type is the point

    install(monkeypatch, lambda: adapter(opened))
    with pytest.raises(TargetStartError, match="opened something that is no target"):
        open_in_process("odd")


def test_argument_of_an_adapter_is_what_follows_the_colon(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def opened(argument: str) -> Target:
        seen.append(argument)
        return in_process("good")

    install(monkeypatch, lambda: adapter(opened))
    open_in_process("odd")
    open_in_process("odd:a:b?c")
    assert seen == ["", "a:b?c"]
    assert targets.GROUP == "kmsproof.adapters"
