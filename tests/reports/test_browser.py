"""The HTML report in a real browser: clicked through, searched, and attacked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from kmsproof_reports import html
from kmsproof_testing.hostile import HOSTILE, hostile_run
from kmsproof_testing.sample_run import sample_run

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Watched:
    """A page with everything that it asked for and complained of."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        self.address = file.as_uri()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._requested)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _requested(self, request: Request) -> None:
        self.requests.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"{message.type}: {message.text}")

    def open(self, fragment: str = "") -> Page:
        """Open the report, at a place in it."""
        self.page.goto(self.address + fragment)
        return self.page

    def check(self) -> None:
        """Assert that nothing but the file was asked for and nothing went wrong."""
        outside = [url for url in self.requests if not url.startswith((self.address, "data:,"))]
        assert outside == []
        assert self.complaints == []


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS])
        expect.set_options(timeout=5_000)
        yield running
        running.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run of four targets, 720 vectors each."""
    folder = tmp_path_factory.mktemp("report")
    file = folder / "report.html"
    file.write_text(html.render(sample_run(24).run(folder)), encoding="utf-8")
    return file


@pytest.fixture
def watched(browser: Browser, report: Path) -> Iterator[Watched]:
    """The report in a fresh page; at the end of the test nothing may have gone wrong."""
    page = browser.new_page()
    watched = Watched(page, report)
    yield watched
    watched.check()
    page.close()


def test_it_opens_with_verdict_and_red_rows(watched: Watched) -> None:
    page = watched.open()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Not conformant: 2 of 4 targets are conformant"
    )
    expect(page.locator("#found")).to_have_text("120 of 720 vectors")
    expect(page.locator("#rows .mark").first).to_be_visible()
    first = page.locator("#rows tr.row").first
    expect(first).to_contain_text("wrong-accept")


def test_a_cell_of_the_matrix_filters_the_list(watched: Watched) -> None:
    page = watched.open()
    page.get_by_role("link", name="cryptography, Aliyun_AES_192 · GCM: 14 wrong-reject").click()
    expect(page.locator("#found")).to_have_text("14 of 720 vectors")
    expect(page.locator("#by-target")).to_have_value("1")
    expect(page.locator("#by-family")).to_have_value("aes-192-gcm")
    expect(page.locator("#explorer")).to_be_in_viewport()
    page.get_by_role("link", name="reference, Aliyun_AES_192 · GCM: 96 passed").click()
    expect(page.locator("#found")).to_have_text("96 of 720 vectors")
    page.locator("#reset").click()
    expect(page.locator("#found")).to_have_text("720 of 720 vectors")
    page.locator("#scope-red").click()
    expect(page.locator("#found")).to_have_text("120 of 720 vectors")


def test_the_filters_narrow_the_list(watched: Watched) -> None:
    page = watched.open()
    page.locator("#by-verdict").select_option("wrong-error")
    expect(page.locator("#found")).to_have_text("48 of 720 vectors")
    page.locator("#by-case").select_option("padding-byte")
    expect(page.locator("#found")).to_have_text("48 of 720 vectors")
    page.locator("#by-family").select_option("aes-128-gcm")
    expect(page.locator("#empty")).to_be_visible()
    page.locator("#reset").click()
    page.locator("#scope-all").click()
    page.locator("#by-verdict").select_option("unsupported")
    expect(page.locator("#found")).to_have_text("384 of 720 vectors")


def test_the_search_finds_ids_codes_and_reasons(watched: Watched) -> None:
    page = watched.open()
    for words, found in (
        ("iv-length/0003", "3 of 720 vectors"),
        ("initialization_vector 1024", "42 of 720 vectors"),
        ("ckr_data_len_range", "48 of 720 vectors"),
        ("smalliv aes-256", "14 of 720 vectors"),
        ("no such thing", "0 of 720 vectors"),
    ):
        page.locator("#search").fill(words)
        expect(page.locator("#found")).to_have_text(found)


def test_a_row_opens_with_bytes_and_command(watched: Watched) -> None:
    page = watched.open()
    page.locator("#by-verdict").select_option("wrong-output")
    page.locator("#rows .row-button").first.click()
    detail = page.locator("#rows tr.detail")
    expect(detail).to_contain_text("byte 18 of 64 is the first that differs")
    expect(detail.locator("mark")).to_have_count(2)
    expect(detail).to_contain_text("kmsproof replay aes-128-cbc-pkcs7/message/0003 'pkcs11:")
    expect(detail).to_contain_text("G1: ordinary messages")
    expect(detail).to_contain_text("reference: pass")
    page.locator("#rows .row-button").first.click()
    expect(detail).to_have_count(0)


def test_a_finding_opens_and_shows_its_vectors(watched: Watched) -> None:
    page = watched.open()
    finding = page.locator("details.cluster", has_text="Refuses invalid input for the wrong")
    expect(finding.locator(".body")).to_be_hidden()
    finding.locator("summary").click()
    expect(finding.locator(".body")).to_be_visible()
    finding.get_by_role("link", name="Show all 48 in the list").click()
    expect(page.locator("#found")).to_have_text("48 of 720 vectors")
    expect(page.locator("#by-cluster")).to_contain_text("Refuses invalid input")
    page.locator("#by-cluster").click()
    expect(page.locator("#found")).to_have_text("120 of 720 vectors")


def test_a_link_leads_to_a_vector(watched: Watched) -> None:
    page = watched.open("#vector=aes-256-ecb-no-padding%2Fmessage%2F0023")
    button = page.get_by_role("button", name="aes-256-ecb-no-padding/message/0023", exact=True)
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(button).to_be_in_viewport()
    page.goto(watched.address + "#vector=there/is/none")
    expect(page.locator("#explorer")).to_be_visible()


def test_a_link_in_a_finding_leads_to_its_vector(watched: Watched) -> None:
    page = watched.open()
    page.get_by_role("link", name="aes-128-gcm/iv-length/0002", exact=True).first.click()
    button = page.get_by_role("button", name="aes-128-gcm/iv-length/0002", exact=True)
    expect(button).to_have_attribute("aria-expanded", "true")


def test_everything_works_with_keys(watched: Watched) -> None:
    page = watched.open()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("iv-length")
    expect(page.locator("#found")).to_have_text("44 of 720 vectors")
    page.keyboard.press("Escape")
    expect(page.locator("#found")).to_have_text("120 of 720 vectors")
    buttons = page.locator("#rows .row-button")
    page.keyboard.press("j")
    expect(buttons.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(buttons.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(buttons.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#rows tr.detail")).to_have_count(1)
    expect(buttons.first).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#page")).to_have_text("Page 2 of 2")
    page.keyboard.press("p")
    expect(page.locator("#page")).to_have_text("Page 1 of 2")


def test_a_command_is_copied(watched: Watched, browser: Browser) -> None:
    page = watched.open()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name="Copy the command that repeats the example").first
    button.click()
    expect(button).to_have_text("Copied")


def test_verdict_matrix_and_findings_need_no_script(browser: Browser, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".cell-link").first).to_be_visible()
    expect(page.locator("details.cluster").first).to_be_visible()
    expect(page.locator("#explorer")).to_be_hidden()
    expect(page.locator("noscript p")).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_enough(watched: Watched, scheme: str) -> None:
    page = watched.page
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    watched.open()
    names = ("ink", "soft", "pass", "fail", "error", "flaky", "none", "accent")
    for name in names:
        tints = ["card", "page", *([f"{name}-tint"] if name not in ("ink", "soft") else [])]
        for tint in tints:
            ratio = contrast(_colour(page, name), _colour(page, tint))
            assert ratio >= 4.5, (scheme, name, tint, ratio)


def _colour(page: Page, name: str) -> str:
    script = f"getComputedStyle(document.documentElement).getPropertyValue('--{name}').trim()"
    return str(page.evaluate(script))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG 2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("text", HOSTILE, ids=[f"{n}" for n in range(len(HOSTILE))])
def test_hostile_texts_do_nothing(browser: Browser, text: str, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(html.render(hostile_run(text, tmp_path)), encoding="utf-8")
    page = browser.new_page()
    watched = Watched(page, file)
    watched.open()
    for button in page.locator("#rows .row-button").all():
        button.click()
    for finding in page.locator("details.cluster > summary").all()[1:]:
        finding.click()
    expect(page.locator("#rows tr.detail").first).to_be_visible()
    assert page.evaluate("window.__pwned") is None
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    watched.check()
    page.close()


def test_forty_thousand_vectors_of_four_targets_stay_usable(
    browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    file.write_text(html.render(sample_run(1_334).run(tmp_path)), encoding="utf-8")
    page = browser.new_page()
    watched = Watched(page, file)
    watched.open()
    page.locator("#scope-all").click()
    expect(page.locator("#found")).to_have_text("40,020 of 40,020 vectors")
    expect(page.locator("#rows tr.row")).to_have_count(100)
    page.locator("#search").fill("aes-256-cbc-pkcs7 message/1333")
    expect(page.locator("#found")).to_have_text("1 of 40,020 vectors")
    page.goto(watched.address + "#vector=aes-256-ecb-no-padding%2Fmessage%2F1333")
    expect(page.locator("#page")).to_have_text("Page 401 of 401")
    watched.check()
    page.close()
