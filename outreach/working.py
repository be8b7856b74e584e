"""Workers: which function the name of a job is, doing one, and doing them all.

On PostgreSQL any number of workers share the work; on SQLite one process does it. While everything is paused none begins a job.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import sleep
from typing import Any

from outreach import fetching, jobs, spreading
from outreach.delivery import pausing
from outreach.errors import OutreachError, Refused
from outreach.jobs import Job, Pulse, State
from outreach.office import Office

Stop = Callable[[], str]
# What a job is: it gets the office, its arguments, who asked for it, and when to stop; and says what came of it.
Does = Callable[[Office, Mapping[str, Any], str, Stop], str]
JOBS: Mapping[str, Does] = {
    spreading.JOB: spreading.send_share,
    fetching.JOB: fetching.fetch_asked,
}
# A batch of which nothing can leave now is looked at again after this.
RESTS = timedelta(minutes=1)
_A_LITTLE = timedelta(seconds=10)


@dataclass
class Worker:
    """Does what waits in an office. `told` hears in words of each job and batch that it ended."""

    office: Office
    stop: Stop
    told: Callable[[str], None] = lambda _words: None
    does: Mapping[str, Does] = field(default_factory=lambda: JOBS)
    _resting: dict[int, datetime] = field(default_factory=dict)

    def may_begin(self) -> bool:
        """Whether jobs may be begun: not while everything is paused, as it is in an office that was just restored."""
        with self.office.reading() as session:
            return not pausing.reason(session)

    def look(self) -> bool:
        """Look after batches that are due and of which nobody is doing anything; gives whether there is more to do now."""
        at = self.office.now()
        with self.office.reading() as session:
            numbers = spreading.unshared(session, at)
        shared = False
        for number in numbers:
            if self._resting.get(number, at) > at:
                continue
            if said := spreading.look_after(self.office, number):
                self.told(said)
                shared = True
            else:
                self._resting[number] = at + RESTS
        return shared

    def do(self, number: int) -> None:
        """Do a job, if it still is to be done; whatever comes of it stands in its row."""
        with self.office.database.transaction() as session:
            if self.stop() or pausing.reason(session):
                # It was brought in the moment in which work ended: whoever works next gets it.
                jobs.rest(session, number, until=self.office.now() + _A_LITTLE)
                return
            job = jobs.begin(session, number, at=self.office.now())
        if job is not None:
            self._end(job, *self._done(job))

    def _done(self, job: Job) -> tuple[State | None, str]:
        """How a job ended and what came of it; no state where it broke off by a fault of the program."""
        if job.name not in self.does:
            return State.FAILED, f"this release knows no job {job.name!r}; was it asked for by a newer one?"
        try:
            return State.DONE, self.does[job.name](self.office, job.arguments, job.asked_by, self.stop)
        except OutreachError as error:
            return State.FAILED, str(error)
        except Exception as error:
            # One job's fault must not end the others. The log has all of it; the row names no value of the office.
            logging.getLogger(__name__).exception("Job %s (%s) broke off", job.id, job.name)
            return None, f"it broke off ({type(error).__name__}); the log of the worker says where"

    def _end(self, job: Job, state: State | None, said: str) -> None:
        with self.office.database.transaction() as session:
            now = jobs.find(session, job.id)
            # Meanwhile it may have been dropped, or have been given to another because we seemed to be dead.
            if now.state is State.RUNNING and now.starts == job.starts:
                if state is None:
                    jobs.broke_off(session, now, said, at=self.office.now())
                else:
                    jobs.end(now, state, said, at=self.office.now())
        self.told(f"job {job.id}, {job.name} of {job.about}: {said}")

    def work(self, *, drain: bool, pulse: Pulse) -> None:
        """Do jobs until told to stop, or with `drain` until none is left that may begin now.

        Raises Refused on SQLite when another process does them.
        """
        with self.office.database.transaction() as session:
            jobs.forget(session, self.office.now())
        url = self.office.database.engine.url
        if url.get_backend_name() == "postgresql":
            from outreach import queue_server

            queue_server.serve(url, queue_server.Duty(self.do, self.look, self.may_begin, self.stop), pulse, drain=drain)
            return
        with _alone(self.office):
            self._one_after_another(drain, pulse.look)

    def _one_after_another(self, drain: bool, seconds: float) -> None:
        with self.office.database.transaction() as session:
            jobs.free_all(session)
        while not self.stop():
            if self.may_begin() and (self._next() or self.look()):
                continue
            if drain:
                return
            _wait(seconds, self.stop)

    def _next(self) -> bool:
        """Do the job that has waited longest; gives whether there was one."""
        with self.office.reading() as session:
            number = jobs.next_waiting(session, self.office.now())
        if number is not None:
            self.do(number)
        return number is not None


def _wait(seconds: float, stop: Stop) -> None:
    """Wait so long, or until told to stop."""
    waited, moment = 0.0, 0.1
    while waited < seconds and not stop():
        sleep(moment)
        waited += moment


@contextmanager
def _alone(office: Office) -> Iterator[None]:
    """Hold what only one process can hold, and what it lets go of however it dies."""
    with closing(sqlite3.connect(office.folder / "worker.lock", timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise Refused("Another worker is at work; on SQLite there can be one, on PostgreSQL many.") from None
        yield
