"""The command line in a process of its own, which may be killed at any instant: loaded once, forked for each command."""

import os
import random
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess

# What the commands of the tests need: it is there when a process begins, as loading it takes longer than most commands.
import outreach.cli.sending
import outreach.cli.working
import outreach.delivery.mailbox
import outreach.delivery.server
import outreach.dispatching
import outreach.office
import outreach.queue_server  # noqa: F401 - loaded for the processes
from outreach.cli.main import Face, main

# So long, in seconds, a sender takes at most until its first letter, and for one more of them.
OPENING, ONE_LETTER = 0.6, 0.02
# So often, in seconds, is looked how far a sender is.
LOOK = 0.0005


@cache
def _forks() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def begin(*words: object, at: datetime | None = None, **environment: str) -> ForkServerProcess:
    """Begin `outreach WORDS` as Kim Keeper; `at` is what its clock shows throughout, else it is that of the machine."""
    process = _forks().Process(target=_run, args=([str(word) for word in words], at, environment), daemon=True)
    process.start()
    return process


def _run(words: list[str], at: datetime | None, environment: dict[str, str]) -> None:
    os.environ.update({"OUTREACH_AS": "Kim Keeper", **environment})
    face = Face(clock=lambda: at) if at else Face()
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):  # noqa: PTH123 - no file
        main(words, obj=face)


def kill_until_done(
    sender: Callable[[], ForkServerProcess], done: Callable[[], int], settle: Callable[[], object], *, kills: int, seed: int
) -> int:
    """Begin a sender again and again, kill it at instants spread over its work, settle each time, and let the last one end.

    `done` says how many letters have left. It is killed before the first one, or a sliver of time after some: claim,
    handing over and record are each hit in turn. Gives how often one was at work when it was killed.
    """
    draw, killed = random.Random(seed), 0
    for _ in range(kills):
        process, more = sender(), draw.randint(0, 2)
        goal, sliver = done() + more, draw.uniform(0, ONE_LETTER if more else OPENING)
        while process.is_alive() and done() < goal:
            process.join(LOOK)
        process.join(sliver)
        if process.exitcode is None:
            process.kill()
            killed += 1
        process.join()
        settle()
    process = sender()
    process.join()
    settle()
    return killed
