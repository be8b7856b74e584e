"""The worksheet of posts to confirm, filled in and imported again."""

from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts import finding, headings, importing, worksheet
from outreach.contacts.finding import Filter
from outreach.contacts.importing import Action, Outcome
from outreach.contacts.models import Address, AddressKind, Gender, Holder, StakeholderGroup
from outreach.errors import Invalid, Refused
from tests.cast import DANA, NOON, email, kenya, society

TODAY = NOON.date()


def write(session: Session, path: Path, wanted: Filter | None = None) -> int:
    return worksheet.write(session, path, wanted or Filter(), on=TODAY, stale_after=180)


def bring_back(session: Session, path: Path) -> list[Outcome]:
    outcomes = list(importing.run(session, path, by=DANA, at=NOON, on=TODAY, write=True))
    session.expire_all()
    return outcomes


@pytest.fixture
def full(session: Session) -> Holder:
    """A post with a stale holder and everything that a worksheet shows, some of it hostile."""
    post = society(session)
    post.organisation.name = '=HYPERLINK("http://evil.example")'
    post.title = "=1+1"
    holder = post.holders[0]
    holder.confirmed_on, holder.rank = TODAY - timedelta(days=181), "director"
    holder.person.salutation = "@SUM(1)"
    session.add_all(
        [
            email(post, "second@open-net.example"),
            Address(post=post, kind=AddressKind.POSTAL, value="1 rue X\n1200 Genève", normalised="x"),
            Address(post=post, kind=AddressKind.TELEPHONE, value="+41 22 730", normalised="+4122730"),
        ]
    )
    session.flush()
    kenya(session)
    return holder


def test_only_posts_without_a_confirmed_holder_are_asked_for(session: Session, tmp_path: Path) -> None:
    society(session)
    kenya(session)
    assert write(session, tmp_path / "a.xlsx") == 1
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Contacts"]
    assert [sheet.cell(2, 1).value, sheet.cell(2, 2).value] == ["Kenya", "kenya/permanent-representative/new-york"]


def test_nothing_is_written_when_everybody_is_confirmed(session: Session, tmp_path: Path) -> None:
    society(session)
    assert write(session, tmp_path / "a.xlsx") == 0
    assert not list(tmp_path.glob("*a.xlsx*"))


def test_its_headings_are_those_that_the_import_finds(session: Session, tmp_path: Path) -> None:
    assert headings.understand(worksheet.COLUMNS, {}) == list(worksheet.COLUMNS)


def test_an_untouched_worksheet_changes_nothing(session: Session, tmp_path: Path, full: Holder) -> None:
    assert write(session, tmp_path / "a.xlsx") == 2
    assert {outcome.action for outcome in bring_back(session, tmp_path / "a.xlsx")} == {Action.UNCHANGED}


def test_filled_in_it_comes_back_and_then_asks_no_more(session: Session, tmp_path: Path, full: Holder) -> None:
    path = tmp_path / "a.xlsx"
    write(session, path)
    book = openpyxl.load_workbook(path)
    sheet = book["Contacts"]
    column = {cell.value: cell.column for cell in sheet[1]}
    row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == "Kenya")
    filled = {
        "full_name": "Eve Example",
        "family_name": "Example",
        "gender": "female",
        "rank": "ambassador",
        "confirmed_on": TODAY,
    }
    for name, value in filled.items():
        sheet.cell(row, column[name]).value = value
    other = 5 - row
    sheet.cell(other, column["confirmed_on"]).value = TODAY.isoformat()
    book.save(path)
    assert {outcome.action for outcome in bring_back(session, path)} == {Action.CHANGED}
    [holder] = finding.post(session, "kenya").holders
    assert (holder.person.full_name, holder.person.gender, holder.rank) == ("Eve Example", Gender.FEMALE, "ambassador")
    assert set(session.scalars(select(Holder.confirmed_on))) == {TODAY}
    assert write(session, tmp_path / "b.xlsx") == 0


def test_no_text_becomes_a_formula_or_a_link(session: Session, tmp_path: Path, full: Holder) -> None:
    write(session, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_it_offers_the_words_that_the_import_knows_and_a_note_comes_first(
    session: Session, tmp_path: Path, full: Holder
) -> None:
    write(session, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["Read me first", "Contacts"]
    offered = [rule.formula1 for rule in book["Contacts"].data_validations.dataValidation]
    assert '"female,male"' in offered
    assert any("ambassador" in words for words in offered)
    assert any("courier" in words for words in offered)


def test_it_is_narrowed_like_a_listing(session: Session, tmp_path: Path, full: Holder) -> None:
    assert write(session, tmp_path / "a.xlsx", Filter(group=StakeholderGroup.GOVERNMENT)) == 1


def test_a_file_that_stands_there_is_not_overwritten(session: Session, tmp_path: Path, full: Holder) -> None:
    (tmp_path / "a.xlsx").write_text("filled in")
    with pytest.raises(Refused, match="stands there already"):
        write(session, tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_text() == "filled in"


def test_two_organisations_of_one_name_are_told_apart_by_the_post(session: Session, tmp_path: Path) -> None:
    for key in ("one", "two"):
        society(session, key=key, domain=f"{key}.example").holders[0].confirmed_on = None
    session.flush()
    write(session, tmp_path / "a.xlsx")
    outcomes = bring_back(session, tmp_path / "a.xlsx")
    assert [(outcome.action, outcome.reason) for outcome in outcomes] == [(Action.UNCHANGED, "")] * 2


def test_a_folder_that_is_not_there_is_named(session: Session, tmp_path: Path, full: Holder) -> None:
    with pytest.raises(Invalid, match=r"^There is no folder .*nowhere; make it first"):
        write(session, tmp_path / "nowhere" / "a.xlsx")
