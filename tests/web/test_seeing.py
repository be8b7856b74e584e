"""What every page has at hand."""

from collections.abc import Callable

import pytest
from flask import Flask

from outreach.web import seeing
from tests.web.conftest import Visitor


def test_the_next_page_keeps_the_filters_and_takes_no_option_from_the_address(desk: Flask) -> None:
    with desk.test_request_context("/letters/?q=a%26b&state=draft&_method=x&_external=1&page=2"):
        page = seeing.page_of(range(51))
        assert page.before == "/letters/?q=a%26b&state=draft&_method=x&_external=1&page=1"
        assert page.after == "/letters/?q=a%26b&state=draft&_method=x&_external=1&page=3"
    assert len(page.items) == 50


@pytest.mark.parametrize(("asked", "number"), [("", 1), ("0", 1), ("-3", 1), ("x", 1), ("7", 7), ("9" * 30, 1_000_000)])
def test_any_page_number_is_one(desk: Flask, asked: str, number: int) -> None:
    with desk.test_request_context(f"/?page={asked}"):
        assert seeing.page_number() == number


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_a_part_of_a_page_is_sent_only_to_who_asks_for_a_part(desk: Flask, headers: dict[str, str], part: bool) -> None:
    with desk.test_request_context("/", headers=headers):
        assert seeing.is_fragment() is part


def test_a_list_far_beyond_its_end_is_an_empty_page(visit_full: Callable[[str | None], Visitor]) -> None:
    visitor = visit_full("reader")
    for where in ("/letters/", "/contacts/", "/responses/"):
        assert visitor.get(f"{where}?page={'9' * 30}").status_code == 200, where
