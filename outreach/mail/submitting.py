"""Handing mail to a server: one connection, the conversation of RFC 5321, and what became of each recipient.

The point of doing it command by command is to know at which moment a connection broke. Until the final dot is on its way
the server cannot have taken the message (RFC 5321, section 4.1.1.4), so it may be tried again; from then on, without the
server's word, nobody can tell.
"""

import base64
import contextlib
import re
import smtplib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

from outreach.mail import headers
from outreach.mail.connecting import (
    CannotConnect,
    Secret,
    Security,
    Server,
    in_words,
    no_starttls,
    not_let_in,
    one_line,
    plain,
    secret_for,
)

# A server may take ten minutes to say whether it took a message (RFC 5321, section 4.5.3.2.6).
FINAL_REPLY_SECONDS = 600
_LEADING_DOT = re.compile(rb"(?m)^\.")


class Fate(StrEnum):
    """What a server made of one recipient; `unknown`: the message went out whole and no answer came."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """What became of one recipient, in the server's words."""

    recipient: str
    fate: Fate
    reply: str


class _Gone(smtplib.SMTPException):
    """The line was closed before this message began."""


class Submission:
    """An open connection to hand mail in by; used with `with`, and for many messages one after another."""

    def __init__(self, server: Server, secret: Callable[[], Secret] | None = None) -> None:
        self.server = server
        self._secret = secret
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether the line stood when last used."""
        return self._line is not None and self._line.sock is not None

    def open(self) -> None:
        """Connect, secure the line, sign in; raises CannotConnect in words."""
        self.close()
        with _in_words(self.server):
            line = self._connected()
            try:
                self._secured(line)
                self._signed_in(line)
            except BaseException:
                line.close()
                raise
            self._line = line

    def close(self) -> None:
        """Take leave; a line that is gone already is no fault."""
        if self._line is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._line.quit()
            self._line = None

    def _connected(self) -> smtplib.SMTP:
        server, name = self.server, headers.wire_domain(self.server.greeting)
        if server.security is Security.TLS:
            return smtplib.SMTP_SSL(server.host, server.port, name, timeout=server.timeout, context=server.trust())
        return smtplib.SMTP(server.host, server.port, name, timeout=server.timeout)

    def _secured(self, line: smtplib.SMTP) -> None:
        line.ehlo_or_helo_if_needed()
        if self.server.security is not Security.STARTTLS:
            return
        if not line.has_extn("starttls"):
            raise no_starttls(self.server)
        line.starttls(context=self.server.trust())
        line.ehlo()

    def _signed_in(self, line: smtplib.SMTP) -> None:
        if not self.server.username:
            return
        secret = secret_for(self.server, self._secret, line.sock)
        offered = line.esmtp_features.get("auth", "").upper().split()
        code, reply = _authenticated(line, self.server, secret, offered)
        if code != 235:
            raise not_let_in(self.server, _said(code, reply), secret)

    def rehearse(self, sender: str, recipients: Sequence[str], size: int) -> list[Answer]:
        """Talk up to, not including, the message: what the server would say to each recipient. Nothing is sent."""
        return self._talk(sender, recipients, size, message=None)

    def submit(self, sender: str, recipients: Sequence[str], message: bytes) -> list[Answer]:
        """Hand in `message` (CRLF) for all `recipients`, or for none: where one is not taken, the others are not written to.

        Gives an answer for each recipient and raises nothing that the server or the line did.
        """
        return self._talk(sender, recipients, len(message), message)

    def _talk(self, sender: str, recipients: Sequence[str], size: int, message: bytes | None) -> list[Answer]:
        try:
            try:
                return self._conversation(sender, recipients, size, message)
            except _Gone:
                # A line that waited is closed by many servers; nothing of this letter was said on it.
                self.open()
                return self._conversation(sender, recipients, size, message)
        except (OSError, smtplib.SMTPException, CannotConnect) as error:
            self._drop()
            return _all(recipients, Fate.DEFERRED, f"the connection was lost before the message was out: {plain(error)}")

    def _conversation(self, sender: str, recipients: Sequence[str], size: int, message: bytes | None) -> list[Answer]:
        if self._line is None:
            raise _Gone
        line, addresses = self._line, (sender, *recipients)
        options = self._options(line, addresses, size)
        if options is None:
            return _all(recipients, Fate.REFUSED, "the server takes no addresses beyond ASCII (it offers no SMTPUTF8)")
        code, reply = self._begun(line, sender, options)
        if code != 250:
            self._reset(line)
            return _all(recipients, _fate(code), _said(code, reply))
        answers = [_answer(recipient, *line.rcpt(headers.wire_address(recipient))) for recipient in recipients]
        if message is None or any(answer.fate is not Fate.ACCEPTED for answer in answers):
            self._reset(line)
            return answers if message is None else _together(answers)
        code, reply = line.docmd("DATA")
        if code != 354:
            self._reset(line)
            return _all(recipients, Fate.REFUSED if 500 <= code < 600 else Fate.DEFERRED, _said(code, reply))
        return self._handed_over(line, recipients, message)

    def _begun(self, line: smtplib.SMTP, sender: str, options: list[str]) -> tuple[int, bytes]:
        try:
            code, reply = line.mail(headers.wire_address(sender), options)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise _Gone(plain(error)) from error
        if code == 421:
            raise _Gone(_said(code, reply))
        return code, reply

    def _options(self, line: smtplib.SMTP, addresses: Sequence[str], size: int) -> list[str] | None:
        options = [f"SIZE={size}"] if line.has_extn("size") else []
        if all(headers.wire_address(address).isascii() for address in addresses):
            line.command_encoding = "ascii"
            return options
        if not line.has_extn("smtputf8"):
            return None
        line.command_encoding = "utf-8"
        return [*options, "SMTPUTF8"]

    def _handed_over(self, line: smtplib.SMTP, recipients: Sequence[str], message: bytes) -> list[Answer]:
        body = _LEADING_DOT.sub(b"..", message)
        # Raises while the message has no end yet: the caller knows that it was not taken.
        line.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        try:
            if line.sock is not None:
                line.sock.settimeout(FINAL_REPLY_SECONDS)
            line.send(b".\r\n")
            code, reply = line.getreply()
            if line.sock is not None:
                line.sock.settimeout(self.server.timeout)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return _all(recipients, Fate.UNKNOWN, f"the connection was lost after the message was out: {plain(error)}")
        if not 200 <= code < 600:
            self._drop()
            return _all(recipients, Fate.UNKNOWN, f"the server's answer to the message cannot be read: {_said(code, reply)}")
        return _all(recipients, _fate(code), _said(code, reply))

    def _reset(self, line: smtplib.SMTP) -> None:
        # What follows must not add to this envelope; a server that cannot even do that is left.
        try:
            code, _reply = line.docmd("RSET")
        except (OSError, smtplib.SMTPException):
            code = 0
        if code != 250:
            self._drop()

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


@contextlib.contextmanager
def _in_words(server: Server) -> Iterator[None]:
    """What this conversation can fail with besides the line itself. (smtplib's errors are OSErrors, so they come first.)"""
    with in_words(server):
        try:
            yield
        except smtplib.SMTPServerDisconnected as error:
            raise CannotConnect(f"{server} hung up before we were in; look at port and security.") from error
        except smtplib.SMTPResponseException as error:
            raise CannotConnect(
                f"{server} does not take mail now ({_said(error.smtp_code, error.smtp_error)}); try again later."
            ) from error
        except smtplib.SMTPException as error:
            raise CannotConnect(f"{server} cannot be talked to ({plain(error)}); look at host, port and security.") from error


def _authenticated(line: smtplib.SMTP, server: Server, secret: Secret, offered: Sequence[str]) -> tuple[int, bytes]:
    user = server.username
    if secret.is_token:
        # Google's and Microsoft's XOAUTH2; a refusal comes as a challenge, which an empty line ends.
        code, reply = line.docmd("AUTH", "XOAUTH2 " + _coded(f"user={user}\x01auth=Bearer {secret.value}\x01\x01"))
        return line.docmd("") if code == 334 else (code, reply)
    if "PLAIN" in offered:
        return line.docmd("AUTH", "PLAIN " + _coded(f"\0{user}\0{secret.value}"))
    if "LOGIN" in offered:
        code, reply = line.docmd("AUTH", "LOGIN " + _coded(user))
        return line.docmd(_coded(secret.value)) if code == 334 else (code, reply)
    raise CannotConnect(
        f"{server} offers no sign-in with a password (it offers: {', '.join(offered) or 'nothing'}); ask whoever keeps it."
    )


def _coded(words: str) -> str:
    return base64.b64encode(words.encode()).decode()


def _fate(code: int) -> Fate:
    if 200 <= code < 300:
        return Fate.ACCEPTED
    return Fate.REFUSED if 500 <= code < 600 else Fate.DEFERRED


def _answer(recipient: str, code: int, reply: bytes) -> Answer:
    return Answer(recipient, _fate(code), _said(code, reply))


def _all(recipients: Sequence[str], fate: Fate, reply: str) -> list[Answer]:
    return [Answer(recipient, fate, reply) for recipient in recipients]


def _together(answers: Sequence[Answer]) -> list[Answer]:
    """One recipient was not taken, so the letter did not leave: those who would have been taken were not written to."""
    reply = "not written to, because another recipient was not taken"
    return [Answer(one.recipient, Fate.DEFERRED, reply) if one.fate is Fate.ACCEPTED else one for one in answers]


def _said(code: int, reply: bytes | str) -> str:
    words = reply if isinstance(reply, str) else reply.decode("utf-8", "replace")
    return one_line(f"{code} {words}")
