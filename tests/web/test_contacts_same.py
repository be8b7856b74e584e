"""Which contacts are the same, at the desk: looking, comparing, merging, telling apart, and taking each back."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from outreach.contacts import editing
from outreach.contacts.models import Organisation, Person, Post
from outreach.office import Office
from tests.cast import DANA, NOON, kenya, society
from tests.web.conftest import Visitor

Visit = Callable[[str | None], Visitor]
ACT: dict[str, Any] = {"by": DANA, "at": NOON}
PAIRS, MERGES, APART = "/contacts/duplicates", "/contacts/merges", "/contacts/told-apart"
TWO = "/contacts/duplicates/person/1/2"


@pytest.fixture
def directory(office: Office) -> Office:
    """Ms. Li Example at a society and, with a note and no gender, once more at Kenya's mission; two societies of one name."""
    with office.transaction() as session:
        society(session)
        state = kenya(session)
        person = editing.add_holder(session, state, full_name="Li Example", family_name="Li", **ACT).person
        editing.edit(session, person, note="met in June", salutation="Dear Li", **ACT)
        editing.add_organisation(session, name="Open Net Society", group="press", key="ons-again", **ACT)
    return office


def test_pairs_are_found_when_somebody_looks_and_kept_for_everybody(directory: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    assert "was not looked through yet" in visitor.get(PAIRS).text
    text = visitor.post(f"{PAIRS}/look", page=PAIRS).text
    assert "2 pairs may be the same" in text
    shown = visit("reader").get(PAIRS).text
    for words in (
        "Li Example",
        "person/1",
        "person/2",
        "Chief Executive Officer, Open Net Society",
        "ons-again",
        "the same name",
    ):
        assert words in shown
    assert "<button" not in shown.split("<main")[1]


def test_the_page_of_pairs_asks_few_queries_and_computes_nothing(directory: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    visitor.post(f"{PAIRS}/look", page=PAIRS)
    asked: list[str] = []
    event.listen(directory.database.engine, "before_cursor_execute", lambda *values: asked.append(values[2]))
    for where in (PAIRS, MERGES, APART):
        asked.clear()
        assert visitor.get(where).status_code == 200
        assert len(asked) <= 15, f"{where}: {len(asked)}"


def test_two_are_compared_and_made_one_as_it_was_shown(directory: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    page = visitor.get(TWO).text
    assert "met in June" in page
    assert "holdings of posts: 1" in page
    with directory.reading() as session:
        assert session.get_one(Person, 2).merged_into_id is None, "looking changes nothing"
    text = visitor.post(f"{TWO}/merge", typed_merge(page), page=TWO).text
    assert "person/2 is person/1 now." in text
    assert "Kenya" in text, "the person's page has both posts"
    assert "person/2, merged into this one" in text


def test_one_chooses_who_stays_and_whose_words_stand(directory: Office, visit: Visit) -> None:
    with directory.transaction() as session:
        editing.edit(session, session.get_one(Person, 1), salutation="Dear Ms. Li", **ACT)
    visitor = visit("drafter")
    page = visitor.get(f"{TWO}?stays=2").text
    assert "Make person/1 the same as person/2" in page
    assert 'value="salutation"' in page
    visitor.post(f"{TWO}/merge", {**typed_merge(page), "take": "salutation"}, page=TWO)
    with directory.reading() as session:
        stays = session.get_one(Person, 2)
        assert (stays.salutation, stays.note, stays.merged_into_id) == ("Dear Ms. Li", "met in June", None)
        assert session.get_one(Person, 1).merged_into_id == 2


def test_a_contact_that_was_changed_meanwhile_is_not_merged_unseen(directory: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    page = visitor.get(TWO).text
    with directory.transaction() as session:
        editing.edit(session, session.get_one(Person, 2), salutation="Madam", **ACT)
    response = visitor.post(f"{TWO}/merge", typed_merge(page), page=TWO)
    assert response.status_code == 409
    assert "changed meanwhile by somebody else" in response.text
    assert "Madam" in response.text, "what stands there now is shown"


def typed_merge(page: str) -> dict[str, str]:
    form = page.split('/merge"')[1].split("</form>")[0]
    return {name: form.split(f'name="{name}" value="')[1].split('"')[0] for name in ("stays", "version")}


def test_a_merge_is_listed_and_undone(directory: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    visitor.post(f"{TWO}/merge", typed_merge(visitor.get(TWO).text), page=TWO)
    assert "Undo" in visitor.get(MERGES).text
    assert "Undo" not in visit("reader").get(MERGES).text
    assert "person/2 stands by itself again." in visitor.post(f"{MERGES}/1/undo", page=MERGES).text
    assert "undone by Dana Drafter" in visitor.get(MERGES).text
    assert visitor.post(f"{MERGES}/1/undo", page=MERGES).status_code == 409
    assert visitor.post(f"{MERGES}/9/undo", page=MERGES).status_code == 404


def test_who_is_told_apart_is_no_pair_until_that_is_taken_back(directory: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    visitor.post(f"{PAIRS}/look", page=PAIRS)
    text = visitor.post(f"{TWO}/apart", {"because": "mother and daughter"}, page=TWO).text
    assert "are told apart" in text
    assert "person/2" not in text.split("<table")[1]
    assert "mother and daughter" in visitor.get(APART).text
    assert "take that back first" in visitor.get(TWO).text
    assert "may be the same" in visitor.post(f"{APART}/person/1/2/take-back", page=APART).text
    assert "Nobody was told apart." in visitor.get(APART).text


def test_any_two_are_compared_by_name_and_what_is_no_pair_is_refused(directory: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    assert "Open Net Society" in visitor.get(f"{PAIRS}/two?one=open-net&other=ons-again").text
    assert visitor.get(f"{PAIRS}/two?one=person/1&other=person/1").status_code == 409
    assert visitor.get(f"{PAIRS}/two?one=person/1&other=kenya").status_code == 409
    assert visitor.get(f"{PAIRS}/letter/1/2").status_code == 404
    assert visitor.get(f"{PAIRS}/person/1/99").status_code == 404


def test_a_state_stays_whoever_is_merged(directory: Office, visit: Visit) -> None:
    with directory.reading() as session:
        numbers = dict(session.execute(select(Organisation.key, Organisation.id)).all())
    where = f"{PAIRS}/organisation/{numbers['open-net']}/{numbers['kenya']}"
    visitor = visit("drafter")
    assert "is a State of the directory and stays" in visitor.get(where).text
    assert "Make open-net the same as kenya" in visitor.get(f"{where}?stays={numbers['kenya']}").text


def test_posts_that_were_merged_stand_in_no_pair(directory: Office, visit: Visit) -> None:
    with directory.transaction() as session:
        post = session.scalars(select(Post).where(Post.kind == "chief-executive")).one()
        twin = editing.add_post(session, post.organisation, kind="chair", title="Old Chair", **ACT)
        twin.merged_into_id = post.id
    visitor = visit("drafter")
    visitor.post(f"{PAIRS}/look", page=PAIRS)
    assert "Old Chair" not in visitor.get(PAIRS).text
