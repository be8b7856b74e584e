"""Fetching mail: one contract for a mailbox on a real server and for mail that lies in files of every kind."""

import os
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import func, select

from outreach import fetching
from outreach.errors import NotFound, Refused
from outreach.fetching import Brought
from outreach.mail import arriving_files, arriving_imap
from outreach.mail.arriving import Source
from outreach.mail.arriving_files import MailFiles
from outreach.mail.arriving_imap import AfterFetch, ServerMail
from outreach.mail.imap import Mailbox
from outreach.office import Office
from outreach.responses import mailboxes
from outreach.responses.models import IncomingMail, MailState
from tests.conftest import Run
from tests.mail import dovecot
from tests.mail.servers import PASSWORD


def message(number: int, words: str = "We value the IGF.") -> bytes:
    """An answer of its own."""
    return (
        f"From: Jane Doe <jane@icc.example>\r\nTo: inputs@office.example\r\nSubject: Answer {number}\r\n"
        f"Message-ID: <answer-{number}@icc.example>\r\nDate: Mon, 3 Feb 2025 10:00:00 +0000\r\n\r\n{words}\r\n"
    ).encode()


class Kind(ABC):
    """A place that mail comes to, as a sender and its owner see it."""

    @abstractmethod
    def source(self) -> Source:
        """What fetches from it."""

    @abstractmethod
    def put(self, number: int, raw: bytes) -> None:
        """Let a message come."""

    @abstractmethod
    def state(self) -> object:
        """All that an owner would see changed."""


class InFolder(Kind):
    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)

    def source(self) -> Source:
        return MailFiles("saved", self.path)

    def put(self, number: int, raw: bytes) -> None:
        (self.path / f"{number:05}.eml").write_bytes(raw)

    def state(self) -> object:
        return {each: (each.read_bytes(), each.stat().st_mtime_ns) for each in self.path.rglob("*") if each.is_file()}


class InMaildir(InFolder):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        for part in ("cur", "new", "tmp"):
            (path / part).mkdir()
        # What is only just coming in is not there yet.
        (path / "tmp" / "1.half.here").write_bytes(message(999)[:80])

    def put(self, number: int, raw: bytes) -> None:
        (self.path / ("new" if number % 2 else "cur") / f"{number:05}.test.here").write_bytes(raw)


class InMbox(InFolder):
    def source(self) -> Source:
        return MailFiles("saved", self.path / "Inbox.mbox")

    def put(self, number: int, raw: bytes) -> None:
        with (self.path / "Inbox.mbox").open("ab") as file:
            file.write(b"From jane@icc.example Mon Feb  3 10:00:00 2025\n" + raw.replace(b"\nFrom ", b"\n>From ") + b"\n")


class OnServer(Kind):
    def __init__(self, server: dovecot.Mailbox) -> None:
        self.server = server

    def source(self) -> Source:
        return ServerMail("imap", Mailbox(self.server.server(), self.server.secret), ["INBOX"])

    def put(self, number: int, raw: bytes) -> None:
        put(self.server, raw)

    def state(self) -> object:
        """The messages with their flags."""
        with Mailbox(self.server.server(), self.server.secret) as mailbox, mailbox.talking() as box:
            box.folder.set("INBOX", readonly=True)
            return [(one.uid, one.flags, one.subject) for one in box.fetch(mark_seen=False, headers_only=True)]


@pytest.fixture(scope="module")
def running() -> Iterator[dovecot.Mailbox]:
    with dovecot.running() as running:
        # Whoever comes in first finds the folders made.
        with Mailbox(running.server(), running.secret) as mailbox, mailbox.talking() as box:
            box.folder.set("INBOX", readonly=True)
        yield running


@pytest.fixture
def server(running: dovecot.Mailbox) -> dovecot.Mailbox:
    # By the server itself: what is done to its files it may notice only a second later.
    with Mailbox(running.server(), running.secret) as mailbox, mailbox.talking() as box:
        for folder in ("INBOX", "Sent"):
            box.folder.set(folder)
            box.delete(box.uids())
    return running


def put(server: dovecot.Mailbox, raw: bytes) -> None:
    with Mailbox(server.server(), server.secret) as mailbox, mailbox.talking() as box:
        box.append(raw, "INBOX")


@pytest.fixture(params=["server", "mbox", "Maildir", "folder"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Kind:
    """A mailbox of each kind, empty."""
    if request.param == "server":
        return OnServer(request.getfixturevalue("server"))
    return {"mbox": InMbox, "Maildir": InMaildir, "folder": InFolder}[request.param](tmp_path / "mail")


def fetch(office: Office, source: Source) -> list[Brought]:
    try:
        return list(fetching.fetch(office, [source], by=office.actor))
    finally:
        source.close()


def added(brought: list[Brought]) -> int:
    assert not [one.trouble for one in brought if one.trouble]
    return sum(taken.is_new for one in brought for taken in one.taken)


def mails(office: Office) -> list[IncomingMail]:
    with office.reading() as session:
        found = list(session.scalars(select(IncomingMail).order_by(IncomingMail.subject)))
        session.expunge_all()
    return found


# --- the contract -----------------------------------------------------------------------------------------------------


def test_everything_is_fetched_once_raw_and_classed_and_nothing_is_changed_there(office: Office, place: Kind) -> None:
    raws = [message(1), message(2, "你好 \xe9 \r\nFrom here on"), b"Subject: =?broken\r\n\r\n\xff\xfe"]
    for number, raw in enumerate(raws):
        place.put(number, raw)
    before = place.state()
    assert added(fetch(office, place.source())) == 3
    assert place.state() == before
    kept = [office.archive.fetch(one.raw_sha256) for one in mails(office)]
    assert sorted(raw.replace(b"\r\n", b"\n").strip() for raw in kept) == sorted(
        raw.replace(b"\r\n", b"\n").strip() for raw in raws
    )
    assert {one.kind for one in mails(office)} == {"human"}
    assert {one.state for one in mails(office)} == {MailState.WAITING}


def test_a_second_fetch_adds_nothing_and_what_comes_after_is_fetched(office: Office, place: Kind) -> None:
    place.put(1, message(1))
    fetch(office, place.source())
    assert added(fetch(office, place.source())) == 0
    place.put(2, message(2))
    assert added(fetch(office, place.source())) == 1
    assert [one.subject for one in mails(office)] == ["Answer 1", "Answer 2"]


def test_an_empty_mailbox_gives_nothing_and_is_no_fault(office: Office, place: Kind) -> None:
    if isinstance(place, InMbox):
        (place.path / "Inbox.mbox").touch()
    assert added(fetch(office, place.source())) == 0


def test_a_fetch_that_is_cut_off_goes_on_from_the_last_lot(
    office: Office, place: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving_imap, "MOST_MESSAGES", 2)
    monkeypatch.setattr(arriving_files, "MOST_MESSAGES", 2)
    for number in range(1, 8):
        place.put(number, message(number))
    source = place.source()
    cut = fetching.fetch(office, [source], by=office.actor)
    next(cut)
    next(cut)
    del cut
    source.close()
    assert len(mails(office)) == 4
    assert added(fetch(office, place.source())) == 3
    assert len(mails(office)) == 7


def test_how_the_fetch_went_stands_in_the_office(office: Office, place: Kind) -> None:
    for number in range(3):
        place.put(number, message(number))
    source = place.source()
    fetch(office, source)
    with office.reading() as session:
        [row] = mailboxes.listing(session)[source.name]
        assert (row.fetched, row.added, row.trouble, row.fetched_at) == (3, 3, "", office.now())


def test_whoever_only_reads_fetches_nothing(office: Office, place: Kind, run: Run) -> None:
    run("people", "add", "René Reader", "--role", "reader")
    reader = Office.open(office.folder, acting="René Reader", clock=office.clock)
    place.put(1, message(1))
    with pytest.raises(Refused, match="may not fetch mail"):
        fetch(reader, place.source())
    reader.close()
    assert mails(office) == []


# --- on a server ------------------------------------------------------------------------------------------------------


def test_mail_that_was_read_elsewhere_is_fetched_all_the_same(office: Office, server: dovecot.Mailbox) -> None:
    place = OnServer(server)
    place.put(1, message(1))
    with Mailbox(server.server(), server.secret) as mailbox, mailbox.talking() as box:
        box.folder.set("INBOX")
        assert len(list(box.fetch(mark_seen=True))) == 1
    assert added(fetch(office, place.source())) == 1


def test_a_changed_uidvalidity_adds_nothing_twice(office: Office, server: dovecot.Mailbox) -> None:
    place = OnServer(server)
    for number in range(5):
        place.put(number, message(number))
    fetch(office, place.source())
    with office.reading() as session:
        [row] = mailboxes.listing(session)["imap"]
        before, last = row.validity, row.last
    # The server forgets its numbers: it gives new ones, and says so by another UIDVALIDITY.
    home = server.folder / "mail" / "chair"
    for path in home.glob("dovecot*"):
        path.unlink()
    (home / "dovecot-uidlist").write_text(f"3 V{before + 7} N{last + 100}\n")
    place.put(6, message(6))
    brought = fetch(office, place.source())
    assert added(brought) == 1
    assert sum(len(one.taken) for one in brought) == 6
    assert len(mails(office)) == 6
    with office.reading() as session:
        [row] = mailboxes.listing(session)["imap"]
        assert row.validity != before


def test_a_message_that_the_server_stumbles_over_is_listed_and_the_others_come(
    office: Office, server: dovecot.Mailbox, run: Run
) -> None:
    for number in range(1, 6):
        OnServer(server).put(number, message(number))
    # What a server's index names and its disk no longer gives: it drops whoever asks for that message.
    broken = next(p for p in (server.folder / "mail" / "chair").glob("*/*") if p.is_file() and b"Answer 3" in p.read_bytes())
    broken.chmod(0)
    if os.geteuid() == 0:
        os.chown(broken, 0, 0)
    brought = fetch(office, OnServer(server).source())
    assert [one.subject for one in mails(office)] == ["Answer 1", "Answer 2", "Answer 4", "Answer 5"]
    [missed] = [each for one in brought for each in one.missed]
    assert "UID" in missed.where
    assert "did not give it" in missed.why
    with office.reading() as session:
        [row] = mailboxes.listing(session)["imap"]
        assert [one.place for one in row.missed] == [missed.where]
    # Once it can be had it comes, and is no longer listed.
    broken.chmod(0o666)
    assert added(fetch(office, OnServer(server).source())) == 1
    with office.reading() as session:
        [row] = mailboxes.listing(session)["imap"]
        assert row.missed == []


def left_on(server: dovecot.Mailbox, after: AfterFetch, office: Office) -> tuple[list[tuple[str, ...]], int]:
    """What lies in the inbox after two messages were fetched and so settled: their flags; and how many lie in Sent."""
    for number in range(2):
        put(server, message(number))
    fetch(office, ServerMail("imap", Mailbox(server.server(), server.secret), ["INBOX"], after=after, target="Sent"))
    with Mailbox(server.server(), server.secret) as mailbox, mailbox.talking() as box:
        box.folder.set("INBOX", readonly=True)
        flags = [tuple(flag for flag in one.flags if flag != "\\Recent") for one in box.fetch(mark_seen=False)]
    return flags, len(server.messages("Sent"))


@pytest.mark.parametrize(
    ("after", "flags", "moved"),
    [
        (AfterFetch.LEAVE, [(), ()], 0),
        (AfterFetch.MARK, [("\\Seen",), ("\\Seen",)], 0),
        (AfterFetch.MOVE, [], 2),
        (AfterFetch.DELETE, [], 0),
    ],
)
def test_what_was_fetched_is_left_marked_moved_or_deleted_as_the_settings_say(
    office: Office, server: dovecot.Mailbox, after: AfterFetch, flags: list[tuple[str, ...]], moved: int
) -> None:
    assert left_on(server, after, office) == (flags, moved)
    assert len(mails(office)) == 2


def test_only_what_is_kept_here_is_deleted_there(
    office: Office, server: dovecot.Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        put(server, message(number, "x" * 500 if number == 1 else "short"))
    monkeypatch.setattr(arriving_imap, "LARGEST", 500)
    after = AfterFetch.DELETE
    brought = fetch(office, ServerMail("imap", Mailbox(server.server(), server.secret), ["INBOX"], after=after))
    assert [len(one.missed) for one in brought] == [1]
    [left] = server.messages("INBOX")
    assert b"Answer 1" in left
    assert [one.subject for one in mails(office)] == ["Answer 0", "Answer 2"]


def test_a_server_that_is_away_is_said_and_the_other_mailbox_is_fetched(office: Office, tmp_path: Path) -> None:
    away = dovecot.Mailbox(tmp_path, 1, 1, tmp_path / "none.pem").server(authorities=None)
    saved = InFolder(tmp_path / "mail")
    saved.put(1, message(1))
    gone = ServerMail("imap", Mailbox(away, dovecot.Mailbox.secret), ["INBOX"])
    brought = list(fetching.fetch(office, [gone, saved.source()], by=office.actor))
    assert "look at host and port" in brought[0].trouble
    assert len(mails(office)) == 1
    with office.reading() as session:
        assert "look at host and port" in mailboxes.listing(session)["imap"][0].trouble


def test_watching_brings_a_message_when_it_comes(office: Office, server: dovecot.Mailbox) -> None:
    place = OnServer(server)
    place.put(1, message(1))
    source = place.source()
    seen: list[str] = []

    def later() -> None:
        # Until the watcher idles: the server then tells it of what comes.
        while not seen:
            time.sleep(0.01)
        place.put(2, message(2))

    hand = Thread(target=later)
    hand.start()
    for brought in fetching.watch(office, [source], by=office.actor, sleep=lambda _seconds: None, until=lambda: len(seen) >= 2):
        seen.extend(taken.where for taken in brought.taken if taken.is_new)
    hand.join()
    source.close()
    assert [one.subject for one in mails(office)] == ["Answer 1", "Answer 2"]


def test_a_fetch_killed_at_any_instant_loses_and_doubles_nothing(office: Office, server: dovecot.Mailbox) -> None:
    count = 60
    with Mailbox(server.server(), server.secret) as mailbox, mailbox.talking() as box:
        for number in range(count):
            box.append(message(number, f"Answer {number} " * 40), "INBOX")
    killed = 0
    for step in range(6):
        process, goal = fetcher(office, server), len(mails(office)) + step
        while process.is_alive() and len(mails(office)) < goal:
            time.sleep(0.002)
        killed += process.is_alive()
        process.kill()
        process.join()
    last = fetcher(office, server)
    last.join()
    assert killed
    assert last.exitcode == 0
    assert sorted(one.message_id for one in mails(office)) == sorted(f"<answer-{n}@icc.example>" for n in range(count))


def fetch_in_lots_of_five(office: Office, server: dovecot.Mailbox) -> None:
    """What a process of its own does; lots so small that a kill falls between and within them."""
    arriving_imap.MOST_MESSAGES = 5
    own = Office.open(office.folder, acting="Kim Keeper", clock=office.clock)
    list(fetching.fetch(own, [OnServer(server).source()], by=own.actor))


def fetcher(office: Office, server: dovecot.Mailbox) -> BaseProcess:
    # Forked: to start Python and load the rooms takes longer than all of the fetching.
    process = get_context("fork").Process(target=fetch_in_lots_of_five, args=(office, server))
    process.start()
    return process


def settle_in(office: Office, server: dovecot.Mailbox) -> None:
    """Name the server in the office's settings."""
    said = office.folder / "outreach.toml"
    said.write_text(
        said.read_text(encoding="utf-8")
        + f'\n[mail.imap]\nhost = "localhost"\nport = {server.plain_port}\nsecurity = "starttls"\nusername = "chair"\n'
        + f'certificates = "{server.authorities}"\n',
        encoding="utf-8",
    )


# --- in files, and at the command line --------------------------------------------------------------------------------


def test_a_file_that_cannot_be_read_is_listed_and_the_others_come(office: Office, tmp_path: Path) -> None:
    place = InFolder(tmp_path / "mail")
    for number in range(3):
        place.put(number, message(number))
    (place.path / "00001.eml").unlink()
    (place.path / "00001.eml").symlink_to(place.path / "00001.eml")
    (place.path / "00003.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off")
    brought = fetch(office, place.source())
    assert added(brought) == 3
    assert "Answer 0" in {one.subject for one in mails(office)}


def test_a_message_that_the_reader_stumbles_over_is_kept_as_it_came_and_waits(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from outreach.mail import reading

    usual = reading.read

    def stumbling(raw: bytes) -> reading.IncomingMessage:
        if b"Answer 1" in raw:
            raise RecursionError
        return usual(raw)

    monkeypatch.setattr(reading, "read", stumbling)
    place = InFolder(tmp_path / "mail")
    for number in range(3):
        place.put(number, message(number))
    assert added(fetch(office, place.source())) == 3
    [broken] = [one for one in mails(office) if not one.subject]
    assert "It could not be read (RecursionError)" in broken.reason
    assert office.archive.fetch(broken.raw_sha256) == message(1)


def test_the_command_fetches_every_mailbox_of_the_settings_and_shows_how_it_went(
    office: Office, run: Run, server: dovecot.Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTREACH_IMAP_PASSWORD", PASSWORD)
    settle_in(office, server)
    said = office.folder / "outreach.toml"
    said.write_text(said.read_text() + '\n[mailboxes.saved]\npath = "saved"\n[mailboxes.gone]\npath = "nowhere"\n')
    saved = InFolder(office.folder / "saved")
    saved.put(1, message(1))
    OnServer(server).put(2, message(2))
    result = run("mailbox", "fetch", ok=False)
    assert "2 new, 0 filed, 2 waiting, 0 noted, 0 here already." in result.output
    assert "Nothing lies at" in result.output
    assert "1 new" not in run("mailbox", "fetch", "imap").output
    rows = run("mailbox", "status", "--json").output
    assert '"mailbox": "imap"' in rows
    assert "Nothing lies at" in rows
    with pytest.raises(NotFound, match="the settings name: imap, saved, gone"):
        fetching.source(Office.open(office.folder), "other")


def test_a_hundred_messages_or_a_thousand_take_the_same_queries_a_lot(office: Office, tmp_path: Path) -> None:
    place = InFolder(tmp_path / "mail")
    for number in range(450):
        place.put(number, message(number))
    lots = fetch(office, place.source())
    assert [len(one.taken) for one in lots] == [200, 200, 50]
    with office.reading() as session:
        assert session.scalar(select(func.count()).select_from(IncomingMail)) == 450
