"""Reaching a mail server: where it is, how the line is kept from being read, what secret lets us in, and failures in words.

Handing in (`submitting`) and mailboxes (`imap`) stand on this.
"""

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from outreach.errors import Refused

_REPLY_LENGTH = 400


class Security(StrEnum):
    """How a connection is kept from being read: not at all, by STARTTLS after the greeting, or by TLS from its first byte."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class CannotConnect(Refused):
    """The server was not reached or let nobody in: nothing was done there. The message says which, and what to look at."""


@dataclass(frozen=True)
class Secret:
    """A password, or an access token where `is_token`; its value stands in no representation."""

    value: str = field(repr=False)
    is_token: bool = False


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where a mail server is. `greeting` is our name when we hand mail in (a domain); `authorities` a file of certificates to
    trust instead of the system's; `timeout` in seconds for each answer; `settings` the table that a message points to."""

    host: str
    port: int
    security: Security
    greeting: str = "localhost"
    username: str = ""
    authorities: Path | None = None
    timeout: float = 60
    settings: str = "[mail.smtp]"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def trust(self) -> ssl.SSLContext:
        """What a certificate is checked against; the server's name is always checked."""
        try:
            return ssl.create_default_context(cafile=str(self.authorities) if self.authorities else None)
        except (OSError, ssl.SSLError) as error:
            raise CannotConnect(f"The certificates to trust cannot be read from {self.authorities}: {error}.") from error


def no_starttls(server: Server) -> CannotConnect:
    """The server cannot secure the line. It is never used in the clear instead: whoever stands between us and the server
    would only have to hide the offer."""
    return CannotConnect(f"{server} offers no STARTTLS; ask for its TLS port, or for another server.")


def secret_for(server: Server, secret: Callable[[], Secret] | None, line: socket.socket | None) -> Secret:
    """The secret to sign in with over this line; raises CannotConnect when there is none, or the line may be read."""
    if server.security is Security.NONE and not _is_here(line):
        raise CannotConnect(f"A password is never sent to {server} over an open line; set security to starttls or tls.")
    if secret is None:
        raise CannotConnect(f"There is no password for {server.username} at {server}; give one, or leave the username out.")
    return secret()


def not_let_in(server: Server, said: str, secret: Secret) -> CannotConnect:
    """The server refused our sign-in with these words."""
    look = "sign in again with `outreach delivery sign-in`" if secret.is_token else "look at name and password"
    return CannotConnect(f"{server} did not let {server.username} in ({said}); {look}.")


def _is_here(line: socket.socket | None) -> bool:
    peer = line.getpeername()[0] if line is not None else ""
    return peer == "::1" or str(peer).startswith("127.")


@contextlib.contextmanager
def in_words(server: Server) -> Iterator[None]:
    """Turn what reaching a server can fail with into one sentence for the office."""
    try:
        yield
    except socket.gaierror as error:
        raise CannotConnect(f"The mail server {server.host} has no address; look at its name in the settings.") from error
    except ssl.SSLCertVerificationError as error:
        raise CannotConnect(
            f"The certificate of {server} is not to be trusted ({error.verify_message}); "
            f"ask whoever keeps the server, or name its authority as `certificates` in {server.settings}."
        ) from error
    except ssl.SSLError as error:
        raise CannotConnect(f"{server} speaks no TLS as we ask for it ({plain(error)}); look at port and security.") from error
    except TimeoutError as error:
        raise CannotConnect(
            f"{server} did not answer within {server.timeout:g} seconds; try again later, or look at host and port."
        ) from error
    except OSError as error:
        raise CannotConnect(f"Nobody answers at {server} ({error.strerror or error}); look at host and port.") from error


def plain(error: BaseException) -> str:
    """What an error says, on one line of bounded length."""
    return one_line(str(error)) or type(error).__name__


def one_line(words: str) -> str:
    """A server's words on one line of bounded length."""
    return " ".join(words.split())[:_REPLY_LENGTH]
