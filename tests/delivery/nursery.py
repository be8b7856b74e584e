"""Senders as processes, without the half second that each would take to load: this process has loaded all, and forks them.

`python -m tests.delivery.nursery SOCKET OFFICE`, with an office for a dry run beforehand. Whoever connects
sends one line of JSON, hears the process id of the sender, and the end of the connection when it has ended, however it did.

A sender may be told to kill itself (SIGKILL, as `kill -9`) when it comes to a step for the n-th time, or that the disk is full.
"""

import errno
import io
import json
import os
import signal
import smtplib
import socket
import sys
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, configure_mappers

from outreach import journal
from outreach.cli.main import Face, main
from outreach.delivery import sending
from outreach.mail import submitting

# The places at which a sender can be killed, in the order in which it comes to them.
STEPS = (
    "before the claim",
    "claimed, not committed",
    "before a commit",
    "after a commit",
    "before the head is written",
    "after the head is written",
    "after MAIL",
    "after RCPT",
    "after DATA",
    "within the body",
    "before the dot",
    "after the dot",
    "after the answer",
    "before it is recorded",
    "recorded, not committed",
)
FULL = ("the database is full", "the head cannot be written")


@dataclass
class Fate:
    """What is to happen at the n-th time that a step is come to."""

    step: str
    times: int

    def here(self, step: str) -> None:
        """The sender is at this step."""
        if self._due(step):
            os.kill(os.getpid(), signal.SIGKILL)

    def _due(self, step: str) -> bool:
        if step != self.step:
            return False
        self.times -= 1
        return self.times == 0

    def fails(self, step: str) -> bool:
        """Whether the disk is full from now on."""
        return self.step == step and (self.times <= 0 or self._due(step))


def _around(owner: Any, name: str, before: Callable[[], None], after: Callable[[Any], None]) -> None:
    real = getattr(owner, name)

    @wraps(real)
    def watched(*given: Any, **named: Any) -> Any:
        before()
        result = real(*given, **named)
        after(result)
        return result

    setattr(owner, name, watched)


def watch(fate: Fate) -> None:
    """Let the sender's own calls tell `fate` where it is."""
    here = fate.here
    _around(
        sending,
        "claim",
        lambda: here("before the claim"),
        lambda done: here("claimed, not committed") if isinstance(done, tuple) else None,
    )
    _around(sending, "record", lambda: here("before it is recorded"), lambda _done: here("recorded, not committed"))
    _around(journal.Head, "write", lambda: here("before the head is written"), lambda _done: here("after the head is written"))
    event.listen(Session, "before_commit", lambda _session: here("before a commit"))
    event.listen(Session, "after_commit", lambda _session: here("after a commit"))
    _watch_the_wire(fate)
    _fill_the_disk(fate)


def _watch_the_wire(fate: Fate) -> None:
    send, getreply = smtplib.SMTP.send, smtplib.SMTP.getreply
    last = [b""]

    def watched_send(line: smtplib.SMTP, said: Any) -> None:
        last[0] = said if isinstance(said, bytes) else said.encode()
        if last[0] == b".\r\n":
            fate.here("before the dot")
            send(line, said)
            fate.here("after the dot")
        elif len(last[0]) > 2000:
            send(line, last[0][:1000])
            fate.here("within the body")
            send(line, last[0][1000:])
        else:
            send(line, said)
            fate.here(f"after {last[0][:4].decode(errors='replace').strip().upper()}")

    def watched_reply(line: smtplib.SMTP) -> Any:
        reply = getreply(line)
        if last[0] == b".\r\n":
            fate.here("after the answer")
        return reply

    smtplib.SMTP.send = watched_send  # type: ignore[method-assign]
    smtplib.SMTP.getreply = watched_reply  # type: ignore[method-assign]


def _fill_the_disk(fate: Fate) -> None:
    def commit(_session: Session) -> None:
        if fate.fails("the database is full"):
            raise OperationalError("COMMIT", None, OSError(errno.ENOSPC, "No space left on device"))

    def no_room() -> None:
        if fate.fails("the head cannot be written"):
            raise OSError(errno.ENOSPC, "No space left on device")

    event.listen(Session, "before_commit", commit)
    _around(journal.Head, "write", no_room, lambda _done: None)


def send(wanted: dict[str, Any], fate: Fate) -> None:
    """Be a sender: the command as a user gives it, at the instant of the test."""
    os.environ["OUTREACH_AS"] = "Kim Keeper"
    if wanted["url"]:
        os.environ["OUTREACH_DATABASE_URL"] = wanted["url"]
    # A server may be silent for ten minutes; the tests have not the time.
    submitting.FINAL_REPLY_SECONDS = 0.3  # type: ignore[assignment]
    watch(fate)
    at = datetime.fromisoformat(wanted["at"])
    main(["send", "wsis20-input", "--really"], obj=Face(wanted["folder"], clock=lambda: at))


def _reap(_signal: int, _frame: object) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _rehearse(folder: Path) -> None:
    """Load whatever a sender loads when it is needed, by a run in which nothing leaves."""
    with suppress(SystemExit), redirect_stdout(io.StringIO()):
        main(["send", "wsis20-input", "--outbox", "smtp", "--no-contact"], obj=Face(str(folder), acting="Kim Keeper"))


def _fork(line: socket.socket, output: Path) -> None:
    wanted = json.loads(line.makefile().readline())
    if os.fork():
        line.close()
        return
    os.setsid()
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    line.sendall(f"{os.getpid()}\n".encode())
    fate = Fate(wanted["step"], wanted["times"])
    try:
        send(wanted, fate)
    except BaseException as error:  # noqa: BLE001  (it ends here, as a process does)
        os.write(2, f"{error!r}\n".encode()[:2000])
    # Who was killed says nothing; and a disk that was never full is no death.
    line.sendall(b"full" if fate.step and fate.times <= 0 else b"done")
    os._exit(0)


if __name__ == "__main__":
    configure_mappers()
    _rehearse(Path(sys.argv[2]))
    signal.signal(signal.SIGCHLD, _reap)
    path = Path(sys.argv[1])
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        door.listen(64)
        os.write(1, b"ready\n")
        while True:
            _fork(door.accept()[0], path.with_suffix(".log"))
