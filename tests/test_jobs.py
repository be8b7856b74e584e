"""A job is kept with what wants it done, and is done by a worker at least once; what came of it is told."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import text

from outreach import jobs, journal, schema
from outreach.database import Database, connect, is_of_office, office_url
from outreach.delivery import pausing
from outreach.errors import NotFound, Refused
from outreach.jobs import KEPT_FOR, MOST_STARTS, WAITS, Pulse, State
from outreach.office import Office
from outreach.working import Does, Stop, Worker
from tests.cast import CHAIR, DANA, KIM, NOON, RENE
from tests.conftest import Clock, Run
from tests.offices import found

QUICK = Pulse(beat=0.1, dead_after=0.3, look=0.1)


@pytest.fixture
def office_on(kind: str, request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """An office on either database."""
    if kind == "sqlite":
        yield request.getfixturevalue("office")
        return
    url = request.getfixturevalue("fresh_postgres")
    with closing(found(tmp_path / "office", keeper="Kim Keeper", database_url=url, clock=clock)) as office:
        yield office


def never() -> str:
    return ""


def ask(office: Office, *arguments: Mapping[str, Any], name: str = "note", about: str = "a test") -> list[int]:
    """Want a job done, once for each of the arguments; gives their numbers."""
    with office.transaction() as session:
        return [job.id for job in jobs.enqueue(session, name, about, *arguments, by=KIM, at=office.now())]


def drain(office: Office, does: Does, *, stop: Stop = never) -> list[str]:
    """Do what waits; gives what was told."""
    told: list[str] = []
    Worker(office, stop, told.append, {"note": does}).work(drain=True, pulse=QUICK)
    return told


def stands(office: Office, number: int) -> tuple[State, str]:
    with office.reading() as session:
        job = jobs.find(session, number)
        return job.state, job.said


class Noting:
    """A job that notes what it was given, and first raises what it is told to."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.got = list(errors), list[tuple[Mapping[str, Any], str]]()

    def __call__(self, office: Office, arguments: Mapping[str, Any], asked_by: str, stop: Stop) -> str:
        self.got.append((arguments, asked_by))
        if self.errors:
            raise self.errors.pop(0)
        return "noted"


def test_jobs_are_done_in_their_order_by_the_word_of_who_asked_and_tell_what_came_of_them(office_on: Office) -> None:
    first, second = ask(office_on, {"words": "José 肯尼亚"}, {"numbers": [1, 2]})
    does = Noting()
    told = drain(office_on, does)
    assert does.got == [({"words": "José 肯尼亚"}, "Kim Keeper"), ({"numbers": [1, 2]}, "Kim Keeper")]
    assert told == [f"job {first}, note of a test: noted", f"job {second}, note of a test: noted"]
    assert stands(office_on, second) == (State.DONE, "noted")
    assert drain(office_on, does) == []


def test_a_job_wanted_by_a_transaction_that_is_taken_back_is_never_done(office_on: Office) -> None:
    with pytest.raises(ZeroDivisionError), office_on.transaction() as session:
        jobs.enqueue(session, "note", "a test", {"n": 1}, by=KIM, at=NOON)
        raise ZeroDivisionError
    does = Noting()
    assert (drain(office_on, does), does.got) == ([], [])
    with office_on.reading() as session:
        assert list(jobs.listed(session)) == []


def test_a_job_is_seen_by_no_worker_before_its_transaction_is_kept(office_on: Office, kind: str) -> None:
    if kind == "sqlite":
        pytest.skip("Writers take turns: there nobody comes between.")
    does = Noting()
    with office_on.transaction() as session:
        jobs.enqueue(session, "note", "a test", {"n": 1}, by=KIM, at=NOON)
        assert drain(office_on, does) == []
    assert len(drain(office_on, does)) == 1


def test_what_the_office_is_told_fails_at_once_and_is_done_again_when_somebody_says_so(office_on: Office) -> None:
    [number] = ask(office_on, {})
    does = Noting(Refused("The mailbox is shut; open it."))
    drain(office_on, does)
    assert stands(office_on, number) == (State.FAILED, "The mailbox is shut; open it.")
    drain(office_on, does)
    assert len(does.got) == 1, "it waits for a person"
    with office_on.transaction() as session:
        jobs.retry(session, jobs.find(session, number), by=CHAIR, at=NOON)
    drain(office_on, does)
    assert stands(office_on, number) == (State.DONE, "noted")
    with office_on.reading() as session:
        assert [entry.verb for entry, _ in journal.latest(session, about=f"job {number}")] == ["retried"]


BROKE_OFF = "it broke off (ZeroDivisionError); the log of the worker says where"


def test_a_fault_of_the_program_is_tried_again_after_a_while(office_on: Office, clock: Clock) -> None:
    # The queue goes by the server's clock: what is put off to the next century stays.
    clock.instant = NOON.replace(year=2125)
    [number] = ask(office_on, {})
    does = Noting(*[ZeroDivisionError("a secret")] * 2)
    drain(office_on, does)
    drain(office_on, does)
    assert stands(office_on, number) == (State.WAITING, BROKE_OFF)
    assert len(does.got) == 1, "not before its time"


def test_a_fault_that_stays_is_told_in_the_end(office_on: Office, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    [number] = ask(office_on, {})
    does = Noting(*[ZeroDivisionError("a secret")] * 9)
    for wait in (*WAITS, timedelta(0)):
        drain(office_on, does)
        clock.instant += wait
    assert stands(office_on, number) == (State.FAILED, BROKE_OFF)
    assert len(does.got) == len(WAITS) + 1
    assert "a secret" in caplog.text, "the log has all of it"


def test_a_job_of_a_newer_release_fails_and_says_so(office_on: Office) -> None:
    [number] = ask(office_on, {}, name="sing")
    drain(office_on, Noting())
    assert stands(office_on, number) == (State.FAILED, "this release knows no job 'sing'; was it asked for by a newer one?")


def test_while_all_is_paused_no_job_is_begun_and_afterwards_it_is(office_on: Office) -> None:
    ask(office_on, {})
    with office_on.transaction() as session:
        pausing.pause(session, "another look", by=KIM, at=NOON)
    does = Noting()
    drain(office_on, does)
    assert does.got == []
    with office_on.transaction() as session:
        pausing.resume(session, by=KIM, at=NOON)
    drain(office_on, does)
    assert len(does.got) == 1


def test_a_pause_in_the_midst_of_it_lets_no_other_job_begin(office_on: Office, clock: Clock) -> None:
    ask(office_on, {}, {})

    def pausing_all(office: Office, arguments: Mapping[str, Any], asked_by: str, stop: Stop) -> str:
        with office.transaction() as session:
            pausing.pause(session, "another look", by=KIM, at=NOON)
        return "paused"

    # The queue asks the server's clock, which is that of today.
    clock.instant = NOON.replace(year=2125)
    assert len(drain(office_on, pausing_all)) == 1
    with office_on.reading() as session:
        assert jobs.counts(session) == {State.WAITING: 1, State.DONE: 1}


def test_a_worker_that_is_told_to_stop_ends_after_the_job_it_is_at(office_on: Office) -> None:
    ask(office_on, {}, {})
    over = Event()

    def ending(office: Office, arguments: Mapping[str, Any], asked_by: str, stop: Stop) -> str:
        over.set()
        return "done"

    assert len(drain(office_on, ending, stop=lambda: "over" if over.is_set() else "")) == 1
    with office_on.reading() as session:
        assert jobs.counts(session) == {State.WAITING: 1, State.DONE: 1}


def test_a_worker_that_stays_does_what_comes_later(office_on: Office) -> None:
    done, over = Event(), Event()

    def noting(office: Office, arguments: Mapping[str, Any], asked_by: str, stop: Stop) -> str:
        done.set()
        return "noted"

    worker = Worker(office_on, lambda: "over" if over.is_set() else "", does={"note": noting})
    thread = Thread(target=worker.work, kwargs={"drain": False, "pulse": QUICK})
    thread.start()
    try:
        ask(office_on, {})
        assert done.wait(20)
    finally:
        over.set()
        thread.join(20)
    assert not thread.is_alive()


def test_a_job_that_brings_workers_down_waits_for_a_person(database: Database) -> None:
    with database.transaction() as session:
        [job] = jobs.enqueue(session, "note", "a test", {}, by=KIM, at=NOON)
        for _ in range(MOST_STARTS):
            assert jobs.begin(session, job.id, at=NOON) is job
        assert jobs.begin(session, job.id, at=NOON) is None
        assert (job.state, job.said) == (State.FAILED, f"a worker died of it, or was stopped, {MOST_STARTS} times")


def test_on_sqlite_a_second_worker_is_told_that_there_is_one(office: Office) -> None:
    ask(office, {})

    def second(office: Office, arguments: Mapping[str, Any], asked_by: str, stop: Stop) -> str:
        with pytest.raises(Refused, match="Another worker is at work; on SQLite there can be one"):
            drain(office, Noting())
        return "told"

    assert drain(office, second) == ["job 1, note of a test: told"]


def test_who_may_let_a_job_be_done_again(database: Database) -> None:
    with database.transaction() as session:
        theirs, danas = (jobs.enqueue(session, "note", "a test", {}, by=one, at=NOON)[0] for one in (KIM, DANA))
        with pytest.raises(Refused, match="only a failed one is done again"):
            jobs.retry(session, theirs, by=CHAIR, at=NOON)
        for job in (theirs, danas):
            jobs.end(job, State.FAILED, "no", at=NOON)
        with pytest.raises(Refused, match="may not let a job of somebody else be done again"):
            jobs.retry(session, theirs, by=DANA, at=NOON)
        with pytest.raises(Refused, match="may not"):
            jobs.retry(session, danas, by=RENE, at=NOON)
        jobs.retry(session, danas, by=DANA, at=NOON)
        assert danas.state is State.WAITING
        with pytest.raises(NotFound, match="There is no job 77"):
            jobs.find(session, 77)


def test_what_ended_a_month_ago_is_forgotten_and_what_failed_is_not(database: Database) -> None:
    with database.transaction() as session:
        wanted = jobs.enqueue(session, "note", "a test", *[{}] * 3, by=KIM, at=NOON)
        for job, state in zip(wanted, (State.DONE, State.FAILED, State.DROPPED), strict=True):
            jobs.end(job, state, "", at=NOON)
        jobs.forget(session, NOON + KEPT_FOR)
        assert len(jobs.listed(session)) == 3
        jobs.forget(session, NOON + KEPT_FOR + timedelta(seconds=1))
        assert [job.state for job in jobs.listed(session)] == [State.FAILED]


def test_a_worker_fetches_mail_by_the_word_of_who_asked_and_it_is_asked_for_once(office: Office, run: Run) -> None:
    assert "The settings name no mailbox" in run("mailbox", "fetch", "--background", ok=False).output
    path = office.folder / "outreach.toml"
    path.write_text(path.read_text() + '\n[mailboxes.saved]\npath = "saved"\n')
    (office.folder / "saved").mkdir()
    (office.folder / "saved" / "one.eml").write_bytes(b"From: Ada <ada@open-net.example>\nSubject: Hello\n\nWords.\n")
    assert "Job 1: a worker fetches" in run("mailbox", "fetch", "--background").output
    assert "Job 1: a worker fetches" in run("mailbox", "fetch", "--background").output
    assert "job 1, fetch of the mailboxes: 1 new" in run("worker", "--drain").output
    assert "Hello" in run("responses", "waiting").output
    assert "once; leave the rest out" in run("mailbox", "fetch", "saved", "--background", ok=False).output


# The schema before there were jobs, and that with their queue.
BEFORE, WITH_QUEUE = "0022", "0024"


def test_the_queue_server_has_its_tables_on_postgresql_alone_and_they_can_be_taken_away_again(
    database: Database, kind: str, tmp_path: Path
) -> None:
    from alembic import command

    # Later migrations cannot be taken back, so the schema is built up to the queue.
    if kind == "sqlite":
        database = Database(connect(office_url("sqlite:///from-scratch.db", tmp_path)))
    else:
        with database.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))

    def tables() -> set[str]:
        with database.engine.connect() as connection:
            of_schema = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            every = connection.scalars(text("SELECT name FROM sqlite_master" if kind == "sqlite" else of_schema))
            return {name for name in every if not is_of_office(name)}

    def left() -> list[str]:
        if kind == "sqlite":
            return []
        query = "SELECT proname FROM pg_proc WHERE proname LIKE 'procrastinate%'"
        query += " UNION ALL SELECT typname FROM pg_type WHERE typname LIKE '%procrastinate%'"
        with database.engine.connect() as connection:
            return list(connection.scalars(text(query)))

    def step(move: Any, to: str) -> None:
        with database.engine.begin() as connection:
            move(schema._config(str(schema._MIGRATIONS), connection), to)

    four = {f"procrastinate_{name}" for name in ("jobs", "events", "workers", "periodic_defers")}
    step(command.upgrade, WITH_QUEUE)
    assert four <= tables() if kind == "postgresql" else tables() == set()
    step(command.downgrade, BEFORE)
    assert (tables(), left(), schema.revision(database.engine)) == (set(), [], BEFORE)
    step(command.upgrade, "head")
    assert four <= tables() if kind == "postgresql" else tables() == set()
    with database.transaction() as session:
        jobs.enqueue(session, "note", "a test", {}, by=KIM, at=NOON)


def test_the_queue_that_the_migrations_make_is_the_one_that_the_library_would_make(fresh_postgres: str) -> None:
    """A newer library whose schema differs needs a migration here, and this says so."""
    from procrastinate.schema import SchemaManager

    query = """
    SELECT table_name || column_name || data_type || coalesce(column_default, '') FROM information_schema.columns
    WHERE table_name LIKE 'procrastinate%'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'procrastinate%'
    UNION ALL SELECT proname || prosrc FROM pg_proc WHERE proname LIKE 'procrastinate%'
    UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
    """
    engine = connect(office_url(fresh_postgres, Path()))
    with engine.connect() as connection:
        ours = set(connection.scalars(text(query)))
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        connection.connection.driver_connection.execute(SchemaManager.get_schema())  # type: ignore[union-attr]
        assert ours == set(connection.scalars(text(query)))
        connection.rollback()
    engine.dispose()
