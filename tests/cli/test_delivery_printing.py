"""`outreach delivery print-run`, `reprint`, `print-runs` and `posted`."""

import json
from pathlib import Path

import pypdfium2
import pytest

from outreach.letters import enclosing, register
from outreach.office import Office
from tests.cast import DANA, NOON, society
from tests.conftest import Run
from tests.letters.desk import Desk

pytestmark = pytest.mark.usefixtures("filled")


@pytest.fixture
def filled(office: Office) -> Office:
    """Two approved letters that enclose a text."""
    desk = Desk(office.archive, office.settings)
    with office.transaction() as session:
        campaign = desk.campaign(session, society(session, "net-0", "net0.example"), society(session, "net-1", "net1.example"))
        enclosing.add(session, campaign, enclosing.keep(desk.archive, b"a text", "note.txt"), by=DANA, at=NOON)
        references = desk.draft(session, campaign).new
        desk.approve(session, *(register.find(session, reference) for reference in references))
    return office


def test_a_run_is_written_with_labels_and_what_is_printed_apart_and_then_posted(run: Run, tmp_path: Path) -> None:
    into = tmp_path / "mail-room"
    said = run("delivery", "print-run", "wsis20-input", "--into", into).output
    assert "Print run 1: 2 letters, 4 pages in" in said
    assert "2 have no postal address on record (IGF/LP/2025/0001, IGF/LP/2025/0002)" in said
    assert "outreach delivery posted 1 --on 2025-01-27 --count 2" in said
    assert sorted(one.name for one in into.iterdir()) == ["print-run-1-apart", "print-run-1-labels.pdf", "print-run-1.pdf"]
    assert (into / "print-run-1-apart" / "note.txt").read_bytes() == b"a text"
    assert len(pypdfium2.PdfDocument(into / "print-run-1.pdf")) == 5
    assert "not 3; nothing was recorded" in run("delivery", "posted", 1, "--on", "2025-01-27", "--count", 3, ok=False).output
    done = run("delivery", "posted", 1, "--on", "2025-01-27", "--count", 1, "--not-posted", "IGF/LP/2025/0002").output
    assert done == "1 letters of print run 1 were posted on 2025-01-27; 1 stayed behind.\n"
    [row] = json.loads(run("delivery", "print-runs", "--json").output)
    assert (row["run"], row["campaign"], row["letters"], row["posted"]) == (1, "wsis20-input", 2, 1)


def test_letters_named_are_printed_alone_and_others_are_not_found(run: Run, tmp_path: Path) -> None:
    refused = run("delivery", "print-run", "wsis20-input", "IGF/LP/2025/0009", "--into", tmp_path, ok=False).output
    assert "has no approved letter IGF-LP-2025-0009" in refused
    assert "1 letters," in run("delivery", "print-run", "wsis20-input", "IGF-LP-2025-0002", "--into", tmp_path).output


def test_other_labels_are_written_for_a_run_that_stands(run: Run, tmp_path: Path) -> None:
    run("delivery", "print-run", "wsis20-input", "--into", tmp_path)
    run("delivery", "reprint", 1, "--into", tmp_path, "--labels", "window")
    assert len(pypdfium2.PdfDocument(tmp_path / "print-run-1-labels.pdf")) == 2
    assert (
        "There are no sheets of labels" in run("delivery", "reprint", 1, "--into", tmp_path, "--labels", "x", ok=False).output
    )


def test_a_run_of_which_nothing_was_posted_needs_a_reason(run: Run, tmp_path: Path) -> None:
    run("delivery", "print-run", "wsis20-input", "--into", tmp_path)
    assert "Say why nothing" in run("delivery", "posted", 1, "--none", ok=False).output
    assert "free again" in run("delivery", "posted", 1, "--none", "--note", "no paper").output
    assert run("delivery", "posted", 1, ok=None).exit_code == 2
