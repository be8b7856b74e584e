"""Which letters a mail that waits may answer, ranked, each with its reasons: for a person to judge, never filed by itself.

What points to a letter without a sender that is known for it, a mail forwarded by a colleague or sent from a personal address,
what stands only in the quoted part: all of it is worth a look, and none of it is proof.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.letters.models import LetterRecipient, LetterVersion
from outreach.mail.reading import IncomingMessage
from outreach.responses import matching, pointing
from outreach.responses.closing import pieces
from outreach.responses.matching import Index, LetterFacts
from outreach.responses.models import IncomingMail, ResponseLetter

MOST = 5
# How sure each sign alone makes us, of a hundred; a second sign adds a little.
POINTED_BY_STRANGER = {
    matching.BY_MESSAGE_ID: 80,
    matching.BY_ADDRESS: 75,
    matching.BY_SHOWN_ID: 65,
    matching.BY_REFERENCE: 60,
}
IN_THREAD = 65
QUOTES_REFERENCE = 60
ONLY_ONE_OPEN = 55
QUOTES_ADDRESS = 45
ONE_OF_SEVERAL_OPEN = 30
_FURTHER = 8
_MOST_SURE = 89
# What is only this likely stands in the list, and holds no reminder back.
WORTH_WAITING_FOR = 50
_FARTHEST = 100_000
_MOST_ADDRESSES = 40
# One run of the signs of addresses; each part is bounded, so that it is linear in the text.
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


@dataclass(frozen=True)
class Suggestion:
    """A letter that a mail may answer, why, and how sure we are (0 to 100)."""

    letter: LetterFacts
    reason: str
    confidence: int


@dataclass(frozen=True)
class _Clues:
    """What the mails of a batch hold besides what they point with, looked up together."""

    by_reference: Mapping[str, int]
    by_address: Mapping[str, Sequence[int]]
    by_thread: Mapping[str, Sequence[int]]
    letters: Mapping[int, LetterFacts]


def ranked(session: Session, messages: Sequence[IncomingMessage], index: Index) -> list[list[Suggestion]]:
    """The letters that each mail may answer, likeliest first, at most five; a fixed number of queries for all."""
    clues = _clues(session, messages)
    return [_ranked(_signs(message, index, clues)) for message in messages]


def _ranked(signs: Iterable[tuple[LetterFacts, str, int]]) -> list[Suggestion]:
    found: dict[int, list[tuple[LetterFacts, str, int]]] = defaultdict(list)
    for sign in signs:
        if sign[0].may_be_answered:
            found[sign[0].id].append(sign)
    suggestions = [_joined(of_letter) for of_letter in found.values()]
    return sorted(suggestions, key=lambda one: (-one.confidence, -one.letter.id))[:MOST]


def _joined(signs: Sequence[tuple[LetterFacts, str, int]]) -> Suggestion:
    sure = max(confidence for _, _, confidence in signs) + _FURTHER * (len(signs) - 1)
    return Suggestion(signs[0][0], " ".join(dict.fromkeys(reason for _, reason, _ in signs)), min(sure, _MOST_SURE))


def _signs(message: IncomingMessage, index: Index, clues: _Clues) -> Iterable[tuple[LetterFacts, str, int]]:
    sender = message.sender.address
    for letter, how, confidence in index.pointed_to(message):
        known = index.speaks_for(sender, letter) is not None
        whose = "" if known else f" {sender or 'Its sender'} lies outside the addressee's known domains."
        yield letter, f"It {how} {letter.reference}.{whose}", POINTED_BY_STRANGER.get(confidence, confidence)
    for identifier in pointing.identifiers(message):
        for number in clues.by_thread.get(identifier, ()):
            letter = clues.letters[number]
            yield letter, f"It goes on with mail that was filed with {letter.reference}.", IN_THREAD
    for word in _quoted_words(message):
        if word in clues.by_reference:
            yield clues.letters[clues.by_reference[word]], f"What it quotes names {word}.", QUOTES_REFERENCE
    for address in _addresses(message):
        for number in clues.by_address.get(address, ()):
            yield clues.letters[number], f"It shows {address}, where that letter went.", QUOTES_ADDRESS
    yield from _open(sender, index)


def _open(sender: str, index: Index) -> Iterable[tuple[LetterFacts, str, int]]:
    organisations = index.known.organisations(sender)
    letters = {letter.id: letter for number in organisations for letter in index.open_letters.get(number, ())}
    for letter in letters.values():
        if len(letters) == 1:
            yield letter, f"It is the only letter open with {sender}.", ONLY_ONE_OPEN
        else:
            yield letter, f"It is one of {len(letters)} open with {sender}.", ONE_OF_SEVERAL_OPEN


def _clues(session: Session, messages: Sequence[IncomingMessage]) -> _Clues:
    references = matching.letters_by_reference(session, {word for one in messages for word in _quoted_words(one)})
    addresses = _went_to(session, {each for one in messages for each in _addresses(one)})
    thread = _filed(session, {each for one in messages for each in pointing.identifiers(one)})
    numbers = {*references.values(), *(n for found in (addresses, thread) for some in found.values() for n in some)}
    return _Clues(references, addresses, thread, matching.letter_facts(session, numbers))


def _quoted_words(message: IncomingMessage) -> list[str]:
    return pointing.words_like_references(message.text[:_FARTHEST])


def _addresses(message: IncomingMessage) -> list[str]:
    """Addresses in the text, as a forwarded letter shows to whom it went."""
    found = dict.fromkeys(each.lower() for each in _ADDRESS.findall(message.text[:_FARTHEST]))
    return [each for each in found if each != message.sender.address.lower()][:_MOST_ADDRESSES]


def _went_to(session: Session, addresses: Collection[str]) -> Mapping[str, Sequence[int]]:
    """The latest letters that went to each of these addresses, a few of each."""
    found: dict[str, list[int]] = defaultdict(list)
    folded = func.lower(LetterRecipient.address)
    for piece in pieces(addresses):
        query = (
            select(folded, LetterVersion.letter_id)
            .join(LetterVersion, LetterVersion.id == LetterRecipient.letter_version_id)
            .where(folded.in_(piece))
            .group_by(folded, LetterVersion.letter_id)
            .order_by(LetterVersion.letter_id.desc())
        )
        for address, number in session.execute(query):
            if len(found[address]) < MOST:
                found[address].append(number)
    return found


def _filed(session: Session, identifiers: Collection[str]) -> Mapping[str, Sequence[int]]:
    """The letters that earlier mail with these Message-IDs was filed with."""
    found: dict[str, list[int]] = defaultdict(list)
    for piece in pieces(identifiers):
        query = (
            select(IncomingMail.message_id, ResponseLetter.letter_id)
            .join(ResponseLetter, ResponseLetter.response_id == IncomingMail.response_id)
            .where(IncomingMail.message_id.in_(piece))
        )
        for identifier, number in session.execute(query):
            found[identifier].append(number)
    return found
