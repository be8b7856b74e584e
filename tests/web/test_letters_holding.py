"""Holding letters and leaving addressees out at the desk, without a script."""

import re

import pytest

from outreach.office import Office
from tests.web.conftest import Visitor
from tests.web.world import Visit, drafted, letters, state


@pytest.fixture
def drafter(visit: Visit, office: Office) -> Visitor:
    return drafted(office, visit, "open-net", "far-net")


def test_a_letter_is_held_found_among_the_held_and_released(drafter: Visitor, office: Office) -> None:
    number = letters(office)[0]
    page = f"/letters/{number}"
    text = drafter.post(f"{page}/hold", {"because": "waits for <b>Kenya</b>"}, page=page).text
    assert "waits for &lt;b&gt;Kenya&lt;/b&gt;" in text
    assert "Hold the letter, because" not in text
    assert "1 letter" in drafter.get("/letters/?held=yes").text
    assert "2 letters" in drafter.get("/letters/").text
    text = drafter.post(f"{page}/release", {}, page=page).text
    assert "is held no longer" in text
    assert "0 letters" in drafter.get("/letters/?held=yes").text


def test_a_letter_is_not_held_without_a_reason(drafter: Visitor, office: Office) -> None:
    page = f"/letters/{letters(office)[0]}"
    response = drafter.post(f"{page}/hold", {"because": " "}, page=page)
    assert response.status_code == 409
    assert "Say why" in response.text


def test_an_addressee_is_left_out_with_its_draft_and_taken_in_again(drafter: Visitor, office: Office) -> None:
    campaign = drafter.get("/campaigns/wsis20").text
    page = re.findall(r'"(/campaigns/wsis20/addressees/\d+)"', campaign)[0]
    text = drafter.post(f"{page}/out", {"because": "Thanked last week"}, page=page).text
    assert "is left out. IGF/LP/2025/" in text
    assert "Thanked last week" in text
    assert "Addressees (1)" in text
    assert sorted(state(office, number) for number in letters(office)) == ["cancelled", "draft"]
    assert "It is left out: Thanked last week" in drafter.get(page).text
    assert "Addressees (2)" in drafter.post(f"{page}/in", {}, page=page).text
