"""A worker's side of the queue on PostgreSQL: Procrastinate brings jobs, beats a heart, and says whose worker died.

It knows numbers of jobs and nothing of what they are.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from sqlalchemy.engine import URL

from outreach.jobs import QUEUE, TASK, Pulse

_MOMENT = 0.1


@dataclass(frozen=True)
class Duty:
    """What a worker does: a job by its number; a look around for more, which gives whether there is any; and when to stop.

    `may_begin` is asked at each look: while it is false no job is begun.
    """

    do: Callable[[int], None]
    look: Callable[[], bool]
    may_begin: Callable[[], bool]
    stop: Callable[[], str]


def serve(url: URL, duty: Duty, pulse: Pulse, *, drain: bool) -> None:
    """Do jobs until told to stop, or with `drain` until none is left that may begin now."""
    asyncio.run(_Server(url, duty, pulse).run(drain))


class _Server:
    def __init__(self, url: URL, duty: Duty, pulse: Pulse) -> None:
        self.duty, self.pulse = duty, pulse
        self.done = 0
        conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self.app = App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))
        self.app.task(name=TASK, queue=QUEUE)(self._do)

    def _do(self, number: int) -> None:
        self.duty.do(number)
        self.done += 1

    async def run(self, drain: bool) -> None:
        async with self.app.open_async():
            await (self._drain() if drain else self._stay())

    async def _drain(self) -> None:
        while not self.duty.stop() and await asyncio.to_thread(self.duty.may_begin):
            await self._free_stalled()
            before, more = self.done, await asyncio.to_thread(self.duty.look)
            working = self._begin(wait=False)
            while not working.done() and not self.duty.stop():
                await self._wait(working)
            await _end(working)
            if self.done == before and not more:
                return

    async def _stay(self) -> None:
        working: asyncio.Task[None] | None = None
        try:
            while not self.duty.stop():
                if await asyncio.to_thread(self.duty.may_begin):
                    await self._free_stalled()
                    await asyncio.to_thread(self.duty.look)
                    # The library's worker ends by itself when its line to the database broke.
                    working = working if working and not working.done() else self._begin(wait=True)
                elif working:
                    await _end(working)
                await self._wait(working)
        finally:
            if working:
                await _end(working)

    def _begin(self, *, wait: bool) -> "asyncio.Task[None]":
        return asyncio.create_task(self._work(wait))

    async def _work(self, wait: bool) -> None:
        await self.app.run_worker_async(
            queues=[QUEUE],
            wait=wait,
            install_signal_handlers=False,
            fetch_job_polling_interval=self.pulse.look,
            # What came of a job stands in the office's own table.
            delete_jobs="always",
            update_heartbeat_interval=self.pulse.beat,
            stalled_worker_timeout=self.pulse.dead_after,
        )

    async def _wait(self, working: "asyncio.Task[None] | None") -> None:
        """Wait until it is time to look around again, until told to stop, or until the library's worker has ended."""
        waited = 0.0
        while waited < self.pulse.look and not self.duty.stop() and not (working and working.done()):
            # Not woken by a signal, which may come to any thread: asked often instead.
            await asyncio.wait([working], timeout=_MOMENT) if working else await asyncio.sleep(_MOMENT)
            waited += _MOMENT

    async def _free_stalled(self) -> None:
        """Let jobs whose worker died be brought to another, as the library's manual says."""
        stalled = await self.app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=self.pulse.dead_after)
        for job in stalled:
            # Another worker may have freed it meanwhile.
            with suppress(ConnectorException):
                await self.app.job_manager.retry_job(job)


async def _end(working: "asyncio.Task[None]") -> None:
    """Let the library's worker finish the job it is at, and begin no other."""
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
