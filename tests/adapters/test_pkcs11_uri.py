"""RFC 7512 URIs: what is understood, what is refused and how, and where the PIN comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmsproof.errors import UsageError
from kmsproof_adapters.pkcs11.uri import PIN_VARIABLE, parse_uri

MODULE = "module-path=/usr/lib/module.so"
PIN = "s3cr3t-PIN"


@pytest.fixture(autouse=True)
def _no_pin_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PIN_VARIABLE, raising=False)


def test_token_module_and_pin_are_read() -> None:
    uri = parse_uri(f"token=my%20token;serial=0a%3b;slot-id=3?{MODULE}&pin-value=%C3%A4%26")
    assert uri.attributes == {"token": "my token", "serial": "0a;", "slot-id": "3"}
    assert uri.module_path == Path("/usr/lib/module.so")
    assert uri.pin == "ä&"


def test_no_attribute_means_any_token() -> None:
    assert parse_uri(f"?{MODULE}").attributes == {}


def test_what_other_programs_print_is_understood() -> None:
    listed = "model=SoftHSM%20v2;manufacturer=SoftHSM%20project;serial=41c0f6ee;token=t"
    assert parse_uri(f"{listed}?{MODULE}").attributes["model"] == "SoftHSM v2"


def test_relative_module_path_is_made_absolute() -> None:
    path = parse_uri("token=t?module-path=lib/module.so").module_path
    assert path == Path.cwd() / "lib" / "module.so"


@pytest.mark.parametrize(
    "written",
    ["flags=noCertDB,noModDB x=''", "flags%3DnoCertDB%2CnoModDB%20x%3D%27%27"],
)
def test_library_parameters_are_read(written: str) -> None:
    uri = parse_uri(f"token=t?{MODULE}&x-library-parameters={written.replace(' ', '%20')}")
    assert uri.library_parameters == b"flags=noCertDB,noModDB x=''"


def test_without_library_parameters_there_are_none() -> None:
    assert parse_uri(f"token=t?{MODULE}").library_parameters is None


def test_pin_is_not_in_the_representation() -> None:
    assert PIN not in repr(parse_uri(f"token=t?{MODULE}&pin-value={PIN}"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no module"),
        ("token=t", "names no module"),
        ("token=t?module-path=", "names no module"),
        (f"token=t;token=u?{MODULE}", "has token twice"),
        (f"token=t?{MODULE}&{MODULE}", "has module-path twice"),
        (f"object=k;token=t?{MODULE}", "names an object on the token"),
        (f"lable=t?{MODULE}", "The attribute lable in the path"),
        (f"token=t?{MODULE}&module-name=softhsm2", "The attribute module-name in the query"),
        (f"token=my token?{MODULE}", "value of token"),
        (f"token=100%?{MODULE}", "value of token"),
        (f"token=%zz?{MODULE}", "value of token"),
        (f"token=%ff?{MODULE}", "not UTF-8"),
        (f"token=t;?{MODULE}", "Part 2 of the path"),
        (f"just-a-name?{MODULE}", "Part 1 of the path"),
        (f"token=t?{MODULE}&pin-value=a&pin-source=file:/p", "both pin-value and pin-source"),
        (f"token=t?{MODULE}&x-library-parameters=", "x-library-parameters in the PKCS#11 URI is"),
        (f"token=t?{MODULE}&x-library-parameters=a%00b", "holds a NUL"),
        (f"token=t?{MODULE}&x-library-parameters=a b", "value of x-library-parameters"),
        (f"token=t?{MODULE}&x-library-parameter=a", "The attribute x-library-parameter in"),
        (f"token=t?{MODULE}&pin-source=|cat", "not a file"),
        (f"token=t?{MODULE}&pin-source=file:relative", "not a file"),
        (f"token=t?{MODULE}&pin-source=file:/no/such/file", "cannot be read"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_uri(text)
    assert words in caught.value.message
    assert caught.value.message.endswith(".")
    assert caught.value.remedy


@pytest.mark.parametrize(
    "query",
    [
        f"{MODULE}&pin-vlue={PIN}",
        f"{MODULE}&pin-value:{PIN}",
        f"{MODULE}&{PIN}",
        f"{MODULE}&{PIN}=x",
        f"{MODULE}&pin-value={PIN} ",
        f"{MODULE}&pin-value={PIN}%",
        f"{MODULE}&pin-source={PIN}",
        f"{MODULE}&pin-value={PIN}&pin-value={PIN}",
        f"{MODULE}&pin-value={PIN}&pin-source=file:/p",
        f"pin-value={PIN}",
    ],
)
def test_no_message_about_a_wrong_uri_shows_the_pin(query: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_uri(f"token=t?{query}")
    assert PIN not in str(caught.value)


@pytest.mark.parametrize("prefix", ["file:", "file://", ""])
def test_pin_is_the_first_line_of_its_file(tmp_path: Path, prefix: str) -> None:
    file = tmp_path / "pin"
    file.write_bytes(b"1234\r\nanother line\n")
    assert parse_uri(f"token=t?{MODULE}&pin-source={prefix}{file}").pin == "1234"


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "empty"), (b"\n1", "empty"), (b"\xff", "UTF")]
)
def test_pin_file_without_a_pin_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "pin"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=words):
        parse_uri(f"token=t?{MODULE}&pin-source=file:{file}")


def test_pin_comes_from_the_environment_only_if_the_uri_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert parse_uri(f"token=t?{MODULE}").pin is None
    monkeypatch.setenv(PIN_VARIABLE, PIN)
    assert parse_uri(f"token=t?{MODULE}").pin == PIN
    assert parse_uri(f"token=t?{MODULE}&pin-value=1234").pin == "1234"
