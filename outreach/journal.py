"""The register of everything that happened: append-only, each entry chained to the one before.

An entry's hash covers its number, instant, actor, verb, subject, the salted digest of its values and the hash before it. The
values themselves stand in a side table, so that a person's data can be erased: then values and salt are blank, the chain still
holds, and `verify` says "erased", not "altered". The head (count and hash) is also written outside the database, so that a
tail cut off is found.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import ForeignKey, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach.archive import write_durably
from outreach.database import Base, UtcDateTime
from outreach.errors import Invalid, Refused

START = "0" * 64


class Role(StrEnum):
    """What a person of the office may do; each role includes those before it."""

    READER = "reader"
    DRAFTER = "drafter"
    APPROVER = "approver"
    KEEPER = "keeper"

    def includes(self, other: "Role") -> bool:
        """Whether whoever holds this role may do what `other` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True)
class Actor:
    """Who acts; stands in the journal as text, so that it outlives the account."""

    name: str
    role: Role

    def must_be(self, role: Role, what: str) -> None:
        """Raise Refused, naming the act, unless this actor's role includes `role`."""
        if not self.role.includes(role):
            raise Refused(f"{self.name} is a {self.role} and may not {what}; ask somebody who is {_article(role)} {role}.")


def _article(role: Role) -> str:
    return "an" if role is Role.APPROVER else "a"


class Entry(Base):
    """One thing that happened."""

    __tablename__ = "journal_entries"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(Text)
    verb: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text, index=True)
    digest: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)

    def expected_hash(self) -> str:
        """The hash that this entry's own fields give."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        fields = [self.seq, at, self.actor, self.verb, self.subject, self.digest, self.previous]
        return hashlib.sha256(_canonical(fields).encode()).hexdigest()


class EntryValues(Base):
    """What an entry says in detail; blank once erased."""

    __tablename__ = "journal_values"
    seq: Mapped[int] = mapped_column(ForeignKey("journal_entries.seq"), primary_key=True, autoincrement=False)
    salt: Mapped[str | None] = mapped_column(Text)
    body: Mapped[str | None] = mapped_column(Text)

    @property
    def erased(self) -> bool:
        """Whether the values were taken out for data protection."""
        return self.salt is None and self.body is None

    def values(self) -> dict[str, Any]:
        """The values as recorded; empty once erased."""
        return dict(json.loads(self.body)) if self.body is not None else {}

    def expected_digest(self) -> str:
        """The digest that salt and body give."""
        return hashlib.sha256(f"{self.salt}{self.body}".encode()).hexdigest()


class HeadRow(Base):
    """The last entry's number and hash; locked while one is appended, so that entries never share a number."""

    __tablename__ = "journal_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]
    hash: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Head:
    """How long the journal is and the hash of its last entry."""

    count: int
    hash: str

    def write(self, path: Path) -> None:
        """Write the head to a file outside the database."""
        write_durably(path, (_canonical({"count": self.count, "hash": self.hash}) + "\n").encode())

    @classmethod
    def read(cls, path: Path) -> "Head":
        """Read a head that `write` made; raises Invalid naming the file."""
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            return cls(count=int(raw["count"]), hash=str(raw["hash"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Invalid(f"{path} is no journal head ({error}); give the journal.head of this office or a copy.") from error


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def record(session: Session, by: Actor, verb: str, subject: str, *, at: datetime, **values: Any) -> Entry:
    """Append what `by` did. `subject` names the thing ("letter IGF/LP/2025/0012") without personal data."""
    head = session.get(HeadRow, 1, with_for_update=True)
    if head is None:
        head = HeadRow(id=1, count=0, hash=START)
        session.add(head)
    side = EntryValues(seq=head.count + 1, salt=secrets.token_hex(16), body=_canonical(values))
    entry = Entry(
        seq=side.seq,
        at=at,
        actor=by.name,
        verb=verb,
        subject=subject,
        digest=side.expected_digest(),
        previous=head.hash,
    )
    entry.hash = entry.expected_hash()
    head.count, head.hash = entry.seq, entry.hash
    session.add(entry)
    session.flush()
    session.add(side)
    session.flush()
    return entry


def digest_of_rows(rows: Iterable[Mapping[str, Any]]) -> str:
    """One digest for a batch: a thousand drafts are one entry that still fixes each of them."""
    total = hashlib.sha256()
    for row in rows:
        total.update(_canonical(dict(row)).encode() + b"\n")
    return total.hexdigest()


def erase(session: Session, by: Actor, numbers: Iterable[int], *, at: datetime, reason: str) -> Entry:
    """Blank the values of these entries for data protection; the erasure is itself an entry that names them."""
    numbers = sorted(set(numbers))
    for number in numbers:
        side = session.get(EntryValues, number)
        if side is None:
            raise Invalid(f"The journal has no entry {number}.")
        side.salt = side.body = None
    return record(session, by, "erased", "journal", at=at, entries=numbers, reason=reason)


def head(session: Session) -> Head:
    """The journal's present head."""
    row = session.get(HeadRow, 1)
    return Head(row.count, row.hash) if row else Head(0, START)


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: how many entries stand, which were erased, and one sentence for each fault."""

    count: int
    erased: tuple[int, ...]
    faults: tuple[str, ...]


def verify(session: Session, outside: Head | None = None) -> Verdict:
    """Check the whole chain, and against a head kept outside; memory stays flat whatever the length."""
    faults: list[str] = []
    erased: list[int] = []
    vouched: set[int] = set()
    hash_at_outside = START
    before, number = START, 0
    rows = session.execute(
        select(Entry, EntryValues).outerjoin(EntryValues, EntryValues.seq == Entry.seq).order_by(Entry.seq),
        execution_options={"yield_per": 1000},
    )
    for entry, side in rows:
        if entry.seq != number + 1:
            faults.append(f"Entries {number + 1} to {entry.seq - 1} are missing.")
        elif entry.previous != before:
            faults.append(f"Entry {entry.seq} does not follow from entry {number}.")
        faults.extend(_faults_of(entry, side))
        if side is not None and side.erased:
            erased.append(entry.seq)
        elif entry.verb == "erased" and side is not None:
            vouched.update(side.values().get("entries", ()))
        before, number = entry.hash, entry.seq
        if outside and number == outside.count:
            hash_at_outside = before
    faults.extend(f"Entry {n} was blanked without a recorded erasure." for n in erased if n not in vouched)
    faults.extend(_faults_of_heads(head(session), Head(number, before), outside, hash_at_outside))
    return Verdict(number, tuple(erased), tuple(faults))


def _faults_of(entry: Entry, side: EntryValues | None) -> list[str]:
    faults = []
    if entry.expected_hash() != entry.hash:
        faults.append(f"Entry {entry.seq} was altered.")
    if side is None:
        faults.append(f"The values of entry {entry.seq} are missing.")
    elif not side.erased and side.expected_digest() != entry.digest:
        faults.append(f"The values of entry {entry.seq} were altered.")
    return faults


def _faults_of_heads(row: Head, found: Head, outside: Head | None, hash_at_outside: str) -> list[str]:
    faults = []
    if row != found:
        faults.append(f"The journal ends at entry {found.count}, but its head says {row.count}.")
    if outside is None:
        return faults
    if outside.count > found.count:
        faults.append(f"Entries {found.count + 1} to {outside.count} were cut off: the head kept outside knows them.")
    elif outside.hash != hash_at_outside:
        faults.append(f"Entry {outside.count} is not the one that the head kept outside knows.")
    return faults
