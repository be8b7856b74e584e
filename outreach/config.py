"""Settings of one office: `outreach.toml` in its folder and the environment, read once by a face.

Environment: `OUTREACH_OFFICE` (the folder), `OUTREACH_AS` (who acts), `OUTREACH_DATABASE_URL` (instead of `[database] url`,
so that a password never stands in the file).
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from msgspec import Meta, Struct

from outreach.errors import Invalid, NotFound

FILE_NAME = "outreach.toml"
Days = Annotated[int, Meta(ge=1, le=3650)]


class SignatorySettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who signs: the name without honorifics, then the lines under it."""

    name: str
    lines: tuple[str, ...] = ()


class SenderSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A sender profile: the letterhead, the signatories, and what this sender may issue."""

    masthead: tuple[str, ...]
    signatories: tuple[SignatorySettings, ...]
    masthead_note: str = ""
    footer: tuple[str, ...] = ()
    place: str = ""
    on_behalf: str = ""
    may_issue_notes_verbales: bool = False
    specimen: bool = False


class OfficeSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who the office is and how it counts its letters."""

    name: str
    languages: tuple[str, ...] = ("en", "fr")
    default_language: str = "en"
    time_zone: str = "UTC"
    reference: str = "IGF/LP/{year}/{serial:04}"
    stale_after_days: Days = 180
    demo: bool = False


class DatabaseSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the rows are: `sqlite:///outreach.db` (relative to the office folder) or a PostgreSQL URL."""

    url: str = "sqlite:///outreach.db"


class MailSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose mail it is: the From address of letters, where replies go, and the domain of Message-IDs."""

    from_address: str
    from_name: str
    reply_to: str = ""
    message_id_domain: str = ""

    @property
    def inbox(self) -> str:
        """The monitored inbox, which is never a recipient of a letter."""
        return self.reply_to or self.from_address

    @property
    def id_domain(self) -> str:
        """The right-hand side of every Message-ID of this office."""
        return self.message_id_domain or self.from_address.rpartition("@")[2]


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of `outreach.toml`."""

    office: OfficeSettings
    mail: MailSettings
    senders: dict[str, SenderSettings]
    database: DatabaseSettings = DatabaseSettings()
    outbox: str = "folder"

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
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound(f"{folder} is no office: it has no {FILE_NAME}. `outreach init {folder}` makes one.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} is not valid TOML ({error}); mend that line and try again.") from error
    try:
        settings = msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        raise Invalid(f"{path}: {error}; mend that entry and try again.") from error
    _check(settings, path)
    return settings


def _check(settings: Settings, path: Path) -> None:
    office = settings.office
    if office.time_zone not in available_timezones():
        raise Invalid(f"{path}: [office] time_zone {office.time_zone!r} is unknown; use a name such as Europe/Zurich.")
    if office.default_language not in office.languages:
        raise Invalid(f"{path}: [office] default_language {office.default_language!r} is not among languages.")
    if not settings.senders:
        raise Invalid(f"{path}: there is no sender profile; add a table such as [senders.chair].")
    check_reference_pattern(office.reference, path)


def check_reference_pattern(pattern: str, where: Path) -> None:
    """A pattern must give a new reference for each year and serial, and nothing that would break a header or file name."""
    try:
        samples = {pattern.format(year=year, serial=serial) for year in (2025, 2026) for serial in (1, 2, 11)}
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise Invalid(f"{where}: [office] reference {pattern!r} may hold {{year}} and {{serial:04}} only.") from error
    if len(samples) < 6:
        raise Invalid(f"{where}: [office] reference {pattern!r} must hold both {{year}} and {{serial}}.")
    if any(not sample.isascii() or set(sample) - _REFERENCE_CHARACTERS for sample in samples):
        raise Invalid(f"{where}: [office] reference {pattern!r} may use letters, digits and / . _ ( ) only.")


# No hyphen: a reference stands in file names with "-" for "/", and two references must never share one.
_REFERENCE_CHARACTERS = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._()")


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
