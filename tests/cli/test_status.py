"""`outreach status` as the office sees it."""

import json

import pytest

from outreach.office import Office
from tests.cast import kenya, society
from tests.conftest import Clock, Run
from tests.responses.building import campaign, letter, mail


@pytest.fixture
def sent(office: Office) -> Office:
    """A campaign of two letters, due on 10 February 2025."""
    with office.transaction() as session:
        part_of = campaign(session)
        letter(session, kenya(session), part_of=part_of)
        letter(session, society(session), part_of=part_of)
    return office


def test_an_empty_office_says_so(run: Run, office: Office) -> None:
    assert run("status").output == "There is no campaign yet.\n"


def test_each_campaign_is_a_line_of_numbers(run: Run, sent: Office, clock: Clock) -> None:
    run("responses", "log", "IGF/LP/2025/0001", "--kind", "decline")
    run("responses", "log", "IGF/LP/2025/0002", "--kind", "acknowledgement")
    clock.instant = clock.instant.replace(month=3)
    head, _, line = (row.split() for row in run("status").output.splitlines())
    row = dict(zip(head, line, strict=True))
    assert (row["campaign"], row["deadline"]) == ("value-of-the-igf", "2025-02-10")
    numbers = {name: row[name] for name in ("letters", "sent", "answered", "declined", "acknowledged", "overdue")}
    assert " ".join(numbers.values()) == "2 2 0 1 1 1"


def test_one_campaign_is_split_by_groups(run: Run, sent: Office) -> None:
    output = run("status", "value-of-the-igf").output
    assert "technical-community  1" in output
    assert "african         1" in output


def test_what_waits_for_a_person_is_said_with_the_command_to_type(run: Run, sent: Office) -> None:
    run("responses", "log", "IGF/LP/2025/0001", "--kind", "substantive")
    (sent.folder / "1.eml").write_bytes(mail("li@stranger.example"))
    run("responses", "import", sent.folder / "1.eml")
    output = run("status").output
    assert "1 mail waits for a person: `outreach responses waiting`." in output
    assert "1 substantive response does not say who may be named: `outreach responses open`." in output


def test_a_program_reads_the_same_numbers(run: Run, sent: Office) -> None:
    shown = json.loads(run("status", "--json").output)
    (row,) = shown["campaigns"]
    assert (row["campaign"], row["deadline"]) == ("value-of-the-igf", "2025-02-10")
    assert (row["letters"], row["silent"]) == (2, 2)
    assert row["by_region"]["african"]["sent"] == 1
    assert (shown["waiting_mail"], shown["open_attributions"]) == (0, 0)


def test_an_unknown_campaign_is_refused(run: Run, sent: Office) -> None:
    assert "There is no campaign 'nothing'" in run("status", "nothing", ok=False).output
