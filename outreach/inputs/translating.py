"""Translations of what was received, beside the original: a passage of a translation is linked to the original's own words."""

from datetime import datetime

from sqlalchemy.orm import Session

from outreach import journal
from outreach.errors import Invalid, Refused
from outreach.inputs import coding, texts
from outreach.inputs.coding import Span
from outreach.inputs.models import InputText, Passage
from outreach.journal import Actor, Role


def translate(
    session: Session, original: InputText, content: str, *, language: str, translator: str, by: Actor, at: datetime
) -> InputText:
    """Keep a translation of `original` into `language` that `translator` (a person, a service) made.

    Both stay: passages may be marked in either. Raises Invalid without words, language or translator, Refused for the
    translation of a translation or into the same language.
    """
    by.must_be(Role.DRAFTER, "keep translations")
    if not (content.strip() and language.strip() and translator.strip()):
        raise Invalid("A translation needs its words, its language, and who made it.")
    if original.translation_of_id is not None:
        raise Refused(f"Text {original.id} is a translation itself; translate text {original.translation_of_id}.")
    if language.strip().casefold() == original.language.casefold():
        raise Refused(f"Text {original.id} is in {original.language} already.")
    kept = texts.keep(
        session,
        original.response_id,
        content,
        origin=f"translation by {translator.strip()} of: {original.origin}",
        extractor=f"given by {by.name}",
        language=language.strip(),
        at=at,
    )
    kept.translation_of_id = original.id
    session.flush()
    subject = f"text {original.id} of response {original.response_id}"
    journal.record(session, by, "kept a translation of", subject, at=at, language=kept.language, sha256=kept.sha256)
    return kept


def link(session: Session, passage: Passage, span: Span, *, by: Actor, at: datetime) -> Passage:
    """Say which words of the original a passage of a translation stands for, so that both can be shown.

    Raises Refused when its text is no translation, Invalid for a span that the original does not have.
    """
    by.must_be(Role.DRAFTER, "mark passages")
    original = original_of(session, passage)
    if original is None:
        raise Refused(f"Passage {passage.id} stands in an original; only one of a translation has original words elsewhere.")
    span = coding.span_of(original.content, span.start, span.end)
    if (passage.original_start, passage.original_end) != (span.start, span.end):
        passage.original_start, passage.original_end = span.start, span.end
        session.flush()
        digest = coding.digest_of(original.content[span.start : span.end])
        subject = f"passage {passage.id} of response {original.response_id}"
        journal.record(session, by, "linked", subject, at=at, text=original.id, sha256=digest)
    return passage


def original_of(session: Session, passage: Passage) -> InputText | None:
    """The text that the passage's own translates; None when it is an original."""
    number = passage.text.translation_of_id
    return session.get_one(InputText, number) if number is not None else None


def original_words(session: Session, passage: Passage) -> str:
    """The words of the original that the passage stands for: those linked, else all of it; empty for an original."""
    original = original_of(session, passage)
    if original is None:
        return ""
    return original.content[passage.original_start or 0 : passage.original_end or len(original.content)]
