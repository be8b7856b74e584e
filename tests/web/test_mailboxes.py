"""The mailboxes at the desk: fetching now, how it went, and counts of what came in."""

from pathlib import Path

import pytest

from outreach import config
from outreach.office import Office
from tests.responses.building import mail
from tests.web.world import Visit

WHERE = "/mailboxes/"


@pytest.fixture
def saved(office: Office) -> Path:
    """A folder of saved mail that the settings name, with two messages."""
    path = office.folder / "outreach.toml"
    path.write_text(path.read_text() + '\n[mailboxes.saved]\npath = "saved"\n')
    office.settings = config.read(office.folder)
    folder = office.folder / "saved"
    folder.mkdir()
    (folder / "1.eml").write_bytes(mail())
    (folder / "2.eml").write_bytes(mail(subject="Automatic reply", Auto_Submitted="auto-replied"))
    return folder


def test_an_office_without_a_mailbox_says_what_to_do(visit: Visit) -> None:
    page = visit("reader").get(WHERE).text
    assert "The settings name no mailbox." in page
    assert "Fetch now" not in page


def test_the_button_fetches_and_the_counts_add_up(visit: Visit, saved: Path) -> None:
    drafter = visit("drafter")
    assert "not fetched from yet" in drafter.get(WHERE).text
    page = drafter.post(f"{WHERE}fetch", page=WHERE).text
    assert "2 new messages: 2 waiting." in page
    assert "2 messages fetched from mailboxes, 0 of them here already" in page
    assert "auto-reply" in page
    assert "0 new messages." in drafter.post(f"{WHERE}fetch", page=WHERE).text


def test_a_mailbox_that_cannot_be_reached_is_told_with_what_to_look_at(visit: Visit, saved: Path) -> None:
    saved.rename(saved.with_name("elsewhere"))
    page = visit("drafter").post(f"{WHERE}fetch", page=WHERE).text
    assert page.count("look at it in the settings") == 2, "as it is fetched, and beside the mailbox afterwards"


def test_whoever_only_reads_sees_how_it_went_and_cannot_fetch(visit: Visit, saved: Path) -> None:
    reader = visit("reader")
    assert "Fetch now" not in reader.get(WHERE).text
    refused = reader.post(f"{WHERE}fetch", page=WHERE)
    assert refused.status_code == 409
    assert list(fetched(visit)) == []


def fetched(visit: Visit) -> list[str]:
    return [word for word in ("auto-reply", "1 new") if word in visit("drafter").get(WHERE).text]
