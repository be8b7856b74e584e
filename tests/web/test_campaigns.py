"""Campaigns at the desk: choosing addressees with a live count, keeping exactly those, drafting, what one gets of its own."""

import io
import re

import pytest

from outreach.campaigns import planning
from outreach.office import Office
from tests.web.world import PLAN, Visit, drafted, letters, societies


def test_counting_shows_who_is_chosen_who_is_left_out_and_who_has_no_address(visit: Visit, office: Office) -> None:
    societies(office, "open-net", "far-net")
    page = visit("drafter").get("/new-campaign", query_string=PLAN).text
    assert "2 addressees" in page
    assert "technical community" in page
    assert "1: it has no post of the kind" in page
    assert "<li>kenya</li>" in page
    assert "Keep with 2 addressees" in page
    page = visit("drafter").get("/new-campaign", query_string={**PLAN, "template": "member-state"}).text
    assert "1 without an e-mail address" in page


def test_what_is_ticked_is_written_as_a_selection(visit: Visit, office: Office) -> None:
    societies(office, "open-net")
    ticked = {**PLAN, "to": "", "write": "1", "group": ["technical-community", "academia"], "kind": "organisation"}
    page = visit("drafter").get("/new-campaign", query_string=ticked).text
    assert 'value="group:technical-community,academia kind:organisation"' in page
    assert "1 addressee" in page


def test_the_live_count_is_a_part_of_the_page_only(visit: Visit, office: Office) -> None:
    societies(office, "open-net")
    part = visit("drafter").get("/new-campaign", query_string=PLAN, headers={"HX-Request": "true"}).text
    assert "1 addressee" in part
    assert "<html" not in part


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"to": "group:moon"}, "There is no group"),
        ({"to": "org:nobody"}, "There is no organisation"),
        ({"deadline": ""}, "needs a deadline"),
        ({"copies": "inputs@leadership-panel.example"}, "answers would loop"),
    ],
)
def test_what_cannot_be_counted_is_said_beside_the_form(
    visit: Visit, office: Office, change: dict[str, str], words: str
) -> None:
    societies(office, "open-net")
    page = visit("drafter").get("/new-campaign", query_string={**PLAN, **change})
    assert page.status_code == 200
    assert words in page.text
    assert "Keep with" not in page.text


def test_a_campaign_is_kept_with_exactly_the_addressees_that_were_counted(visit: Visit, office: Office) -> None:
    societies(office, "open-net", "far-net")
    visitor = visit("drafter")
    refused = visitor.post("/new-campaign", {**PLAN, "count": 1}, page="/new-campaign")
    assert refused.status_code == 409
    assert "2 are chosen now, not 1; nothing was kept" in refused.text
    assert 'value="Value of the IGF"' in refused.text, "what was typed is still there"
    page = visitor.post("/new-campaign", {**PLAN, "count": 2}, page="/new-campaign").text
    assert "wsis20 is kept with 2 addressees." in page
    assert "Addressees (2)" in page


def test_a_bad_short_name_is_refused_and_the_rest_is_still_there(visit: Visit, office: Office) -> None:
    societies(office, "open-net")
    page = visit("drafter").post("/new-campaign", {**PLAN, "slug": "No Name!", "count": 1}, page="/new-campaign")
    assert page.status_code == 422
    assert "is no campaign name" in page.text
    assert "Keep with 1 addressee" in page.text


def test_drafting_names_whoever_cannot_be_written_to_and_drafts_the_others(visit: Visit, office: Office) -> None:
    societies(office, "open-net", "far-net")
    visitor = visit("drafter")
    visitor.post("/new-campaign", {**PLAN, "count": 2}, page="/new-campaign")
    with office.transaction() as session:
        campaign = planning.find(session, "wsis20")
        campaign.addressees[0].post.do_not_contact = "asked us not to"
    page = visitor.post("/campaigns/wsis20/draft", {"dated": "2025-01-27"}, page="/campaigns/wsis20").text
    assert "1 drafted" in page
    assert "1 refused" in page
    assert "asked us not to" in page
    assert len(letters(office)) == 1


def test_states_of_a_campaign_lead_to_its_letters(visit: Visit, office: Office) -> None:
    page = drafted(office, visit, "open-net", "far-net").get("/campaigns/wsis20").text
    assert '<a href="/letters/?campaign=wsis20&amp;state=draft">2 draft</a>' in page


def own(visitor_page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', visitor_page)
    assert found
    return found[1]


def test_one_addressee_gets_words_of_its_own_and_its_draft_follows(visit: Visit, office: Office) -> None:
    visitor = drafted(office, visit, "open-net")
    address = re.search(r'"(/campaigns/wsis20/addressees/\d+)"', visitor.get("/campaigns/wsis20").text)
    assert address
    version = own(visitor.get(address[1]).text)
    words = {"value-personal": "Thank you for Riyadh.", "language": "", "joint": "", "deadline": "", "version": version}
    visitor.post(address[1], words)
    visitor.post("/campaigns/wsis20/draft", {"dated": "2025-01-27", "redraft": "y"}, page="/campaigns/wsis20")
    assert "Thank you for Riyadh." in visitor.get(f"/letters/{letters(office)[0]}").text


def test_an_addressee_changed_meanwhile_is_not_overwritten_and_the_words_typed_stay(visit: Visit, office: Office) -> None:
    visitor = drafted(office, visit, "open-net")
    address = re.search(r'"(/campaigns/wsis20/addressees/\d+)"', visitor.get("/campaigns/wsis20").text)
    assert address
    version = own(visitor.get(address[1]).text)
    first = {"value-personal": "First words.", "language": "fr", "joint": "", "deadline": "", "version": version}
    visitor.post(address[1], first)
    second = visitor.post(address[1], {**first, "value-personal": "Second words."})
    assert second.status_code == 409
    assert "was changed meanwhile by somebody else" in second.text
    assert "Second words." in second.text


def test_a_reader_looks_and_is_offered_no_act(visit: Visit, office: Office) -> None:
    drafted(office, visit, "open-net")
    page = visit("reader").get("/campaigns/wsis20").text
    assert "Open Net Society" in page
    assert "Draft letters" not in page
    assert "New campaign" not in visit("reader").get("/campaigns/").text


def test_a_file_is_enclosed_handed_out_and_taken_out_again(visit: Visit, office: Office) -> None:
    visitor, page = drafted(office, visit, "open-net"), "/campaigns/wsis20"
    file = (io.BytesIO(b"%PDF-1.7 questions"), "../questions.pdf")
    said = visitor.post(f"{page}/enclosures", {"file": file, "title": "Questionnaire"}, page=page).text
    assert "Questionnaire goes with the letters that are drafted from now on." in said
    assert visitor.get(f"{page}/enclosures/1").data == b"%PDF-1.7 questions"
    assert visitor.get(f"{page}/enclosures/2").status_code == 404
    visitor.post(f"{page}/draft", {"dated": "2025-01-27", "redraft": "y"}, page=page)
    [number] = letters(office)
    assert "Questionnaire" in visitor.get(f"/letters/{number}").text
    handed = visitor.get(f"/letters/{number}/enclosures/0")
    assert handed.headers["Content-Disposition"] == "attachment; filename=questions.pdf"
    assert visitor.get(f"/letters/{number}/enclosures/1").status_code == 404
    assert visitor.post(f"{page}/enclosures", {}, page=page).status_code == 422
    assert "is taken out" in visitor.post(f"{page}/enclosures/out", {"title": "Questionnaire"}, page=page).text
    assert visitor.get(f"{page}/enclosures/1").status_code == 404
