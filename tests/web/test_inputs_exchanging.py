"""Coding as CSV, form letters and translations on the desk."""

import io
from pathlib import Path

import pytest

from outreach.inputs import codebook, coding, texts
from outreach.office import Office
from tests.cast import DANA, NOON, kenya, society
from tests.inputs.answers import answer, load_codebook
from tests.web.test_inputs import Visit, marked

FORM = "We call on all Member States to renew the mandate of the Forum, to fund its Secretariat, and to let the young speak."


@pytest.fixture(autouse=True)
def passages(office: Office, tmp_path: Path) -> list[int]:
    with office.transaction() as session:
        load_codebook(session, tmp_path)
        made = []
        for organisation in (society(session).organisation, kenya(session).organisation):
            text = answer(session, FORM, organisation=organisation)
            themes = codebook.find_all(session, ["wsis20-mandate"])
            made.append(coding.mark(session, text, 0, len(FORM), themes, by=DANA, at=NOON).id)
        return made


def test_form_letters_are_shown_as_one_with_their_count(visit: Visit) -> None:
    visitor = visit("reader")
    page = visitor.get("/inputs/themes/2").text
    assert page.count("We call on all Member States") == 1
    assert "2 passages say this nearly word for word" in page
    assert 'desk-numbers">2</td>' in visitor.get("/inputs/coding").text


def test_coding_is_saved_and_brought_in_again(visit: Visit, office: Office) -> None:
    visitor = visit("drafter")
    saved = visitor.get("/inputs/coding.csv")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    page = visitor.post("/inputs/coding", {"file": (io.BytesIO(saved.data), "coding.csv")}).text
    assert "2 rows: 0 new or changed, 0 refused." in page
    row = b"response,theme,words\r\n1,wsis20-youth,the young\r\n1,wsis20-youth,not there\r\n"
    page = visitor.post("/inputs/coding", {"file": (io.BytesIO(row), "more.csv")}).text
    assert "2 rows: 1 new or changed, 1 refused." in page
    assert "Row 2: These words do not occur" in page
    assert ("the young", ["wsis20-youth"]) in marked(office)
    refused = visitor.post("/inputs/coding", {"file": (io.BytesIO(b"a,b\r\n1,2"), "bad.csv")})
    assert refused.status_code == 422
    assert "has no column response" in refused.text


def test_a_translation_is_kept_and_a_passage_of_it_is_linked_to_the_original(visit: Visit, office: Office) -> None:
    visitor = visit("drafter")
    assert "Add a translation" in visitor.get("/inputs/texts/1").text
    form = {"language": "fr", "translator": "Ana", "words": "Nous appelons tous les États Membres."}
    refused = visitor.post("/inputs/texts/1/translate", form | {"language": "en"})
    assert refused.status_code == 409
    assert "Nous appelons" in refused.text
    assert "The translation is kept" in visitor.post("/inputs/texts/1/translate", form).text
    with office.transaction() as session:
        text = texts.of_response(session, 1)[-1]
        number = coding.mark(session, text, 0, 13, codebook.find_all(session, ["wsis20-mandate"]), by=DANA, at=NOON).id
    assert "not yet said which of its words" in visitor.get(f"/inputs/passages/{number}").text
    where = f"/inputs/passages/{number}/original"
    assert visitor.post(where, {"quote": "not there"}, page="/").status_code == 409
    page = visitor.post(where, {"quote": "We call"}, page="/").text
    assert "Its words in the original are linked." in page
    assert ">We call</blockquote>" in page
