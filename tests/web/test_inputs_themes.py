"""Codebooks on the desk: themes are added, edited, merged and split without a script, and nobody's words are lost."""

import re
from pathlib import Path

import pytest

from outreach.inputs import codebook, coding, shaping
from outreach.inputs.models import Stance
from outreach.office import Office, package_folder
from tests.cast import DANA, KIM, NOON, society
from tests.inputs.answers import answer, load_codebook
from tests.web.test_inputs import Visit


@pytest.fixture(autouse=True)
def passage(office: Office, tmp_path: Path) -> int:
    with office.transaction() as session:
        load_codebook(session, tmp_path)
        text = answer(session, "The Forum should last.", organisation=society(session).organisation)
        themes = codebook.find_all(session, ["wsis20-mandate"])
        return coding.mark(session, text, 0, 22, themes, stance=Stance.SUPPORTS, by=DANA, at=NOON).id


def number(office: Office, code: str) -> int:
    with office.reading() as session:
        return codebook.find(session, code).id


def test_codebooks_stand_side_by_side_with_their_sources(visit: Visit, office: Office) -> None:
    with office.transaction() as session:
        codebook.load(session, package_folder("seeds") / "themes.toml", by=KIM, at=NOON)
    page = visit("reader").get("/inputs/themes?book=wsis").text
    assert "Source: Geneva Plan of Action" in page
    assert "wsis:wsis-c1<" in page
    assert "wsis20:wsis20-mandate<" not in page
    assert "Add a theme" not in page


def test_a_theme_is_added_and_what_was_typed_stays_when_it_is_refused(visit: Visit, office: Office) -> None:
    visitor = visit("drafter")
    form = {
        "code": "wsis20-youth",
        "codebook": "wsis20",
        "title_en": "Health",
        "aliases": "clinics\ntelemedicine",
        "parent": "0",
    }
    refused = visitor.post("/inputs/themes", form)
    assert refused.status_code == 409
    assert "has the code wsis20-youth already" in refused.text
    assert "telemedicine" in refused.text
    assert "is added" in visitor.post("/inputs/themes", form | {"code": "health"}).text
    with office.reading() as session:
        assert codebook.find(session, "health").aliases == ["clinics", "telemedicine"]


def test_a_theme_edited_by_two_is_overwritten_by_neither(visit: Visit, office: Office) -> None:
    visitor, where = visit("drafter"), f"/inputs/themes/{number(office, 'wsis20-youth')}/edit"
    version = re.search(r'name="version"[^>]*value="(\d+)"', visitor.get(where).text)
    assert version
    with office.transaction() as session:
        theme = codebook.find(session, "wsis20-youth")
        shaping.edit(session, theme, shaping.Shape(titles={"en": "Young people"}), by=DANA, at=NOON)
    form = {"version": version[1], "title_en": "The young", "parent": "0"}
    refused = visitor.post(where, form)
    assert refused.status_code == 409
    assert "was changed meanwhile" in refused.text
    assert "The young" in refused.text
    saved = visitor.post(where, form | {"version": str(int(version[1]) + 1)})
    assert "<h1>The young</h1>" in saved.text


def test_a_theme_is_merged_and_that_is_undone(visit: Visit, office: Office) -> None:
    visitor, mandate, youth = visit("drafter"), number(office, "wsis20-mandate"), number(office, "wsis20-youth")
    page = visitor.post(f"/inputs/themes/{mandate}/merge", {"into": youth}, page=f"/inputs/themes/{mandate}/edit").text
    assert "The theme is merged" in page
    assert "The Forum should last." in page
    assert "<h1>Youth</h1>" in visitor.get(f"/inputs/themes/{mandate}").text
    assert "wsis20-mandate merged into wsis20-youth" in visitor.get("/inputs/themes").text
    assert "The change is undone" in visitor.post("/inputs/themes/undo", {"change": 1}, page="/inputs/themes").text
    assert "The Forum should last." in visitor.get(f"/inputs/themes/{mandate}").text
    assert visitor.post("/inputs/themes/undo", {"change": 1}, page="/inputs/themes").status_code == 409


def test_a_theme_is_split_with_the_passages_ticked(visit: Visit, office: Office, passage: int) -> None:
    visitor, where = visit("drafter"), f"/inputs/themes/{number(office, 'wsis20-mandate')}"
    form = {"code": "review", "title": "Review", "passage": []}
    refused = visitor.post(f"{where}/split", form, page=f"{where}/edit")
    assert refused.status_code == 422
    assert "Say which passages follow" in refused.text
    page = visitor.post(f"{where}/split", form | {"passage": [passage]}, page=f"{where}/edit").text
    assert "<h1>Review</h1>" in page
    assert "supports" in page


def test_a_reader_changes_nothing(visit: Visit, office: Office) -> None:
    visitor = visit("reader")
    assert "Change" not in visitor.get("/inputs/themes").text
    assert visitor.post("/inputs/themes/undo", {"change": 1}, page="/inputs/themes").status_code == 409
