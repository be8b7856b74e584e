"""A real browser before a real server: what fails in it fails the test, and nothing beyond this machine is asked for."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect, sync_playwright
from waitress.server import create_server
from waitress.wasyncore import close_all

from outreach.office import Office, system_clock
from tests.conftest import copy_to_act_in
from tests.web.conftest import PASSWORD, ROLES, Visitor, desk_of, staff
from tests.web.crawling import Found, walk

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # No name leads out of this machine; who asks for one is told by `watch`.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    # Chromium's own sandbox cannot be set up by root; what it shows here is ours alone.
    *(("--no-sandbox",) if os.geteuid() == 0 else ()),
)
DESKTOP, PHONE = (1280, 900), (390, 844)
expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser of this machine, or a skip that says what to install (a failure under CI)."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        absent = "There is no Chromium here: `apt-get install chromium` brings it."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(absent)
    return found


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """The browser with a profile of its own, which ends with it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve `app` on this machine as `outreach serve` does; gives its address."""
    sockets: dict[int, Any] = {}
    server = create_server(app, map=sockets, host="127.0.0.1", port=0, threads=4, ident=None)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # What is being answered is finished first; the loop closes its own sockets and ends when none is left.
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: close_all(map=sockets, ignore_all=True))
        thread.join(timeout=10)


@dataclass
class Visit:
    """Somebody before a browser of their own, and all that went wrong in it."""

    context: BrowserContext
    origin: str
    faults: list[str] = field(default_factory=list)

    def open(self, address: str = "/") -> Page:
        page = self.context.new_page()
        page.goto(self.origin + address)
        return page

    def sign_in(self, role: str = "keeper") -> Page:
        page = self.open("/sign-in")
        page.get_by_label("Name").fill(ROLES[role])
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        return page

    def watch(self) -> None:
        # Looked at and not held up: a browser whose requests are held up keeps no file of the look from page to page.
        self.context.on("request", self._asked)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.faults.append(f"script failed: {error.error}"))
        self.context.on("response", self._answered)

    def _asked(self, request: Request) -> None:
        # What the browser itself is made of (its viewer of PDF files) has other schemes.
        if request.url.startswith(("http", "ws")) and not request.url.startswith(self.origin):
            self.faults.append(f"asked elsewhere: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        # Answers that are refusals are judged as such, in _answered.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console {message.type}: {message.text}")

    def _answered(self, response: Response) -> None:
        # A page may say no (404, 409, 422); a file of the look may not be missing, and nothing may break.
        if response.status >= 500 or (response.status >= 400 and not response.request.is_navigation_request()):
            self.faults.append(f"{response.status} at {response.url}")


Begin = Callable[..., Visit]
Shown = tuple[str, Found]


@contextmanager
def visiting(browser: Browser) -> Iterator[Begin]:
    """Open a browser at a desk: `begin(origin, size=PHONE, script=False)`. Whatever went wrong in it is told at the end."""
    visits: list[Visit] = []

    def open_one(origin: str, *, size: tuple[int, int] = DESKTOP, script: bool = True) -> Visit:
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=script,
            locale="en-GB",
            is_mobile=size == PHONE,
            has_touch=size == PHONE,
        )
        visit = Visit(context, origin)
        visit.watch()
        visits.append(visit)
        return visit

    yield open_one
    for visit in visits:
        visit.context.close()
    assert [fault for visit in visits for fault in visit.faults] == []


@pytest.fixture
def begin(browser: Browser) -> Iterator[Begin]:
    """Open browsers at a desk; whatever goes wrong in one fails the test."""
    with visiting(browser) as begin:
        yield begin


@pytest.fixture
def small_desk(office: Office) -> Iterator[str]:
    """The address of the desk of an office with an empty directory."""
    staff(office)
    with serving(desk_of(office)) as address:
        yield address


@pytest.fixture
def full_office(demonstration_copy: Path) -> Iterator[Office]:
    """A demonstration office to act in, with one person of each role."""
    office = Office.open(demonstration_copy, acting="Demonstration Keeper", clock=system_clock)
    staff(office)
    yield office
    office.close()


@pytest.fixture
def full_desk(full_office: Office) -> Iterator[str]:
    """The address of the desk of a demonstration office."""
    with serving(desk_of(full_office)) as address:
        yield address


@pytest.fixture(scope="package")
def shown(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The desk of a demonstration office for looking only: its address, and every page a keeper can go to in it."""
    folder = copy_to_act_in(demonstration, tmp_path_factory.mktemp("shown") / "demo-office")
    office = Office.open(folder, acting="Demonstration Keeper", clock=system_clock)
    staff(office)
    app = desk_of(office)
    visitor = Visitor(app.test_client())
    visitor.sign_in(ROLES["keeper"])
    with serving(app) as address:
        yield address, walk(app, visitor, of_a_kind=2)
    office.close()
