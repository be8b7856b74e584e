"""The directory at the desk: looking for contacts, editing them, two editors at once."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select

from outreach.contacts.checking import KINDS
from outreach.contacts.models import (
    Address,
    Holder,
    Organisation,
    OrganisationName,
    OrganisationTag,
    Person,
    Post,
    StakeholderGroup,
)
from outreach.office import Office
from tests.cast import NOON, kenya, society
from tests.web.conftest import Visitor

Visit = Callable[[str | None], Visitor]
SHOW = "/contacts/organisations/open-net"
TODAY = NOON.date()


@pytest.fixture
def directory(office: Office) -> Office:
    """Kenya without a known holder, and a society with a confirmed chief executive."""
    with office.transaction() as session:
        kenya(session)
        owner = society(session).organisation
        owner.tags.append(OrganisationTag(tag="panel"))
        owner.names.append(OrganisationName(language="fr", short="Société du réseau ouvert"))
    return office


def version(text: str) -> str:
    found = re.search(r'name="version"[^>]*value="([^"]*)"', text)
    assert found
    return found[1]


def typed(text: str) -> dict[str, str]:
    """The fields of the page's form with what stands in them, as a browser would send them."""
    form = text.split("novalidate>")[1].split("</form>")[0]
    values = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag) and 'type="submit"' not in tag:
            values[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(r'value="([^"]*)"', options)
        values[name] = chosen[1] if chosen else ""
    for name, words in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        values[name] = words.strip()
    return values


def post_id(office: Office) -> int:
    with office.reading() as session:
        return session.scalars(select(Post.id).join(Post.organisation).where(Organisation.key == "open-net")).one()


def holder_id(office: Office) -> int:
    with office.reading() as session:
        return session.scalars(select(Holder.id)).one()


# --- looking


def test_the_list_names_organisation_post_and_holder(directory: Office, visit: Visit) -> None:
    text = visit("reader").get("/contacts/").text
    assert "Open Net Society" in text
    assert "Chief Executive Officer" in text
    assert "Li Example" in text
    assert "not known" in text, "Kenya's post has no holder"
    assert "Add organisation" not in text, "a reader adds nothing"


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("text=li+exam", "Open Net Society"),
        ("group=government", "Kenya"),
        ("region=african", "Kenya"),
        ("tag=panel", "Open Net Society"),
        ("kind=permanent-representative", "Kenya"),
        ("unconfirmed=yes", "Kenya"),
    ],
)
def test_each_filter_leaves_what_fits_and_stands_in_the_form(directory: Office, visit: Visit, query: str, left: str) -> None:
    text = visit("reader").get(f"/contacts/?{query}").text
    other = "Kenya" if left == "Open Net Society" else "Open Net Society"
    assert f">{left}</a>" in text
    assert f">{other}</a>" not in text
    assert "selected" in text or "checked" in text or 'value="li exam"' in text


def test_only_the_held_are_left(directory: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    assert "Nothing fits" in visitor.get("/contacts/?held=yes").text
    with directory.transaction() as session:
        session.scalars(select(Person)).one().do_not_contact = "wrote so"
    assert "Open Net Society" in visitor.get("/contacts/?held=yes").text


def test_words_of_the_address_that_mean_nothing_narrow_nothing(directory: Office, visit: Visit) -> None:
    response = visit("reader").get("/contacts/?group=nonsense&region=%27&kind=%3Cscript%3E&page=0&_method=x&_external=1")
    assert response.status_code == 200
    assert "Open Net Society" in response.text
    assert "<script>" not in response.text.split("<main")[1]


def test_htmx_is_given_the_rows_alone(directory: Office, visit: Visit) -> None:
    text = visit("reader").get("/contacts/?text=kenya", headers={"HX-Request": "true"}).text
    assert "Kenya" in text
    assert "<html" not in text
    assert "Open Net Society" not in text


def test_the_list_goes_page_by_page_with_its_filters_in_the_links(directory: Office, visit: Visit) -> None:
    with directory.transaction() as session:
        for number in range(60):
            session.add(
                Organisation(
                    key=f"press-{number:02}", name=f"Paper {number:02}", kind="organisation", group=StakeholderGroup.PRESS
                )
            )
    visitor = visit("reader")
    first = visitor.get("/contacts/?group=press").text
    assert "Paper 49" in first
    assert "Paper 50" not in first
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link
    second = visitor.get(link[1].replace("&amp;", "&")).text
    assert "Paper 50" in second
    assert "Paper 59" in second
    assert "Kenya" not in second


def test_one_organisation_shows_what_belongs_to_it(directory: Office, visit: Visit) -> None:
    with directory.transaction() as session:
        address = session.scalars(select(Address)).one()
        address.failed_since, address.failure = TODAY, "no such user"
    text = visit("reader").get(SHOW).text
    for words in (
        "technical community",
        "en (assumed)",
        "Société du réseau ouvert",
        "panel",
        "holds it now",
        "office@open-net.example",
        "failed since 27 Jan 2025",
        "no such user",
        "Letters to it",
        "Answers from it",
    ):
        assert words in text
    assert "<button" not in text.split("<main")[1], "a reader changes nothing"


def test_letters_answers_and_the_journal_of_an_organisation_stand_on_its_page(full_desk: Flask, visit_full: Visit) -> None:
    office = full_desk.extensions["office"]
    from outreach.responses.models import ResponseAuthor

    with office.reading() as session:
        key = session.scalars(
            select(Organisation.key).join(ResponseAuthor, ResponseAuthor.organisation_id == Organisation.id).limit(1)
        ).one()
    text = visit_full("reader").get(f"/contacts/organisations/{key}").text
    letters, answers = text.split("Letters to it")[1].split("Answers from it")
    assert "/2025/" in letters
    assert "None yet" not in answers


def test_a_page_asks_few_queries_however_many_rows_it_shows(full_desk: Flask, visit_full: Visit) -> None:
    visitor = visit_full("keeper")
    engine = full_desk.extensions["office"].database.engine
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *values: asked.append(values[2]))
    for where in ("/contacts/", "/contacts/?text=in", "/contacts/organisations/kenya"):
        asked.clear()
        assert visitor.get(where).status_code == 200
        assert len(asked) <= 15, f"{where}: {len(asked)}"


def test_an_unknown_organisation_is_not_found_in_words(directory: Office, visit: Visit) -> None:
    response = visit("reader").get("/contacts/organisations/nowhere")
    assert response.status_code == 404
    assert "There is no organisation" in response.text
    assert visit("drafter").get("/contacts/organisation/99/hold").status_code == 404
    assert visit("drafter").get("/contacts/letter/1/hold").status_code == 404


# --- editing


def test_an_organisation_is_edited_and_the_page_and_the_journal_say_so(directory: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    page = visitor.get(f"{SHOW}/edit").text
    text = visitor.post(f"{SHOW}/edit", {**typed(page), "name": "Open Net Union", "country": "", "note": "two\r\nlines"}).text
    assert "Open Net Union: saved." in text
    assert "name: Open Net Society → Open Net Union" in text
    assert "country: CH → nothing" in text
    assert "en (assumed)" in text, "what was not touched is not recorded as known"


def test_a_language_is_recorded_as_known_when_somebody_says_so(directory: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    values = typed(visitor.get(f"{SHOW}/edit").text)
    assert "en (known)" in visitor.post(f"{SHOW}/edit", {**values, "language_known": "y"}).text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "This is needed."),
        ("domain", "no domain", "is no domain"),
        ("country", "Kenya", "Write its two letters"),
        ("language", "klingonese", "is no language"),
        ("name", "a\u202eb", "invisible control character"),
    ],
)
def test_an_error_stands_beside_its_field_and_what_was_typed_stays(
    directory: Office, visit: Visit, field: str, value: str, words: str
) -> None:
    visitor = visit("drafter")
    values = typed(visitor.get(f"{SHOW}/edit").text)
    response = visitor.post(f"{SHOW}/edit", {**values, "note": "my long words", field: value})
    assert response.status_code == 422
    beside = response.text.split(f'id="{field}-told"')[1].split("</div>\n</div>")[0]
    assert words in beside
    assert "my long words" in response.text


def test_the_second_of_two_editors_is_told_and_loses_nothing(directory: Office, visit: Visit) -> None:
    first, second = visit("drafter"), visit("keeper")
    values = typed(second.get(f"{SHOW}/edit").text)
    first.post(f"{SHOW}/edit", {**typed(first.get(f"{SHOW}/edit").text), "acronym": "ONU"})
    response = second.post(f"{SHOW}/edit", {**values, "acronym": "ONX", "note": "words of the second"})
    assert response.status_code == 409
    assert "was changed meanwhile by somebody else" in response.text
    assert "Stands there now: ONU" in response.text
    assert "words of the second" in response.text
    assert typed(response.text)["acronym"] == "ONX"
    text = second.post(f"{SHOW}/edit", {**typed(response.text), "acronym": "ONU"}).text
    assert "saved." in text
    assert "words of the second" in text


def test_an_organisation_a_post_and_a_holder_are_added(directory: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    text = visitor.post(
        "/contacts/add", {**typed(visitor.get("/contacts/add").text), "name": "Open Lake", "group": "civil-society"}
    ).text
    assert "It has no post yet" in text
    lake = "/contacts/organisations/open-lake"
    text = visitor.post(f"{lake}/posts", {**typed(visitor.get(f"{lake}/posts").text), "kind": "chair", "second": "post"}).text
    assert "open-lake/chair is in the directory." in text
    assert "else by post" in text
    number = re.search(r"/contacts/posts/(\d+)/holder", text)
    assert number
    where = number[0]
    values = {**typed(visitor.get(where).text), "full_name": "Ann Lake", "family_name": "Lake", "from_date": "2025-01-01"}
    assert "Ann Lake is recorded as holder" in visitor.post(where, values).text


def test_a_key_that_is_taken_is_said_above_the_form(directory: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    response = visitor.post("/contacts/add", {**typed(visitor.get("/contacts/add").text), "name": "Kenya"})
    assert response.status_code == 409
    assert "There is already an organisation kenya" in response.text
    assert 'value="Kenya"' in response.text


def test_whose_time_ends_is_said_before_a_new_holder_is_added(directory: Office, visit: Visit) -> None:
    visitor, where = visit("drafter"), f"/contacts/posts/{post_id(directory)}/holder"
    page = visitor.get(where).text
    assert "<strong>Li Example</strong>" in page
    assert "that time ends on the day before" in page
    response = visitor.post(where, {**typed(page), "full_name": "Max New"})
    assert response.status_code == 409
    assert "give the day from which the new holder holds it" in response.text
    text = visitor.post(where, {**typed(page), "full_name": "Max New", "from_date": "2025-01-20"}).text
    assert "Max New is recorded" in text
    assert "19 Jan 2025" in text


def test_a_second_new_holder_is_held_back_when_one_was_added_meanwhile(directory: Office, visit: Visit) -> None:
    visitor, where = visit("drafter"), f"/contacts/posts/{post_id(directory)}/holder"
    page = visitor.get(where).text
    visitor.post(where, {**typed(page), "full_name": "Max New", "from_date": "2025-01-20"})
    response = visitor.post(where, {**typed(page), "full_name": "Mia Late", "from_date": "2025-01-21"})
    assert response.status_code == 409
    assert "<strong>Max New</strong>" in response.text, "the page says anew whose time would end"
    assert "Mia Late" in response.text


def test_a_person_and_a_holding_are_edited_in_one_form(directory: Office, visit: Visit) -> None:
    visitor, where = visit("drafter"), f"/contacts/holders/{holder_id(directory)}/edit"
    values = {**typed(visitor.get(where).text), "salutation": "Dear Li", "rank": "secretary-general", "confirmed_on": ""}
    text = visitor.post(where, values).text
    assert "secretary general" in text
    assert "not yet" in text
    response = visitor.post(where, {**typed(visitor.get(where).text), "from_date": "2025-02-01", "to_date": "2025-01-01"})
    assert response.status_code == 422
    assert "is before from_date" in response.text


def test_a_holder_is_confirmed_today(directory: Office, visit: Visit) -> None:
    number = holder_id(directory)
    with directory.transaction() as session:
        session.get_one(Holder, number).confirmed_on = TODAY - timedelta(days=400)
    visitor = visit("drafter")
    text = visitor.post(f"/contacts/holders/{number}/confirm", page=SHOW).text
    assert "Li Example is confirmed as of today." in text
    assert "27 Jan 2025" in text


def test_a_post_is_edited_and_may_lose_its_second_channel(directory: Office, visit: Visit) -> None:
    visitor, where = visit("drafter"), f"/contacts/posts/{post_id(directory)}/edit"
    assert "else by courier" in visitor.post(where, {**typed(visitor.get(where).text), "second": "courier"}).text
    text = visitor.post(where, {**typed(visitor.get(where).text), "second": "", "title": "Head", "language": "fr"}).text
    assert "else by" not in text
    assert "writes in fr" in text
    assert "writes in" not in visitor.post(where, {**typed(visitor.get(where).text), "language": ""}).text


def test_a_post_is_reached_through_another_one_that_its_page_leads_to(directory: Office, visit: Visit) -> None:
    visitor, where = visit("drafter"), f"/contacts/posts/{post_id(directory)}/edit"
    wrong = visitor.post(where, {**typed(visitor.get(where).text), "through": "kenya"})
    assert wrong.status_code == 422
    assert "is no key of a post" in wrong.text.split('id="through-told"')[1][:400]
    ways = {"through": "kenya/permanent-representative/new-york", "liaison": "kenya/permanent", "copy_liaison": "y"}
    text = visitor.post(where, {**typed(visitor.get(where).text), **ways}).text
    assert re.search(r'Letters go through <a href="/contacts/organisations/kenya#post-\d+">kenya/permanent-repr', text)
    assert "gets a copy of each" in text
    stored = typed(visitor.get(where).text)
    assert (stored["liaison"], stored["copy_liaison"]) == ("kenya/permanent-representative/new-york", "y")
    assert "Letters go through" not in visitor.post(where, {**stored, "through": ""}).text


def test_the_check_leads_from_numbers_to_findings_to_what_mends_them(directory: Office, visit: Visit) -> None:
    with directory.transaction() as session:
        session.scalars(select(Address)).one().failed_since = TODAY
    visitor = visit("drafter")
    assert 'href="/contacts/check/"' in visitor.get("/contacts/").text
    text = visitor.get("/contacts/check/?group=technical-community").text
    assert re.search(r"An address to which mail failed</a>\s*</th>\s*<td[^>]*>1</td>", text)
    where = re.search(r'href="(/contacts/check/\?group=[^"]*finding=failed-address)"', text)
    assert where
    found = visitor.get(where[1].replace("&amp;", "&")).text
    assert "Mail to office@open-net.example has failed since 2025-01-27." in found
    mend = re.search(r'href="(/contacts/addresses/\d+)"', found)
    assert mend
    assert "Correct an address" in visitor.get(mend[1]).text


def test_each_kind_of_finding_has_a_page_and_a_reader_mends_nothing(directory: Office, visit: Visit) -> None:
    reader = visit("reader")
    for kind in KINDS:
        assert reader.get(f"/contacts/check/?finding={kind}").status_code == 200
    assert "Mend" not in reader.get("/contacts/check/?finding=no-holder").text
    assert "kenya/permanent-representative/new-york" in reader.get("/contacts/check/?finding=no-holder").text
    assert reader.get("/contacts/check/?finding=colour").status_code == 404


def test_an_address_is_added_corrected_and_taken_away(directory: Office, visit: Visit) -> None:
    visitor, where = visit("drafter"), f"/contacts/posts/{post_id(directory)}/addresses"
    form = typed(visitor.get(where).text)
    wrong = visitor.post(where, {**form, "value": "nobody"})
    assert wrong.status_code == 422
    assert "is no e-mail address" in wrong.text.split('id="value-told"')[1][:400]
    text = visitor.post(where, {**form, "value": "li@open-net.example", "only_of": str(holder_id(directory))}).text
    assert "li@open-net.example" in text
    with directory.reading() as session:
        number = session.scalars(select(Address.id).where(Address.value == "li@open-net.example")).one()
    where = f"/contacts/addresses/{number}"
    text = visitor.post(where, {**typed(visitor.get(where).text), "value": "li.example@open-net.example"}).text
    assert "The address is corrected." in text
    text = visitor.post(f"{where}/remove", page=SHOW).text
    assert "The address is taken away." in text
    assert "li.example@open-net.example</span>" not in text


@pytest.mark.parametrize("what", ["organisation", "post", "holder"])
def test_nobody_may_write_there_with_reason_and_day_until_it_is_taken_back(directory: Office, visit: Visit, what: str) -> None:
    with directory.reading() as session:
        owner = session.scalars(select(Organisation).where(Organisation.key == "open-net")).one()
        number = {"organisation": owner.id, "post": owner.posts[0].id, "holder": owner.posts[0].holders[0].id}[what]
    visitor, where = visit("drafter"), f"/contacts/{what}/{number}/hold"
    form = typed(visitor.get(where).text)
    assert form["from_date"] == "2025-01-27"
    response = visitor.post(where, {**form, "do_not_contact": "yes"})
    assert response.status_code == 422
    assert "ay why" in response.text.split('id="do_not_contact-told"')[1][:400]
    text = visitor.post(where, {**form, "do_not_contact": "asked us to stop"}).text
    assert "since 27 Jan 2025: asked us to stop" in text
    text = visitor.post(f"/contacts/{what}/{number}/release", page=SHOW).text
    assert "Letters may leave there again." in text
    assert "since 27 Jan 2025: asked us to stop" not in text


def test_tags_and_names_are_hung_on_and_taken_off(directory: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    assert "has the tags 2025, panel, speaker" in visitor.post(f"{SHOW}/tags", {"tags": "speaker, 2025", "version": "1"}).text
    assert "Take the tag panel off" not in visitor.post(f"{SHOW}/untag", {"tag": "panel"}, page=SHOW).text
    values = {**typed(visitor.get(f"{SHOW}/names").text), "language": "es", "name": "Sociedad Abierta"}
    values |= {"formal": "la Sociedad Abierta", "of_formal": "de la Sociedad Abierta"}
    assert "/ la Sociedad Abierta" in visitor.post(f"{SHOW}/names", values).text


def test_what_people_wrote_is_shown_as_text(directory: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    values = typed(visitor.get(f"{SHOW}/edit").text)
    text = visitor.post(f"{SHOW}/edit", {**values, "name": "<b>bold</b>", "note": "<script>alert(1)</script>"}).text
    assert "&lt;b&gt;bold&lt;/b&gt;" in text
    assert "<b>bold" not in text
    assert "<script>alert" not in text


# --- the worksheet


def test_the_worksheet_has_the_posts_to_confirm_among_those_that_fit(directory: Office, visit: Visit) -> None:
    visitor = visit("reader")
    response = visitor.get("/contacts/worksheet?group=government")
    assert response.headers["Content-Disposition"] == "attachment; filename=to-confirm.xlsx"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.data)).get_sheet_by_name("Contacts").to_python()
    assert [row[0] for row in rows[1:]] == ["Kenya"]
    text = visitor.get("/contacts/worksheet?group=technical-community").text
    assert "there is nothing to fill in" in text
    assert "Open Net Society" in text, "back at the list, narrowed as before"
