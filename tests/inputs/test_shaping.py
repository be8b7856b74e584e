"""A codebook is shaped by hand: themes added and edited, several codebooks side by side with their sources."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from outreach.errors import Invalid, Refused
from outreach.inputs import codebook, shaping
from outreach.inputs.models import Theme
from outreach.inputs.shaping import Shape
from outreach.office import package_folder
from tests.cast import DANA, KIM, NOON, RENE
from tests.inputs.answers import load_codebook

ACT: dict[str, Any] = {"by": DANA, "at": NOON}


@pytest.fixture(autouse=True)
def book(session: Session, tmp_path: Path) -> None:
    load_codebook(session, tmp_path)


def test_a_theme_is_added_under_another_with_what_is_known_of_it(session: Session) -> None:
    root = codebook.find(session, "wsis20")
    shape = Shape(
        titles={"en": " Digital  health ", "fr": ""}, aliases=["telemedicine", " ", "telemedicine"], parent_id=root.id
    )
    theme = shaping.add(session, "wsis20", "wsis20 health", shape, **ACT)
    assert (theme.code, theme.titles, theme.aliases) == ("wsis20-health", {"en": "Digital health"}, ["telemedicine"])
    assert [node.theme.code for node in codebook.tree(session, "wsis20")][-1] == "wsis20-health"


def test_a_new_name_begins_a_new_codebook_beside_the_others(session: Session) -> None:
    shaping.add(session, "ours", "a", Shape(titles={"en": "Ours"}), **ACT)
    assert [(each.name, each.themes) for each in codebook.books(session)] == [("wsis20", 5), ("iww", 1), ("ours", 1)]


def test_shipped_codebooks_say_where_their_themes_come_from(session: Session) -> None:
    codebook.load(session, package_folder("seeds") / "themes.toml", by=KIM, at=NOON)
    found = {each.name: each for each in codebook.books(session)}
    assert set(found) == {"iww", "wsis", "wsis20"}
    assert "WSIS-03/GENEVA/DOC/5-E" in found["wsis"].source
    assert all(each.source for each in found.values())


def test_an_edited_theme_says_what_was_said_last(session: Session) -> None:
    theme = codebook.find(session, "wsis20-youth")
    shape = replace(shaping.shape_of(theme), definition="Young people.", aliases=("jóvenes",))
    shaping.edit(session, theme, shape, **ACT)
    assert (theme.definition, theme.aliases, theme.titles["fr"]) == ("Young people.", ["jóvenes"], "Jeunesse")
    before = theme.version
    shaping.edit(session, theme, shaping.shape_of(theme), **ACT)
    assert theme.version == before


def test_a_theme_cannot_stand_under_itself_below_itself_or_in_another_codebook(session: Session) -> None:
    root, youth = codebook.find(session, "wsis20"), codebook.find(session, "wsis20-youth")
    other = codebook.find(session, "iww-4")
    for theme, parent in ((root, youth), (youth, youth)):
        with pytest.raises(Invalid, match="cannot stand under itself"):
            shaping.edit(session, theme, replace(shaping.shape_of(theme), parent_id=parent.id), **ACT)
    with pytest.raises(Invalid, match="under another one of that codebook"):
        shaping.edit(session, youth, replace(shaping.shape_of(youth), parent_id=other.id), **ACT)


@pytest.mark.parametrize("code", ["", " ", "x" * 81])
def test_a_theme_needs_a_code_that_fits(session: Session, code: str) -> None:
    with pytest.raises(Invalid, match="A theme needs a code"):
        shaping.add(session, "wsis20", code, Shape(titles={"en": "T"}), **ACT)


def test_a_theme_needs_a_title_and_a_code_of_its_own_and_somebody_who_may(session: Session) -> None:
    with pytest.raises(Invalid, match="needs a title"):
        shaping.add(session, "wsis20", "t", Shape(titles={"en": " "}), **ACT)
    with pytest.raises(Refused, match="has the code wsis20-youth already"):
        shaping.add(session, "wsis20", "WSIS20-youth", Shape(titles={"en": "T"}), **ACT)
    with pytest.raises(Refused, match="may not edit the codebook"):
        shaping.add(session, "wsis20", "t", Shape(titles={"en": "T"}), by=RENE, at=NOON)


def test_a_codebook_that_is_written_out_and_read_again_is_the_same(session: Session, tmp_path: Path) -> None:
    codebook.load(session, package_folder("seeds") / "themes.toml", by=KIM, at=NOON)
    odd = 'Quotes "so", \\ a tab\tand \x7f'
    shaping.add(session, "ours", "a", Shape(titles={"en": "Ours", "ar": "لنا"}, definition=odd, aliases=["b"]), **ACT)
    path = tmp_path / "out.toml"
    path.write_text(codebook.as_toml(session), encoding="utf-8")
    before = [(each.codebook, each.code, each.titles, each.definition, each.aliases) for each in themes(session)]
    assert odd in {each[3] for each in before}
    codebook.load(session, path, **ACT)
    assert [(each.codebook, each.code, each.titles, each.definition, each.aliases) for each in themes(session)] == before
    assert {each.name for each in codebook.books(session) if each.source} == {"iww", "wsis", "wsis20"}


def themes(session: Session) -> list[Theme]:
    return [node.theme for node in codebook.tree(session)]
