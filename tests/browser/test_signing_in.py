"""Signing in as a person does it: with the mouse, with the keyboard alone, without JavaScript, on a telephone."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, Begin
from tests.browser.hands import OUTLINE
from tests.web.conftest import PASSWORD


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_person_signs_in_and_out(begin: Begin, small_desk: str, size: tuple[int, int], script: bool) -> None:
    page = begin(small_desk, size=size, script=script).sign_in("drafter")
    expect(page.get_by_role("link", name="Dana Drafter (drafter)")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_a_wrong_password_is_told_and_the_name_kept(begin: Begin, small_desk: str) -> None:
    page = begin(small_desk).open("/sign-in")
    page.get_by_label("Name").fill("Dana Drafter")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("do not go together")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Dana Drafter")
    expect(page.get_by_label("Password")).to_have_value("")


def test_the_keyboard_alone_signs_in(begin: Begin, small_desk: str) -> None:
    page = begin(small_desk).open("/sign-in")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Dana Drafter")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_the_first_tab_leads_past_the_navigation(begin: Begin, small_desk: str) -> None:
    page = begin(small_desk).sign_in("reader")
    page.goto(small_desk + "/people/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_focus_is_seen_wherever_it_goes(begin: Begin, small_desk: str) -> None:
    page = begin(small_desk).sign_in("keeper")
    page.goto(small_desk + "/people/")
    unseen = []
    for _ in range(page.locator("a, button, input:not([type=hidden]), select").count()):
        page.keyboard.press("Tab")
        where, width, contrast = page.evaluate(OUTLINE)
        if width < 2 or contrast < 3:
            unseen.append(where)
    assert unseen == []


def test_two_people_at_two_desks_do_not_meet(begin: Begin, small_desk: str) -> None:
    keeper, reader = begin(small_desk).sign_in("keeper"), begin(small_desk).sign_in("reader")
    keeper.goto(small_desk + "/people/")
    reader.goto(small_desk + "/people/")
    expect(keeper.get_by_role("heading", name="Add a person")).to_be_visible()
    expect(reader.get_by_role("heading", name="Add a person")).to_have_count(0)
