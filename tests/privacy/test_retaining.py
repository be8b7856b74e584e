"""Who was kept long enough is listed by the office's own rule, and never erased by it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.contacts import editing
from outreach.contacts.models import Person
from outreach.office import Office
from outreach.privacy import retaining
from tests.cast import KIM, NOON, society
from tests.conftest import Run
from tests.privacy.world import ACT, NAME, build

ON = NOON.date()


def due(session: Session, days: int, on: date = ON) -> list[tuple[str, date | None, str]]:
    return [(one.name, one.last, one.by) for one in retaining.due(session, on=on, days=days)]


def test_the_last_of_post_letter_and_answer_counts(session: Session, tmp_path: Path) -> None:
    world = build(session, Archive(tmp_path / "files"))
    later = ON + timedelta(days=30)
    assert (NAME, date(2025, 1, 20), "the end of a time in a post") in due(session, 30, later)
    world.response.received_on = date(2025, 2, 1)
    session.flush()
    assert NAME not in [name for name, *_ in due(session, 30, later)]
    assert (NAME, date(2025, 2, 1), "an answer of theirs") in due(session, 20, later)


def test_it_is_due_the_day_after_so_many_days(session: Session) -> None:
    post = society(session)
    editing.edit(session, post.holders[0], to_date=date(2025, 1, 1), **ACT)
    assert due(session, 26) == []
    [one] = retaining.due(session, on=ON, days=25)
    assert (one.since, one.posts, one.key) == (ON, ("Chief Executive Officer, Open Net Society",), f"person/{one.number}")


def test_who_holds_a_post_is_never_due_and_who_is_without_any_date_always(session: Session) -> None:
    society(session)
    session.add(Person(full_name="Nobody Known"))
    session.flush()
    assert due(session, 1) == [("Nobody Known", None, "nothing with a date is recorded")]


def test_without_a_rule_nobody_is_due_and_nothing_is_erased(session: Session) -> None:
    session.add(Person(full_name="Nobody Known"))
    session.flush()
    assert due(session, 0) == []
    due(session, 1)
    assert session.scalars(select(Person.full_name)).all() == ["Nobody Known"]


def test_the_command_says_what_is_due_by_the_office_s_rule(office: Office, run: Run) -> None:
    with office.transaction() as session:
        editing.edit(session, society(session).holders[0], to_date=date(2024, 1, 1), by=KIM, at=NOON)
    assert "The office has no rule; set retention_days" in run("contacts", "retention").output
    settings = office.folder / "outreach.toml"
    settings.write_text(settings.read_text().replace("retention_days = 0", "retention_days = 365"))
    assert "Li Example" in run("contacts", "retention").output
    assert '"last": "2024-01-01"' in run("contacts", "retention", "--json").output


@pytest.mark.parametrize("words", ["-1", "36501", "1.5", '"365"'])
def test_a_rule_that_is_none_is_refused(office: Office, run: Run, words: str) -> None:
    settings = office.folder / "outreach.toml"
    settings.write_text(settings.read_text().replace("retention_days = 0", f"retention_days = {words}"))
    assert "retention_days" in run("contacts", "retention", ok=False).output
