"""A line to a mailbox (IMAP4rev1, RFC 3501): reaching it, securing the line, signing in, and what its failures mean.

What is done with the mailbox stands elsewhere (`folders`); here is only how one comes to it.
"""

import contextlib
import imaplib
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

from imap_tools import BaseMailBox
from imap_tools.errors import UnexpectedCommandStatusError

from outreach.errors import Refused
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

# RFC 3501 and RFC 8314, section 3.2.
USUAL_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}


class LostLine(OSError):
    """The line broke while the server was asked for something: whether it did that is not known."""


class Unwilling(Refused):
    """The server answered, and did not do what it was asked for; its words stand in the message."""


class Mailbox:
    """An open line to one mailbox; used with `with`, and for many questions one after another."""

    def __init__(self, server: Server, secret: Callable[[], Secret] | None = None) -> None:
        self.server = server
        self._secret = secret
        self._box: _Box | None = None

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether the line stood when last used."""
        return self._box is not None

    def open(self) -> None:
        """Connect, secure the line, sign in; raises CannotConnect in words."""
        self.close()
        with _in_words(self.server):
            box = _Box(self.server)
            try:
                self._sign_in(box.client)
                _ask_what_it_can(box.client)
            except BaseException:
                _hang_up(box.client)
                raise
            self._box = box

    def close(self) -> None:
        """Take leave; a line that is gone already is no fault."""
        if self._box is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error, UnexpectedCommandStatusError):
                self._box.logout()
            self._box = None

    @contextlib.contextmanager
    def talking(self) -> Iterator[BaseMailBox]:
        """The mailbox to ask, opened if need be; raises CannotConnect, LostLine, or Unwilling with the server's words."""
        if self._box is None:
            self.open()
        box = self._box
        assert box is not None
        try:
            yield box
        except UnexpectedCommandStatusError as error:
            raise Unwilling(f"{self.server} says: {_said(error)}.") from error
        except (imaplib.IMAP4.abort, OSError) as error:
            self._drop()
            raise LostLine(f"the connection to {self.server} was lost: {plain(error)}") from error
        except imaplib.IMAP4.error as error:
            self._drop()
            raise Unwilling(f"{self.server} cannot be talked to ({plain(error)}); ask whoever keeps it.") from error

    def _drop(self) -> None:
        if self._box is not None:
            _hang_up(self._box.client)
            self._box = None

    def _sign_in(self, client: imaplib.IMAP4) -> None:
        if not self.server.username:
            raise CannotConnect(f"A mailbox has an owner: add `username` to {self.server.settings}.")
        secret = secret_for(self.server, self._secret, client.sock)
        try:
            _authenticate(client, self.server, secret)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise not_let_in(self.server, plain(error), secret) from error


class _Box(BaseMailBox):
    """The library's mailbox over a line as our settings ask for it, never less secure."""

    def __init__(self, server: Server) -> None:
        self._server = server
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        server = self._server
        if server.security is Security.TLS:
            return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=server.trust(), timeout=server.timeout)
        client = imaplib.IMAP4(server.host, server.port, timeout=server.timeout)
        if server.security is Security.STARTTLS:
            try:
                if "STARTTLS" not in client.capabilities:
                    raise no_starttls(server)
                client.starttls(server.trust())
            except BaseException:
                _hang_up(client)
                raise
        return client


def _ask_what_it_can(client: imaplib.IMAP4) -> None:
    # Many a server says only to whom it has let in what it can do; the library asks but once, before that.
    _, words = client.capability()
    if words and words[-1]:
        client.capabilities = tuple(words[-1].decode("ascii", "replace").upper().split())


def _hang_up(client: imaplib.IMAP4) -> None:
    with contextlib.suppress(OSError):
        client.shutdown()


def _authenticate(client: imaplib.IMAP4, server: Server, secret: Secret) -> None:
    user = server.username
    if secret.is_token:
        # Google's and Microsoft's XOAUTH2; a refusal comes as a challenge, which an empty line ends.
        words = iter([f"user={user}\x01auth=Bearer {secret.value}\x01\x01".encode()])
        client.authenticate("XOAUTH2", lambda _challenge: next(words, b""))
    elif "AUTH=PLAIN" in client.capabilities:
        client.authenticate("PLAIN", lambda _challenge: f"\0{user}\0{secret.value}".encode())
    elif "LOGINDISABLED" not in client.capabilities and f"{user}{secret.value}".isascii():
        client.login(user, secret.value)
    else:
        offered = ", ".join(word.removeprefix("AUTH=") for word in client.capabilities if word.startswith("AUTH="))
        raise CannotConnect(
            f"{server} offers no sign-in with this password (it offers: {offered or 'nothing'}); ask whoever keeps it."
        )


@contextlib.contextmanager
def _in_words(server: Server) -> Iterator[None]:
    with in_words(server):
        try:
            yield
        except imaplib.IMAP4.abort as error:
            raise CannotConnect(f"{server} hung up before we were in ({plain(error)}); look at port and security.") from error
        except imaplib.IMAP4.error as error:
            raise CannotConnect(f"{server} is no mailbox that can be talked to ({plain(error)}); look at the port.") from error


def _said(error: UnexpectedCommandStatusError) -> str:
    kind, words = error.command_result[:2]
    texts = [word.decode("utf-8", "replace") if isinstance(word, bytes) else str(word) for word in words or ()]
    return one_line(" ".join([str(kind), *texts])).rstrip(".")
