"""The check at the desk: what is wrong, what stands out with its letters, and approval that confirms kind by kind."""

import io
import re
from html import unescape

import pytest

from outreach import journal
from outreach.office import Office
from outreach.web import letters_checking
from tests.web.conftest import Visitor
from tests.web.world import Visit, drafted, letters, row_version, state

CHECK, APPROVE = "/letters/check/wsis20", "/letters/approve/wsis20"


@pytest.fixture
def drafter(visit: Visit, office: Office) -> Visitor:
    return drafted(office, visit, "open-net", "far-net")


def edit(drafter: Visitor, office: Office, number: int, subject: str) -> None:
    words = {"subject": subject, "body": "I write.", "version": row_version(office, number), "save": "1"}
    drafter.post(f"/letters/{number}/edit", words)


def last_entry(office: Office) -> dict[str, object]:
    with office.reading() as session:
        [(_entry, values)] = journal.latest(session, last=1)
        return values


def test_each_warning_and_each_value_leads_to_its_letters(drafter: Visitor) -> None:
    page = drafter.get(CHECK).text
    assert "No errors: nothing blocks their approval." in page
    assert "Warnings (2)" in page
    kind = drafter.get(f"{CHECK}?state=draft&kind=language-assumed").text
    assert "2 letters of" in kind
    assert "The language is assumed, not confirmed: open-net" in kind
    links = [unescape(link) for link in re.findall(r'href="(/letters/check/wsis20\?[^"]*field=[^"]+)"', page)]
    assert links
    for link in links:
        assert "IGF/LP/2025/000" in drafter.get(link).text


def test_a_value_without_letters_or_a_kind_that_does_not_exist_is_said(drafter: Visitor) -> None:
    assert "No letter has it." in drafter.get(f"{CHECK}?field=close%2C+en&value=Bye").text
    assert drafter.get(f"{CHECK}?kind=moon").status_code == 404
    assert drafter.get(f"{CHECK}?state=accepted").status_code == 404
    assert "There is nothing to check." in drafter.get(f"{CHECK}?state=approved").text


def test_an_error_is_named_and_no_approval_is_offered(drafter: Visitor, visit: Visit, office: Office) -> None:
    number = letters(office)[0]
    edit(drafter, office, number, "To {{ organisation }}")
    assert "1 letter cannot be approved as it stands." in drafter.get(CHECK).text
    approver = visit("approver")
    many = approver.get(APPROVE).text
    assert "“{{ organisation }}” was left to be filled in." in many
    assert 'name="count"' not in many
    one = approver.post(f"/letters/{number}/approve", {"version": row_version(office, number), "confirm": "language-assumed:1"})
    assert one.status_code == 409
    assert "cannot be approved" in one.text
    assert approver.post(APPROVE, {"count": "2"}, page=CHECK).status_code == 409
    assert [state(office, number) for number in letters(office)] == ["draft", "draft"]


def test_a_batch_is_approved_with_each_kind_ticked_and_the_ticks_stay_after_a_slip(
    visit: Visit, drafter: Visitor, office: Office
) -> None:
    approver = visit("approver")
    assert approver.ticked(APPROVE) == ["language-assumed:2"]
    unticked = approver.post(APPROVE, {"count": "2"})
    assert unticked.status_code == 409
    assert "There are 2 warnings (2 the language is assumed), and 0 confirmed" in unticked.text
    stale = approver.post(APPROVE, {"count": "2", "confirm": "language-assumed:1"})
    assert stale.status_code == 409
    slip = approver.post(APPROVE, {"count": "3", "confirm": "language-assumed:2"}).text
    assert re.search(r'value="language-assumed:2"[^>]*checked', slip)
    approver.post(APPROVE, {"count": "2", "confirm": "language-assumed:2"})
    assert [state(office, number) for number in letters(office)] == ["approved", "approved"]
    assert last_entry(office)["warnings_confirmed"] == {"language-assumed": 2}


def test_many_letters_are_checked_only_when_asked_and_then_approved_as_few_are(
    visit: Visit, drafter: Visitor, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters_checking, "AT_ONCE", 1)
    approver = visit("approver")
    for where in (CHECK, APPROVE):
        page = approver.get(where).text
        assert "2</strong> drafts of" in page
        assert "not checked yet" in page
        assert "checked just now" not in page
        assert 'name="count"' not in page
    assert "Warnings (2)" in approver.get(f"{CHECK}?state=draft&all=1").text
    assert approver.ticked(f"{APPROVE}?all=1") == ["language-assumed:2"]
    refused = approver.post(f"{APPROVE}?all=1", {"count": "3", "confirm": "language-assumed:2"})
    assert refused.status_code == 409
    assert 'name="count"' in refused.text
    approver.post(f"{APPROVE}?all=1", {"count": "2", "confirm": "language-assumed:2"})
    assert [state(office, number) for number in letters(office)] == ["approved", "approved"]


@pytest.mark.parametrize("confirm", ["language-assumed", "language-assumed:-1", ":1", "language-assumed:²", "x" * 99])
def test_what_no_box_sends_confirms_nothing(visit: Visit, drafter: Visitor, office: Office, confirm: str) -> None:
    number = letters(office)[0]
    data = {"version": row_version(office, number), "confirm": confirm}
    assert visit("approver").post(f"/letters/{number}/approve", data).status_code == 409
    assert state(office, number) == "draft"


def test_a_letter_with_warnings_asks_for_them_at_the_first_click_and_is_approved_at_the_second(
    visit: Visit, drafter: Visitor, office: Office
) -> None:
    number = letters(office)[0]
    approver, page = visit("approver"), f"/letters/{number}"
    first = approver.post(f"{page}/approve", {"version": row_version(office, number), "evidence": "by mail"}, page=page)
    assert first.status_code == 409
    assert 'name="confirm"' in first.text
    assert 'value="by mail"' in first.text, "nobody's words are lost"
    file = (io.BytesIO(b"Approved. V."), "mail.txt")
    words = {"evidence": "by mail", "confirm": "language-assumed:1", "file": file}
    assert "is approved." in approver.post(f"{page}/approve", {"version": row_version(office, number), **words}).text
    assert approver.get(f"{page}/approve").status_code == 422


def test_a_reader_sees_the_check_and_cannot_approve(visit: Visit, drafter: Visitor, office: Office) -> None:
    reader = visit("reader")
    assert "What stands out" in reader.get(CHECK).text
    assert "Approve them" not in reader.get(CHECK).text
    assert reader.get(f"/letters/{letters(office)[0]}/approve").status_code == 409


def test_under_the_two_person_rule_whoever_wrote_a_letter_is_told_to_ask_another(office: Office, visit: Visit) -> None:
    settings = office.folder / "outreach.toml"
    settings.write_text(settings.read_text().replace("two_person_rule = false", "two_person_rule = true"))
    strict = Office.open(office.folder, acting="Kim Keeper", clock=office.clock)
    office.settings = strict.settings
    strict.close()
    drafted(office, visit, "open-net")
    number = letters(office)[0]
    keeper = visit("keeper")
    edit(keeper, office, number, "By Kim")
    data = {"version": row_version(office, number), "confirm": keeper.ticked(f"/letters/{number}/approve")}
    refused = keeper.post(f"/letters/{number}/approve", data)
    assert "Kim Keeper wrote the present version" in refused.text
    assert "is approved." in visit("approver").post(f"/letters/{number}/approve", data).text
