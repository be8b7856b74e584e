"""The ways out of the office as its settings name them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from outreach import config
from outreach.delivery.mailbox import Copies, DraftsOutbox
from outreach.delivery.models import Attempt
from outreach.delivery.outboxes import FolderOutbox, Outbox, PrintOutbox
from outreach.delivery.redirecting import Redirected
from outreach.delivery.server import SmtpOutbox
from outreach.errors import NotFound, OutreachError, Refused
from outreach.mail import imap, passwords
from outreach.mail.building import Mailbox
from outreach.mail.connecting import Secret, Security, Server
from outreach.mail.oauth import PROVIDERS, Application, Tokens
from outreach.mail.token_store import TokenStore

OUTBOXES = ("folder", "print", "smtp", "drafts")
# RFC 6409 (submission), RFC 8314 (submission by TLS), RFC 5321.
SMTP_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@dataclass(frozen=True)
class Checked:
    """Whether a server lets us in, in a sentence."""

    well: bool
    said: str


@dataclass(frozen=True)
class Ways:
    """Makes outboxes from the settings of the office in `folder`; `now` gives the instant at which a letter leaves."""

    settings: config.Settings
    folder: Path
    now: Callable[[], datetime] = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The outboxes that the settings say enough for."""
        mail = self.settings.mail
        lacking = {"smtp": mail.smtp is None, "drafts": mail.imap is None}
        return tuple(name for name in OUTBOXES if not lacking.get(name))

    def outbox(self, name: str | None, slug: str) -> Outbox:
        """The outbox `name`, else the one of the settings; files of the campaign `slug` go to `out/<outbox>/<slug>`.

        While the settings redirect everything it brings nothing to anybody else; its files go to `out/rehearsal`.
        Raises NotFound when there is no such outbox, Refused when the settings lack what it needs.
        """
        mail = self.settings.mail
        if not mail.redirect_all_to:
            return self._outbox(name, slug, self.folder / "out")
        outbox = self._outbox(name, slug, self.folder / "out" / "rehearsal")
        sender = Mailbox(mail.from_address, mail.from_name)
        return Redirected(outbox, mail.redirect_all_to, sender, mail.id_domain, self.now)

    def _outbox(self, name: str | None, slug: str, out: Path) -> Outbox:
        wanted = name or self.settings.outbox
        if wanted not in OUTBOXES:
            raise NotFound(f"There is no outbox {wanted!r}; there are: {', '.join(OUTBOXES)}.")
        if wanted == "smtp":
            return self.mail_server()
        if wanted == "drafts":
            return self.drafts()
        folder = out / wanted / slug
        return FolderOutbox(folder) if wanted == "folder" else PrintOutbox(folder)

    def finder(self) -> Callable[[Attempt], Outbox | None]:
        """Gives the outbox of an attempt, the same one for those that share it; None for what left by hand."""
        made: dict[tuple[str, str], Outbox] = {}

        def outbox_of(attempt: Attempt) -> Outbox | None:
            campaign = attempt.letter.campaign
            if attempt.outbox not in OUTBOXES or campaign is None:
                return None
            key = (attempt.outbox, campaign.slug)
            if key not in made:
                # Where real letters left by, also while a rehearsal goes on.
                made[key] = self._outbox(*key, self.folder / "out")
            return made[key]

        return outbox_of

    def check(self) -> Iterator[Checked]:
        """Come to each server that the settings name, as sending would, one after another; nothing is sent or placed."""
        if self.settings.mail.smtp:
            yield self._checked(self._look_at_mail_server)
        if self.settings.mail.imap:
            yield self._checked(self._look_at_mailbox)

    def _checked(self, look: Callable[[], str]) -> Checked:
        try:
            return Checked(True, look())
        except OutreachError as error:
            return Checked(False, str(error))

    def _look_at_mail_server(self) -> str:
        with self.mail_server() as server:
            server.ready()
        return f"{server.server} answers, the line is {server.server.security}, and we are let in."

    def _look_at_mailbox(self) -> str:
        outbox = self.drafts()
        try:
            seen = outbox.look_around()
        finally:
            outbox.close()
        server = outbox.mailbox.server
        return f"{server} answers, the line is {server.security}, and we are let in. {seen}"

    def mail_server(self) -> SmtpOutbox:
        """The outbox that hands letters to the server of the settings; raises Refused when they name none."""
        mail = self.settings.mail
        if mail.smtp is None:
            raise Refused(f"{config.FILE_NAME} names no mail server: add [mail.smtp] with its host, or use another outbox.")
        smtp = mail.smtp
        server = self._server(smtp, SMTP_PORTS, "[mail.smtp]")
        copies = self.copies() if mail.imap else None
        return SmtpOutbox(
            server, mail.from_address, self._secret("smtp", smtp), now=self.now, connections=smtp.connections, copies=copies
        )

    def mailbox(self) -> imap.Mailbox:
        """The line to the mailbox of the settings; raises Refused when they name none."""
        settings = self._imap()
        return imap.Mailbox(self._server(settings, imap.USUAL_PORTS, "[mail.imap]"), self._secret("imap", settings))

    def copies(self) -> Copies:
        """Where traces of letters are looked for."""
        settings = self._imap()
        return Copies(self.mailbox(), sent=settings.sent, inbox=settings.inbox)

    def drafts(self) -> DraftsOutbox:
        """The outbox that places letters among the drafts of the mailbox."""
        copies = self.copies()
        return DraftsOutbox(copies.mailbox, copies, drafts=self._imap().drafts)

    def applications(self) -> tuple[Application, ...]:
        """Who signs in by OAuth 2.0 where: one for each user that the settings name, none where all have passwords."""
        mail = self.settings.mail
        servers = [server for server in (mail.smtp, mail.imap) if server and server.sign_in == "oauth"]
        return tuple(self._application(username) for username in dict.fromkeys(server.username for server in servers))

    def _application(self, username: str) -> Application:
        said = self.settings.mail.oauth
        if said is None:
            raise Refused(f"{config.FILE_NAME} names nobody to sign in at: add [mail.oauth] with provider and client_id.")
        usual = PROVIDERS[said.provider]
        provider = replace(
            usual,
            token_url=(said.token_url or usual.token_url).replace("{tenant}", said.tenant),
            device_url=(said.device_url or usual.device_url).replace("{tenant}", said.tenant),
            authorize_url=(said.authorize_url or usual.authorize_url).replace("{tenant}", said.tenant),
        )
        return Application(provider, said.client_id, username, passwords.client_secret(said.client_id))

    def _secret(self, kind: str, server: config.SmtpSettings | config.ImapSettings) -> Callable[[], Secret]:
        if server.sign_in == "oauth":
            return Tokens(self._application(server.username), TokenStore.of(), self.now)
        return partial(passwords.password, kind, server.username, server.host)

    def _imap(self) -> config.ImapSettings:
        if self.settings.mail.imap is None:
            raise Refused(f"{config.FILE_NAME} names no mailbox: add [mail.imap] with its host and username.")
        return self.settings.mail.imap

    def _server(self, said: config.SmtpSettings | config.ImapSettings, ports: dict[Security, int], table: str) -> Server:
        security = Security(said.security)
        return Server(
            host=said.host,
            port=said.port or ports[security],
            security=security,
            greeting=self.settings.mail.id_domain,
            username=said.username,
            authorities=self.folder / said.certificates if said.certificates else None,
            timeout=said.timeout_seconds,
            settings=table,
        )
