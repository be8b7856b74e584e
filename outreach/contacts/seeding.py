"""The shipped directory of States, organisations and their posts, loaded into an office.

Loading again adds what is new and touches nothing that stands: what the office edited stays as the office wants it.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts import searching
from outreach.contacts.models import (
    Channel,
    Organisation,
    OrganisationKind,
    OrganisationName,
    Post,
    PostTitle,
    RegionalGroup,
    StakeholderGroup,
)
from outreach.errors import Invalid, NotFound
from outreach.journal import Actor, Role

Word = TypeVar("Word", bound=StrEnum)
Row = Mapping[str, str]
Values = dict[str, Any]

_STATUS = {"member": OrganisationKind.MEMBER_STATE, "observer-state": OrganisationKind.OBSERVER_STATE}
_COLUMNS = {
    "states.csv": "key status iso2 regional_group language regional_note",
    "state_names.csv": "key language short formal of_short of_formal list_name running",
    "organisations.csv": "key name name_fr acronym group kind domain country regional_group language note",
    "organisation_names.csv": "key language short formal of_short of_formal running",
    "posts.csv": "organisation kind seat title_en title_fr preferred_channel",
}
_NAME_COLUMNS = ("short", "formal", "of_short", "of_formal", "running")


@dataclass(frozen=True)
class Counts:
    """How many States, organisations and posts were added."""

    states: int
    organisations: int
    posts: int

    def told(self) -> str:
        """The counts in words."""
        return f"{self.states} States, {self.organisations} organisations, {self.posts} posts"


def load(session: Session, folder: Path, *, by: Actor, at: datetime) -> Counts:
    """Add what `folder` (states, state_names, organisations and posts .csv) holds and the office has not yet.

    Languages of correspondence come in as assumed. Raises NotFound for a missing file, Invalid naming file, line and column.
    One journal entry, none when nothing was new.
    """
    by.must_be(Role.DRAFTER, "load the directory")
    organisations = _organisations(folder)
    new = _missing(session, organisations)
    _insert(session, Organisation, new)
    ids = _ids(session)
    names = _add_names(session, folder, ids)
    posts = _add_posts(session, folder, ids)
    states = sum(row["kind"] in _STATUS.values() for row in new)
    counts = Counts(states, len(new) - states, len(posts))
    if new or names or posts:
        searching.index(session, ids.values())
        digest = journal.digest_of_rows([*new, *names, *posts])
        journal.record(session, by, "loaded", "directory", at=at, digest=digest, names=len(names), **vars(counts))
    return counts


def _organisations(folder: Path) -> list[Values]:
    names = {
        row["key"]: row["list_name"] or row["short"] for _, row in _rows(folder / "state_names.csv") if row["language"] == "en"
    }
    states = [_state(row, names, where) for where, row in _rows(folder / "states.csv")]
    return states + [_organisation(row, where) for where, row in _rows(folder / "organisations.csv")]


def _state(row: Row, names: Mapping[str, str], where: str) -> Values:
    if row["key"] not in names:
        raise Invalid(f"{where}: the State {row['key']!r} has no English name in state_names.csv; add it there.")
    if row["status"] not in _STATUS:
        raise Invalid(f"{where}: status is {row['status']!r}; use {' or '.join(_STATUS)}.")
    return {
        "key": row["key"],
        "name": names[row["key"]],
        "acronym": "",
        "kind": _STATUS[row["status"]],
        "group": StakeholderGroup.GOVERNMENT,
        "regional_group": _word(RegionalGroup, row, "regional_group", where),
        "country": row["iso2"],
        "domain": "",
        "language": row["language"],
        "language_assumed": True,
        "note": row["regional_note"],
    }


def _organisation(row: Row, where: str) -> Values:
    return {
        "key": row["key"],
        "name": row["name"],
        "acronym": row["acronym"],
        "kind": _word(OrganisationKind, row, "kind", where, needed=True),
        "group": _word(StakeholderGroup, row, "group", where, needed=True),
        "regional_group": _word(RegionalGroup, row, "regional_group", where),
        "country": row["country"],
        "domain": row["domain"],
        "language": row["language"] or "en",
        "language_assumed": True,
        "note": row["note"],
    }


def _missing(session: Session, rows: Sequence[Values]) -> list[Values]:
    standing = set(session.scalars(select(Organisation.key)))
    return [row for row in rows if row["key"] not in standing]


def _ids(session: Session) -> dict[str, int]:
    # What belongs to one that was merged into another belongs to that one.
    stands = func.coalesce(Organisation.merged_into_id, Organisation.id)
    return dict(session.execute(select(Organisation.key, stands)).all())


def _insert(session: Session, model: type[Any], rows: Sequence[Values]) -> None:
    if rows:
        session.execute(insert(model), rows)


def _add_names(session: Session, folder: Path, ids: Mapping[str, int]) -> list[Values]:
    standing = set(session.execute(select(OrganisationName.organisation_id, OrganisationName.language)))
    new = [name for name in _names(folder, ids) if (name["organisation_id"], name["language"]) not in standing]
    _insert(session, OrganisationName, new)
    return new


def _names(folder: Path, ids: Mapping[str, int]) -> Iterator[Values]:
    for where, row in _rows(folder / "state_names.csv"):
        texts = {column: row[column] for column in _NAME_COLUMNS}
        yield {"organisation_id": _id(ids, row["key"], where), "language": row["language"], **texts}
    whole = {(row["key"], row["language"]): (where, row) for where, row in _names_of_organisations(folder)}
    for where, row in whole.values():
        texts = {column: row[column] for column in _NAME_COLUMNS}
        yield {"organisation_id": _id(ids, row["key"], where), "language": row["language"], **texts}
    for where, row in _rows(folder / "organisations.csv"):
        if row["name_fr"] and (row["key"], "fr") not in whole:
            blank = dict.fromkeys(_NAME_COLUMNS, "")
            yield {**blank, "organisation_id": _id(ids, row["key"], where), "language": "fr", "short": row["name_fr"]}


def _names_of_organisations(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The names that letters to a mission need whole, with their prepositions, where it is not a State's."""
    path = folder / "organisation_names.csv"
    return _rows(path) if path.exists() else iter(())


def _add_posts(session: Session, folder: Path, ids: Mapping[str, int]) -> list[Values]:
    """Insert the posts that are new, and the French titles that no post of that name has yet."""
    given = {_identity(row, _id(ids, row["organisation"], where)): (where, row) for where, row in _rows(folder / "posts.csv")}
    standing = _post_ids(session)
    new = [_post(row, identity, where) for identity, (where, row) in given.items() if identity not in standing]
    _insert(session, Post, new)
    standing = _post_ids(session) if new else standing
    titled = set(session.execute(select(PostTitle.post_id).where(PostTitle.language == "fr")).scalars())
    french = {standing[identity]: row["title_fr"] for identity, (_, row) in given.items() if row["title_fr"]}
    _insert(session, PostTitle, [{"post_id": i, "language": "fr", "title": t} for i, t in french.items() if i not in titled])
    return new


def _identity(row: Row, organisation_id: int) -> tuple[int, str, str]:
    return organisation_id, row["kind"], row["seat"]


def _post_ids(session: Session) -> dict[tuple[int, str, str], int]:
    rows = session.execute(select(Post.organisation_id, Post.kind, Post.seat, Post.id))
    return {(organisation_id, kind, seat): post_id for organisation_id, kind, seat, post_id in rows}


def _post(row: Row, identity: tuple[int, str, str], where: str) -> Values:
    organisation_id, kind, seat = identity
    channel = _word(Channel, row, "preferred_channel", where) or Channel.EMAIL
    return {
        "organisation_id": organisation_id,
        "kind": kind,
        "seat": seat,
        "title": row["title_en"],
        "preferred_channel": channel,
    }


def _id(ids: Mapping[str, int], key: str, where: str) -> int:
    if key not in ids:
        raise Invalid(f"{where}: {key!r} stands neither in states.csv nor in organisations.csv; correct the key.")
    return ids[key]


def _word(words: type[Word], row: Row, column: str, where: str, *, needed: bool = False) -> Word | None:
    value = row[column]
    if not value and not needed:
        return None
    try:
        return words(value)
    except ValueError:
        raise Invalid(f"{where}: {column} is {value!r}; use one of {', '.join(words)}.") from None


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row with its place ("posts.csv, line 7")."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, restval="", strict=True)
            missing = [column for column in _COLUMNS[path.name].split() if column not in (reader.fieldnames or ())]
            if missing:
                raise Invalid(f"{path.name} lacks the column {missing[0]!r}; bring back the shipped file.")
            for row in reader:
                yield f"{path.name}, line {reader.line_num}", row
    except FileNotFoundError:
        raise NotFound(f"{path} is missing; the directory needs it. Install the package again.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"{path.name} cannot be read ({error}); bring back the shipped file.") from error
