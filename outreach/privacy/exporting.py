"""All that the office holds about a person, as JSON and as one page that a person reads.

It is for the person it is about: other recipients of a letter are left out. So are the files; their digests say which they are.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, selectinload

from outreach import journal
from outreach.archive import write_durably
from outreach.contacts.models import Holder, Person
from outreach.delivery.models import Attempt
from outreach.inputs.models import Attribution, InputText, Passage, SetAside
from outreach.journal import Actor, Role
from outreach.letters.models import Letter, LetterVersion, SignedCopy
from outreach.privacy import scope, sweeping
from outreach.privacy.scope import Scope
from outreach.responses.models import IncomingMail, Response, ResponseLetter

Row = dict[str, Any]


@dataclass(frozen=True)
class Held:
    """What is held about a person, as plain values by section."""

    number: int
    values: Row

    @property
    def stem(self) -> str:
        """How its files are called: by number, so that no name stands in a folder's list."""
        return f"person-{self.number}"

    def as_json(self) -> bytes:
        """As JSON."""
        return (json.dumps(self.values, ensure_ascii=False, indent=2, default=_plain) + "\n").encode()

    def as_page(self) -> bytes:
        """As one HTML page that needs nothing else."""
        environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        source = files("outreach._templates").joinpath("privacy", "person.html").read_text(encoding="utf-8")
        return environment.from_string(source).render(held=self.values, plain=_said).encode()


def export(session: Session, person: Person, *, by: Actor, at: datetime) -> Held:
    """Gather what is held about `person`; that it was handed out stands in the journal.

    Raises Refused unless `by` is a keeper.
    """
    by.must_be(Role.KEEPER, "hand out what is held about a person")
    held = gather(session, person, at=at)
    counts = {name: len(value) for name, value in held.values.items() if isinstance(value, list)}
    journal.record(session, by, "handed out what is held about", f"person {person.id}", at=at, **counts)
    return held


def write(held: Held, into: Path) -> list[Path]:
    """Write the JSON and the page into a folder, readable by its owner alone; gives their paths."""
    into.mkdir(parents=True, exist_ok=True)
    paths = []
    for suffix, content in (("json", held.as_json()), ("html", held.as_page())):
        path = into / f"{held.stem}.{suffix}"
        write_durably(path, content)
        path.chmod(0o600)
        paths.append(path)
    return paths


def gather(session: Session, person: Person, *, at: datetime) -> Held:
    """What is held about `person`: some twenty queries, whatever their number of letters and answers."""
    its = scope.of(session, person)
    values = {
        "as_of": at,
        "person": _columns(person),
        "merged_records": [_columns(one) for one in its.persons if one is not person],
        "posts_held": [_holding(holder) for holder in its.holders],
        "addresses": [_columns(one, "kind", "value", "failed_since", "failure") for one in its.addresses],
        "letters": _letters(session, its),
        "answers": _answers(session, its),
        "messages": [_message(mail) for mail in _of(session, IncomingMail, IncomingMail.id.in_(its.mails))],
        "register": [_entry(*pair) for pair in scope.entries(session, its)],
    }
    named = [str(place) for place in sweeping.found(session, its.names)]
    return Held(person.id, values | {"named_in": named})


def _of(session: Session, model: Any, *conditions: Any) -> Iterable[Any]:
    return session.scalars(select(model).where(*conditions).order_by(model.id))


def _columns(row: Any, *names: str) -> Row:
    every = names or [attribute.key for attribute in inspect(type(row)).column_attrs if attribute.key != "version"]
    return {name: getattr(row, name) for name in every}


def _holding(holder: Holder) -> Row:
    post = {"post": holder.post.key, "title": holder.post.title, "organisation": holder.post.organisation.name}
    return post | _columns(holder, "rank", "in_charge", "from_date", "to_date", "confirmed_on")


# --- letters


def _letters(session: Session, its: Scope) -> list[Row]:
    attempts = select(Attempt).where(Attempt.letter_id.in_(its.letters)).options(selectinload(Attempt.outcomes))
    sent: dict[int, list[Row]] = {}
    for attempt in session.scalars(attempts.order_by(Attempt.id)):
        sent.setdefault(attempt.letter_id, []).extend(_outcomes(attempt, its))
    signed = select(SignedCopy).join(SignedCopy.version).where(LetterVersion.letter_id.in_(its.letters))
    scans: dict[int, list[Row]] = {}
    for copy in session.scalars(signed.order_by(SignedCopy.id)):
        scans.setdefault(copy.letter_version_id, []).append(_columns(copy, "filename", "sha256", "size", "added_at"))
    return [_letter(letter, its, sent.get(letter.id, []), scans) for letter in scope.letters(session, its)]


def _letter(letter: Letter, its: Scope, sent: list[Row], scans: Mapping[int, list[Row]]) -> Row:
    versions = [
        _columns(version, "number", "dated", "language", "subject", "salutation", "body", "close")
        | {
            "address": list(version.address_block),
            "recipients": [one.address for one in version.recipients if one.address.lower() in its.emails],
            "message_sha256": version.message_sha256,
            "page_sha256": version.pdf_sha256,
            "enclosures": [_columns(one, "title", "filename", "sha256") for one in version.enclosures],
            "signed_copies": scans.get(version.id, []),
        }
        for version in letter.versions
    ]
    return {"reference": letter.reference, "state": letter.state, "versions": versions, "sent": sent}


def _outcomes(attempt: Attempt, its: Scope) -> list[Row]:
    return [
        {"at": attempt.started_at, "outbox": attempt.outbox} | _columns(one, "recipient", "result", "reply")
        for one in attempt.outcomes
        if one.recipient.lower() in its.emails or its.names.within(one.recipient, greeting=True)
    ]


# --- answers


def _answers(session: Session, its: Scope) -> list[Row]:
    query = select(Response).where(Response.id.in_(its.responses)).order_by(Response.id)
    answers = selectinload(Response.answers).joinedload(ResponseLetter.letter)
    texts = _grouped(_of(session, InputText, InputText.response_id.in_(its.responses)), "response_id")
    numbers = [text.id for some in texts.values() for text in some]
    passages = _grouped(_of(session, Passage, Passage.text_id.in_(numbers)), "text_id")
    said = _grouped(_of(session, Attribution, Attribution.response_id.in_(its.responses)), "response_id")
    aside = _grouped(_of(session, SetAside, SetAside.response_id.in_(its.responses)), "response_id")
    return [
        _columns(response, "id", "kind", "state", "channel", "received_on", "subject", "on_behalf_of", "note")
        | {
            "letters": [answer.letter.reference for answer in response.answers],
            "files": [_columns(file, "filename", "content_type", "size", "sha256") for file in response.files],
            "texts": [_text(text, passages) for text in texts.get(response.id, [])],
            "attributions": [_columns(one, "level", "said_on", "evidence") for one in said.get(response.id, [])],
            "set_aside": [_columns(one, "reason", "set_aside_at") for one in aside.get(response.id, [])],
        }
        for response in session.scalars(query.options(answers, selectinload(Response.files)))
    ]


def _grouped(rows: Iterable[Any], column: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, column), []).append(row)
    return found


def _text(text: InputText, passages: Mapping[int, list[Any]]) -> Row:
    marked = [
        {"words": text.content[one.start : one.end], "memo": one.memo, "marked_at": one.coded_at}
        for one in passages.get(text.id, [])
    ]
    return _columns(text, "origin", "language", "made_at", "content", "sha256") | {"passages": marked}


def _message(mail: IncomingMail) -> Row:
    names = ("message_id", "sent_at", "taken_in_at", "sender_name", "sender_address", "subject", "state", "raw_sha256")
    return _columns(mail, *names)


def _entry(entry: journal.Entry, side: journal.EntryValues) -> Row:
    return _columns(entry, "seq", "at", "actor", "verb", "subject") | {"values": side.values()}


# --- in words


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _said(value: object) -> str:
    """A value as the page shows it."""
    if value is None or value == "" or value == []:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value).replace("-", " ")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, list):
        return "; ".join(map(_said, value))
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')}: {_said(one)}" for name, one in value.items())
    return str(value)
