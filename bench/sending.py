"""Sending: approved letters handed to a mail server, beside a bare smtplib loop and mailmerge, with the same messages.

The server is a process of its own (sink.py). What each contestant needs is imported when it gets ready.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.harness import Contestant, Figure, Work

if TYPE_CHECKING:
    from outreach.office import Office

SENDER = "chair@leadership-panel.example"
MESSAGES, PAGE = "messages", "page.pdf"
# How long a server takes to write a message to its disk before it answers, in milliseconds.
DISK = 5


def _world(folder: Path, size: int) -> None:
    from bench.world import office_with_approved_letters

    office_with_approved_letters(folder, size)


def _small_world(folder: Path, size: int) -> None:
    from bench.world import office_with_approved_letters

    office_with_approved_letters(folder, size, page=b"%PDF-1.7\n")


def _server(milliseconds: int) -> int:
    """A server for the rest of this process; gives its port."""
    import atexit
    import subprocess
    import sys

    call = [sys.executable, "-m", "bench.sink", str(milliseconds)]
    process = subprocess.Popen(call, stdout=subprocess.PIPE, text=True)
    atexit.register(process.kill)
    assert process.stdout is not None
    return int(process.stdout.readline())


def outreach(world: Path, own: Path, _size: int, *, connections: int = 1, disk: int = 0) -> Work:
    """What `outreach send --really` does once the plan is made: claim, commit, hand over, record, each outcome durable."""
    from bench.world import copied

    office = copied(world, own, linked=True)
    return partial(_sent, office, _server(disk), connections)


def _sent(office: "Office", port: int, connections: int) -> int:
    from bench.world import APPROVER, NOON, waiting
    from outreach.delivery import sending
    from outreach.delivery.models import Result
    from outreach.delivery.server import SmtpOutbox
    from outreach.mail.connecting import Security, Server

    server = Server(host="127.0.0.1", port=port, security=Security.NONE, greeting="leadership-panel.example")
    outbox = SmtpOutbox(server, SENDER, now=lambda: NOON, connections=connections)
    done = sending.send(
        office.transaction, waiting(office), outbox, office.archive, office.must_stay, by=APPROVER, now=lambda: NOON
    )
    return sum(one.result is Result.ACCEPTED for one in done)


def smtplib_alone(world: Path, _own: Path, _size: int, *, disk: int = 0) -> Work:
    """smtplib.SMTP.sendmail in a loop over one connection; the messages are read as they go, nothing is kept of it."""
    import smtplib

    port, paths = _server(disk), sorted((world / MESSAGES).iterdir())

    def work() -> int:
        with smtplib.SMTP("127.0.0.1", port) as line:
            return sum(not line.sendmail(SENDER, [f"office@{path.name}.example"], path.read_bytes()) for path in paths)

    return work


def mailmerge(world: Path, own: Path, size: int, *, disk: int = 0) -> Work:
    """mailmerge by its library: each message rendered, the page attached, and sent; it connects for each message."""
    from mailmerge.__main__ import read_csv_database
    from mailmerge.sendmail_client import SendmailClient
    from mailmerge.template_message import TemplateMessage

    from bench.given import ADDRESSEES, wording

    subject, body = wording(world)
    (own / PAGE).write_bytes((world / PAGE).read_bytes())
    head = f"TO: {{{{ email }}}}\nFROM: {{{{ reply_to }}}}\nSUBJECT: {subject}\nATTACHMENT: {PAGE}\n"
    (own / "letter.txt").write_text(f"{head}\n{{{{ address }}}}\n\n{{{{ salutation }}}}\n{body}\n{{{{ close }}}}\n", "utf-8")
    (own / "server.conf").write_text(f"[smtp_server]\nhost = 127.0.0.1\nport = {_server(disk)}\n")
    template, client = TemplateMessage(own / "letter.txt"), SendmailClient(own / "server.conf", dry_run=False)

    def work() -> int:
        done = 0
        for row in read_csv_database(world / ADDRESSEES):
            client.sendmail(*template.render(row))
            done += 1
        return done

    return work


def _contest(title: str, disk: int) -> Figure:
    return Figure(
        title,
        "letters",
        _world,
        [
            Contestant("outreach, one connection", "ours", partial(outreach, disk=disk), 1_000, 100),
            Contestant("smtplib alone, one connection", "limit", partial(smtplib_alone, disk=disk), 1_000, 100, aim=0.6),
            Contestant("mailmerge", "peer", partial(mailmerge, disk=disk), 1_000, 100, aim=3, needs=("mailmerge",)),
        ],
    )


def _several(title: str, disk: int) -> Figure:
    return Figure(
        title,
        "letters",
        _world,
        [
            Contestant("outreach, four connections", "ours", partial(outreach, connections=4, disk=disk), 1_000, 100),
            Contestant("outreach, two connections", "limit", partial(outreach, connections=2, disk=disk), 1_000, 100),
            Contestant("smtplib alone, one connection", "limit", partial(smtplib_alone, disk=disk), 1_000, 100, aim=1),
        ],
    )


FIGURES = (
    _contest("Letters sent by one connection, to a server that writes each to its disk", DISK),
    _several("Letters sent by several connections, to that server", DISK),
    _contest("Letters sent by one connection, to a server that does nothing", 0),
    Figure(
        "Memory while letters are sent does not grow with their number",
        "letters",
        _small_world,
        [
            Contestant("outreach, very many", "ours", outreach, 100_000, 300),
            Contestant("outreach, few", "limit", outreach, 1_000, 100, aim=1 / 1.2),
        ],
    ),
)
