"""Settings of one office: `outreach.toml` in its folder and the environment, read once by a face.

Environment: `OUTREACH_OFFICE` (the folder), `OUTREACH_AS` (who acts), `OUTREACH_DATABASE_URL` (instead of `[database] url`,
so that a password never stands in the file).
"""

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from outreach.errors import Invalid, NotFound

FILE_NAME = "outreach.toml"
IMAP = "imap"  # what the mailbox of [mail.imap] is called
TOKEN = "{token}"  # noqa: S105 - where a letter's token goes in the pattern of its reply address
Days = Annotated[int, Meta(ge=1, le=3650)]
# What stands in a header or a letterhead is one line without control characters. (`$` would let a last line break pass.)
_PLAIN = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]"
_MAILBOX = r"[^\s@<>,;:()\[\]\"\\\x00-\x1f\x7f-\x9f]+"
Line = Annotated[str, Meta(pattern=rf"\A{_PLAIN}*\Z")]
Filled = Annotated[str, Meta(pattern=rf"\A *[^\s\x00-\x1f\x7f-\x9f]{_PLAIN}*\Z")]
Language = Annotated[str, Meta(pattern=r"\A[a-z]{2,3}\Z")]
MailAddress = Annotated[str, Meta(pattern=rf"\A{_MAILBOX}@{_MAILBOX}\Z")]
MailboxName = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9-]{0,39}\Z")]
Domain = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9.-]*\Z")]


class SignatorySettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who signs: the name without honorifics, then the lines under it."""

    name: Filled
    lines: tuple[Line, ...] = ()


class NoteSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a sender stands in its notes verbales in one language.

    `name` is as a sentence begins with it ("The Secretariat of ..."), `place` ends the note; `gender` is that of the name,
    where the language asks for it (Arabic).
    """

    name: Filled
    place: Filled
    gender: Literal["female", "male", ""] = ""


class SignatoryWords(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a signatory is written in another language: the lines under the name, and the name where it is written otherwise."""

    lines: tuple[Line, ...]
    name: Line = ""


class SenderWords(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a sender's letters say around the text in one language; what is left out is as the profile says it."""

    masthead: tuple[Line, ...] | None = None
    signatories: tuple[SignatoryWords, ...] | None = None
    masthead_note: Line | None = None
    footer: tuple[Line, ...] | None = None
    place: Line | None = None
    on_behalf: Line | None = None


class SenderSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A sender profile: the letterhead, the signatories, and what this sender may issue."""

    masthead: tuple[Line, ...]
    signatories: tuple[SignatorySettings, ...]
    masthead_note: Line = ""
    footer: tuple[Line, ...] = ()
    place: Line = ""
    on_behalf: Line = ""
    # The language in which labels name the country, in capitals on the last line; without it they say what the address says.
    country_on_labels: Annotated[str, Meta(pattern=r"\A([a-z]{2,3})?\Z")] = ""
    # At the foot of the first page, as letters of the United Nations have it, instead of over the salutation.
    address_at_foot: bool = False
    may_issue_notes_verbales: bool = False
    notes: dict[Language, NoteSettings] = {}
    languages: dict[Language, SenderWords] = {}
    specimen: bool = False

    def in_language(self, language: str) -> "SenderSettings":
        """This profile as letters in `language` show it; as it stands where nothing is said of that language."""
        words = self.languages.get(language)
        if words is None:
            return self
        said = {name: value for name in _WORDS_OF_SENDERS if (value := getattr(words, name)) is not None}
        signatories = self.signatories
        if words.signatories is not None:
            pairs = zip(self.signatories, words.signatories, strict=True)
            signatories = tuple(SignatorySettings(name=new.name or old.name, lines=new.lines) for old, new in pairs)
        return msgspec.structs.replace(self, signatories=signatories, **said)


_WORDS_OF_SENDERS = ("masthead", "masthead_note", "footer", "place", "on_behalf")


class OfficeSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who the office is and how it counts its letters."""

    name: Filled
    languages: tuple[Language, ...] = ("en", "fr")
    default_language: Language = "en"
    # By language of correspondence: in which one to write to whoever has one that the office does not write in.
    fallback_languages: dict[Language, Language] = {}
    time_zone: str = "UTC"
    reference: str = "IGF/LP/{year}/{serial:04}"
    stale_after_days: Days = 180
    # Letters to one addressee in different campaigns that are so close together are told of; 0 tells of none.
    traffic_days: Annotated[int, Meta(ge=0, le=3650)] = 14
    two_person_rule: bool = False
    # Reminders: days between one and the next, and how many at the most.
    remind_every_days: Days = 14
    remind_at_most: Annotated[int, Meta(ge=1, le=20)] = 2
    # Countries (ISO 3166-1, such as "NO") whose weekends and holidays working days are counted by; none: Saturday and Sunday.
    working_days_of: tuple[Annotated[str, Meta(pattern=r"\A[A-Z]{2}\Z")], ...] = ()
    # How long after somebody was last in touch their data are kept; 0 is no rule. Nothing is erased by itself.
    retention_days: Annotated[int, Meta(ge=0, le=36500)] = 0
    demo: bool = False


class DatabaseSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the rows are: `sqlite:///outreach.db` (relative to the office folder) or a PostgreSQL URL."""

    url: str = "sqlite:///outreach.db"


class SmtpSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The server that letters are handed to: `security` is "starttls", "tls" or "none"; port 0 means the usual one.

    The password comes from the environment (`OUTREACH_SMTP_PASSWORD`) or the keyring, never from here.
    """

    host: Filled
    port: Annotated[int, Meta(ge=0, le=65535)] = 0
    security: Literal["none", "starttls", "tls"] = "starttls"
    username: Line = ""
    sign_in: Literal["password", "oauth"] = "password"
    connections: Annotated[int, Meta(ge=1, le=8)] = 1
    certificates: Line = ""
    timeout_seconds: Annotated[int, Meta(ge=1, le=600)] = 60


class ImapSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The mailbox of the office: where drafts are placed, traces of letters looked for, and answers fetched from.

    Port 0 means the usual one. `sent` and `drafts` name folders; empty, they are those that the server marks. `fetch` names
    the folders that answers come to; empty, it is the inbox. `after_fetch` says what is done there with what was fetched:
    nothing unless set; "move" brings it to the folder `fetched`. The password comes from the environment
    (`OUTREACH_IMAP_PASSWORD`) or the keyring, never from here.
    """

    host: Filled
    port: Annotated[int, Meta(ge=0, le=65535)] = 0
    security: Literal["none", "starttls", "tls"] = "tls"
    username: Filled
    sign_in: Literal["password", "oauth"] = "password"
    inbox: Filled = "INBOX"
    sent: Line = ""
    drafts: Line = ""
    fetch: tuple[Filled, ...] = ()
    after_fetch: Literal["leave", "mark", "move", "delete"] = "leave"
    fetched: Line = ""
    certificates: Line = ""
    timeout_seconds: Annotated[int, Meta(ge=1, le=600)] = 60


class MailFilesSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Mail in files: an mbox, a Maildir, or a folder of .eml and .msg files; `path` counts from the office folder."""

    path: Filled


class OAuthSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Our registration at the provider of the mail servers whose `sign_in` is "oauth".

    `tenant` is the organisation at Microsoft. The addresses are the provider's own unless others are given. A secret of the
    registration comes from the environment (`OUTREACH_OAUTH_CLIENT_SECRET`) or the keyring.
    """

    provider: Literal["microsoft", "google"]
    client_id: Filled
    tenant: Domain = "organizations"
    device_url: Line = ""
    authorize_url: Line = ""
    token_url: Line = ""


class MailSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose mail it is: the From address of letters, where replies go, and the domain of Message-IDs."""

    from_address: MailAddress
    from_name: Line
    reply_to: Annotated[str, Meta(pattern=rf"\A({_MAILBOX}@{_MAILBOX})?\Z")] = ""
    # Where answers to one letter go: a pattern with {token}, or true to put the token after a plus sign into the inbox.
    reply_per_letter: bool | Line = False
    message_id_domain: Domain = ""
    # A rehearsal: every message goes to this address, enclosed, and nothing counts as sent.
    redirect_all_to: Annotated[str, Meta(pattern=rf"\A({_MAILBOX}@{_MAILBOX})?\Z")] = ""
    smtp: SmtpSettings | None = None
    imap: ImapSettings | None = None
    oauth: OAuthSettings | None = None

    @property
    def inbox(self) -> str:
        """The monitored inbox, which is never a recipient of a letter."""
        return self.reply_to or self.from_address

    @property
    def reply_pattern(self) -> str:
        """The pattern of the addresses that answers to single letters go to; empty where all go to the inbox."""
        if isinstance(self.reply_per_letter, str):
            return self.reply_per_letter
        local, _, domain = self.inbox.rpartition("@")
        return f"{local}+{TOKEN}@{domain}" if self.reply_per_letter else ""

    def reply_address(self, token: str) -> str:
        """Where answers to the letter with this token go: an address of its own, or the inbox."""
        return self.reply_pattern.replace(TOKEN, token) if self.reply_pattern and token else self.inbox

    def is_own(self, address: str) -> bool:
        """Whether mail to this address comes back to the office: a letter to it would be answered by its own copy."""
        folded = address.casefold()
        before, _, after = self.reply_pattern.casefold().partition(TOKEN)
        if after and folded.startswith(before) and folded.endswith(after) and "@" not in folded[len(before) : -len(after)]:
            return True
        return folded == self.inbox.casefold()

    @property
    def id_domain(self) -> str:
        """The right-hand side of every Message-ID of this office."""
        return self.message_id_domain or self.from_address.rpartition("@")[2]


class SendingSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What holds letters that go by a mail server, all of it off (0, blank, false) unless set.

    `stop_refused_percent` ends a run in which more than so many of a hundred letters were refused. `quiet_hours`
    ("20:00-08:00") and `holidays` are those where a letter arrives. `from_desk`: batches set for a time leave while the
    desk is served.
    """

    per_hour: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    per_day: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    domain_pause_seconds: Annotated[int, Meta(ge=0, le=86_400)] = 0
    stop_refused_percent: Annotated[int, Meta(ge=0, le=99)] = 0
    quiet_hours: Annotated[str, Meta(pattern=r"\A(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?\Z")] = ""
    holidays: bool = False
    from_desk: bool = False

    @property
    def quiet(self) -> tuple[time, time] | None:
        """When the quiet hours begin and end, by the clock where a letter arrives; None where there are none."""
        begins, _, ends = self.quiet_hours.partition("-")
        return (time.fromisoformat(begins), time.fromisoformat(ends)) if ends else None


class DeskSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The desk in the browser: which names it answers to, what stands before it, how long one stays signed in."""

    hosts: tuple[Domain, ...] = ("127.0.0.1", "localhost")
    https: bool = False
    proxies: Annotated[int, Meta(ge=0, le=5)] = 0
    session_hours: Annotated[int, Meta(ge=1, le=24)] = 10
    upload_megabytes: Annotated[int, Meta(ge=1, le=200)] = 20


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of `outreach.toml`."""

    office: OfficeSettings
    mail: MailSettings
    senders: dict[str, SenderSettings]
    database: DatabaseSettings = DatabaseSettings()
    desk: DeskSettings = DeskSettings()
    sending: SendingSettings = SendingSettings()
    # Mail that lies in files, by a name of one's own; the one on the server is [mail.imap].
    mailboxes: dict[MailboxName, MailFilesSettings] = {}
    outbox: Filled = "folder"

    def zone(self) -> ZoneInfo:
        """The office's time zone; letters bear its date."""
        return ZoneInfo(self.office.time_zone)

    def sender(self, name: str) -> SenderSettings:
        """The sender profile `name`, or NotFound naming those that exist."""
        try:
            return self.senders[name]
        except KeyError:
            known = ", ".join(sorted(self.senders))
            raise NotFound(f"There is no sender profile {name!r} in {FILE_NAME}; it has: {known}.") from None


def read(folder: Path) -> Settings:
    """Read and check `folder/outreach.toml`.

    Raises NotFound when there is none, Invalid naming file and key when it cannot be used.
    """
    path = folder / FILE_NAME
    try:
        return parse(path.read_text(encoding="utf-8-sig"), path)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(f"{folder} is no office: it has no {FILE_NAME}. `outreach init {folder}` makes one.") from None
    except OSError as error:
        raise Invalid(f"{path} cannot be read ({error.strerror}); mend that and try again.") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{path} is not UTF-8 text ({error}); save it as UTF-8 and try again.") from error


def parse(text: str, path: Path) -> Settings:
    """Check the `text` of a settings file; `path` is what messages call it. Raises Invalid naming file and key."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{path} is not valid TOML ({error}); mend that line and try again.") from error
    try:
        settings = msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        raise Invalid(f"{path}: {_in_words(error, raw)}; mend that entry and try again.") from error
    _check(settings, path)
    return settings


def _in_words(error: msgspec.ValidationError, raw: dict[str, Any]) -> str:
    fault, _, entry = str(error).partition(" - at `$")
    if entry.startswith(".senders[...]"):
        entry = entry.replace("[...]", f".{_first_bad(raw['senders'])}", 1)
    if "matching regex" in fault:
        fault = "what stands there has not the right form"
    return f"entry {entry.strip('.`')}: {fault}" if entry else fault


def _first_bad(senders: dict[str, Any]) -> str:
    # The error does not name the table of a sender, so each is tried by itself.
    for name, raw in senders.items():
        try:
            msgspec.convert(raw, SenderSettings)
        except msgspec.ValidationError:
            return name
    return "..."


def _check(settings: Settings, path: Path) -> None:
    office = settings.office
    try:
        ZoneInfo(office.time_zone)
    except (LookupError, ValueError, OSError):
        where = f"{path}: [office] time_zone {office.time_zone!r}"
        raise Invalid(f"{where} is unknown; use a name such as Europe/Zurich.") from None
    if office.default_language not in office.languages:
        raise Invalid(f"{path}: [office] default_language {office.default_language!r} is not among languages.")
    if not settings.senders:
        raise Invalid(f"{path}: there is no sender profile; add a table such as [senders.chair].")
    _check_senders(settings, path)
    check_reference_pattern(office.reference, path)
    _check_reply_pattern(settings.mail.reply_pattern, path)
    _check_sign_in(settings.mail, path)
    _check_mailboxes(settings, path)


def _check_mailboxes(settings: Settings, path: Path) -> None:
    if IMAP in settings.mailboxes:
        raise Invalid(f"{path}: [mailboxes.{IMAP}] is the name of the mailbox in [mail.imap]; choose another.")
    imap = settings.mail.imap
    if imap and (imap.after_fetch == "move") != bool(imap.fetched):
        raise Invalid(f'{path}: [mail.imap] after_fetch = "move" and `fetched`, the folder to move to, go together.')


def _check_sign_in(mail: MailSettings, path: Path) -> None:
    for name, server in (("smtp", mail.smtp), ("imap", mail.imap)):
        if server and server.sign_in == "oauth":
            if mail.oauth is None:
                raise Invalid(f"{path}: [mail.{name}] signs in by oauth; add [mail.oauth] with provider and client_id.")
            if not server.username:
                raise Invalid(f"{path}: [mail.{name}] signs in by oauth; add the username that signs in.")


def _check_senders(settings: Settings, path: Path) -> None:
    for name, sender in settings.senders.items():
        for language, words in sender.languages.items():
            if words.signatories is not None and len(words.signatories) != len(sender.signatories):
                raise Invalid(
                    f"{path}: [senders.{name}.languages.{language}] has {len(words.signatories)} signatories, and the profile"
                    f" has {len(sender.signatories)}; give each its lines, in the same order."
                )


def _check_reply_pattern(pattern: str, path: Path) -> None:
    """The token must stand alone in the local part, which keeps to the 64 characters that mail allows (RFC 5321, 4.5.3.1.1)."""
    if not pattern:
        return
    local, _, domain = pattern.rpartition("@")
    before, token, after = local.partition(TOKEN)
    filled = f"{before}{'0' * _TOKEN_LENGTH}{after}@{domain}"
    if not token or not re.fullmatch(rf"{_MAILBOX}@{_MAILBOX}", filled) or "{" in filled or len(before + after) > _LONGEST_REST:
        raise Invalid(f"{path}: [mail] reply_per_letter {pattern!r} must be such as inputs+{{token}}@office.example.")
    if before[-1:].isalnum() or after[:1].isalnum():
        raise Invalid(
            f"{path}: [mail] reply_per_letter {pattern!r} needs a sign such as + or - between {{token}} and the words."
        )


def check_reference_pattern(pattern: str, where: Path) -> None:
    """A pattern must give a new reference for each year and serial, and nothing that would break a header or file name."""
    entry = f"{where}: [office] reference {pattern!r}"
    fields = {field["name"] for field in _FIELD.finditer(pattern)}
    words = _FIELD.sub("", pattern)
    if "{" in words or "}" in words:
        raise Invalid(f"{entry} may hold {{year}} and {{serial}} or {{serial:04}} only.")
    if fields != {"year", "serial"}:
        raise Invalid(f"{entry} must hold both {{year}} and {{serial}}.")
    if not _WORDS.fullmatch(words):
        raise Invalid(f"{entry} may use letters, digits and / . _ ( ) only, 40 of them at most.")
    if not pattern[0].isalnum() and pattern[0] != "{":
        raise Invalid(f"{entry} must begin with a letter or digit.")


_TOKEN_LENGTH = 16
_LONGEST_REST = 64 - _TOKEN_LENGTH

# Nothing of str.format's own language but these: "{year.__class__}" or a width of a million is none of an office's business.
_FIELD = re.compile(r"\{(?P<name>year|serial)(:0[2-9])?\}")
# No hyphen: a reference stands in file names with "-" for "/", and two references must never share one.
_WORDS = re.compile(r"[A-Za-z0-9/._()]{0,40}")


def find_office(named: str | None, environment: Mapping[str, str] = os.environ, here: Path | None = None) -> Path:
    """The office folder: the one named, else `OUTREACH_OFFICE`, else the one we stand in (or below).

    Raises NotFound with what to type when there is none.
    """
    chosen = named or environment.get("OUTREACH_OFFICE")
    if chosen:
        return Path(chosen)
    start = here or Path.cwd()
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise NotFound(
        "No office here. Stand in an office folder, name one with `outreach --office DIR ...`, "
        "or make one with `outreach init DIR`."
    )
