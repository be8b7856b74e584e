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
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec
from sqlalchemy import ForeignKey, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach.archive import write_durably
from outreach.database import Base, UtcDateTime
from outreach.errors import Invalid, NotFound, Refused

START = "0" * 64
ERASED = "erased"


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
        return hashlib.sha256(_canonical([self.salt, self.body]).encode()).hexdigest()


class HeadRow(Base):
    """The last entry's number and hash; locked while one is appended, so that entries never share a number.

    Its one row comes with the schema: were it made by the first who writes, two could be first.
    """

    __tablename__ = "journal_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]
    hash: Mapped[str] = mapped_column(Text)

    def head(self) -> "Head":
        """This row as a value."""
        return Head(self.count, self.hash)


@dataclass(frozen=True)
class Head:
    """How long the journal is and the hash of its last entry."""

    count: Annotated[int, msgspec.Meta(ge=0)]
    hash: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]

    def write(self, path: Path) -> None:
        """Write the head to a file outside the database."""
        write_durably(path, self.encoded())

    def encoded(self) -> bytes:
        """The head as such a file holds it."""
        return (_canonical({"count": self.count, "hash": self.hash}) + "\n").encode()

    @classmethod
    def read(cls, path: Path) -> "Head":
        """Read a head that `write` made; raises Invalid naming the file."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except (OSError, msgspec.DecodeError) as error:
            raise Invalid(f"{path} is no journal head ({error}); give the journal.head of this office or a copy.") from error


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def record(session: Session, by: Actor, verb: str, subject: str, *, at: datetime, **values: Any) -> Entry:
    """Append what `by` did. `subject` names the thing ("letter IGF/LP/2025/0012") without personal data."""
    head = session.get_one(HeadRow, 1, with_for_update=True)
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
    digest = RowsDigest()
    for row in rows:
        digest.add(row)
    return digest.hexdigest()


class RowsDigest:
    """`digest_of_rows` for rows that go by one at a time."""

    def __init__(self) -> None:
        self._total = hashlib.sha256()

    def add(self, row: Mapping[str, Any]) -> None:
        """Take the next row."""
        self._total.update(_canonical(dict(row)).encode() + b"\n")

    def hexdigest(self) -> str:
        """The digest of all rows so far."""
        return self._total.hexdigest()


def erase(session: Session, by: Actor, numbers: Iterable[int], *, at: datetime, reason: str) -> Entry:
    """Blank the values of these entries for data protection; the erasure is itself an entry that names them.

    Raises NotFound for an entry that does not exist, Refused for one that records an erasure: it vouches for what it blanked.
    """
    numbers = sorted(set(numbers))
    query = select(EntryValues, Entry.verb).join(Entry, Entry.seq == EntryValues.seq).where(EntryValues.seq.in_(numbers))
    found = {side.seq: (side, verb) for side, verb in session.execute(query)}
    for number in numbers:
        if number not in found:
            raise NotFound(f"The journal has no entry {number}; nothing was erased.")
        side, verb = found[number]
        if verb == ERASED:
            raise Refused(f"Entry {number} of the journal records an erasure and must stay; nothing was erased.")
        side.salt = side.body = None
    return record(session, by, ERASED, "journal", at=at, entries=numbers, reason=reason)


def head(session: Session) -> Head:
    """The journal's present head."""
    return session.get_one(HeadRow, 1).head()


def continues(session: Session, outside: Head) -> bool:
    """Whether this journal has grown from `outside`: its last entry stands here, as that head knows it."""
    if not outside.count:
        return outside.hash == START
    entry = session.get(Entry, outside.count)
    return entry is not None and entry.hash == outside.hash


def latest(session: Session, *, about: str | None = None, last: int = 20) -> list[tuple[Entry, dict[str, Any]]]:
    """The `last` entries with their values, oldest first; with `about`, only those whose subject holds that text."""
    query = (
        select(Entry, EntryValues).outerjoin(EntryValues, EntryValues.seq == Entry.seq).order_by(Entry.seq.desc()).limit(last)
    )
    if about:
        query = query.where(Entry.subject.contains(about, autoescape=True))
    return [(entry, side.values() if side else {}) for entry, side in reversed(session.execute(query).all())]


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: how many entries stand, which were erased, and one sentence for each fault."""

    count: int
    erased: tuple[int, ...]
    faults: tuple[str, ...]


def verify(session: Session, outside: Head | None = None) -> Verdict:
    """Check the whole chain, and against a head kept outside; memory stays flat whatever the length.

    Call it in a reading session: that one sees a single moment, so that an entry appended meanwhile is no fault.
    """
    walk = _Walk()
    hash_at_outside = START
    query = select(Entry, EntryValues).outerjoin(EntryValues, EntryValues.seq == Entry.seq).order_by(Entry.seq)
    # What the session may hold of these rows is not what stands in the database.
    rows = session.execute(query, execution_options={"yield_per": 1000, "populate_existing": True})
    try:
        for entry, side in rows:
            walk.step(entry, side)
            if outside and entry.seq == outside.count:
                hash_at_outside = entry.hash
    except (ValueError, TypeError) as error:
        walk.faults.append(f"The journal cannot be read on after entry {walk.number} ({error}).")
    walk.faults.extend(f"Entry {n} was blanked without a recorded erasure." for n in walk.erased if n not in walk.vouched)
    row = session.get(HeadRow, 1, populate_existing=True)
    walk.faults.extend(_faults_of_heads(row, Head(walk.number, walk.hash), outside, hash_at_outside))
    return Verdict(walk.number, tuple(walk.erased), tuple(walk.faults))


@dataclass
class _Walk:
    number: int = 0
    hash: str = START
    faults: list[str] = field(default_factory=list)
    erased: list[int] = field(default_factory=list)
    vouched: set[int] = field(default_factory=set)

    def step(self, entry: Entry, side: EntryValues | None) -> None:
        if entry.seq == self.number + 2:
            self.faults.append(f"Entry {self.number + 1} is missing.")
        elif entry.seq != self.number + 1:
            self.faults.append(f"Entries {self.number + 1} to {entry.seq - 1} are missing.")
        elif entry.previous != self.hash:
            self.faults.append(f"Entry {entry.seq} does not follow from entry {self.number}.")
        faults = _faults_of(entry, side)
        if side is not None and side.erased:
            self.erased.append(entry.seq)
        elif entry.verb == ERASED and side is not None and not faults:
            self.vouched.update(side.values().get("entries", ()))
        self.faults.extend(faults)
        self.number, self.hash = entry.seq, entry.hash


def _faults_of(entry: Entry, side: EntryValues | None) -> list[str]:
    faults = []
    if entry.expected_hash() != entry.hash:
        faults.append(f"Entry {entry.seq} was altered.")
    if side is None:
        faults.append(f"The values of entry {entry.seq} are missing.")
    elif not side.erased and side.expected_digest() != entry.digest:
        faults.append(f"The values of entry {entry.seq} were altered.")
    return faults


def _faults_of_heads(row: HeadRow | None, found: Head, outside: Head | None, hash_at_outside: str) -> list[str]:
    faults = []
    if row is None:
        faults.append("The head of the journal is missing from the database.")
    elif row.head() != found:
        faults.append(f"The head in the database does not name entry {found.count}, the last one.")
    if outside is None:
        return faults
    if outside.count > found.count:
        faults.append(f"Entries {found.count + 1} to {outside.count} were cut off: the head kept outside knows them.")
    elif outside.hash != hash_at_outside:
        faults.append(f"Entry {outside.count} is not the one that the head kept outside knows.")
    return faults
