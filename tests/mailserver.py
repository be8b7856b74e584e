"""A whole mail server of the tests: Debian's Postfix and Dovecot, private instances in a folder of their own on this machine.

The fixture `mailserver` (tests/conftest.py) gives a running one with empty mailboxes, or skips where the packages are not
installed or the tests do not run as root, whom Postfix needs. Use it so:

    def test_what_a_server_brings_back_is_fetched(office, run, mailserver, monkeypatch):
        mailserver.serve(office, monkeypatch)               # [mail.smtp] and [mail.imap] in outreach.toml, and the passwords
        mailserver.add("office@isoc.example")               # who has a mailbox elsewhere; everybody else there is unknown
        mailserver.away("office@icc.example", "Back in May")  # has one, and a Sieve vacation answers
        ... run("send", ..., "--really") ...
        [report] = mailserver.await_mail(OFFICE, 1)         # what lies in the office's mailbox, as bytes
        mailserver.bring(raw, to="inputs+token@leadership-panel.example")   # mail from outside
        mailserver.put(OFFICE, raw)                         # laid into the mailbox without a server

The office is `chair@leadership-panel.example`; mail to `inputs@`, also with a part after a plus sign, lands there too. Nobody
else is known in its domain: others there are refused at RCPT. All other domains are "elsewhere": Postfix takes mail to
anybody, and Dovecot, to which it hands it on, knows those of `add` and `away` alone; so of others a report (DSN) comes back.
Letters are handed in by `submission` (STARTTLS, AUTH), `submissions` (TLS, AUTH); the certificate is for localhost.
"""

import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from outreach.mail.connecting import Secret, Security, Server

if TYPE_CHECKING:
    from outreach.office import Office

DOMAIN = "leadership-panel.example"
OFFICE, INPUTS = f"chair@{DOMAIN}", f"inputs@{DOMAIN}"
PASSWORD = "pässword, not ASCII"
POSTFIX = Path("/usr/lib/postfix/sbin")
NEEDED = (POSTFIX / "master", Path("/usr/lib/dovecot/lmtp"), Path("/usr/lib/dovecot/modules/lib90_sieve_plugin.so"))
_SECONDS = 20
# Who keeps the mailboxes: Dovecot lets nobody be root there.
_KEEPER, _KEEPERS = "nobody", "nogroup"

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {postfix}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = mail.{domain}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
smtp_host_lookup = native
in_flow_delay = 0
alias_maps =
local_recipient_maps =
recipient_delimiter = +
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = inline:{{ {office}=here }}
virtual_alias_maps = inline:{{ {inputs}={office} }}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = lmtp:inet:127.0.0.1:{lmtp}
smtpd_tls_cert_file = {folder}/cert.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/run/postfix
smtpd_error_sleep_time = 0
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_relay_restrictions = permit_mynetworks, reject
"""
MASTER = """
127.0.0.1:{submission} inet n - n - - smtpd {signed_in} -o smtpd_tls_security_level=encrypt
127.0.0.1:{submissions} inet n - n - - smtpd {signed_in} -o smtpd_tls_wrappermode=yes
127.0.0.1:{outside} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
SIGNED_IN = (
    "-o smtpd_sasl_auth_enable=yes -o smtpd_tls_auth_only=yes"
    " -o smtpd_recipient_restrictions=reject_unlisted_recipient,permit_sasl_authenticated,reject"
    " -o smtpd_relay_restrictions=permit_sasl_authenticated,reject"
)
DOVECOT = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
auth_mechanisms = plain login
auth_failure_delay = 0
recipient_delimiter = +
submission_host = 127.0.0.1:{outside}
passdb {{
  driver = passwd-file
  args = scheme=plain {folder}/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
  override_fields = uid={keeper} gid={keepers} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
protocol lmtp {{
  mail_plugins = sieve
}}
plugin {{
  sieve = file:{folder}/mail/%u/answers.sieve
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service auth {{
  unix_listener postfix {{
    mode = 0666
  }}
}}
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
VACATION = """require ["vacation"];
vacation :days 1 :addresses ["{address}"] :subject "Automatic reply" "{words}";
"""


@dataclass
class MailServer:
    """A running mail server; the numbers are ports on 127.0.0.1, `authorities` the file of certificates to trust."""

    folder: Path
    authorities: Path
    submission: int
    submissions: int
    outside: int
    imap: int
    imaps: int
    lmtp: int

    def smtp(self, security: Security = Security.STARTTLS) -> Server:
        """Where letters are handed in."""
        port = self.submissions if security is Security.TLS else self.submission
        return self._server(port, security, "[mail.smtp]")

    def mailbox(self, security: Security = Security.STARTTLS) -> Server:
        """Where the office's mailbox is."""
        return self._server(self.imaps if security is Security.TLS else self.imap, security, "[mail.imap]")

    def _server(self, port: int, security: Security, settings: str) -> Server:
        given: dict[str, Any] = {"host": "localhost", "username": OFFICE, "authorities": self.authorities, "timeout": 10}
        return Server(port=port, security=security, greeting=DOMAIN, settings=settings, **given)

    @staticmethod
    def secret() -> Secret:
        """The right password."""
        return Secret(PASSWORD)

    def serve(self, office: "Office", monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the office's settings name this server (letters leave by smtp), and the environment hold its passwords.

        An `Office` that is open already keeps the settings it has read; `run` reads them anew.
        """
        monkeypatch.setenv("OUTREACH_SMTP_PASSWORD", PASSWORD)
        monkeypatch.setenv("OUTREACH_IMAP_PASSWORD", PASSWORD)
        path = office.folder / "outreach.toml"
        words = path.read_text().replace('outbox = "folder"', 'outbox = "smtp"')
        same = f'host = "localhost"\nsecurity = "starttls"\nusername = "{OFFICE}"\ncertificates = "{self.authorities}"\n'
        words += f"\n[mail.smtp]\nport = {self.submission}\n{same}\n[mail.imap]\nport = {self.imap}\n{same}"
        path.write_text(words)

    def add(self, *addresses: str) -> None:
        """Let these addresses elsewhere have mailboxes."""
        known = (self.folder / "users").read_text()
        new = [f"{address}:{PASSWORD}::::::\n" for address in addresses if f"{address}:" not in known]
        (self.folder / "users").write_text(known + "".join(new))

    def away(self, address: str, words: str) -> None:
        """Let an address elsewhere have a mailbox whose owner is away: whoever writes there gets these words, once."""
        self.add(address)
        home = self.folder / "mail" / address
        _made(home, _KEEPER, _KEEPERS)
        script = home / "answers.sieve"
        script.write_text(VACATION.format(address=address, words=words.replace('"', '\\"')))
        shutil.chown(script, _KEEPER, _KEEPERS)

    def bring(self, raw: bytes, *, to: str, sender: str = "somebody@elsewhere.example") -> None:
        """Mail from outside, as the server of another domain would bring it."""
        with smtplib.SMTP("127.0.0.1", self.outside, timeout=10) as line:
            line.sendmail(sender, [to], raw)

    def put(self, address: str, raw: bytes, folder: str = "INBOX") -> None:
        """Let a message lie in a mailbox, without a server on the way."""
        new = self._folder(address, folder) / "new"
        _made(new, _KEEPER, _KEEPERS)
        path = new / f"{time.time_ns()}.test.here"
        path.write_bytes(raw)
        shutil.chown(path, _KEEPER, _KEEPERS)

    def mail(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """What lies in a mailbox, oldest first, its line ends as the server keeps them."""
        found = [path for path in self._folder(address, folder).glob("*/*") if path.parent.name in ("new", "cur")]
        return [path.read_bytes() for path in sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))]

    def await_mail(self, address: str, count: int, folder: str = "INBOX") -> list[bytes]:
        """What lies in a mailbox once it is `count` messages at least; fails with the server's log when they do not come."""
        until = time.monotonic() + _SECONDS
        while len(found := self.mail(address, folder)) < count:
            assert time.monotonic() < until, f"{len(found)} of {count} messages came to {address}:\n{self.log()}"
            time.sleep(0.02)  # a server tells nobody when it has delivered
        return found

    def empty(self) -> None:
        """Take away all mail, and everybody who was added."""
        for home in (self.folder / "mail").iterdir():
            shutil.rmtree(home)
        (self.folder / "users").write_text(f"{OFFICE}:{PASSWORD}::::::\n")

    def log(self) -> str:
        """What both servers say of themselves."""
        logs = [self.folder / name for name in ("postfix.log", "dovecot.log")]
        return "".join(path.read_text() for path in logs if path.exists())

    def _folder(self, address: str, folder: str) -> Path:
        home = self.folder / "mail" / address
        return home if folder == "INBOX" else home / f".{folder}"


def must_be_here() -> None:
    """Skip, with what to install, where there is no such mail server (a failure under CI)."""
    absent = [str(path) for path in NEEDED if not path.exists()]
    why = "Postfix is started by root alone" if os.geteuid() else ""
    if absent:
        why = "`apt-get install postfix dovecot-imapd dovecot-lmtpd dovecot-sieve` brings what is missing here"
    if why:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"There is no mail server of our own: {why}.")


@contextmanager
def running() -> Iterator[MailServer]:
    """Postfix and Dovecot for as long as the test asks them."""
    must_be_here()
    # Its workers are other users, so the way to the folder is open to all; short, for the paths of sockets are.
    folder = Path(tempfile.mkdtemp(prefix="o-mail-"))
    folder.chmod(0o755)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    ports = dict(zip(("submission", "submissions", "outside", "imap", "imaps", "lmtp"), _free_ports(6), strict=True))
    server = MailServer(folder, folder / "authority.pem", **ports)
    _configure(folder, authority, ports)
    processes = []
    try:
        processes.append(_started("/usr/sbin/dovecot", "-F", "-c", folder / "dovecot.conf"))
        processes.append(_started(POSTFIX / "master", "-d", "-c", folder / "postfix"))
        _await(server, processes)
        yield server
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
        shutil.rmtree(folder, ignore_errors=True)


def _started(*call: str | Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([str(word) for word in call], start_new_session=True)


def _configure(folder: Path, authority: trustme.CA, ports: dict[str, int]) -> None:
    certificate = authority.issue_cert("localhost")
    certificate.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
    (folder / "users").write_text(f"{OFFICE}:{PASSWORD}::::::\n")
    _made(folder / "mail", _KEEPER, _KEEPERS)
    (folder / "postfix").mkdir()
    _made(folder / "queue", "root", "root")
    for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"):
        _made(folder / "queue" / name, "postfix", "root", 0o700)
    for name in ("maildrop", "public"):
        _made(folder / "queue" / name, "postfix", "postdrop", 0o730)
    _made(folder / "queue" / "pid", "root", "root")
    _made(folder / "data", "postfix", "postfix", 0o700)
    words = {"folder": folder, "postfix": POSTFIX, "domain": DOMAIN, "office": OFFICE, "inputs": INPUTS, **ports}
    words |= {"keeper": _KEEPER, "keepers": _KEEPERS, "signed_in": SIGNED_IN}
    (folder / "postfix" / "main.cf").write_text(MAIN.format(**words))
    (folder / "postfix" / "master.cf").write_text(MASTER.format(**words))
    (folder / "dovecot.conf").write_text(DOVECOT.format(**words))


def _made(folder: Path, owner: str, group: str, mode: int = 0o755) -> None:
    for missing in reversed([folder, *folder.parents]):
        if not missing.exists():
            missing.mkdir()
            shutil.chown(missing, owner, group)
            missing.chmod(mode)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _await(server: MailServer, processes: "list[subprocess.Popen[bytes]]") -> None:
    until = time.monotonic() + _SECONDS
    for port, greeting in ((server.imap, b"* OK"), (server.lmtp, b"220 "), (server.submission, b"220 ")):
        while not _answers(port, greeting):
            ended = any(process.poll() is not None for process in processes)
            if ended or time.monotonic() > until:
                pytest.fail(f"The mail server does not answer: {server.log()}")
            time.sleep(0.02)  # until it listens; nothing tells us


def _answers(port: int, greeting: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            return line.recv(4).startswith(greeting)
    except OSError:
        return False
