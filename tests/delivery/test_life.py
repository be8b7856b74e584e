"""A letter's life in any order of approving, editing, sending, breaking off, settling: what must hold, holds at each step."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import planning
from outreach.contacts.models import Channel
from outreach.delivery import pausing, sending, settling
from outreach.delivery.models import Attempt, Result
from outreach.delivery.outboxes import AtHand, Found, Parcel, Place, Report
from outreach.errors import OutreachError
from outreach.journal import verify
from outreach.letters import editing, redating, register
from outreach.letters.models import Letter, LetterState
from outreach.office import Office
from tests.cast import CHAIR, DANA, KIM, society
from tests.conftest import Clock
from tests.letters.desk import Desk
from tests.offices import found

# What the line does with a letter: it may break before or after the message has arrived; "dies" takes the sender along.
FATES = ("accepted", "refused", "deferred", "breaks before", "breaks after", "dies before", "dies after")


class Died(BaseException):
    """The sender's end, as `kill -9` is: nothing after it runs."""


class Line(AtHand):
    """An outbox whose line does with each letter what was drawn for it; `arrived` is what the other side holds."""

    name = "line"
    channel = Channel.EMAIL
    needs_address = True
    leaves_at_once = True

    def __init__(self) -> None:
        self.arrived: Counter[str] = Counter()
        self.bytes: dict[str, bytes] = {}
        self.fates: list[str] = []

    def deliver(self, parcel: Parcel) -> Sequence[Report]:
        fate = self.fates.pop(0) if self.fates else "accepted"
        if fate in ("accepted", "breaks after", "dies after"):
            self.arrived[parcel.reference] += 1
            self.bytes[parcel.reference] = parcel.message
        if fate.startswith("dies"):
            raise Died
        if fate.startswith("breaks"):
            raise OSError("the line broke")
        return [Report(address, Result(fate), fate) for address in parcel.recipients]

    def find(self, parcel: Parcel) -> Found | None:
        return Found(Place.LEFT if self.arrived[parcel.reference] else Place.ABSENT, "asked on the other side")


PICK = st.integers(0, 3)
FATES_OF_FOUR = st.lists(st.sampled_from(FATES), min_size=4, max_size=4)


class Life(RuleBasedStateMachine):
    """Three people act on up to four letters; time passes; the line does what it likes."""

    @initialize()
    def begin(self) -> None:
        self.place = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.office: Office = found(Path(self.place.name) / "office", keeper="Kim Keeper", clock=self.clock)
        self.desk = Desk(self.office.archive, self.office.settings)
        self.line = Line()
        self.approved: set[bytes] = set()
        with self.office.transaction() as session:
            posts = [society(session, f"net-{n}", f"net{n}.example") for n in range(4)]
            self.references = self.desk.draft(session, self.desk.campaign(session, *posts)).new

    def teardown(self) -> None:
        if hasattr(self, "office"):
            self.office.close()
            self.place.cleanup()

    @contextmanager
    def acting(self) -> Iterator[Session]:
        """A transaction; a refusal changes nothing."""
        with suppress(OutreachError), self.office.transaction() as session:
            yield session

    @rule()
    def approve(self) -> None:
        for reference in self.references:
            with self.acting() as session:
                letter = register.find(session, reference)
                self.desk.approve(session, letter)
                self.approved.add(self.office.archive.fetch(letter.version_now.message_sha256 or ""))

    @rule(pick=PICK, word=st.integers(0, 9))
    def edit(self, pick: int, word: int) -> None:
        with self.acting() as session:
            editing.edit(
                session, register.find(session, self.references[pick]), {"subject": f"Subject {word}"}, by=DANA, at=self.clock()
            )

    @rule(pick=PICK)
    def recall(self, pick: int) -> None:
        with self.acting() as session:
            editing.recall(session, register.find(session, self.references[pick]), "another look", by=CHAIR, at=self.clock())

    @rule()
    def cancel(self) -> None:
        # One of them alone, or little would be left to send.
        with self.acting() as session:
            editing.cancel(session, register.find(session, self.references[3]), "not needed", by=CHAIR, at=self.clock())

    @rule()
    def redate(self) -> None:
        with self.acting() as session:
            campaign = planning.find(session, "wsis20-input")
            composer = self.desk.composer(campaign, dated=self.office.today())
            redating.redate(session, campaign, composer, by=DANA, at=self.clock())

    @rule(hours=st.sampled_from([1, 1, 3, 30]))
    def wait(self, hours: int) -> None:
        self.clock.instant += timedelta(hours=hours)

    @rule(fates=FATES_OF_FOUR)
    def pause_for_a_while(self, fates: list[str]) -> None:
        with self.acting() as session:
            pausing.pause(session, "a look", by=DANA, at=self.clock())
        before = Counter(self.line.arrived)
        self._send(fates)
        assert self.line.arrived == before, "nothing leaves while all is paused"
        with self.acting() as session:
            pausing.resume(session, by=CHAIR, at=self.clock())

    @rule(fates=FATES_OF_FOUR, before=st.sampled_from(["approve", "approve", "redate and approve", "nothing"]))
    def send(self, fates: list[str], before: str) -> None:
        if before.startswith("redate"):
            self.redate()
        if before != "nothing":
            self.approve()
        arrived = Counter(self.line.arrived)
        with self.office.reading() as session:
            today = {one.reference for one in session.scalars(select(Letter)) if one.version_now.dated == self.office.today()}
        self._send(fates)
        left = set((self.line.arrived - arrived).keys())
        assert left <= today, "a letter leaves on the day that it bears"

    def _send(self, fates: list[str]) -> None:
        self.line.fates = list(fates)
        run = sending.send(
            self.office.transaction,
            self.references,
            self.line,
            self.office.archive,
            self.office.must_stay,
            by=CHAIR,
            now=self.clock,
        )
        # A dead process runs nothing more; what it had claimed stays claimed.
        with suppress(Died):
            list(run)

    @rule(pick=PICK, by_hand=st.booleans())
    def settle(self, pick: int, by_hand: bool) -> None:
        reference = self.references[pick]
        went = self.line.arrived[reference] > 0 if by_hand else None
        with self.acting() as session:
            letter = register.find(session, reference)
            [looked] = settling.look([settling.attempt_of(session, letter)], lambda _attempt: self.line, self.office.archive)
            settling.settle(
                session,
                letter,
                went,
                looked=looked,
                by=KIM,
                at=self.clock(),
                why="I looked" if by_hand else "",
            )

    @invariant()
    def no_letter_arrives_twice(self) -> None:
        assert all(count == 1 for count in self.line.arrived.values()), self.line.arrived

    @invariant()
    def what_arrived_was_approved(self) -> None:
        assert set(self.line.bytes.values()) <= self.approved

    @invariant()
    def the_ledger_and_the_other_side_agree(self) -> None:
        with self.office.reading() as session:
            for letter in session.scalars(select(Letter)):
                here = self.line.arrived[letter.reference] > 0
                if letter.state is LetterState.ACCEPTED:
                    assert here, f"{letter.reference} is said to be there"
                elif letter.state not in (LetterState.LEAVING, LetterState.UNKNOWN):
                    assert not here, f"{letter.reference} is {letter.state} and arrived"
            doubt = {one.letter.reference for one in settling.in_doubt(session)}
            states = {one.reference: one.state for one in session.scalars(select(Letter))}
            assert doubt == {ref for ref, state in states.items() if state in (LetterState.LEAVING, LetterState.UNKNOWN)}
            open_ones = session.scalars(select(Attempt.letter_id).where(Attempt.ended_at.is_(None))).all()
            assert len(open_ones) == len(set(open_ones)), "a letter has one open attempt at most"

    @invariant()
    def the_journal_holds(self) -> None:
        with self.office.reading() as session:
            assert verify(session).faults == ()


def live(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.first
def test_whatever_happens_no_letter_leaves_twice_or_unapproved_and_every_doubt_is_named() -> None:
    live(5, 16)


@pytest.mark.long
def test_the_same_over_long_lives() -> None:
    live(400, 60)
