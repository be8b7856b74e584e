"""Every page can be used by everybody: axe finds nothing against WCAG 2.2 AA on any page that links lead to."""

import json
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Begin, Shown

pytestmark = pytest.mark.xdist_group("demonstration")
OF_ONE_KIND = 2  # places named of one complaint
STANDARD = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "iframes": False}


def complaints(page: Page) -> Iterator[str]:
    """What axe finds against the page, each with the place on it."""
    page.evaluate(AXE_SCRIPT)
    result = page.evaluate(f"() => axe.run(document, {json.dumps(STANDARD)})")
    for found in result["violations"]:
        for node in found["nodes"][:OF_ONE_KIND]:
            yield f"{found['id']}: {found['help']} at {node['html'][:160]} ({len(found['nodes'])} such)"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_against_any_page(begin: Begin, shown: Shown, size: tuple[int, int]) -> None:
    address, found = shown
    visit = begin(address, size=size)
    said = [f"/sign-in: {one}" for one in complaints(visit.open("/sign-in"))]
    page = visit.sign_in("keeper")
    for place in found.html:
        page.goto(address + place)
        said += [f"{place}: {one}" for one in complaints(page)]
    assert not said, "\n".join(said)


def test_no_page_is_wider_than_a_telephone(begin: Begin, shown: Shown) -> None:
    address, found = shown
    page = begin(address, size=PHONE).sign_in("keeper")
    wide = []
    for place in found.html:
        page.goto(address + place)
        width = page.evaluate("() => document.documentElement.scrollWidth")
        if width > PHONE[0]:
            wide.append(f"{place}: {width} px")
    assert not wide, "\n".join(wide)


def test_every_page_has_one_heading_and_a_title(begin: Begin, shown: Shown) -> None:
    address, found = shown
    page = begin(address).sign_in("keeper")
    odd = []
    for place in found.html:
        page.goto(address + place)
        headings = page.locator("h1").all_inner_texts()
        if len(headings) != 1 or not page.title().split("·")[0].strip():
            odd.append(f"{place}: {headings}, {page.title()!r}")
    assert not odd, "\n".join(odd)
