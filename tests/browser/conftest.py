"""Chromium, on a desktop and on a phone, that tells about every fault of a page.

def test_sign_in(visit):                # once on the desktop, once on the phone
    page = visit("/accounts/login/")
    ...
    assert_accessible(page)
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError
from pytest_django.live_server_helper import LiveServer

from tests.plugins.tools import CHROMIUM

# Playwright runs an event loop in this thread, where Django would refuse to work.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

HERE = Path(__file__).parent
CALM = ("background-networking", "component-update", "sync")  # no calls of its own
FLAGS = ["--no-sandbox", "--disable-gpu", *(f"--disable-{name}" for name in CALM)]

SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1366, "height": 768}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}
# WCAG 2.2 AA, and what axe calls good practice.
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    # Else it fetches what style sheets import, as if it stood beside the page.
    "preload": {"assets": ["media"]},
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"),
        "best-practice",
    ],
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder `browser`."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
) -> dict[str, Any]:
    """Start the system's Chromium: nothing is downloaded."""
    ours = {"executable_path": CHROMIUM.find(), "args": FLAGS}
    return browser_type_launch_args | ours


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Return what `page.goto("/")` starts from."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Be a browser of an official in Viet Nam."""
    return browser_context_args | {
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
        "reduced_motion": "reduce",  # nothing is caught in the middle of a movement
    }


@dataclass
class Faults:
    """What went wrong in the pages of one test, and what the test expects of it."""

    host: str
    seen: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """Let faults that match the regular expression pass: `expect("403")`."""
        self.expected.append(pattern)

    def unexpected(self) -> list[str]:
        """Return the faults that no expectation covers."""
        return [
            fault
            for fault in self.seen
            if not any(re.search(pattern, fault) for pattern in self.expected)
        ]

    def watch(self, context: BrowserContext) -> None:
        """Listen to every page of the context."""
        context.on("console", self.on_console)
        context.on("weberror", self.on_error)
        context.on("request", self.on_request)

    def on_console(self, message: ConsoleMessage) -> None:
        """Note errors: what the strict CSP blocked is told here as well."""
        if message.type == "error":
            self.seen.append(f"console: {message.text} ({message.location['url']})")

    def on_error(self, error: WebError) -> None:
        """Note an exception that no script caught."""
        self.seen.append(f"script: {error.error}")

    def on_request(self, request: Request) -> None:
        """Note a request that leaves our server."""
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob", "about"} and url.netloc != self.host:
            self.seen.append(f"leaves the server: {request.url}")


@pytest.fixture
def faults(base_url: str) -> Iterator[Faults]:
    """Watch the pages of a test, and fail it at its end for what it did not expect."""
    faults = Faults(host=urlsplit(base_url).netloc)
    yield faults
    unexpected = faults.unexpected()
    assert not unexpected, "The pages had faults:\n" + "\n".join(unexpected)


@pytest.fixture
def open_page(
    new_context: Callable[..., BrowserContext], faults: Faults
) -> Callable[..., Page]:
    """Return `open_page(screen="desktop", **context)`: a page of a new visitor.

    A second visitor in the same test is a second call.
    """

    def open_page(screen: str = "desktop", **options: Any) -> Page:
        context = new_context(**SCREENS[screen], **options)
        faults.watch(context)
        return context.new_page()

    return open_page


@pytest.fixture
def desktop(open_page: Callable[..., Page]) -> Page:
    """Return a page of 1366 by 768, with mouse and keyboard."""
    return open_page("desktop")


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """Return a page of 390 by 844, with touch."""
    return open_page("phone")


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest, open_page: Callable[..., Page]) -> Page:
    """Return a page; the test runs once on the desktop and once on the phone."""
    return open_page(request.param)


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[[Page], None]:
    """Return a check: axe finds nothing in the page as it stands."""
    axe = Axe()

    def assert_accessible(page: Page) -> None:
        # Playwright hands the script to the debugger, which our CSP does not bind.
        found = axe.run(page, options=AXE_OPTIONS)
        assert not found.violations_count, f"{page.url}\n{found.generate_report()}"

    return assert_accessible


from tests.browser.fixtures import ward_year  # noqa: E402,F401 - a fixture of all
