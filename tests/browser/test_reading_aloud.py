"""Every page can be used by everybody: read aloud, on a telephone, by its headings. axe judges by WCAG 2.2, level AA."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Begin, Shown

OF_ONE_KIND = 2  # places named of one complaint
OPTIONS = {"iframes": False, "resultTypes": ["violations"]}
STANDARD = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], **OPTIONS}
# What a narrow page may break that a wide one does not.
OF_WIDTH = {
    "runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "link-in-text-block"]},
    **OPTIONS,
}


@dataclass(frozen=True)
class Look:
    """What was seen of a page."""

    place: str
    complaints: tuple[str, ...]
    title: str
    headings: tuple[str, ...]
    too_wide: int

    @property
    def faults(self) -> Iterator[str]:
        yield from (f"{self.place}: {one}" for one in self.complaints)
        if self.too_wide > 0:
            yield f"{self.place}: {self.too_wide} px too wide"
        if len(self.headings) != 1 or not self.title.split("·")[0].strip():
            yield f"{self.place}: headings {self.headings}, title {self.title!r}"


class Eyes:
    """Looks at a page at a desk and on a telephone: what stands on it is the same, and is opened once for both."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.screen = page.context.new_cdp_session(page)

    def looks(self, place: str) -> Iterator[Look]:
        self.page.evaluate(AXE_SCRIPT)
        yield self._look(place, STANDARD)
        self._turn(PHONE, is_phone=True)
        yield self._look(f"{place} on a telephone", OF_WIDTH)
        self._turn(DESKTOP, is_phone=False)

    def _turn(self, size: tuple[int, int], *, is_phone: bool) -> None:
        width, height = size
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone}
        self.screen.send("Emulation.setDeviceMetricsOverride", screen)
        self.screen.send("Emulation.setTouchEmulationEnabled", {"enabled": is_phone})

    def _look(self, place: str, rules: dict[str, Any]) -> Look:
        seen = self.page.evaluate(SEEN)
        return Look(place, tuple(complaints(self.page, rules)), seen["title"], tuple(seen["headings"]), seen["tooWide"])


SEEN = """() => ({
    title: document.title,
    headings: [...document.querySelectorAll("h1")].map(h1 => h1.innerText),
    tooWide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
})"""


def complaints(page: Page, rules: dict[str, Any]) -> Iterator[str]:
    """What axe finds against the page, each with places on it."""
    for found in page.evaluate(f"async () => (await axe.run(document, {json.dumps(rules)})).violations"):
        for node in found["nodes"][:OF_ONE_KIND]:
            yield f"{found['id']}: {found['help']} at {node['html'][:160]} ({len(found['nodes'])} such)"


@pytest.mark.first
def test_every_page_can_be_used_by_everybody(begin: Begin, shown: Shown) -> None:
    address, found = shown
    visit = begin(address)
    looks = list(Eyes(visit.open("/sign-in")).looks("/sign-in"))
    eyes = Eyes(visit.sign_in("keeper"))
    for place in found.html:
        eyes.page.goto(address + place)
        looks += eyes.looks(place)
    assert len(looks) > 200
    faults = [fault for look in looks for fault in look.faults]
    assert not faults, "\n".join(faults)


def test_what_a_page_breaks_on_a_telephone_alone_is_seen(begin: Begin, shown: Shown) -> None:
    eyes = Eyes(begin(shown[0]).sign_in("keeper"))
    eyes.page.evaluate(
        """() => {
            const wide = document.createElement("div");
            wide.className = "d-md-none";
            wide.style.width = "700px";
            wide.append("wide");
            document.querySelector("main").append(wide);
        }"""
    )
    desktop, phone = eyes.looks("here")
    assert list(desktop.faults) == []
    assert phone.too_wide > 200
