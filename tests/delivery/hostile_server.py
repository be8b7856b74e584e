"""A mail server in a process of its own that keeps a list of what it took, and fails as it was told: `python -m` with a seed.

It says its port, then listens. `XROUND path seed percent` begins a list at `path`; so many in a hundred letters meet a fault
from then on, each recipient twice at most. A letter is in the list before its sender hears that it was taken. `XQUIET` is
answered when no other conversation goes on.
"""

import random
import re
import socketserver
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Lock
from typing import Any

# What happens, at which moment, and whether the server has kept the letter all the same.
FAULTS = (
    "drop rcpt",
    "drop data",
    "drop body",
    "drop dot",
    "drop dot kept",
    "451 rcpt",
    "421 rcpt",
    "550 rcpt",
    "452 data",
    "451 dot",
    "554 dot",
    "slow dot kept",
    "silent rcpt",
    "silent dot",
    "silent dot kept",
)
SLOW_SECONDS = 0.05
MOST_FAULTS = 2
_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(<[^<>]+>)")
_REFERENCE = re.compile(rb"IGF/LP/\d{4}/\d{4}")


@dataclass
class Book:
    """What the server holds."""

    path: Path = Path("/dev/null")
    percent: int = 0
    chance: random.Random = field(default_factory=random.Random)
    met: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def begin(self, path: str, seed: str, percent: str) -> None:
        with self.lock:
            if Path(path) != self.path:
                self.met.clear()
            self.path, self.chance, self.percent = Path(path), random.Random(seed), int(percent)

    def fault(self, recipient: str) -> str:
        with self.lock:
            if self.chance.randrange(100) >= self.percent or self.met[recipient] >= MOST_FAULTS:
                return ""
            self.met[recipient] += 1
            return self.chance.choice(FAULTS)

    def keep(self, recipients: list[str], message: bytes) -> None:
        identifier, reference = _MESSAGE_ID.search(message), _REFERENCE.search(message)
        named = identifier[1].decode() if identifier else "-", reference[0].decode() if reference else "-"
        with self.lock, self.path.open("a") as written:
            written.writelines(f"{recipient}\t{named[0]}\t{named[1]}\n" for recipient in recipients)


@dataclass
class Lines:
    """How many conversations go on."""

    open: int = 0
    changed: Condition = field(default_factory=Condition)

    def count(self, more: int) -> None:
        with self.changed:
            self.open += more
            self.changed.notify_all()

    def until_alone(self) -> None:
        """Wait until this is the only one."""
        with self.changed:
            self.changed.wait_for(lambda: self.open == 1)


class Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        self.fault, self.recipients = "", list[str]()
        self._say("220 hostile")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if not getattr(self, f"do_{verb.lower()}", self._other)(rest):
                return

    def _say(self, words: str) -> bool:
        self.wfile.write(words.encode() + b"\r\n")
        return not words.startswith("421")

    def _acts(self, moment: str) -> bool | None:
        """Whether the line goes on after a fault of this moment; None when there is none."""
        what, _, when = self.fault.partition(" ")
        if when.removesuffix(" kept") != moment or what == "slow":
            return None
        if what == "silent":
            # Half open: nothing is said, until the other side goes.
            self.rfile.read(1)
        return self._say(f"{what} 4.0.0 not so") if what.isdigit() else False

    def _other(self, _rest: str) -> bool:
        return self._say("250 fine")

    def do_xround(self, rest: str) -> bool:
        self.book.begin(*rest.split(" "))
        return self._say("250 fine")

    def do_xquiet(self, _rest: str) -> bool:
        self.server.lines.until_alone()  # type: ignore[attr-defined]  # see Server
        return self._say("250 quiet")

    def do_quit(self, _rest: str) -> bool:
        self._say("221 bye")
        return False

    def do_mail(self, _rest: str) -> bool:
        self.recipients, self.fault = [], ""
        return self._say("250 fine")

    def do_rcpt(self, rest: str) -> bool:
        recipient = rest.partition("<")[2].partition(">")[0]
        self.fault = self.book.fault(recipient)
        goes_on = self._acts("rcpt")
        if goes_on is not None:
            return goes_on
        self.recipients.append(recipient)
        return self._say("250 fine")

    def do_data(self, _rest: str) -> bool:
        goes_on = self._acts("data")
        if goes_on is not None:
            return goes_on
        self._say("354 go on")
        if self.fault == "drop body":
            self.rfile.readline()
            return False
        message = b""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                return False  # the sender died before its last dot: this is no message
            message += line
        if self.fault.endswith("kept") or not self.fault:
            self.book.keep(self.recipients, message)
        if self.fault.startswith("slow"):
            time.sleep(SLOW_SECONDS)
        goes_on = self._acts("dot")
        return self._say("250 taken") if goes_on is None else goes_on

    @property
    def book(self) -> Book:
        found: Book = self.server.book  # type: ignore[attr-defined]  # see Server
        return found

    def finish(self) -> None:
        # Who was killed reads no answer.
        try:
            super().finish()
        except OSError:
            self.connection.close()


class Server(socketserver.ThreadingTCPServer):
    """Many connections at once; one that breaks is no matter."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.book, self.lines = Book(), Lines()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Count it before its thread begins: it was said, though nobody has read it yet."""
        self.lines.count(1)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Have the conversation."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.lines.count(-1)

    def handle_error(self, request: object, client_address: object) -> None:
        """Who is killed breaks its connection."""


if __name__ == "__main__":
    with Server() as server:
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()
