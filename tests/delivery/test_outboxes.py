"""What holds of every outbox, whatever it stands for."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from outreach.delivery import sending
from outreach.delivery.mailbox import Copies, DraftsOutbox
from outreach.delivery.models import Result
from outreach.delivery.outboxes import FolderOutbox, MemoryOutbox, Outbox, Parcel, Place, PrintOutbox
from outreach.delivery.server import SmtpOutbox
from outreach.mail.imap import Mailbox
from tests.cast import CHAIR, NOON
from tests.delivery.conftest import Approve
from tests.delivery.test_sending import gate, states
from tests.letters.desk import Desk
from tests.mail import dovecot
from tests.mail.servers import Postbox, listening


@dataclass
class Kind:
    """An outbox and what its other side holds; `tells`: whether it can say what became of a parcel."""

    outbox: Outbox
    arrived: Callable[[], list[bytes]]
    tells: bool = True
    takes: Result = Result.ACCEPTED


@pytest.fixture(scope="module")
def server() -> Iterator[dovecot.Mailbox]:
    with dovecot.running() as running:
        yield running


def files(folder: Path) -> Callable[[], list[bytes]]:
    return lambda: [path.read_bytes() for path in sorted(folder.glob("*"))]


@pytest.fixture(params=["folder", "print", "memory", "smtp", "drafts"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kind]:
    if request.param == "folder":
        yield Kind(FolderOutbox(tmp_path / "out"), files(tmp_path / "out"))
    elif request.param == "print":
        yield Kind(PrintOutbox(tmp_path / "out"), files(tmp_path / "out"))
    elif request.param == "memory":
        outbox = MemoryOutbox()
        yield Kind(outbox, lambda: [parcel.message for parcel in outbox.parcels.values()])
    elif request.param == "smtp":
        with listening(Postbox()) as postbox:
            yield Kind(
                SmtpOutbox(postbox.server(), "chair@panel.example", now=lambda: NOON),
                lambda: [raw for _to, raw in postbox.taken],
                tells=False,
            )
    else:
        server: dovecot.Mailbox = request.getfixturevalue("server")
        server.empty()
        mailbox = Mailbox(server.server(), server.secret)
        yield Kind(DraftsOutbox(mailbox, Copies(mailbox)), server.messages, takes=Result.PLACED)


@pytest.fixture
def parcel() -> Parcel:
    identifier = f"<{secrets.token_hex(8)}@panel.example>"
    head = f"Date: Mon, 27 Jan 2025 00:00:00 +0000\r\nMessage-ID: {identifier}\r\nSubject: A letter"
    return Parcel(
        reference="IGF/LP/2025/0007",
        message=f"{head}\r\n\r\nExcellency,\r\n".encode(),
        page=b"%PDF-1.7 a page",
        recipients=("pr@kenya.example", "office@kenya.example"),
        address_block=("H.E. the Ambassador",),
        message_id=identifier,
    )


@pytest.fixture
def open_kind(kind: Kind) -> Iterator[Kind]:
    kind.outbox.ready()
    assert kind.outbox.is_ready
    yield kind
    kind.outbox.close()


def test_whoever_is_written_to_is_answered_for(open_kind: Kind, parcel: Parcel) -> None:
    reports = open_kind.outbox.deliver(parcel)
    assert {report.result for report in reports} == {open_kind.takes}
    assert all(report.reply for report in reports), "each in words"
    if open_kind.outbox.needs_address:
        assert [report.recipient for report in reports] == list(parcel.recipients)
    assert len(open_kind.arrived()) == 1


def test_an_outbox_that_can_tell_finds_what_it_took_and_nothing_else(open_kind: Kind, parcel: Parcel) -> None:
    before = open_kind.outbox.find(parcel)
    open_kind.outbox.deliver(parcel)
    after = open_kind.outbox.find(parcel)
    if not open_kind.tells:
        assert (before, after) == (None, None)
        return
    assert before is not None
    assert after is not None
    assert before.place is Place.ABSENT
    assert after.place is (Place.LEFT if open_kind.takes is Result.ACCEPTED else Place.PLACED)
    assert before.how != after.how


def test_an_outbox_that_can_tell_holds_a_parcel_once_however_often_it_is_brought(open_kind: Kind, parcel: Parcel) -> None:
    for _ in range(2):
        assert {report.result for report in open_kind.outbox.deliver(parcel)} == {open_kind.takes}
    assert len(open_kind.arrived()) == (1 if open_kind.tells else 2), "where it cannot tell, the claim alone keeps it from this"


def test_a_rehearsal_brings_nothing(open_kind: Kind, parcel: Parcel) -> None:
    reports = open_kind.outbox.rehearse(parcel.recipients, len(parcel.message))
    assert {report.result for report in reports} <= {Result.ACCEPTED}
    assert open_kind.arrived() == []


def test_an_outbox_let_go_of_can_be_made_ready_again(kind: Kind, parcel: Parcel) -> None:
    for _ in range(2):
        kind.outbox.ready()
        kind.outbox.ready()
        assert kind.outbox.is_ready
        kind.outbox.close()
        kind.outbox.close()
    kind.outbox.ready()
    kind.outbox.deliver(parcel)
    kind.outbox.close()
    assert len(kind.arrived()) == 1


def test_the_first_of_its_lines_is_the_outbox_itself(kind: Kind) -> None:
    assert kind.outbox.lines()[0] is kind.outbox
    assert {line.name for line in kind.outbox.lines()} == {kind.outbox.name}


def test_a_run_lets_each_letter_leave_once_as_it_was_approved(kind: Kind, desk: Desk, approve: Approve) -> None:
    references = approve.letters(2)
    for again in (False, True):
        run = sending.send(
            approve.database.transaction, references, kind.outbox, desk.archive, gate, by=CHAIR, now=lambda: NOON
        )
        assert [one.result for one in run] == [None if again else kind.takes] * 2
    assert len(kind.arrived()) == 2
    assert states(approve.database) == [kind.takes.value] * 2
    if kind.outbox.name != "print":
        bodies = [raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2] for raw in kind.arrived()]
        assert sorted(bodies) == sorted(raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2] for raw in approve.frozen(references))
