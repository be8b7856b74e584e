"""The codebook is read from a file, again without harm, and a theme is found or its neighbours are named."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.errors import Invalid, NotFound, Refused
from outreach.inputs import codebook
from outreach.inputs.models import Theme
from outreach.office import package_folder
from tests.cast import DANA, KIM, NOON, RENE
from tests.inputs.answers import CODEBOOK, load_codebook


@pytest.fixture
def book(session: Session, tmp_path: Path) -> Path:
    load_codebook(session, tmp_path)
    return tmp_path / "themes.toml"


def test_reading_a_codebook_again_changes_nothing(session: Session, book: Path) -> None:
    assert codebook.load(session, book, by=DANA, at=NOON) == 0
    assert len(session.scalars(select(Theme)).all()) == 6


def test_an_edited_title_is_taken_over_and_what_the_file_leaves_out_stays(session: Session, book: Path) -> None:
    head, _, _ = CODEBOOK.partition('[[theme]]\ncode = "wsis20-funding"')
    book.write_text(head.replace("Permanent mandate", "A permanent mandate"), encoding="utf-8")
    assert codebook.load(session, book, by=DANA, at=NOON) == 1
    assert codebook.find(session, "wsis20-mandate").titles["en"] == "A permanent mandate"
    assert codebook.find(session, "wsis20-funding").titles["fr"] == "Financement durable et Secrétariat"


def test_the_tree_lists_each_theme_below_its_parent(session: Session, book: Path) -> None:
    shown = [(node.depth, node.theme.code) for node in codebook.tree(session, "wsis20")]
    assert shown[0] == (0, "wsis20")
    assert shown[1:] == [(1, f"wsis20-{name}") for name in ("mandate", "funding", "youth", "ai")]
    assert [node.theme.code for node in codebook.tree(session)][-1] == "iww-4"


def test_an_unknown_codebook_is_answered_with_those_there_are(session: Session, book: Path) -> None:
    with pytest.raises(NotFound, match="there are: iww, wsis20"):
        codebook.tree(session, "wsis10")


@pytest.mark.parametrize("typed", ["wsis20-mandat", "mandate", "renewal of mandate", "Permanent Mandates"])
def test_a_misspelt_code_is_answered_with_the_nearest(session: Session, book: Path, typed: str) -> None:
    with pytest.raises(NotFound, match=r"did you mean .*wsis20-mandate"):
        codebook.find(session, typed)


def test_a_code_far_from_all_points_to_the_list(session: Session, book: Path) -> None:
    with pytest.raises(NotFound, match=r"There is no theme qqqqqqqq\.") as refused:
        codebook.find(session, "qqqqqqqq")
    assert refused.value.to_type == "`outreach inputs themes` lists those there are."


def test_a_code_of_two_codebooks_needs_the_codebook(session: Session, book: Path) -> None:
    book.write_text('[[theme]]\ncode = "iww-4"\ncodebook = "other"\ntitle = "Another"\n', encoding="utf-8")
    codebook.load(session, book, by=DANA, at=NOON)
    with pytest.raises(Invalid, match="write iww:iww-4 or other:iww-4"):
        codebook.find(session, "iww-4")
    assert codebook.find(session, "other:IWW-4").titles == {"en": "Another"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[theme]", "is no codebook"),
        ('[[theme]]\ncode = "a"\ncodebook = "b"\n', "is no codebook.*title"),
        ('[[theme]]\ncode = " "\ncodebook = "b"\ntitle = "c"\n', "needs a code"),
        ('[[theme]]\ncode = "a"\ncodebook = "b"\ntitle = "c"\n' * 2, "stands twice"),
        ('[[theme]]\ncode = "a"\ncodebook = "b"\ntitle = "c"\nparent = "a"\n', "must stand above it"),
    ],
)
def test_a_bad_file_is_refused_with_its_fault(session: Session, tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid, match=says):
        codebook.load(session, path, by=KIM, at=NOON)


def test_a_reader_may_not_edit_the_codebook(session: Session, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="may not edit the codebook"):
        codebook.load(session, tmp_path / "themes.toml", by=RENE, at=NOON)


def test_the_shipped_codebook_can_be_read(session: Session) -> None:
    path = package_folder("seeds") / "themes.toml"
    assert codebook.load(session, path, by=KIM, at=NOON) == len(codebook.read(path)) > 30
    assert codebook.find(session, "wsis20-mandate").titles["en"] == "Permanent mandate"
