"""Mail servers of the tests: a real one that keeps what it took, and one that fails at the moment it is told to."""

import re
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from outreach.mail.connecting import Security, Server

USER, PASSWORD = "chair", "pässword, not ASCII"


@dataclass
class Postbox:
    """What a server took: envelope recipients and bytes, in order. `refuses` answers RCPT for an address with these words."""

    taken: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    resets: int = 0
    port: int = 0
    connections: int = 0

    def server(self, security: Security = Security.NONE, **options: Any) -> Server:
        """How it is reached."""
        given = {"host": "localhost", "port": self.port, "security": security, "greeting": "leadership-panel.example"}
        return Server(**{**given, "timeout": 10, **options})

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.resets += 1
        return "250 OK"

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.taken.append((tuple(envelope.rcpt_tos), content))
        return f"250 queued as {len(self.taken)}"


def _password_is_right(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


class _Listening(Controller):
    """Any free port of this machine."""

    def _trigger_server(self) -> None:
        # The port is known only once the server listens.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def listening(
    postbox: Postbox, security: Security = Security.NONE, authority: trustme.CA | None = None, **options: Any
) -> Iterator[Postbox]:
    """A real SMTP server (aiosmtpd) on this machine for as long as the test asks it."""
    options = {"enable_SMTPUTF8": False, **options}
    context = None
    if security is not Security.NONE and authority is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost").configure_cert(context)
    if security is Security.STARTTLS:
        options = {"tls_context": context, "require_starttls": True, **options}
    wrapped = context if security is Security.TLS else None
    controller = _Listening(postbox, hostname="127.0.0.1", port=0, ssl_context=wrapped, server_hostname="test", **options)
    controller.start()
    postbox.port = controller.port
    try:
        yield postbox
    finally:
        controller.stop()


def signing_in() -> dict[str, Any]:
    """Options of a server that lets only USER in."""
    return {"authenticator": _password_is_right, "auth_required": True, "auth_require_tls": False}


@dataclass
class Fault:
    """A server that answers as any other until `at`, then does `act`: "drop" the line, or say those words.

    `at`: greeting, ehlo, mail, rcpt, data, body (before the final dot is read), dot (after it, before any answer).
    """

    at: str
    act: str
    times: int = 1
    taken: list[bytes] = field(default_factory=list)
    port: int = 0
    lock: Any = field(default_factory=Lock)

    def due(self, moment: str) -> str | None:
        """What is to be done at this moment, if anything."""
        with self.lock:
            if moment != self.at or self.times == 0:
                return None
            self.times -= 1
            return self.act


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        if not self.say("greeting", "220 test"):
            return
        while line := self.rfile.readline():
            verb = line[:4].decode().strip().lower()
            if verb == "data":
                said = self.say("data", "354 go on")
                if not said or (said.startswith("354") and not self.take()):
                    return
            elif verb == "quit":
                self.say("quit", "221 bye")
                return
            elif not self.say({"ehlo": "ehlo", "mail": "mail", "rcpt": "rcpt"}.get(verb, verb), "250 OK"):
                return

    @property
    def fault(self) -> Fault:
        found: Fault = self.server.fault  # type: ignore[attr-defined]  # set by `failing`
        return found

    def say(self, moment: str, words: str) -> str:
        act = self.fault.due(moment)
        if act == "drop":
            return ""
        self.wfile.write((act or words).encode() + b"\r\n")
        return act or words

    def take(self) -> bool:
        if self.fault.due("body"):
            self.rfile.readline()
            return False
        body = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            body += re.sub(rb"^\.", b"", line)
        act = self.fault.due("dot")
        if act is None or act == "drop" or act.startswith("250"):
            # Many servers keep a message whose sender never heard the answer: that is why it may not go again.
            self.fault.taken.append(body)
        if act != "drop":
            self.wfile.write((act or "250 queued").encode() + b"\r\n")
        return act != "drop"


@contextmanager
def failing(fault: Fault) -> Iterator[Fault]:
    """The server of `fault`, on this machine."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Conversation) as server:
        server.fault = fault  # type: ignore[attr-defined]
        server.daemon_threads = True
        fault.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield fault
        finally:
            server.shutdown()
            thread.join()


def authority_file(authority: trustme.CA, folder: Path) -> Path:
    """The certificate of `authority` as a file to trust."""
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return path
