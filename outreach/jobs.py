"""Work for later: a job is a name and arguments, kept in the transaction that wants it done, and done by a worker.

The row says what was asked for, by whom, and what came of it. On PostgreSQL Procrastinate hands jobs to any of several workers,
wakes them, and tells which of them died; it is given the number of the row on the same connection, so that a transaction that
is taken back leaves neither. On SQLite one process takes the rows in their order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Index, Select, String, Text, case, delete, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.database import Base, UtcDateTime, choice
from outreach.errors import NotFound, Refused
from outreach.journal import Actor, Role

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import JobDeferrer
    from procrastinate.types import JSONDict

QUEUE = TASK = "outreach"
# A job that broke off by a fault of the program is tried again by itself after these waits, then it waits for a person.
WAITS = (timedelta(minutes=1), timedelta(minutes=10))
# A job whose worker died that often brings workers down.
MOST_STARTS = 6
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Pulse:
    """Seconds between two signs of life of a worker, until one without is taken for dead, and between two looks around."""

    beat: float = 10
    dead_after: float = 30
    look: float = 5


class State(StrEnum):
    """Where a job stands; `failed` waits for a person, `dropped` is not wanted any more."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"


UNDER_WAY = (State.WAITING, State.RUNNING)
# What a person may want to look at first stands first.
_ORDER = (State.FAILED, State.RUNNING, State.WAITING, State.DONE, State.DROPPED)
_ENDED = "state IN ('done', 'dropped')"


class Job(Base):
    """One thing to do: what it is called, what it is about in words ("batch 7"), and what came of it (`said`).

    `starts` counts how often a worker began it, `faults` how often it broke off by a fault of the program.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_open", "id", sqlite_where=text(f"NOT {_ENDED}"), postgresql_where=text(f"NOT {_ENDED}")),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(200), index=True)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[State] = mapped_column(choice(State), default=State.WAITING)
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    starts: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(Text, default="")

    @property
    def is_open(self) -> bool:
        """Whether it is to be done, is being done, or failed and waits for a person."""
        return self.state not in (State.DONE, State.DROPPED)


def enqueue(session: Session, name: str, about: str, *arguments: Mapping[str, Any], by: Actor, at: datetime) -> list[Job]:
    """Want the job `name` done once for each of the `arguments`, as soon as this transaction is kept; never if it is not.

    It is done by the word of `by`, who must still be of the office and allowed to then. Numbers, words and lists of them alone.
    """
    wanted = [Job(name=name, about=about, arguments=dict(one), asked_by=by.name, asked_at=at) for one in arguments]
    session.add_all(wanted)
    session.flush()
    _hand_over(session, [job.id for job in wanted])
    return wanted


def _hand_over(session: Session, numbers: Sequence[int], not_before: datetime | None = None) -> None:
    """Give the jobs to the queue, where there is one, on the session's own connection."""
    if numbers and session.get_bind().dialect.name == "postgresql":
        connection = session.connection().connection.driver_connection
        deferrer: JobDeferrer = _queue().configure_task(TASK, queue=QUEUE, connection=connection, schedule_at=not_before)
        arguments: list[JSONDict] = [{"number": number} for number in numbers]
        deferrer.batch_defer(*arguments)


@cache
def _queue() -> "App":
    # Loaded where a job is handed over: most commands never do, and SQLite needs none of it.
    try:
        from procrastinate import App, SyncPsycopgConnector
    except ImportError:
        raise Refused(
            "Work in the background on PostgreSQL needs the package procrastinate: pip install 'outreach[postgres]'."
        ) from None
    return App(connector=SyncPsycopgConnector())


def begin(session: Session, number: int, *, at: datetime) -> Job | None:
    """Begin a job that a worker was given; None when it is not wanted any more, or brought too many workers down."""
    job = session.get(Job, number, with_for_update=True)
    if job is None or job.state not in UNDER_WAY:
        return None
    if job.starts >= MOST_STARTS:
        end(job, State.FAILED, f"a worker died of it, or was stopped, {job.starts} times", at=at)
        return None
    job.state, job.started_at, job.starts = State.RUNNING, at, job.starts + 1
    return job


def end(job: Job, state: State, said: str, *, at: datetime) -> None:
    """Note what came of a job."""
    job.state, job.ended_at, job.said = state, at, said


def put_back(session: Session, job: Job, said: str, *, until: datetime | None = None) -> None:
    """Let a job that was begun be done later by any worker, not before `until`; `said` is why."""
    job.state, job.not_before, job.said = State.WAITING, until, said
    session.flush()
    _hand_over(session, [job.id], until)


def rest(session: Session, number: int, *, until: datetime) -> None:
    """Let a job that a worker was given, and did not begin, be done later."""
    job = session.get(Job, number, with_for_update=True)
    if job is not None and job.state in UNDER_WAY:
        put_back(session, job, job.said, until=until)


def broke_off(session: Session, job: Job, said: str, *, at: datetime) -> None:
    """Note that a job broke off by a fault of the program: it is tried again after a while, then waits for a person."""
    job.faults += 1
    if job.faults <= len(WAITS):
        put_back(session, job, said, until=at + WAITS[job.faults - 1])
    else:
        end(job, State.FAILED, said, at=at)


def retry(session: Session, job: Job, *, by: Actor, at: datetime) -> None:
    """Let a failed job be done again, by the word of whoever asked for it first.

    Raises Refused unless it failed, and `by` may approve or asked for it.
    """
    if by.name != job.asked_by:
        by.must_be(Role.APPROVER, "let a job of somebody else be done again")
    if job.state is not State.FAILED:
        raise Refused(f"Job {job.id} is {job.state}; only a failed one is done again.")
    job.faults = job.starts = 0
    job.ended_at = None
    put_back(session, job, job.said)
    journal.record(session, by, "retried", f"job {job.id}", at=at, name=job.name, about=job.about)


def find(session: Session, number: int) -> Job:
    """The job with this number, or NotFound."""
    job = session.get(Job, number)
    if job is None:
        raise NotFound(f"There is no job {number}; the list of jobs shows those there are.")
    return job


def listed(session: Session, *, state: State | None = None, offset: int = 0, limit: int = 50) -> Sequence[Job]:
    """Jobs: failed ones first, then what runs, what waits and what is done, each latest first."""
    order = case({one.value: place for place, one in enumerate(_ORDER)}, value=Job.state)
    query = select(Job).order_by(order, Job.id.desc())
    if state is not None:
        query = query.where(Job.state == state)
    return session.scalars(query.offset(offset).limit(limit)).all()


def counts(session: Session) -> dict[State, int]:
    """How many jobs are in each state."""
    found = dict(session.execute(select(Job.state, func.count()).group_by(Job.state)).all())
    return {state: found[state] for state in _ORDER if state in found}


def stands_open(session: Session, about: str) -> bool:
    """Whether a job about this is to be done, is being done, or failed and waits for a person."""
    return session.scalar(_open().where(Job.about == about).limit(1)) is not None


def open_subjects(session: Session) -> frozenset[str]:
    """What the open jobs are about."""
    return frozenset(session.scalars(select(Job.about).where(Job.id.in_(_open())).distinct()))


def under_way(session: Session, name: str) -> int | None:
    """The number of a job of this name that waits or runs."""
    query = _open().where(Job.name == name, Job.state.in_(UNDER_WAY))
    return session.scalar(query.order_by(Job.id).limit(1))


def was_asked(session: Session, about: str) -> bool:
    """Whether there ever was a job about this."""
    return session.scalar(select(Job.id).where(Job.about == about).limit(1)) is not None


def _open() -> Select[int]:
    # Word for word as in the index, which holds few rows of many.
    return select(Job.id).where(text(f"NOT {_ENDED}"))


def next_waiting(session: Session, at: datetime) -> int | None:
    """The number of the job that has waited longest and may begin; None when there is none."""
    due = Job.not_before.is_(None) | (Job.not_before <= at)
    return session.scalar(_open().where(Job.state == State.WAITING, due).order_by(Job.id).limit(1))


def drop(session: Session, because: str, *, at: datetime, about: str | None = None) -> None:
    """Let nobody do what is open, of all jobs or of those about this; a worker at one of them is not stopped by it."""
    query = update(Job).where(Job.id.in_(_open()))
    if about is not None:
        query = query.where(Job.about == about)
    session.execute(query.values(state=State.DROPPED, ended_at=at, said=because))


def free_all(session: Session) -> None:
    """Where one process does all the work and it is this one: what seems to be running was left by one that died."""
    session.execute(update(Job).where(Job.state == State.RUNNING).values(state=State.WAITING))


def forget(session: Session, at: datetime) -> None:
    """Take away jobs that ended well, or were dropped, a month ago."""
    ended = Job.state.in_((State.DONE, State.DROPPED))
    session.execute(delete(Job).where(ended, Job.ended_at < at - KEPT_FOR))


def stalled(session: Session, seconds: float) -> frozenset[int]:
    """The numbers of running jobs whose worker has given no sign of life for so many seconds; on SQLite none are known.

    It asks as the library itself does before such a job is given to another worker.
    """
    if session.get_bind().dialect.name != "postgresql":
        return frozenset()
    from procrastinate import sql

    rows = (
        _queue()
        .connector.get_sync_connector()
        .execute_query_all_with_connection(
            session.connection().connection.driver_connection,
            query=sql.queries["select_stalled_jobs_by_heartbeat"],
            queue=QUEUE,
            task_name=TASK,
            seconds_since_heartbeat=seconds,
        )
    )
    return frozenset(row["args"]["number"] for row in rows)
