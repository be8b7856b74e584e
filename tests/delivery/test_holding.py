"""Ceilings, pauses, quiet hours, holidays, embargoes: off unless set, and each letter that they hold says why."""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.campaigns import planning
from outreach.config import SendingSettings
from outreach.contacts.models import Post
from outreach.database import Database
from outreach.delivery import embargoing, limiting, resting, sending
from outreach.delivery.braking import SAMPLE, Brake
from outreach.delivery.models import Attempt, Channel, Result
from outreach.delivery.outboxes import MemoryOutbox, Outbox
from outreach.delivery.recording import Sent
from outreach.errors import Refused
from outreach.letters import leaving, register
from outreach.letters.models import Letter, LetterAddressee
from outreach.office import Office
from tests.cast import CHAIR, DANA, NOON, society
from tests.conftest import Clock, Run
from tests.delivery.conftest import Approve
from tests.delivery.test_server import point_at
from tests.letters.desk import Desk
from tests.mail.servers import Postbox, listening

MINUTE = timedelta(minutes=1)


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with listening(Postbox()) as postbox:
        yield postbox


@pytest.fixture
def letters(session: Session, desk: Desk) -> list[Letter]:
    """Four approved letters, the last two to one domain."""
    posts = [society(session, f"net-{n}", f"net{min(n, 2)}.example") for n in range(4)]
    references = desk.draft(session, desk.campaign(session, *posts)).new
    found = register.find_all(session, references)
    desk.approve(session, *found)
    return found


def left(session: Session, letter: Letter, at: datetime, outbox: str = "smtp") -> None:
    """Say that the letter left."""
    attempt = Attempt(letter_id=letter.id, letter_version_id=letter.version_now.id, outbox=outbox, channel=Channel.EMAIL)
    attempt.started_by, attempt.started_at, attempt.ended_at = "Charlie Chair", at, at
    session.add(attempt)
    session.flush()


def held(session: Session, letters: list[Letter], at: datetime = NOON, **limits: int) -> list[str]:
    numbers = [letter.id for letter in letters]
    reasons = limiting.reasons(session, numbers, (), SendingSettings(**limits), "smtp", at)
    return [reasons.get(letter.id, "") for letter in letters]


def test_nothing_is_held_unless_it_is_set(session: Session, letters: list[Letter]) -> None:
    for letter in letters:
        left(session, letter, NOON)
    assert held(session, letters) == [""] * 4
    assert resting.reasons(session, [letter.id for letter in letters], SendingSettings(), NOON) == {}


def test_an_hourly_ceiling_counts_the_last_sixty_minutes_and_says_when_more_may_leave(
    session: Session, letters: list[Letter]
) -> None:
    left(session, letters[0], NOON - 61 * MINUTE)
    left(session, letters[0], NOON - 40 * MINUTE)
    left(session, letters[1], NOON - 30 * MINUTE, outbox="print")
    full = "2 letters an hour have left, the ceiling; more may from 27 January 2025, 12:20 UTC on"
    assert held(session, letters[1:], per_hour=2) == ["", full, full]
    later = held(session, letters[1:], at=NOON + 21 * MINUTE, per_hour=2)
    assert [bool(one) for one in later] == [False, False, True], "the one before has left the hour"


def test_the_ceiling_that_leaves_less_is_said(session: Session, letters: list[Letter]) -> None:
    left(session, letters[0], NOON - 2 * timedelta(hours=1))
    left(session, letters[1], NOON - timedelta(hours=3))
    words = "2 letters a day have left, the ceiling; more may from 28 January 2025, 09:00 UTC on"
    assert held(session, letters[2:], per_hour=1, per_day=2) == [words, words]


def test_a_pause_for_a_domain_holds_the_second_letter_to_it(session: Session, letters: list[Letter]) -> None:
    words = "another letter to net2.example has just left; the next may from 12:00:30 UTC on"
    assert held(session, letters, domain_pause_seconds=30) == ["", "", "", words]
    left(session, letters[2], NOON - timedelta(seconds=10))
    words = "another letter to net2.example has just left; the next may from 12:00:20 UTC on"
    assert held(session, letters[3:], domain_pause_seconds=30) == [words]
    assert held(session, letters[3:], at=NOON + timedelta(seconds=20), domain_pause_seconds=30) == [""]


@given(limit=st.integers(1, 5), before=st.integers(0, 8), asked=st.integers(0, 8))
def test_never_more_than_the_ceiling_are_let_go(limit: int, before: int, asked: int) -> None:
    free = max(limit - before, 0)
    countdown = limiting._countdown((free, "full"))
    assert [bool(next(countdown)[0]) for _ in range(asked)] == [n < free for n in range(asked)]


def test_two_senders_that_count_at_the_same_moment_keep_the_ceiling_together(approve: Approve, database: Database) -> None:
    references = approve.letters(2)
    both_counted = Barrier(2)

    def gate(session: Session, numbers: leaving.Numbers, outbox: Outbox) -> Mapping[int, str]:
        found = limiting.reasons(session, numbers, (), SendingSettings(per_hour=1), outbox.name, NOON)
        # Were they to count together, each would find that one more may leave. So the second waits, and the first alone
        # comes here, until it has waited long enough.
        with suppress(BrokenBarrierError):
            both_counted.wait(0.3)
        return found

    def send(reference: str) -> list[Sent]:
        archive = approve.desk.archive
        return list(sending.send(database.transaction, [reference], MemoryOutbox(), archive, gate, by=CHAIR, now=lambda: NOON))

    with ThreadPoolExecutor(2) as senders:
        done = [one for run in senders.map(send, references) for one in run]
    assert Counter(one.result for one in done) == {Result.ACCEPTED: 1, None: 1}
    [held] = [one.detail for one in done if one.held]
    assert held.startswith("1 letters an hour have left, the ceiling")


# --- where a letter arrives


def why(session: Session, letter: Letter, at: str, **rest: object) -> str:
    settings = SendingSettings(**rest)  # type: ignore[arg-type]
    return resting.reasons(session, [letter.id], settings, datetime.fromisoformat(at).replace(tzinfo=UTC)).get(letter.id, "")


def post_of(session: Session, letter: Letter) -> Post:
    return session.get_one(LetterAddressee, (letter.id, 0)).post


def test_quiet_hours_are_those_where_the_letter_arrives(session: Session, letters: list[Letter]) -> None:
    letter = letters[0]
    words = "it is 20:30 in Zurich, within the quiet hours from 20:00 to 08:00"
    assert why(session, letter, "2025-01-27 19:30", quiet_hours="20:00-08:00") == words
    assert why(session, letter, "2025-01-27 07:30", quiet_hours="20:00-08:00") == ""
    post_of(session, letter).seat = "new-york"
    session.flush()
    assert why(session, letter, "2025-01-27 12:30", quiet_hours="20:00-08:00").startswith("it is 07:30 in New York")
    assert why(session, letter, "2025-01-27 13:00", quiet_hours="20:00-08:00") == ""


def test_quiet_hours_within_a_day_and_a_country_of_many_zones(session: Session, letters: list[Letter]) -> None:
    letter = letters[0]
    assert why(session, letter, "2025-01-27 11:30", quiet_hours="12:00-14:00") != ""
    assert why(session, letter, "2025-01-27 13:00", quiet_hours="12:00-14:00") == ""
    organisation = post_of(session, letter).organisation
    organisation.country = "BR"
    session.flush()
    assert "Noronha" in why(session, letter, "2025-01-27 22:30", quiet_hours="20:00-08:00")
    organisation.country = ""
    session.flush()
    assert why(session, letter, "2025-01-27 22:30", quiet_hours="20:00-08:00", holidays=True) == ""


def test_a_public_holiday_holds_where_it_is_one(session: Session, letters: list[Letter]) -> None:
    letter = letters[0]
    assert why(session, letter, "2025-08-01 10:00", holidays=True) == "it is National Day in CH on 01 August 2025"
    assert why(session, letter, "2025-08-04 10:00", holidays=True) == ""
    assert why(session, letter, "2025-08-01 10:00") == ""
    post_of(session, letter).seat = "new-york"
    session.flush()
    assert why(session, letter, "2025-07-04 15:00", holidays=True) == "it is Independence Day in US on 04 July 2025"
    assert why(session, letter, "2025-07-05 03:00", holidays=True) != "", "it is still the fourth there"


@pytest.mark.parametrize("words", ["20-8", "24:00-08:00", "20:00", "20:00-08:60", "20:00-08:00\n"])
def test_quiet_hours_that_cannot_be_read_are_refused_with_the_settings(office: Office, run: Run, words: str) -> None:
    path = office.folder / "outreach.toml"
    path.write_text(path.read_text().replace('quiet_hours = ""', f"quiet_hours = {words!r}"))
    assert "sending.quiet_hours" in run("status", ok=False).output


# --- a run that goes wrong


@pytest.mark.parametrize(
    ("percent", "refused", "done", "stops"),
    [(20, 2, SAMPLE, False), (20, 3, SAMPLE, True), (20, SAMPLE - 1, SAMPLE - 1, False), (0, SAMPLE, SAMPLE, False)],
)
def test_a_run_stops_when_more_than_so_many_are_refused(percent: int, refused: int, done: int, stops: bool) -> None:
    brake = Brake(percent)
    for number in range(done):
        brake.note(Result.REFUSED if number < refused else Result.ACCEPTED)
    assert bool(brake.reason) is stops


def set_sending(office: Office, **values: object) -> None:
    path = office.folder / "outreach.toml"
    words = path.read_text()
    for name, value in values.items():
        old = next(line for line in words.splitlines() if line.startswith(f"{name} = "))
        words = words.replace(old, f"{name} = {str(value).lower() if isinstance(value, bool | int) else repr(value)}")
    path.write_text(words)


def test_the_rest_of_a_run_is_held_once_too_many_were_refused(filled: Office, run: Run, postbox: Postbox) -> None:
    point_at(filled, postbox.port)
    set_sending(filled, stop_refused_percent=50)
    postbox.refuses.update({f"office@net{n}.example": "550 blocked" for n in range(12) if n % 5})
    said = run("send", "wsis20-input", "--really", ok=False).output
    assert "2 accepted, 8 refused, 2 held" in said
    assert "the run was stopped: 8 of 10 letters were refused, more than 50 in a hundred" in said


def test_a_ceiling_holds_the_rest_with_its_reason_and_lets_them_go_later(
    filled: Office, run: Run, postbox: Postbox, clock: Clock
) -> None:
    point_at(filled, postbox.port)
    set_sending(filled, per_hour=5)
    assert "5 letters would leave by smtp, 7 are held" in run("send", "wsis20-input", "--no-contact").output
    said = run("send", "wsis20-input", "--really", ok=False).output
    assert said.count("5 letters an hour have left, the ceiling; more may from 27 January 2025, 13:00 UTC on") == 7
    assert len(postbox.taken) == 5
    clock.instant += timedelta(hours=1)
    run("send", "wsis20-input", "--really", ok=False)
    clock.instant += timedelta(hours=1)
    assert "2 accepted" in run("send", "wsis20-input", "--really").output
    assert len(postbox.taken) == 12


# --- embargo


def test_nothing_of_a_campaign_under_embargo_leaves_before_its_time(filled: Office, run: Run, clock: Clock) -> None:
    said = run("campaigns", "embargo", "wsis20-input", "--until", "2025-01-27 15:00").output
    assert "Nothing of wsis20-input leaves before 27 January 2025, 15:00 UTC." in said
    held = run("send", "wsis20-input", "--outbox", "folder", "--really", ok=False).output
    assert held.count("wsis20-input is under embargo until 27 January 2025, 15:00 UTC") == 12
    clock.instant = NOON + timedelta(hours=3)
    assert "12 accepted" in run("send", "wsis20-input", "--outbox", "folder", "--really").output


def test_an_embargo_is_made_longer_by_a_drafter_and_shorter_by_an_approver_alone(
    session: Session, letters: list[Letter]
) -> None:
    campaign = planning.find(session, "wsis20-input")
    embargoing.embargo(session, campaign, NOON + timedelta(hours=2), by=DANA, at=NOON)
    embargoing.embargo(session, campaign, NOON + timedelta(hours=3), by=DANA, at=NOON)
    with pytest.raises(Refused, match="may not shorten an embargo"):
        embargoing.embargo(session, campaign, NOON + timedelta(hours=1), by=DANA, at=NOON)
    with pytest.raises(Refused, match="may not lift an embargo"):
        embargoing.lift(session, campaign, by=DANA, at=NOON)
    with pytest.raises(Refused, match="is past"):
        embargoing.embargo(session, campaign, NOON, by=CHAIR, at=NOON)
    assert set(embargoing.reasons(session, [letter.id for letter in letters], NOON)) == {letter.id for letter in letters}
    embargoing.lift(session, campaign, by=CHAIR, at=NOON)
    assert embargoing.reasons(session, [letter.id for letter in letters], NOON) == {}
    with pytest.raises(Refused, match="is under no embargo"):
        embargoing.lift(session, campaign, by=CHAIR, at=NOON)
