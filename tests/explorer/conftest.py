"""The explorer in a headless Chromium."""

import os
import re
import shutil
from functools import partial

import pytest

from skfocal.explorer import write_page

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
OPTIONS = (
    "--no-sandbox",  # containers and CI machines run as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.fail(
            f"found none of {', '.join(CHROMIUM)}. Install Chromium, or set CHROMIUM to its path."
        )
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Write the page, and return its address."""
    return write_page(tmp_path_factory.mktemp("explorer") / "explorer.html").as_uri()


SITE = "http://site.test"
"""Address of pages that tests serve. No request for them leaves the browser."""


class Visits:
    """Open pages, and collect their console messages, errors and requests."""

    def __init__(self, browser):
        self._browser = browser
        self._contexts = []
        self.messages = []
        self.requests = []

    def open(self, address, **options):
        """Open an address in a window of its own."""
        page = self._new_page(options)
        page.goto(address)
        return page

    def serve(self, html, scripts, functions=None, **options):
        """Open a page with modules by name, and with Python functions that it can call."""
        page = self._new_page(options)
        contents = {"": ("text/html; charset=utf-8", html), "favicon.ico": ("image/x-icon", "")}
        contents |= {name: ("text/javascript", script) for name, script in scripts.items()}
        for name, (kind, content) in contents.items():
            page.route(f"{SITE}/{name}", partial(_answer, kind, content))
        for name, function in (functions or {}).items():
            page.expose_function(name, function)
        page.goto(f"{SITE}/")
        return page

    def _new_page(self, options):
        settings = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
        context = self._browser.new_context(**(settings | options))
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: self.messages.append(message.text))
        page.on("pageerror", lambda error: self.messages.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        return page

    def close(self):
        for context in self._contexts:
            context.close()


def _answer(kind, content, route):
    route.fulfill(content_type=kind, body=content)


@pytest.fixture
def visits(browser):
    visits = Visits(browser)
    yield visits
    visits.close()
    assert visits.messages == []
    outside = [url for url in visits.requests if not url.startswith((SITE, "blob:", "file:"))]
    assert outside == []


@pytest.fixture
def page(visits, address):
    """Return the page without animations."""
    return visits.open(address)


@pytest.fixture
def set_slider():
    """Return a function that moves a range input as a user does."""

    def set_value(locator, value):
        locator.evaluate(
            "(input, value) => { input.value = value;"
            " input.dispatchEvent(new Event('input', { bubbles: true })); }",
            str(value),
        )

    return set_value


def parse_shown(text):
    """Return the number that a text shows, and half a unit of its last digit."""
    match = re.fullmatch(r"(−?\d+)(?:\.(\d+))?(?:e([+-]\d+))?", text.replace(",", ""))
    assert match, text
    exponent = int(match[3] or 0)
    value = float(match[0].replace("−", "-"))
    return value, 0.5 * 10.0 ** (exponent - len(match[2] or ""))


@pytest.fixture
def agrees():
    """Return a function that checks a shown number: it is the expected one, rounded."""

    def check(text, expected):
        value, half_unit = parse_shown(text)
        # Rounding may differ if the expected number is half way between two. Factors below the
        # smallest normal number are zero in the package.
        tolerance = half_unit * 1.001 + 1e-9 * abs(expected) + 1e-150
        assert abs(value - expected) <= tolerance, (text, expected)

    return check
