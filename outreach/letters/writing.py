"""Writing versions of letters in bulk: a handful of statements for hundreds, with their recipients and what they enclose."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import insert
from sqlalchemy.orm import Session

from outreach.journal import Actor
from outreach.letters import citing
from outreach.letters.composed import Composed
from outreach.letters.composing import Composer
from outreach.letters.models import Enclosure, LetterHolder, LetterRecipient, LetterVersion
from outreach.letters.tokens import Tokens


@dataclass(frozen=True)
class Hand:
    """Who writes, where, and when."""

    session: Session
    composer: Composer
    by: Actor
    at: datetime


class Written(NamedTuple):
    """The words of a version, for a letter that has its number, its reference and its tokens."""

    letter_id: int
    reference: str
    number: int
    words: Composed
    tokens: Tokens


def insert_versions(hand: Hand, whole: Sequence[Written]) -> list[dict[str, Any]]:
    """Write versions, their recipients, whom they address, their enclosures (reply forms among them) and
    what they cite.

    Gives what the journal's digest covers.
    """
    if not whole:
        return []
    rows = [_row(hand, each) for each in whole]
    returned = insert(LetterVersion).returning(LetterVersion.letter_id, LetterVersion.id)
    known = dict(hand.session.execute(returned, rows).all())
    recipients = [
        {"letter_version_id": known[each.letter_id], "position": place, "kind": kind, "address": address, "name": name}
        for each in whole
        for place, (kind, address, name) in enumerate(each.words.recipients)
    ]
    enclosures = [
        {"letter_version_id": known[each.letter_id], "position": place, **file._asdict()}
        for each in whole
        for place, file in enumerate(hand.composer.with_form(each.words, each.reference, each.tokens.answer).enclosures)
    ]
    holders = [
        {"letter_version_id": known[each.letter_id], "post_id": post_id, "holder_id": holder_id}
        for each in whole
        for post_id, holder_id in each.words.holders
    ]
    for model, parts in ((LetterRecipient, recipients), (Enclosure, enclosures), (LetterHolder, holders)):
        if parts:
            hand.session.execute(insert(model), parts)
    cites = [(each.letter_id, each.words.cites) for each in whole if each.words.cites is not None]
    if cites and (relation := hand.composer.template.about.relation):
        citing.relate(hand.session, cites, relation)
    return [
        {"reference": each.reference, "version": each.number, "digest": row["digest"]}
        for each, row in zip(whole, rows, strict=True)
    ]


def _row(hand: Hand, written: Written) -> dict[str, Any]:
    composer, composed = hand.composer, written.words
    mail = composer.sender.settings.mail
    return {
        "letter_id": written.letter_id,
        "number": written.number,
        "made_at": hand.at,
        "made_by": hand.by.name,
        "dated": composer.dated,
        "language": composed.language,
        "template": composed.template,
        "template_sha256": composed.template_sha256,
        "subject": composed.subject,
        "address_block": list(composed.address_block),
        "salutation": composed.salutation,
        "body": composed.body,
        "close": composed.close,
        "layout": composed.layout,
        "warnings": list(composed.warnings),
        "wording": composed.wording,
        "asked": msgspec.to_builtins(composed.form.asked) if composed.form else [],
        "message_id": f"<{secrets.token_hex(16)}@{mail.id_domain}>",
        "reply_to": composed.reply_to or mail.inbox,
        "digest": composed.digest(written.reference, composer.dated),
    }
