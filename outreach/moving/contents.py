"""What an archive holds, under which names, and where each member may lie in an office: names from outside choose no place."""

import json
import re
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Literal

import msgspec
from msgspec import Struct

from outreach import config
from outreach.database import read_url
from outreach.errors import Invalid

ABOUT, HEAD = "about.json", "journal.head"
ROWS, FILES = "rows", "files"
# What people put there by hand, and what the outboxes wrote: by it they say later whether a letter left.
TREES = ("templates", "protocol", "out/folder", "out/print")
_TABLE = re.compile(r"rows/([a-z][a-z0-9_]{0,62})\.jsonl\.gz")
_FILE = re.compile(r"files/([0-9a-f]{64})(\.erased)?")
_PART = re.compile(r"[^\x00-\x1f\x7f/\\]{1,255}")


class About(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the archive is of: the office and the moment, the release and its schema, the journal's head at that moment."""

    format: Literal[1] = 1
    office: str
    made_at: datetime
    release: str
    revision: str
    entries: int


def table_of(name: str) -> str | None:
    """The table whose rows the member holds; None for another member."""
    found = _TABLE.fullmatch(name)
    return found[1] if found else None


def member_of(table: str) -> str:
    """The name of the member with the rows of a table."""
    return f"{ROWS}/{table}.jsonl.gz"


def digest_in(name: str) -> str | None:
    """The digest that the member's content must have because of its name; None for a member that may hold anything."""
    found = _FILE.fullmatch(name)
    return found[1] if found and not found[2] else None


def place_of(name: str, office: Path) -> Path:
    """Where in the office folder the member lies; raises Invalid for a name that no backup has."""
    if found := _FILE.fullmatch(name):
        return office / FILES / found[1][:2] / name.removeprefix(f"{FILES}/")
    parts = PurePosixPath(name).parts
    within = any(parts[: len(tree)] == tree and len(parts) > len(tree) for tree in (tuple(one.split("/")) for one in TREES))
    plain = "/".join(parts) == name and all(_PART.fullmatch(part) and part not in (".", "..") for part in parts)
    if plain and (within or name in (HEAD, config.FILE_NAME) or (len(parts) == 1 and name.endswith(".pem"))):
        return office.joinpath(*parts)
    raise Invalid(f"The archive holds {name!r}, which no backup of an office holds; nothing was restored.")


def settings_with(text: str, url: str) -> str:
    """The settings file with another database URL, all else as it stands; raises Invalid where that cannot be done."""
    settings = config.parse(text, Path(config.FILE_NAME))
    if settings.database.url == url:
        return text
    section = re.compile(r"^\[database\][^\n]*\n(?:(?!\[)[^\n]*\n?)*", re.MULTILINE)
    line = f"url = {json.dumps(url, ensure_ascii=False)}"
    found = section.search(text)
    if found is None:
        changed = f"{text.rstrip()}\n\n[database]\n{line}\n"
    else:
        old = found[0]
        new, count = re.subn(r"^[ \t]*url[ \t]*=[^\n]*$", lambda _: line, old, flags=re.MULTILINE)
        changed = text.replace(old, new if count else f"{old.rstrip()}\n{line}\n\n")
    try:
        if msgspec.structs.replace(settings, database=config.DatabaseSettings(url=url)) == config.parse(changed, Path("new")):
            return changed
    except Invalid:
        pass
    raise Invalid(f"The database's URL cannot be exchanged in {config.FILE_NAME}; give it a line of its own under [database].")


def has_password(url: str) -> bool:
    """Whether a password stands in the URL."""
    parsed = read_url(url)
    return parsed.password is not None or any("password" in name.lower() for name in parsed.query)
