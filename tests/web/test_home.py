"""The home page: what waits for whom, how the campaigns stand, each number a way to its list."""

import re
from collections.abc import Callable

import pytest

from tests.web.conftest import Visitor

Visit = Callable[[str | None], Visitor]


def waiting_for(page: str) -> str:
    found = re.search(r'<section aria-labelledby="waits">.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize(
    ("address", "room"), [("/", "Home"), ("/responses/", "Answers"), ("/waiting/", "Answers"), ("/inputs/themes", "Answers")]
)
def test_the_room_that_a_page_belongs_to_is_marked(visit: Visit, address: str, room: str) -> None:
    marked = re.findall(r'aria-current=page href="[^"]*">([^<]*)</a>', visit("reader").get(address).text)
    assert marked == [room]


def test_an_empty_office_is_told_that_nothing_waits_and_nothing_is_late(visit: Visit) -> None:
    page = visit("drafter").get("/").text
    assert "There is no campaign yet." in page
    assert "Nothing is late." in page
    assert "Nothing." in waiting_for(page)


def test_each_role_sees_what_waits_for_it(visit_full: Visit) -> None:
    reader, drafter, approver, keeper = (
        waiting_for(visit_full(role).get("/").text) for role in ("reader", "drafter", "approver", "keeper")
    )
    assert reader == ""
    assert "does not say who may be named" in drafter or "do not say who may be named" in drafter
    assert "have not left" not in drafter
    assert "have not left" in approver
    assert "may be named" not in approver
    assert "have not left" in keeper
    assert "may be named" in keeper


def test_each_number_of_a_campaign_leads_to_as_many_letters(visit_full: Visit) -> None:
    visitor = visit_full("reader")
    page = visitor.get("/").text
    links = re.findall(r'<a href="(/letters/\?[^"]+)">(\d+)</a>', page)
    assert len(links) > 5
    for address, number in links:
        shown = visitor.get(address.replace("&amp;", "&")).text
        assert re.search(rf"\b{number} letters?\b", shown), address


def test_the_overdue_number_leads_to_as_many_letters(visit_full: Visit) -> None:
    visitor = visit_full("reader")
    found = re.search(r'<a href="(/letters/\?at=overdue)">(\d+) letter', visitor.get("/").text)
    assert found
    assert re.search(rf"\b{found[2]} letters?\b", visitor.get(found[1]).text)


@pytest.mark.parametrize("which", ["group", "region"])
def test_a_chart_is_an_image_of_its_own_without_script_and_the_numbers_stand_on_a_page(visit_full: Visit, which: str) -> None:
    visitor = visit_full("reader")
    page = visitor.get("/").text
    assert re.search(rf'<img [^>]*src="/home/chart/{which}.svg" alt="Bars: [^"]+"', page)
    image = visitor.get(f"/home/chart/{which}.svg")
    assert image.mimetype == "image/svg+xml"
    assert "<script" not in image.text
    assert "answered" in image.text
    assert '<a href="/home/groups">' in page
    numbers = visitor.get("/home/groups").text
    label = re.search(rf'id="by-{which}".*?<tbody><tr><th scope="row">([^<]+)</th>', numbers, re.DOTALL)
    assert label
    assert label[1] in image.text


def test_a_chart_that_does_not_exist_is_not_found(visit: Visit) -> None:
    assert visit("reader").get("/home/chart/moon.svg").status_code == 404


def test_the_home_page_holds_no_inline_style(visit_full: Visit) -> None:
    assert " style=" not in visit_full("keeper").get("/").text
