"""Every page can be used by everybody: read aloud, on a telephone, by its headings. axe judges by WCAG 2.2, level AA."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP, PHONE, Shown, visiting

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


def _through(browser: Browser, shown: Shown, size: tuple[int, int]) -> Iterator[Look]:
    address, found = shown
    rules = STANDARD if size == DESKTOP else OF_WIDTH
    with visiting(browser) as begin:
        visit = begin(address, size=size)
        yield look(visit.open("/sign-in"), "/sign-in", rules)
        page = visit.sign_in("keeper")
        for place in found.html:
            page.goto(address + place)
            yield look(page, place, rules)


def look(page: Page, place: str, rules: dict[str, Any]) -> Look:
    headings = tuple(page.locator("h1").all_inner_texts())
    too_wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return Look(place, tuple(complaints(page, rules)), page.title(), headings, too_wide)


def complaints(page: Page, rules: dict[str, Any]) -> Iterator[str]:
    """What axe finds against the page, each with places on it."""
    page.evaluate(AXE_SCRIPT)
    result = page.evaluate(f"() => axe.run(document, {json.dumps(rules)})")
    for found in result["violations"]:
        for node in found["nodes"][:OF_ONE_KIND]:
            yield f"{found['id']}: {found['help']} at {node['html'][:160]} ({len(found['nodes'])} such)"


# One test for each width, so that each page is opened once whoever runs it.
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_can_be_used_by_everybody(browser: Browser, shown: Shown, size: tuple[int, int]) -> None:
    looks = list(_through(browser, shown, size))
    complaints = [f"{look.place}: {one}" for look in looks for one in look.complaints]
    sideways = [f"{look.place}: {look.too_wide} px too wide" for look in looks if look.too_wide > 0]
    odd = [look for look in looks if len(look.headings) != 1 or not look.title.split("·")[0].strip()]
    complaints += sideways + [f"{look.place}: headings {look.headings}, title {look.title!r}" for look in odd]
    assert not complaints, "\n".join(complaints)
