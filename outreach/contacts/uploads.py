"""A list on its way in by the browser: kept in a private folder between looking and keeping, and removed afterwards.

Nothing from outside becomes a path: the folder is named by the digest of a token that only the session knows, the files in it
have names of our own. What each row would do is worked out once and read page by page.
"""

import json
import secrets
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy.orm import Session

from outreach.archive import digest_of
from outreach.contacts import importing, reading, understanding
from outreach.contacts.importing import Action, Outcome
from outreach.contacts.models import StakeholderGroup
from outreach.contacts.refusing import RefusedRows
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor

KEPT_FOR = timedelta(days=1)

_MARKS = (b"\xff\xfe", b"\xfe\xff")
_PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FOREIGN = (b"%PDF", b"{\\rtf", b"<")
# What no text holds: control characters but tab, line breaks, form feed and the mark that old systems end a file with.
_UNTEXT = frozenset(range(32)) - {9, 10, 12, 13, 26}


def take_in(root: Path, content: IO[bytes], *, at: datetime) -> str:
    """Keep an uploaded list under `root` and give the token that opens it; lists left for more than a day are removed.

    Raises Invalid when what it holds is no list (its name and what the browser says of it count for nothing).
    """
    _sweep(root, at - KEPT_FOR)
    start = content.read(4096)
    _must_be_list(start)
    token = secrets.token_urlsafe(24)
    folder = _folder(root, token)
    folder.mkdir(mode=0o700)
    with (folder / ("list.xlsx" if start.startswith(_PACKED) else "list.csv")).open("xb") as file:
        file.write(start)
        shutil.copyfileobj(content, file)
    return token


def _must_be_list(start: bytes) -> None:
    if not start.strip():
        raise Invalid("The file is empty; choose another.")
    if start.startswith((*_MARKS, *_PACKED)) or reading.hold_cards(start):
        return
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_FOREIGN) or not _UNTEXT.isdisjoint(start):
        raise Invalid("That file is no list and holds no cards; save it as CSV, .xlsx, .ods or .vcf and choose that one.")


def _folder(root: Path, token: str) -> Path:
    return root / digest_of(token.encode())


def _sweep(root: Path, before: datetime) -> None:
    root.mkdir(mode=0o700, exist_ok=True)
    for folder in root.iterdir():
        if datetime.fromtimestamp(folder.stat().st_mtime, UTC) < before:
            shutil.rmtree(folder, ignore_errors=True)


class Upload:
    """One list on its way in; raises NotFound when it is no longer there."""

    def __init__(self, root: Path, token: str) -> None:
        self._in = _folder(root, token)
        if not self._in.is_dir():
            raise NotFound("That list is no longer here; choose the file again.")

    @property
    def path(self) -> Path:
        """The list itself."""
        return next(self._in.glob("list.*"), self._in / "list.csv")

    @property
    def refused(self) -> Path:
        """The rows that were refused, to mend and bring in again."""
        return self._in / "refused.csv"

    def heads(self) -> list[str]:
        """The headings of the list."""
        with reading.table(self.path) as table:
            return table.heads

    def mapping(self) -> dict[str, str]:
        """Which field the columns are that somebody said something of."""
        return dict(self._read("mapping.json") or {})

    def map(self, mapping: Mapping[str, str]) -> None:
        """Say which field columns are (theirs -> ours, `-` leaves one out); raises Invalid when that cannot be."""
        understanding.understand(self.heads(), mapping)
        self._write("mapping.json", dict(mapping))
        self._forget_counts()

    def _forget_counts(self) -> None:
        (self._in / "counts.json").unlink(missing_ok=True)

    @property
    def new_group(self) -> StakeholderGroup | None:
        """The group of organisations that are new, where a row names none."""
        said = self._read("group.json")
        return StakeholderGroup(said) if said else None

    def group(self, group: StakeholderGroup | None) -> None:
        """Say which group new organisations have, where a row names none."""
        self._write("group.json", group)
        self._forget_counts()

    def columns(self) -> list[tuple[str, str | None]]:
        """Each heading with what it is, None for one left out; none for cards. Raises Invalid when one is not known."""
        with reading.table(self.path) as table:
            heads, are_cards = table.heads, table.are_cards
        found = understanding.understand(heads, self.mapping(), are_cards=are_cards)
        return [] if are_cards else list(zip(heads, found.fields, strict=True))

    def look(self, session: Session, *, by: Actor, at: datetime, on: date) -> dict[str, int]:
        """What the rows would do, counted by action, worked out anew; nothing is changed. Raises as `importing.run` does."""
        if not self.path.exists():
            raise Refused("That list was kept already; look into the directory.")
        counts: Counter[str] = Counter({action.value: 0 for action in Action})
        self.refused.unlink(missing_ok=True)
        draft = self._in / "outcomes.part"
        with RefusedRows(self.refused) as refused, draft.open("w", encoding="utf-8") as file:
            rows = importing.run(
                session, self.path, by=by, at=at, on=on, mapping=self.mapping(), new_group=self.new_group, refused=refused
            )
            for outcome in rows:
                counts[outcome.action] += 1
                file.write(_line(outcome))
            refused.keep()
        draft.replace(self._in / "outcomes.jsonl")
        self._write("counts.json", dict(counts))
        return dict(counts)

    def counts(self) -> dict[str, int] | None:
        """What the last look counted; None before the first one."""
        found: dict[str, int] | None = self._read("counts.json")
        return found

    def outcomes(self, action: str = "", *, offset: int, limit: int) -> list[dict[str, Any]]:
        """A part of the rows as last looked at, only those of `action` if one is named."""
        with (self._in / "outcomes.jsonl").open(encoding="utf-8") as file:
            return list(islice(_of_action(file, action), offset, offset + limit))

    def keep(self, session: Session, *, called: str, by: Actor, at: datetime, on: date) -> dict[str, int]:
        """Keep the good rows, exactly as many as the last look counted.

        Raises Refused when the rows would do something else now: the transaction must then end in a rollback.
        """
        if not self.path.exists():
            raise Refused("That list was kept already; look into the directory.")
        counts: Counter[str] = Counter({action.value: 0 for action in Action})
        act: dict[str, Any] = {"by": by, "at": at, "on": on, "mapping": self.mapping(), "new_group": self.new_group}
        for outcome in importing.run(session, self.path, write=True, called=called, **act):
            counts[outcome.action] += 1
        if dict(counts) != self.counts():
            raise Refused("The directory was changed since you looked, so nothing was kept; look at the rows again.")
        return dict(counts)

    def finish(self) -> None:
        """Remove the list once it was kept, but not the refused rows and the count."""
        self.path.unlink(missing_ok=True)
        (self._in / "outcomes.jsonl").unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove everything of this upload."""
        shutil.rmtree(self._in)

    def _read(self, name: str) -> Any:
        path = self._in / name
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def _write(self, name: str, value: object) -> None:
        draft = self._in / f"{name}.{secrets.token_hex(4)}.part"
        draft.write_text(json.dumps(value), encoding="utf-8")
        draft.replace(self._in / name)


def _line(outcome: Outcome) -> str:
    # Only what is shown; values become text as the journal has them.
    row = {"row": outcome.row, "action": outcome.action, "post": outcome.post, "reason": outcome.reason}
    fields = {name: [_said(change.old), _said(change.new)] for name, change in outcome.fields.items()}
    read = {name: _said(value) for name, value in outcome.read.items()}
    return json.dumps({**row, "fields": fields, "read": read, "left_out": list(outcome.left_out)}, ensure_ascii=False) + "\n"


def _said(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_said, value))
    return "" if value is None else str(getattr(value, "value", value))


def _of_action(lines: Iterator[str] | IO[str], action: str) -> Iterator[dict[str, Any]]:
    for line in lines:
        # The action stands near the front of each line: rows of another are not taken apart.
        if not action or f'"action": "{action}"' in line[:60]:
            yield json.loads(line)
