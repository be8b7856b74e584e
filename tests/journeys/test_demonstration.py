"""The demonstration is the whole work: what it leaves behind is what it says."""

import csv
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from click.testing import CliRunner, Result

from outreach.accounts import people
from outreach.cli.main import Face, main
from outreach.journal import Role
from outreach.office import Office
from tests.cast import NOON
from tests.conftest import copy_to_act_in


def run(office: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--office", str(office), *words], obj=Face())


def rows(office: Path, *words: str) -> list[dict[str, Any]]:
    return list(json.loads(run(office, *words, "--json").output))


def pdf_text(path: Path) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(path))


def test_over_two_hundred_letters_lie_there_in_three_formats(demonstration: Path) -> None:
    letters = demonstration / "out" / "letters"
    own = [path.suffix for path in letters.glob("*/*") if not path.stem.endswith("-reply")]
    counts = {kind: own.count(f".{kind}") for kind in ("pdf", "docx", "eml")}
    assert len(set(counts.values())) == 1
    assert counts["pdf"] > 200


def test_one_campaign_left_and_the_other_is_approved_and_unsent(demonstration: Path) -> None:
    states = {(row["campaign"], row["state"]) for row in rows(demonstration, "letters", "list")}
    assert states == {("wsis20-input", "accepted"), ("member-state", "approved"), ("review-summary-1-en", "accepted")}
    sent = rows(demonstration, "letters", "list", "--campaign", "wsis20-input")
    written = {path.stem for path in (demonstration / "out" / "folder" / "wsis20-input").glob("*.eml")}
    assert written == {row["reference"].replace("/", "-") for row in sent}


def test_every_member_state_gets_one_letter_in_english_or_french(demonstration: Path) -> None:
    letters = rows(demonstration, "letters", "list", "--campaign", "member-state")
    assert len({row["organisation"] for row in letters}) == len(letters) == 193
    assert {row["language"] for row in letters} == {"en", "fr"}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            "Kenya",
            ["Permanent Representative of the Republic of Kenya", "Excellency,", "I have the honour to", "27 January 2025"],
        ),
        ("France", ["République française", "Excellence,", "J’ai l’honneur de", "27 janvier 2025"]),
    ],
)
def test_a_letter_to_a_permanent_representative_reads_as_it_should(demonstration: Path, state: str, words: list[str]) -> None:
    [row] = [
        one for one in rows(demonstration, "letters", "list", "--campaign", "member-state") if one["organisation"] == state
    ]
    text = pdf_text(demonstration / "out" / "letters" / "member-state" / f"{row['reference'].replace('/', '-')}.pdf")
    flat = " ".join(text.split())
    assert [word for word in words if word not in flat] == []
    assert row["reference"] in flat


def test_every_page_says_specimen_and_a_role_signs(demonstration: Path) -> None:
    some = sorted((demonstration / "out" / "letters" / "wsis20-input").glob("*.pdf"))[:5]
    for path in some:
        for page in pdfium.PdfDocument(path):
            assert "SPECIMEN" in page.get_textpage().get_text_range().replace("\n", "") or "SPÉCIMEN" in pdf_text(path)
        assert "The Chair" in pdf_text(path)


def test_only_invented_organisations_answer(demonstration: Path) -> None:
    respondents = Path(demonstration / "respondents.csv")
    with respondents.open(encoding="utf-8", newline="") as lines:
        invented = {row["organisation"] for row in csv.DictReader(lines)}
    authors = {author for row in rows(demonstration, "responses", "list") for author in row["authors"]}
    assert authors
    assert authors <= invented


def test_strangers_and_machines_wait_and_are_no_answers(demonstration: Path) -> None:
    waiting = rows(demonstration, "responses", "waiting")
    assert len(waiting) == 3
    assert sum(bool(row["automatic"]) for row in waiting) == 1
    assert all(row["reason"] for row in waiting)


def test_every_substantive_answer_is_accounted_for(demonstration: Path) -> None:
    assert run(demonstration, "inputs", "coverage").exit_code == 0


def test_the_communique_has_its_annexes_and_names_nobody_who_may_not_be_named(demonstration: Path) -> None:
    folder = demonstration / "out" / "communique"
    text = (folder / "communique.md").read_text(encoding="utf-8")
    for heading in ("Preamble", "Permanent mandate", "Annex I", "Annex II", "Annex III"):
        assert heading in text
    hidden = ["Open Ledger Watch", "Fundacja Sieć Wspólna", "Red Austral de Juventudes Digitales"]
    with zipfile.ZipFile(folder / "communique.docx") as package:
        word = "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    for source in (text, word, pdf_text(folder / "communique.pdf")):
        assert [name for name in hidden if name in source] == []


def test_paragraphs_are_numbered_consecutively(demonstration: Path) -> None:
    text = (demonstration / "out" / "communique" / "communique.md").read_text(encoding="utf-8").split("Annex I")[0]
    numbers = [int(number) for number in re.findall(r"^(\d+)\\?\. ", text, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 20


def test_the_journal_holds_and_a_second_import_adds_nothing(demonstration_copy: Path) -> None:
    assert run(demonstration_copy, "journal", "verify").exit_code == 0
    again = run(demonstration_copy, "responses", "import", str(demonstration_copy / "out" / "replies"))
    assert "0 new" in again.output
    seeds = run(demonstration_copy, "contacts", "import", str(demonstration_copy / "respondents.csv"))
    assert "0 added" in seeds.output or "unchanged" in seeds.output


def test_the_demonstration_touches_no_real_office(tmp_path: Path) -> None:
    real = tmp_path / "real"
    assert CliRunner().invoke(main, ["init", str(real), "--keeper", "Ada", "--no-directory"], obj=Face()).exit_code == 0
    before = sorted((path.name, path.stat().st_mtime_ns) for path in real.iterdir())
    result = CliRunner().invoke(main, ["demo", str(real)], obj=Face())
    assert result.exit_code == 1
    assert "no demonstration office; it was not touched" in result.output
    assert sorted((path.name, path.stat().st_mtime_ns) for path in real.iterdir()) == before
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    assert CliRunner().invoke(main, ["demo", str(tmp_path / "notes")], obj=Face()).exit_code == 1
    assert (tmp_path / "notes" / "mine.txt").read_text() == "mine"


def test_what_is_done_in_a_copy_stays_in_it_while_somebody_looks_at_the_office(
    demonstration_copy: Path, tmp_path: Path
) -> None:
    def everybody(office: Office) -> list[str]:
        with office.reading() as session:
            return [one.name for one in people.everybody(session)]

    looked_at = Office.open(demonstration_copy, acting="Demonstration Keeper")
    before = everybody(looked_at)
    copy = Office.open(copy_to_act_in(demonstration_copy, tmp_path / "copy"), acting="Demonstration Keeper")
    with copy.transaction() as session:
        people.add(session, "Nora New", Role.READER, by=copy.actor, at=NOON)
    assert everybody(looked_at) == before
    looked_at.close()
    assert sorted(everybody(copy)) == sorted([*before, "Nora New"])
    copy.close()
