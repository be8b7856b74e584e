"""A batch is let go by several workers, and they are killed: every letter leaves once or is named, none is left behind."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.context import ForkServerProcess
from threading import Event
from typing import Any

import pytest

from outreach import dispatching, jobs, spreading
from outreach.accounts import people
from outreach.campaigns import planning
from outreach.delivery import batches
from outreach.errors import Refused
from outreach.jobs import Pulse, State
from outreach.letters import register
from outreach.office import Office
from outreach.working import Worker
from tests.cast import KIM, NOON
from tests.conftest import Clock, Run
from tests.delivery.conftest import LETTERS
from tests.delivery.test_holding import set_sending
from tests.delivery.test_server import check, point_at, settle_by_the_server
from tests.mail.servers import Postbox, listening
from tests.processes import LOOK, ONE_LETTER, begin

QUICK = Pulse(beat=0.1, dead_after=0.3, look=0.1)


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with listening(Postbox()) as postbox:
        yield postbox


def opened(office: Office, clock: Clock) -> Office:
    """The office again, with its settings as they stand now."""
    return Office.open(office.folder, clock=clock, url=office.database.engine.url.render_as_string(hide_password=False))


def set_going(office: Office, outbox: str = "folder", **options: Any) -> int:
    with office.transaction() as session:
        campaign = planning.find(session, "wsis20-input")
        return spreading.set_going(office, session, campaign, outbox, **{"count": None, **options}, by=KIM, at=NOON).id


def drain(office: Office) -> list[str]:
    told: list[str] = []
    Worker(office, lambda: "", told.append).work(drain=True, pulse=QUICK)
    return told


def states(office: Office) -> Counter[str]:
    with office.reading() as session:
        return Counter(row["state"] for row in register.listed(session))


def gone(office: Office) -> int:
    return len(list((office.folder / "out" / "folder" / "wsis20-input").glob("*.eml")))


def ended(office: Office, number: int = 1) -> str:
    with office.reading() as session:
        return batches.find(session, number).ended_because


def test_a_batch_set_going_is_shared_out_and_ends_when_all_of_it_has_left(filled_on: Office) -> None:
    number = set_going(filled_on, count=LETTERS)
    with filled_on.reading() as session:
        assert [len(job.arguments["letters"]) for job in jobs.listed(session)] == [2, 5, 5]
    told = drain(filled_on)
    assert "job 1, send of batch 1: 5 accepted" in told
    assert f"batch {number} ended: all that could leave has left" in told
    assert states(filled_on) == {"accepted": LETTERS}
    assert gone(filled_on) == LETTERS


def test_the_exact_count_is_asked_and_nothing_is_set_going_otherwise(filled_on: Office) -> None:
    with pytest.raises(Refused, match="12 letters would leave, not 11"):
        set_going(filled_on, count=11)
    with filled_on.reading() as session:
        assert (list(batches.listed(session)), list(jobs.listed(session))) == ([], [])
    assert drain(filled_on) == []


def test_letters_set_for_a_time_are_let_go_by_workers_when_it_has_come(filled_on: Office, clock: Clock) -> None:
    with filled_on.transaction() as session:
        campaign, due = planning.find(session, "wsis20-input"), NOON.replace(hour=15)
        dispatching.set_for(filled_on, session, campaign, "folder", due, count=None, by=KIM, at=NOON)
    assert drain(filled_on) == []
    clock.instant = due
    assert "batch 1: shared out 3 times" in drain(filled_on)
    assert states(filled_on) == {"accepted": LETTERS}


def test_a_batch_that_was_called_off_stops_in_the_midst_of_a_share(filled_on: Office) -> None:
    number = set_going(filled_on)

    def stop() -> str:
        # Asked before each letter: at the third somebody calls it off.
        if gone(filled_on) == 2:
            with filled_on.transaction() as session:
                if (batch := batches.find(session, number)).ended_at is None:
                    batches.call_off(session, batch, "the minister is away", by=KIM, at=NOON)
        return ""

    Worker(filled_on, stop).work(drain=True, pulse=QUICK)
    assert states(filled_on) == {"accepted": 2, "approved": LETTERS - 2}
    with filled_on.reading() as session:
        assert {job.state for job in jobs.listed(session)} == {State.DROPPED}


def test_what_a_stopped_worker_did_not_come_to_leaves_by_the_next(filled_on: Office) -> None:
    set_going(filled_on)
    Worker(filled_on, lambda: "stopped" if gone(filled_on) == 7 else "").work(drain=True, pulse=QUICK)
    assert states(filled_on) == {"accepted": 7, "approved": 5}
    filled_on.clock.instant = NOON.replace(minute=1)  # type: ignore[attr-defined]  # the test's own clock
    drain(filled_on)
    assert states(filled_on) == {"accepted": LETTERS}
    assert ended(filled_on) == "all that could leave has left"


def test_what_a_ceiling_holds_is_shared_out_again_when_it_may_leave(filled_on: Office, clock: Clock, postbox: Postbox) -> None:
    point_at(filled_on, postbox.port)
    set_sending(filled_on, per_hour=8)
    with closing(opened(filled_on, clock)) as office:
        set_going(office, "smtp")
        drain(office)
        assert (len(postbox.taken), ended(office)) == (8, "")
        clock.instant = NOON.replace(minute=30)
        assert drain(office) == []
        clock.instant = NOON.replace(hour=13, minute=1)
        drain(office)
        check(office, postbox)
        assert ended(office) == "all that could leave has left"


def test_when_too_many_are_refused_the_batch_ends_for_all_workers(filled_on: Office, clock: Clock) -> None:
    with listening(Postbox()) as postbox:
        point_at(filled_on, postbox.port)
        set_sending(filled_on, stop_refused_percent=20)
        postbox.refuses = Refusing()
        with closing(opened(filled_on, clock)) as office:
            with office.transaction() as session:
                # All in one share: fewer than ten letters say nothing.
                campaign = planning.find(session, "wsis20-input")
                batch = dispatching.set_for(office, session, campaign, "smtp", None, count=None, by=KIM, at=NOON)
                numbers = list(session.scalars(batches.letters_of(batch)))
                share = {"batch": batch.id, "letters": numbers}
                jobs.enqueue(session, spreading.JOB, batches.about(batch.id), share, by=KIM, at=NOON)
            drain(office)
            assert "refused" in ended(office)
            assert states(office)["approved"] == 2
            assert len(list((office.folder / "out" / "failed").glob("*.csv"))) == 1


class Refusing(dict[str, str]):
    """Refuses everybody."""

    def __contains__(self, _address: object) -> bool:
        return True

    def __getitem__(self, _address: str) -> str:
        return "550 no such user"


def test_a_batch_ends_when_who_set_it_may_no_longer_send(filled_on: Office) -> None:
    set_going(filled_on)
    with filled_on.transaction() as session:
        people.add(session, "Second Keeper", KIM.role, by=KIM, at=NOON)
        people.change(session, "Kim Keeper", active=False, by=KIM, at=NOON)
    drain(filled_on)
    assert "Kim Keeper" in ended(filled_on)
    assert states(filled_on) == {"approved": LETTERS}


def test_a_rehearsal_goes_to_one_address_once_and_ends(filled_on: Office, clock: Clock, postbox: Postbox) -> None:
    point_at(filled_on, postbox.port)
    path = filled_on.folder / "outreach.toml"
    path.write_text(path.read_text().replace("[mail]\n", '[mail]\nredirect_all_to = "trial@example.org"\n', 1))
    with closing(opened(filled_on, clock)) as office:
        set_going(office, "smtp")
        drain(office)
        assert [recipients for recipients, _ in postbox.taken] == [("trial@example.org",)] * LETTERS
        assert states(office) == {"approved": LETTERS}
        assert ended(office).startswith("rehearsed")


def test_on_the_command_line_letters_are_set_going_and_a_worker_lets_them_leave(filled: Office, run: Run) -> None:
    assert "--background goes with --really" in run("send", "wsis20-input", "--background", ok=False).output
    said = run("send", "wsis20-input", "--really", "--background", "--count", 12).output
    assert "12 letters of wsis20-input are set going by folder: batch 1, which workers let leave." in said
    assert run("jobs", "list").output.count("waiting") == 3
    assert "batch 1 ended: all that could leave has left" in run("worker", "--drain").output
    assert run("jobs", "list", "--state", "done").output.count("5 accepted") == 2
    assert "only a failed one is done again" in run("jobs", "retry", 1, ok=False).output


def test_what_is_due_by_cron_leaves_nothing_for_workers(filled: Office, run: Run) -> None:
    set_going(filled)
    assert "12 accepted" in run("send", "--due").output
    with filled.reading() as session:
        assert jobs.counts(session) == {State.DROPPED: 3}
    assert run("worker", "--drain").output == ""


# --- killed ------------------------------------------------------------------------------------------------------------


def worker(office: Office) -> ForkServerProcess:
    # The letters are of the clock of the tests; a process of its own would have today's.
    url = office.database.engine.url.render_as_string(hide_password=False)
    words = ("worker", "--drain", "--dead-after", "0.3", "--look", "0.1")
    return begin("--office", office.folder, *words, at=NOON, OUTREACH_DATABASE_URL=url)


def kill_and_restart(office: Office, postbox: Postbox, workers: int, kills: int, seed: int) -> int:
    """Kill workers at random instants of a batch and begin others in their place; gives how many were at work."""
    chance, killed = random.Random(seed), 0
    running = [worker(office) for _ in range(workers)]
    for _ in range(kills):
        place, goal = chance.randrange(workers), len(postbox.taken) + chance.randint(0, 2)
        while len(postbox.taken) < goal and any(one.is_alive() for one in running):
            running[place].join(LOOK)
        running[place].join(chance.uniform(0, ONE_LETTER))
        if running[place].is_alive():
            running[place].kill()
            killed += 1
        running[place].join()
        running[place] = worker(office)
    for one in running:
        one.join()
    return killed


def finish(office: Office, postbox: Postbox) -> None:
    """Once nobody is at work, a last worker does what is left and a person says what became of letters in doubt."""
    for _ in range(40):
        drain(office)
        settle_by_the_server(office, postbox)
        if ended(office):
            return


def kill_over_a_batch(office: Office, clock: Clock, postbox: Postbox, workers: int, kills: int, seed: int) -> int:
    point_at(office, postbox.port)
    with closing(opened(office, clock)) as again:
        set_going(again, "smtp")
        killed = kill_and_restart(again, postbox, workers, kills, seed)
        finish(again, postbox)
        check(again, postbox)
        with again.reading() as session:
            assert {job.state for job in jobs.listed(session)} <= {State.DONE, State.DROPPED}
        assert ended(again) == "all that could leave has left"
    return killed


class Holding(Postbox):
    """Takes the third message and says nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go = Event(), Event()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        said = await super().handle_DATA(server, session, envelope)
        if len(self.taken) == 3:
            self.reached.set()
            await asyncio.to_thread(self.go.wait, 30)
        return said


def test_the_job_of_a_worker_that_was_killed_comes_to_another_and_its_open_letter_is_named(
    filled_on: Office, clock: Clock
) -> None:
    with listening(Holding()) as postbox:
        point_at(filled_on, postbox.port)
        with closing(opened(filled_on, clock)) as office:
            set_going(office, "smtp")
            process = worker(office)
            assert postbox.reached.wait(60)
            process.kill()
            process.join()
            postbox.go.set()
            for _ in range(60):
                drain(office)
                if ended(office):
                    break
            assert states(office) == {"accepted": LETTERS - 1, "leaving": 1}
            with office.reading() as session:
                assert sorted(job.starts for job in jobs.listed(session)) == [1, 1, 2]
            assert settle_by_the_server(office, postbox) == 1
            check(office, postbox)


@pytest.mark.parametrize(("kind", "workers"), [("sqlite", 1), ("postgresql", 2)])
def test_workers_killed_in_the_midst_of_a_batch_send_nothing_twice_and_leave_nothing_behind(
    filled_on: Office, clock: Clock, postbox: Postbox, workers: int
) -> None:
    assert kill_over_a_batch(filled_on, clock, postbox, workers, 3, seed=9) > 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(200, 215))
@pytest.mark.parametrize(("kind", "workers"), [("sqlite", 1), ("postgresql", 1), ("postgresql", 4)])
def test_the_same_over_many_kills(filled_on: Office, clock: Clock, postbox: Postbox, workers: int, seed: int) -> None:
    kill_over_a_batch(filled_on, clock, postbox, workers, 16, seed)
