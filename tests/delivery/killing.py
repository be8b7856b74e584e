"""Killing senders: rounds in which one or four of them let twelve letters leave by a hostile server, and die of everything.

After each death a person looks at the server for what is in doubt, and the senders begin again, until nothing is left to do.
"""

import json
import os
import random
import select
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select as rows
from sqlalchemy.orm import Session

from outreach import journal
from outreach.delivery import ledger, settling
from outreach.delivery.recording import Sent
from outreach.letters.models import Letter, LetterState
from outreach.office import Office
from tests.cast import NOON
from tests.conftest import Clock
from tests.delivery.conftest import LETTERS
from tests.delivery.nursery import FULL, STEPS

# A kill falls some time after so many letters more were taken: while it begins, claims, talks or records.
LETTERS_MORE, SLIVER_SECONDS = 3, 0.05
LOOKS_A_SECOND = 200
RANDOM = "at a random instant"
MINUTE = timedelta(minutes=1)
DONE = (LetterState.ACCEPTED, LetterState.REFUSED)


@dataclass
class Sender:
    """A sender at work: its process, and a line that ends when it ends."""

    process: int
    line: socket.socket

    def ends_within(self, seconds: float | None) -> bool:
        """Wait for its end, so long at most."""
        readable, _, _ = select.select([self.line], [], [], seconds)
        return bool(readable)

    def kill(self) -> bool:
        """Kill it as `kill -9` does, if it is still at work."""
        if self.ends_within(0):
            return False
        os.kill(self.process, signal.SIGKILL)
        self.ends_within(None)
        return True


@dataclass
class Ground:
    """An office to copy for each round, the ways to die that are left, and what was seen."""

    nest: "Nest"
    filled: Path
    deck: list[str] = field(default_factory=list)
    deaths: Counter[str] = field(default_factory=Counter)
    doubts: int = 0
    rounds: int = 0
    letters: Counter[str] = field(default_factory=Counter)

    def sender(self, office: Office, at: datetime, step: str = "", times: int = 1) -> Sender:
        """A sender that begins now."""
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(self.nest.nursery))
        wanted = {"folder": str(office.folder), "url": office.url, "at": at.isoformat(), "step": step, "times": times}
        line.sendall(json.dumps(wanted).encode() + b"\n")
        return Sender(int(line.recv(20)), line)

    def server(self, taken: Path, seed: int, percent: int) -> None:
        """Begin or go on with the list `taken`, with so many faults."""
        with smtplib.SMTP("127.0.0.1", self.nest.port, timeout=10) as line:
            line.docmd("XROUND", f"{taken} {seed} {percent}")

    def until_quiet(self) -> None:
        """Wait until the server is done with all that was said to it."""
        with smtplib.SMTP("127.0.0.1", self.nest.port, timeout=60) as line:
            line.docmd("XQUIET")

    def log(self) -> str:
        """What the senders said."""
        return self.nest.nursery.with_suffix(".log").read_text()[-4000:]


@dataclass
class Nest:
    """The port of a hostile server, and where senders are asked for."""

    folder: Path
    port: int
    nursery: Path


@contextmanager
def nest(warm: Path) -> Iterator[Nest]:
    """Server and nursery for as long as they are needed; `warm` is an office on SQLite with letters to look at beforehand."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="o-kill-")))
        shutil.copytree(warm, folder / "warm")
        point_at(folder / "warm", 9, connections=1)
        server = _program(stack, "tests.delivery.hostile_server")
        nursery = _program(stack, "tests.delivery.nursery", str(folder / "door"), str(folder / "warm"))
        port = int(_first_line(server))
        assert _first_line(nursery) == "ready"
        yield Nest(folder, port, folder / "door")


def _program(stack: ExitStack, module: str, *words: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen([sys.executable, "-m", module, *words], stdout=subprocess.PIPE, text=True)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def _first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@dataclass
class Round:
    """One office with twelve letters, until they all have left or are named."""

    ground: Ground
    office: Office
    taken: Path
    chance: random.Random
    senders: int
    at: datetime = NOON

    def live(self) -> None:
        """Let the senders die as the deck says, while there are letters; then finish."""
        while self.ground.deck and self._remaining():
            self._generation()
            self._settle()
            self.at += MINUTE
        self.ground.server(self.taken, 0, 0)
        for wait in (1, 36, 121):
            self.at += wait * MINUTE
            self.ground.sender(self.office, self.at).ends_within(None)
            self._settle()

    def _remaining(self) -> int:
        with self.office.reading() as session:
            return sum(letter.state not in DONE for letter in session.scalars(rows(Letter)))

    def _generation(self) -> None:
        """As many senders as there are begin together; each dies in a way of its own, or lives on to its end."""
        at_work = []
        for how in [self.ground.deck.pop() for _ in range(min(self.senders, len(self.ground.deck)))]:
            step = "" if how == RANDOM else how
            at_work.append((how, self.ground.sender(self.office, self.at, step, self.chance.randint(1, 2))))
        for how, sender in at_work:
            if how == RANDOM:
                self._count(how, self._works_on(sender) and sender.kill())
        for how, sender in at_work:
            said = sender.line.recv(4)
            sender.line.close()
            if how != RANDOM:
                self._count(how, said != b"done")

    def _works_on(self, sender: Sender) -> bool:
        """Let a sender come to a random instant of its work; gives whether it is still at work then."""
        goal = len(arrived(self.taken)) + self.chance.randrange(LETTERS_MORE)
        while len(arrived(self.taken)) < goal:
            if sender.ends_within(1 / LOOKS_A_SECOND):
                return False
        return not sender.ends_within(self.chance.uniform(0, SLIVER_SECONDS))

    def _count(self, how: str, died: bool) -> None:
        if died:
            self.ground.deaths[how] += 1
        else:
            # It was done before it came there, so another is to die that way.
            self.ground.deck.insert(0, how)

    def _settle(self) -> None:
        """A person looks at the server for each letter in doubt, and says what became of it. No sender is at work."""
        # What a dead sender had said may still be on its way: who looks too early would not see it.
        self.ground.until_quiet()
        there = {identifier for _recipient, identifier, _reference in arrived(self.taken)}
        with self.office.transaction() as session:
            for attempt in settling.in_doubt(session):
                self.ground.doubts += 1
                went = attempt.version.message_id in there
                why = "I looked at the server"
                said: Sent = settling.settle(session, attempt.letter, went, by=self.office.actor, at=self.at, why=why)
                assert said.reference == attempt.letter.reference


def arrived(taken: Path) -> list[tuple[str, str, str]]:
    """What the server took: recipient, Message-ID, reference."""
    lines = taken.read_text().splitlines() if taken.exists() else []
    return [(recipient, identifier, reference) for recipient, identifier, reference in (line.split("\t") for line in lines)]


def check(ground: Ground, office: Office, taken: Path) -> None:
    """Nothing twice, nothing lost: the server's own list against the ledger, letter by letter."""
    there = Counter(arrived(taken))
    assert set(there.values()) <= {1}, f"something arrived twice: {there.most_common(3)}"
    assert len({(recipient, reference) for recipient, _, reference in there}) == len(there), "one letter as two messages"
    with office.reading() as session:
        letters = session.scalars(rows(Letter)).all()
        assert len(letters) == LETTERS
        for letter in letters:
            _agrees(session, letter, {(to, identifier) for to, identifier, reference in there if reference == letter.reference})
            ground.letters[letter.state.value] += 1
        assert journal.verify(session, journal.Head.read(office.head_file)).faults == ()


def _agrees(session: Session, letter: Letter, there: set[tuple[str, str]]) -> None:
    version = letter.version_now
    whole = {(one.address, version.message_id) for one in version.recipients}
    accepted = [row for row in ledger.entries(session, letter.reference) if row["result"] == "accepted"]
    if letter.state is LetterState.ACCEPTED:
        assert there == whole, f"{letter.reference} is said to have arrived"
        assert len(accepted) == len(whole), f"{letter.reference} was accepted {len(accepted)} times"
    else:
        # What a server refuses for good waits for a person, by name; nothing else is left after the last run.
        assert letter.state is LetterState.REFUSED, f"{letter.reference} was left behind: {letter.state}"
        assert (there, accepted) == (set(), []), f"{letter.reference} is refused and arrived"


def point_at(folder: Path, port: int, connections: int) -> None:
    """Let the office's settings name the hostile server, which is given a second to answer."""
    path = folder / "outreach.toml"
    words = path.read_text().replace('outbox = "folder"', 'outbox = "smtp"')
    words += f'\n[mail.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\ntimeout_seconds = 1\n'
    path.write_text(f"{words}connections = {connections}\n")


def shuffled(chance: random.Random, count: int) -> list[str]:
    """So many ways to die: each named step in turn, and random instants between them."""
    ways = [*STEPS, *FULL, *[RANDOM] * (len(STEPS) // 2)]
    found: list[str] = []
    while len(found) < count:
        chance.shuffle(ways)
        found += ways
    return found[:count]


def live(ground: Ground, url: str | None, seed: int) -> None:
    """One round, on the SQLite file of the filled office or on the database of `url`."""
    chance = random.Random(seed)
    ground.rounds += 1
    folder = Path(tempfile.mkdtemp(dir=ground.nest.folder)) / "office"
    shutil.copytree(ground.filled, folder)
    point_at(folder, ground.nest.port, connections=chance.choice([1, 1, 4]))
    taken = folder.with_name("taken")
    ground.server(taken, seed, percent=25)
    with closing(Office.open(folder, clock=Clock(), url=url, acting="Kim Keeper")) as office:
        this = Round(ground, office, taken, chance, senders=1 if seed % 2 else 4)
        this.live()
        try:
            check(ground, office, taken)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}\n{ground.log()}") from error
    shutil.rmtree(folder.parent)
