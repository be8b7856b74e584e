"""A real IMAP server of the tests: Debian's Dovecot, a private instance in a folder of its own on this machine."""

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from outreach.mail.connecting import Secret, Security, Server
from tests.mail.servers import PASSWORD, USER, authority_file

PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
IMAP_PLUGIN = Path("/usr/lib/dovecot/imap")

CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
{mail_user}
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login {oauth_mechanisms}
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=plain {folder}/users
}}
{oauth}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={folder}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Entwürfe {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
# A wrong password is part of the tests and costs nobody a wait.
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
OAUTH = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
"""


@dataclass
class Mailbox:
    """A running server: how it is reached, and the folder of its user's mail."""

    folder: Path
    plain_port: int
    tls_port: int
    authorities: Path

    def server(self, security: Security = Security.STARTTLS, **options: Any) -> Server:
        """How it is reached as the office would reach it."""
        given = {
            "host": "localhost",
            "port": self.tls_port if security is Security.TLS else self.plain_port,
            "security": security,
            "username": USER,
            "authorities": self.authorities,
            "timeout": 10,
            "settings": "[mail.imap]",
        }
        return Server(**{**given, **options})

    @staticmethod
    def secret() -> Secret:
        """The right password."""
        return Secret(PASSWORD)

    def count(self) -> int:
        """How many drafts lie there whole."""
        return sum(len(list((self.folder / "mail" / USER / ".Entw&APw-rfe" / part).glob("*"))) for part in ("new", "cur"))

    def empty(self) -> None:
        """Take away all that lies there."""
        for path in (self.folder / "mail" / USER).rglob("*"):
            if path.parent.name in ("new", "cur"):
                path.unlink()

    def put(self, folder: str, message: bytes) -> None:
        """Let a message lie in a folder, as if a mail program or a sender had brought it."""
        home = self.folder / "mail" / USER
        home = home if folder == "INBOX" else home / f".{folder}"
        path = home / "new" / f"{time.time_ns()}.test.here"
        path.write_bytes(message)
        path.chmod(0o666)

    def messages(self, folder: str = "Entw&APw-rfe") -> list[bytes]:
        """What lies in a folder, as the server keeps it, with its line ends as they came."""
        home = self.folder / "mail" / USER
        home = home if folder == "INBOX" else home / f".{folder}"
        return [
            path.read_bytes().replace(b"\r\n", b"\n") for path in sorted(home.glob("*/*")) if path.parent.name in ("new", "cur")
        ]


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def must_be_here() -> None:
    """Skip, with what to install, where there is no Dovecot (a failure under CI)."""
    if PROGRAM is None or not IMAP_PLUGIN.exists():
        absent = "There is no Dovecot here: `apt-get install dovecot-imapd` brings it."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(absent)


@contextmanager
def running(tokens_checked_at: str = "") -> Iterator[Mailbox]:
    """Dovecot for as long as the test asks it; with `tokens_checked_at` it also takes access tokens (XOAUTH2)."""
    must_be_here()
    # Its workers are other users when root runs the tests, so the way to the folder is open to all.
    folder = Path(tempfile.mkdtemp(prefix="outreach-dovecot-"))
    folder.chmod(0o755)
    plain, tls = _free_ports(2)
    authority = trustme.CA()
    mailbox = Mailbox(folder, plain, tls, authority_file(authority, folder))
    _configure(folder, authority, plain, tls, tokens_checked_at)
    process = subprocess.Popen([str(PROGRAM), "-F", "-c", str(folder / "dovecot.conf")])
    try:
        _await(process, plain, folder)
        yield mailbox
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path, authority: trustme.CA, plain: int, tls: int, tokens_checked_at: str) -> None:
    certificate = authority.issue_cert("localhost")
    certificate.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    (folder / "oauth2.conf").write_text(
        f"introspection_url = {tokens_checked_at}\nintrospection_mode = post\n"
        "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
    )
    root = os.geteuid() == 0
    me = getpass.getuser()
    mail = folder / "mail"
    mail.mkdir()
    if root:
        # Dovecot lets nobody be root in the mail.
        shutil.chown(mail, "nobody", "nogroup")
    words = CONFIGURATION.format(
        folder=folder,
        internal="dovecot" if root else me,
        internal_group="dovecot" if root else _group(),
        login="dovenull" if root else me,
        mail_user="first_valid_uid = 1",
        mail_uid="nobody" if root else me,
        mail_gid="nogroup" if root else _group(),
        plain_port=plain,
        tls_port=tls,
        oauth=OAUTH.format(folder=folder) if tokens_checked_at else "",
        oauth_mechanisms="xoauth2" if tokens_checked_at else "",
    )
    (folder / "dovecot.conf").write_text(words)


def _group() -> str:
    import grp

    return grp.getgrgid(os.getegid()).gr_name


def _await(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    for _ in range(200):
        assert process.poll() is None, (folder / "log").read_text() if (folder / "log").exists() else "Dovecot ended at once"
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
                if line.recv(4).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.02)  # until it listens; nothing tells us
    pytest.fail(f"Dovecot does not answer: {(folder / 'log').read_text()}")
