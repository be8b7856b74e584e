"""A line to a mailbox, and what is found and placed there: a real server, and one that fails when it is told to."""

import socketserver
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Thread

import pytest

from outreach.errors import NotFound
from outreach.mail import folders
from outreach.mail.connecting import CannotConnect, Secret, Security, Server
from outreach.mail.folders import Use
from outreach.mail.imap import LostLine, Mailbox, Unwilling
from tests.mail import dovecot
from tests.mail.servers import Postbox, listening

DRAFTS, SENT = "Entwürfe", "Sent"


def message(identifier: str, *lines: str) -> bytes:
    head = [f"Message-ID: {identifier}", "Date: Mon, 27 Jan 2025 12:00:00 +0000", *lines]
    return "\r\n".join([*head, "", "Excellency,", ""]).encode()


@pytest.fixture(scope="module")
def server() -> Iterator[dovecot.Mailbox]:
    with dovecot.running() as running:
        yield running


@pytest.fixture(scope="module")
def mailbox(server: dovecot.Mailbox) -> Iterator[Mailbox]:
    with Mailbox(server.server(), server.secret) as mailbox:
        yield mailbox


@pytest.mark.parametrize("security", list(Security))
def test_one_comes_to_the_mailbox_by_each_kind_of_line(server: dovecot.Mailbox, security: Security) -> None:
    with Mailbox(server.server(security, host="127.0.0.1" if security is Security.NONE else "localhost"), server.secret) as box:
        assert folders.folders_for(box, Use.DRAFTS) == (DRAFTS,)
    assert not box.is_open


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_secured_line_trusts_only_the_right_certificate(server: dovecot.Mailbox, security: Security) -> None:
    with pytest.raises(
        CannotConnect, match=r"certificate of localhost.* is not to be trusted .*`certificates` in \[mail.imap\]"
    ):
        Mailbox(server.server(security, authorities=None), server.secret).open()
    with pytest.raises(CannotConnect, match=r"not to be trusted \(.*(match|valid for)"):
        Mailbox(server.server(security, host="127.0.0.1"), server.secret).open()


def test_a_wrong_password_is_told_in_the_servers_words_and_never_shown(server: dovecot.Mailbox) -> None:
    with pytest.raises(
        CannotConnect, match=r"did not let chair in \(.*AUTHENTICATIONFAILED.*look at name and password"
    ) as told:
        Mailbox(server.server(), lambda: Secret("wrong word")).open()
    assert "wrong word" not in str(told.value)
    with pytest.raises(CannotConnect, match="add `username`"):
        Mailbox(server.server(username=""), server.secret).open()
    with pytest.raises(CannotConnect, match="There is no password for chair"):
        Mailbox(server.server()).open()


def test_a_server_that_takes_no_tokens_says_so(server: dovecot.Mailbox) -> None:
    with pytest.raises(CannotConnect, match=r"did not let chair in .*sign in again"):
        Mailbox(server.server(), lambda: Secret("token", is_token=True)).open()


def test_a_port_that_is_something_else_is_told_in_words(server: dovecot.Mailbox) -> None:
    with pytest.raises(CannotConnect, match=r"speaks no TLS|hung up"):
        Mailbox(server.server(Security.TLS, port=server.plain_port), server.secret).open()
    with listening(Postbox()) as postbox:
        port = postbox.port
        with pytest.raises(CannotConnect, match="look at"):
            Mailbox(server.server(port=port, timeout=2), server.secret).open()
    with pytest.raises(CannotConnect, match=f"Nobody answers at localhost:{port}"):
        Mailbox(server.server(port=port), server.secret).open()


def test_a_draft_is_placed_as_it_is_and_found_by_its_whole_message_id_alone(server: dovecot.Mailbox, mailbox: Mailbox) -> None:
    placed = message("<one@panel.example>", "Subject: =?utf-8?b?w6k=?=")
    folders.place_draft(mailbox, DRAFTS, placed)
    [kept] = server.messages()
    assert kept == placed.replace(b"\r\n", b"\n")
    found = folders.find(mailbox, DRAFTS, "<one@panel.example>")
    assert found == folders.Copy(DRAFTS, datetime(2025, 1, 27, 12, tzinfo=UTC))
    folders.place_draft(mailbox, DRAFTS, message("<longer-one@panel.example>"))
    for other in ("<one@panel.exampl>", "<two@panel.example>", "<e@panel.example>"):
        assert folders.find(mailbox, DRAFTS, other) is None
    assert folders.find(mailbox, SENT, "<one@panel.example>") is None
    flags = [path.name.rpartition(":")[2] for path in (server.folder / "mail" / "chair" / ".Entw&APw-rfe").glob("*/*:*")]
    assert set(flags) == {"2,DS"}, "a draft, seen"


def test_an_answer_is_found_by_what_it_answers(mailbox: Mailbox) -> None:
    folders.place_draft(mailbox, "INBOX", message("<a1@kenya.example>", "In-Reply-To: <asked@panel.example>"))
    folders.place_draft(mailbox, "INBOX", message("<a2@kenya.example>", "References: <x@y.example> <other@panel.example>"))
    assert folders.find_answer(mailbox, "INBOX", "<asked@panel.example>")
    assert folders.find_answer(mailbox, "INBOX", "<other@panel.example>")
    assert folders.find_answer(mailbox, "INBOX", "<sked@panel.example>") is None
    assert folders.find(mailbox, "INBOX", "<asked@panel.example>") is None


def test_a_message_without_a_date_that_can_be_read_has_none(mailbox: Mailbox) -> None:
    undated = b"Message-ID: <undated@panel.example>\r\n\r\nx\r\n"
    odd = b"Message-ID: <odd@panel.example>\r\nDate: yesterday\r\n\r\nx\r\n"
    for raw in (undated, odd):
        folders.place_draft(mailbox, SENT, raw)
    for name in ("undated", "odd"):
        assert folders.find(mailbox, SENT, f"<{name}@panel.example>") == folders.Copy(SENT, None)


def test_a_folder_that_is_not_there_is_named_with_those_that_are(mailbox: Mailbox) -> None:
    assert folders.folders_for(mailbox, Use.SENT, "INBOX") == ("INBOX",)
    with pytest.raises(NotFound, match=r"no folder 'Drafts'; it has: .*Entwürfe"):
        folders.folders_for(mailbox, Use.DRAFTS, "Drafts")
    with pytest.raises(Unwilling, match="says: NO"):
        folders.find(mailbox, "Nowhere", "<one@panel.example>")
    assert mailbox.is_open, "the server said no; the line stands"


@pytest.mark.parametrize("forged", ['<a" OR ALL "@b>', "<a\r\nx LOGOUT>", "a@b", "<a b@c>"])
def test_no_identifier_becomes_a_command(mailbox: Mailbox, forged: str) -> None:
    with pytest.raises(NotFound, match="no message identifier"):
        folders.find(mailbox, SENT, forged)


# --- a server that fails ----------------------------------------------------------------------------------------------


class _Script(socketserver.StreamRequestHandler):
    """Says the greeting, answers each command by its word in `answers`, hangs up at a word that has none."""

    def handle(self) -> None:
        answers: dict[str, str] = self.server.answers  # type: ignore[attr-defined]  # set by `scripted`
        self.wfile.write(answers["greeting"].encode() + b"\r\n")
        while line := self.rfile.readline().decode().split():
            words = answers.get(line[1].upper())
            if words is None:
                return
            self.wfile.write(words.replace("TAG", line[0]).encode() + b"\r\n")


SCRIPT = {
    "greeting": "* OK ready",
    "CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=CRAM-MD5\r\nTAG OK done",
    "LOGIN": "TAG OK in",
    "LOGOUT": "* BYE\r\nTAG OK out",
    "LIST": '* LIST () "/" INBOX\r\nTAG OK done',
}


@contextmanager
def scripted(leave_out: Sequence[str] = (), **answers: str) -> Iterator[Server]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Script) as server:
        said = {**SCRIPT, **answers}
        server.answers = {word: said[word] for word in said if word not in leave_out}  # type: ignore[attr-defined]
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        options = {"host": "127.0.0.1", "port": server.server_address[1], "username": "chair", "timeout": 5}
        try:
            yield Server(security=Security.NONE, **options)  # type: ignore[arg-type]  # the options are what it takes
        finally:
            server.shutdown()
            thread.join()


def test_a_line_that_cannot_be_secured_is_not_used_in_the_clear() -> None:
    with scripted() as server, pytest.raises(CannotConnect, match="offers no STARTTLS"):
        Mailbox(Server(host=server.host, port=server.port, security=Security.STARTTLS), dovecot.Mailbox.secret).open()


def test_a_password_beyond_ascii_needs_a_server_that_takes_it() -> None:
    with scripted() as server:
        with pytest.raises(CannotConnect, match=r"offers no sign-in with this password .it offers: CRAM-MD5"):
            Mailbox(server, dovecot.Mailbox.secret).open()
        with Mailbox(server, lambda: Secret("plain words")) as mailbox, pytest.raises(NotFound, match="`drafts` in"):
            folders.folders_for(mailbox, Use.DRAFTS)


def test_a_server_that_lets_nobody_in_is_told_in_words() -> None:
    with scripted(greeting="* BYE too many") as server, pytest.raises(CannotConnect, match=r"hung up|no mailbox"):
        Mailbox(server, lambda: Secret("x")).open()
    with scripted(leave_out=["LOGIN"]) as server, pytest.raises(CannotConnect, match="hung up"):
        Mailbox(server, lambda: Secret("x")).open()


def test_a_line_lost_while_asking_is_not_taken_for_an_answer() -> None:
    with scripted(leave_out=["LIST"]) as server, Mailbox(server, lambda: Secret("x")) as mailbox:
        with pytest.raises(LostLine, match="was lost"):
            folders.folders_for(mailbox, Use.SENT)
        assert not mailbox.is_open
