"""Editing a draft version in place: words, sources and order. Every change is journalled with the old words and the new.

A version is a state of the whole text. While it is a draft, people work in it together and each change raises its counter;
in review or adopted it is closed, and one goes on in a copy (`versions.copy`).
"""

import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from outreach import journal
from outreach.archive import digest_of
from outreach.communique import basing, guarding, ordering, using, wordings
from outreach.communique.gathering import Extract
from outreach.communique.models import CommuniqueVersion, Paragraph, ParagraphKind, VersionState, Wording, WordingSource
from outreach.errors import Invalid, NotFound, Refused
from outreach.inputs import coding
from outreach.inputs.models import Passage
from outreach.journal import Actor, Role
from outreach.typesetting import Paragraph as Block
from outreach.typesetting import from_markdown

# Longer than any paragraph of such a text.
_MOST = 10_000


def find(version: CommuniqueVersion, paragraph: int) -> Wording:
    """The wording of the paragraph with this lasting number; raises NotFound."""
    return version.wordings[ordering.find(version.wordings, paragraph)]


def mark_of(row: Wording) -> str:
    """Changes whenever the words, the basis or the sources do: by it an editor is told that somebody else was there."""
    sources = ",".join(str(source.passage_id) for source in row.sources)
    return digest_of(f"{row.text}\n{row.basis}\n{sources}".encode())[:16]


def edit(
    session: Session, version: CommuniqueVersion, paragraph: int, text: str, *, basis: str = "", by: Actor, at: datetime
) -> Wording:
    """Give a paragraph or heading other words (Markdown, one paragraph); `basis` says on what they rest without a passage.

    Raises Refused for a quotation, and for words in quotation marks that are in none of its passages; Invalid for words that
    are not one paragraph.
    """
    _must_be_open(version, by)
    row = find(version, paragraph)
    words = checked(session, row, text)
    wordings.must_refer_to(words, (one.paragraph_id for one in version.wordings))
    new = _basis(row, basis)
    if (words, new) != (row.text, row.basis):
        before = {"before": row.text, "basis_before": row.basis}
        row.text, row.basis = words, new
        _done(session, version, row, "edited", by, at, after=words, basis=new, **before)
    return row


def _basis(row: Wording, words: str) -> str:
    if words.strip():
        return basing.of_people(words)
    # A heading says nothing that needs a basis, and the composer knows the preamble by its own.
    return row.basis if row.paragraph.kind in _HEADINGS else basing.edited(row.basis)


_HEADINGS = (ParagraphKind.CHAPTER, ParagraphKind.SUBHEAD)


def checked(session: Session, row: Wording, text: str) -> str:
    """`text` as it would be saved for `row`: what `edit` refuses is refused, and nothing is saved (for a preview)."""
    if row.paragraph.kind is ParagraphKind.QUOTATION:
        raise Refused(f"¶ {row.paragraph_id} is a quotation and stays as it was received; remove it, or quote another passage.")
    words = one_paragraph(text)
    # What the template itself puts in quotation marks is no quotation of anybody.
    own = [] if row.sources else guarding.quotations(row.text)
    _must_quote(session, words, [source.passage_id for source in row.sources], own)
    return words


def one_paragraph(text: str) -> str:
    """`text` as one paragraph of Markdown; raises Invalid when it is empty, or more than one, or holds control characters."""
    words = " ".join(text.split())
    if not words or len(words) > _MOST:
        raise Invalid(f"A paragraph has between 1 and {_MOST} characters.")
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in words):
        raise Invalid("The words hold control characters; type them anew instead of pasting them.")
    blocks = from_markdown(text.strip())
    if len(blocks) != 1 or not isinstance(blocks[0], Block):
        raise Invalid(
            "These words are more than one paragraph, or a list, a table or a heading; add the others as paragraphs of "
            "their own, and write a number with a full stop at the beginning as `1\\.`."
        )
    return words


def add(
    session: Session,
    version: CommuniqueVersion,
    kind: ParagraphKind,
    text: str,
    *,
    after: int,
    passages: Sequence[int] = (),
    basis: str = "",
    by: Actor,
    at: datetime,
) -> Wording:
    """Add a paragraph, heading or quotation after the paragraph `after`; a quotation's words are those of its one passage.

    Raises Refused when a paragraph rests on nothing, or on a passage that may not appear; NotFound when `after` is gone.
    """
    _must_be_open(version, by)
    rows = version.wordings
    place = ordering.find(rows, after)
    extracts = using.usable(session, version, passages)
    words = _quoted(extracts) if kind is ParagraphKind.QUOTATION else one_paragraph(text)
    if kind is not ParagraphKind.QUOTATION:
        _must_quote(session, words, [one.passage_id for one in extracts], [])
        wordings.must_refer_to(words, (one.paragraph_id for one in rows))
    new = "extract" if kind is ParagraphKind.QUOTATION else basing.of_people(basis)
    if not extracts and kind not in _HEADINGS and not basing.stands_alone(new):
        raise Refused(
            "The paragraph rests on nothing: bind it to passages, or say its basis, such as a decision of the plenary."
        )
    row = _new(session, version, Paragraph(kind=kind, theme_id=rows[place].paragraph.theme_id), words, new)
    _bind(session, row, [one.passage_id for one in extracts])
    at_place = ordering.place_after(rows, place, kind)
    _settle(session, version, [*rows[:at_place], row, *rows[at_place:]])
    sources = [one.passage_id for one in extracts]
    _done(session, version, row, "added", by, at, after=words, basis=new, sources=sources, follows=after)
    return row


def _quoted(extracts: Sequence[Extract]) -> str:
    if len(extracts) != 1:
        raise Invalid("A quotation is one passage; name exactly one.")
    return extracts[0].words


def _new(session: Session, version: CommuniqueVersion, paragraph: Paragraph, words: str, basis: str) -> Wording:
    paragraph.communique_id = version.communique_id
    session.add(paragraph)
    session.flush()
    last = max((row.position for row in version.wordings), default=-1)
    row = Wording(version_id=version.id, paragraph_id=paragraph.id, position=last + 1, text=words, basis=basis)
    set_committed_value(row, "paragraph", paragraph)
    session.add(row)
    session.flush()
    return row


def remove(session: Session, version: CommuniqueVersion, paragraph: int, reason: str, *, by: Actor, at: datetime) -> None:
    """Take a paragraph out of this version, with the quotations under it; of a heading, the heading alone.

    Earlier versions keep it. Raises Invalid without a reason.
    """
    _must_be_open(version, by)
    if not reason.strip():
        raise Invalid(f"Say why ¶ {paragraph} is removed; the reason stands in the register.")
    rows = version.wordings
    start = ordering.find(rows, paragraph)
    gone = rows[start : start + 1] if rows[start].paragraph.kind in _HEADINGS else rows[start : ordering.end_of(rows, start)]
    _settle(session, version, [row for row in rows if row not in gone], gone)
    words = {str(row.paragraph_id): row.text for row in gone}
    _done(session, version, gone[0], "removed", by, at, before=words, reason=reason.strip())


def move(
    session: Session,
    version: CommuniqueVersion,
    paragraph: int,
    *,
    after: int | None = None,
    up: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    """Move a paragraph, with what goes with it, after another one, or without one named a place `up` or down.

    References such as "(see also paragraph 8)" in counts follow. Raises Refused at either end.
    """
    _must_be_open(version, by)
    row, rows = find(version, paragraph), version.wordings
    old = ordering.numbers(rows).get(paragraph)
    if after is not None:
        new = ordering.moved_after(rows, paragraph, after)
    else:
        new = ordering.moved_up(rows, paragraph) if up else ordering.moved_down(rows, paragraph)
    _settle(session, version, new)
    _done(session, version, row, "moved", by, at, number_before=old, number_after=ordering.numbers(new).get(paragraph))


def bind(
    session: Session,
    version: CommuniqueVersion,
    paragraph: int,
    *,
    added: Collection[int] = (),
    dropped: Collection[int] = (),
    by: Actor,
    at: datetime,
) -> Wording:
    """Let a paragraph rest on further passages, and no longer on others.

    Raises Refused for a heading or quotation, for a passage that may not appear, and when the paragraph would then quote what
    is in none of its passages or rest on nothing.
    """
    _must_be_open(version, by)
    row = find(version, paragraph)
    if row.paragraph.kind not in (ParagraphKind.PARAGRAPH, ParagraphKind.SUBPARAGRAPH):
        raise Refused(f"¶ {paragraph} is a {row.paragraph.kind}; only paragraphs are bound to passages.")
    before = [source.passage_id for source in row.sources]
    if unknown := [number for number in dropped if number not in before]:
        raise NotFound(f"¶ {paragraph} does not rest on passage {unknown[0]}; it rests on {before or 'none'}.")
    news = [number for number in dict.fromkeys(added) if number not in before]
    using.usable(session, version, news)
    after = [*(number for number in before if number not in dropped), *news]
    if not after and not basing.stands_alone(row.basis):
        raise Refused(f"¶ {paragraph} would rest on nothing: bind another passage first, or give it a basis.")
    _must_quote(session, row.text, after, guarding.quotations(row.text) if not before else [])
    if after != before:
        _bind(session, row, after)
        row.basis = basing.edited(row.basis)
        _done(session, version, row, "bound", by, at, sources_before=before, sources=after)
    return row


def _bind(session: Session, row: Wording, passages: Sequence[int]) -> None:
    session.execute(delete(WordingSource).where(WordingSource.wording_id == row.id))
    if passages:
        rows = [{"wording_id": row.id, "passage_id": number, "position": place} for place, number in enumerate(passages)]
        session.execute(insert(WordingSource), rows)
    session.expire(row, ["sources"])


def _must_quote(session: Session, words: str, passages: Collection[int], own: Collection[str]) -> None:
    query = select(Passage).where(Passage.id.in_(passages)).options(joinedload(Passage.text))
    said = [coding.words(passage) for passage in session.scalars(query)] if passages else []
    fault = guarding.misquoted(words, [*said, *own])
    if fault is not None:
        where = f"passages {', '.join(map(str, passages))}" if passages else "any passage, for it rests on none"
        raise Refused(
            f"Nothing was saved: {fault!r} stands in quotation marks, but not so in {where}; copy it from the record."
        )


def _must_be_open(version: CommuniqueVersion, by: Actor) -> None:
    by.must_be(Role.DRAFTER, "edit a communiqué")
    if version.state is not VersionState.DRAFT:
        state = version.state.replace("-", " ")
        raise Refused(f"Version {version.number} ({version.language}) is {state} and closed; make a new version from it.")


def _settle(session: Session, version: CommuniqueVersion, rows: Sequence[Wording], gone: Sequence[Wording] = ()) -> None:
    """Store `rows` as the whole text in this order, without those that are `gone`, and let references follow."""
    ordering.must_be_in_place(rows)
    _must_not_be_referred_to(rows, gone)
    old = ordering.numbers(version.wordings)
    if gone:
        numbers = [row.id for row in gone]
        session.execute(delete(WordingSource).where(WordingSource.wording_id.in_(numbers)))
        session.execute(delete(Wording).where(Wording.id.in_(numbers)))
    _place(session, rows)
    set_committed_value(version, "wordings", list(rows))
    new = ordering.numbers(rows)
    turned = {number: new[paragraph] for paragraph, number in old.items() if paragraph in new}
    for row in rows:
        if "counts:" in row.basis and turned:
            row.text = ordering.following(row.text, turned)


def _must_not_be_referred_to(rows: Sequence[Wording], gone: Sequence[Wording]) -> None:
    lost = {row.paragraph_id for row in gone}
    for row in rows if lost else ():
        named = lost & set(wordings.referred(row.text))
        if named:
            raise Refused(f"¶ {row.paragraph_id} refers to ¶ {min(named)}, which would be gone; change those words first.")


def _place(session: Session, rows: Sequence[Wording]) -> None:
    astray = [(row, place) for place, row in enumerate(rows) if row.position != place]
    numbers = [row.id for row, _ in astray]
    if not numbers:
        return
    # Out of the way first: two rows may not share a place even for a moment.
    away = update(Wording).where(Wording.id.in_(numbers)).values(position=-1 - Wording.position)
    session.execute(away, execution_options={"synchronize_session": False})
    session.execute(update(Wording), [{"id": row.id, "position": place} for row, place in astray])
    for row, place in astray:
        set_committed_value(row, "position", place)


def _done(
    session: Session, version: CommuniqueVersion, row: Wording, verb: str, by: Actor, at: datetime, **values: Any
) -> None:
    # The text as a whole has changed, whatever row it was in: whoever has an older state open is told.
    flag_modified(version, "title")
    session.flush()
    subject = f"communiqué {version.communique.slug} version {version.number} ({version.language}) ¶ {row.paragraph_id}"
    journal.record(session, by, verb, subject, at=at, **values)
