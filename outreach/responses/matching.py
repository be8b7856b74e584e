"""Which letters a mail answers, judged by evidence: never by a number alone, never by a name in a From header.

A letter counts as answered when the mail points to it (its Message-ID in the reply headers, the address that it gave for
answers, or its reference in the subject or the writer's own words) AND the sender is known for that letter's addressee, as is
whoever is to get our answer to it: a From header is easily forged, and a Reply-To elsewhere would bring the forger our next
letter. Anything less is a suggestion for a person.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.models import Post
from outreach.letters.models import Letter, LetterAddressee, LetterRecipient, LetterState, LetterVersion, RecipientKind
from outreach.letters.tokens import address_tokens
from outreach.mail.reading import IncomingMessage, MailClass
from outreach.responses import closing, knowing, shelf
from outreach.responses.closing import MAY_BE_ANSWERED, pieces
from outreach.responses.pointing import Signs, signs_of

BY_MESSAGE_ID = 100
BY_ADDRESS = 95
BY_REFERENCE = 90
BY_SHOWN_ID = 85


@dataclass(frozen=True)
class LetterFacts:
    """What matching must know of a letter: to whom it went."""

    id: int
    reference: str
    state: LetterState
    organisations: tuple[int, ...] = ()
    recipients: frozenset[str] = frozenset()

    @property
    def may_be_answered(self) -> bool:
        """Whether it may have reached somebody."""
        return self.state in MAY_BE_ANSWERED


@dataclass(frozen=True)
class Match:
    """A letter that a mail answers: why we think so, how sure (0 to 100), and the organisations that speak."""

    letter: LetterFacts
    reason: str
    confidence: int
    organisations: tuple[int, ...]


@dataclass(frozen=True)
class Judgement:
    """What a mail answers. Without matches it waits, with a letter to suggest where there is one."""

    reason: str
    matches: tuple[Match, ...] = ()
    suggestion: LetterFacts | None = None

    @property
    def organisations(self) -> tuple[int, ...]:
        """Who speaks in the mail."""
        return tuple(dict.fromkeys(number for match in self.matches for number in match.organisations))


@dataclass(frozen=True)
class Index:
    """The letters and senders that a number of mails speak of, looked up together.

    `signs` are each mail's, by the digest of the mail; `open_letters` the letters of organisations that wrote without pointing
    to one.
    """

    signs: dict[str, Signs]
    by_message_id: dict[str, LetterFacts]
    by_token: dict[str, LetterFacts]
    by_reference: dict[str, LetterFacts]
    known: knowing.Known
    open_letters: dict[int, list[LetterFacts]] = field(default_factory=dict)

    def pointed_to(self, message: IncomingMessage) -> list[tuple[LetterFacts, str, int]]:
        """The letters that a mail points to, by its reply headers first: letter, how, how sure."""
        found: dict[int, tuple[LetterFacts, str, int]] = {}
        signs = self.signs[message.raw_sha256]
        for words, known, how, confidence in (
            (signs.answered, self.by_message_id, "replies to the Message-ID of", BY_MESSAGE_ID),
            (signs.tokens, self.by_token, "was sent to the address for answers to", BY_ADDRESS),
            (signs.named, self.by_reference, "names the reference of", BY_REFERENCE),
            (signs.shown, self.by_message_id, "shows the Message-ID of", BY_SHOWN_ID),
        ):
            for word in words:
                if letter := known.get(word):
                    found.setdefault(letter.id, (letter, how, confidence))
        return list(found.values())

    def is_for_answers(self, address: str) -> bool:
        """Whether `address` is one that we gave for answers to a letter, so that mail from it comes from ourselves."""
        return any(token in self.by_token for token in address_tokens(address))

    def speaks_for(self, sender: str, letter: LetterFacts) -> tuple[int, ...] | None:
        """The addressees of `letter` whom `sender` may speak for; None when the sender is not known for it.

        Empty when the letter went to that very address, and it cannot be said to which of several addressees it belongs.
        """
        known = self.known.organisations(sender)
        speaking = tuple(number for number in letter.organisations if number in known)
        if speaking:
            return speaking
        if sender.lower() in letter.recipients:
            return letter.organisations if len(letter.organisations) == 1 else ()
        return None


def index(session: Session, messages: Sequence[IncomingMessage]) -> Index:
    """Look up what `messages` speak of: only their own identifiers, words and senders, with a few queries for all."""
    signs = {each.raw_sha256: signs_of(each) for each in messages}
    ids = _letters_by_message_id(session, {each for found in signs.values() for each in (*found.answered, *found.shown)})
    ours = {token for message in messages for token in address_tokens(message.sender.address)}
    addressed = _letters_by_token(session, ours.union(*(found.tokens for found in signs.values())))
    references = letters_by_reference(session, {word for found in signs.values() for word in found.named})
    facts = letter_facts(session, {*ids.values(), *addressed.values(), *references.values()})
    senders = {message.sender.address for message in messages}
    known = knowing.known(session, senders.union(*(_answered_at(message) for message in messages)))
    looked_up = Index(
        signs,
        by_message_id={identifier: facts[number] for identifier, number in ids.items()},
        by_token={token: facts[number] for token, number in addressed.items()},
        by_reference={reference: facts[number] for reference, number in references.items()},
        known=known,
    )
    unpointed = {message.sender.address for message in messages if not looked_up.pointed_to(message)}
    speaking = {number for sender in unpointed for number in known.organisations(sender)}
    return replace(looked_up, open_letters=open_letters(session, speaking))


def _answered_at(message: IncomingMessage) -> list[str]:
    """Where answers to a mail are to go, when it says so."""
    return [each.address for each in message.reply_to if each.address]


def _letters_by_message_id(session: Session, wanted: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for piece in pieces(wanted):
        query = select(LetterVersion.message_id, LetterVersion.letter_id).where(LetterVersion.message_id.in_(piece))
        found.update(session.execute(query).all())
    return found


def _letters_by_token(session: Session, wanted: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for piece in pieces(wanted):
        rows = session.execute(select(Letter.reply_token, Letter.id).where(Letter.reply_token.in_(piece)))
        found.update((token, number) for token, number in rows if token)
    return found


def letters_by_reference(session: Session, wanted: Collection[str]) -> dict[str, int]:
    """The letters with these references, by their numbers."""
    found: dict[str, int] = {}
    for piece in pieces(wanted):
        found.update(session.execute(select(Letter.reference, Letter.id).where(Letter.reference.in_(piece))).all())
    return found


def letter_facts(session: Session, letter_ids: Collection[int]) -> dict[int, LetterFacts]:
    """What matching must know of these letters."""
    organisations = shelf.organisations_of(session, letter_ids)
    recipients = _recipients(session, letter_ids)
    found: dict[int, LetterFacts] = {}
    for piece in pieces(letter_ids):
        for number, reference, state in session.execute(
            select(Letter.id, Letter.reference, Letter.state).where(Letter.id.in_(piece))
        ):
            went_to = frozenset(recipients.get(number, ()))
            found[number] = LetterFacts(number, reference, state, tuple(organisations[number]), went_to)
    return found


def _recipients(session: Session, letter_ids: Collection[int]) -> dict[int, set[str]]:
    """The To addresses of each letter; whoever only had a copy does not answer for the addressee."""
    found: dict[int, set[str]] = {}
    for piece in pieces(letter_ids):
        query = (
            select(LetterVersion.letter_id, LetterRecipient.address)
            .join(LetterVersion, LetterVersion.id == LetterRecipient.letter_version_id)
            .where(LetterVersion.letter_id.in_(piece), LetterRecipient.kind == RecipientKind.TO)
        )
        for letter_id, address in session.execute(query):
            found.setdefault(letter_id, set()).add(address.lower())
    return found


def open_letters(session: Session, organisation_ids: Collection[int]) -> dict[int, list[LetterFacts]]:
    """The letters to each of these organisations that may have arrived and are not closed by a response."""
    pairs: list[tuple[int, int]] = []
    for piece in pieces(organisation_ids):
        query = (
            select(Post.organisation_id, LetterAddressee.letter_id)
            .join(Post, Post.id == LetterAddressee.post_id)
            .join(Letter, Letter.id == LetterAddressee.letter_id)
            .where(Post.organisation_id.in_(piece), Letter.state.in_(MAY_BE_ANSWERED))
            .order_by(Post.organisation_id, LetterAddressee.letter_id)
            .distinct()
        )
        pairs.extend(session.execute(query).all())
    closed = closing.closed(session, {letter_id for _, letter_id in pairs})
    facts = letter_facts(session, {letter_id for _, letter_id in pairs} - closed)
    found: dict[int, list[LetterFacts]] = {}
    for organisation_id, letter_id in pairs:
        if letter_id in facts:
            found.setdefault(organisation_id, []).append(facts[letter_id])
    return found


def judge(message: IncomingMessage, index: Index, own_addresses: Collection[str]) -> Judgement:
    """Say which letters a mail answers, or why it must wait for a person."""
    pointed = index.pointed_to(message)
    suggestion = next((letter for letter, _, _ in pointed if letter.may_be_answered), None)
    sender = message.sender.address
    if sender.lower() in own_addresses or index.is_for_answers(sender):
        return Judgement(f"It comes from our own address {sender}.", suggestion=suggestion)
    if message.automatic:
        return Judgement(f"A machine sent it ({message.automatic}); it is no answer.", suggestion=suggestion)
    if message.kind is not MailClass.HUMAN:
        return Judgement(f"It was sent to many or is unwanted ({message.kind}: {message.verdict.why}).", suggestion=suggestion)
    if not sender:
        return Judgement("It has no sender address that can be read.", suggestion=suggestion)
    if pointed:
        return _judge_pointed(message, pointed, index, suggestion)
    return _judge_unpointed(sender, index)


def _judge_pointed(
    message: IncomingMessage, pointed: Iterable[tuple[LetterFacts, str, int]], index: Index, suggestion: LetterFacts | None
) -> Judgement:
    sender = message.sender.address
    matches, doubts = [], []
    for letter, how, confidence in pointed:
        speaking = index.speaks_for(sender, letter)
        elsewhere = next((each for each in _answered_at(message) if index.speaks_for(each, letter) is None), None)
        if not letter.may_be_answered:
            doubts.append(shelf.never_left(letter.reference, letter.state))
        elif speaking is None:
            doubts.append(f"It {how} {letter.reference}, but {sender} is not known for that letter's addressee.")
        elif elsewhere is not None:
            doubts.append(
                f"It {how} {letter.reference}, but answers to it are to go to {elsewhere}, "
                "which is not known for that letter's addressee."
            )
        else:
            reason = f"It {how} {letter.reference}, and {sender} is known for its addressee."
            matches.append(Match(letter, reason, confidence, speaking))
    said = " ".join([*(match.reason for match in matches), *doubts])
    return Judgement(said, tuple(matches), None if matches else suggestion)


def _judge_unpointed(sender: str, index: Index) -> Judgement:
    organisations = index.known.organisations(sender)
    if not organisations:
        return Judgement(f"It names no letter, and {sender} is not known here.")
    letters = {letter.id: letter for number in organisations for letter in index.open_letters.get(number, ())}
    if len(letters) == 1:
        (letter,) = letters.values()
        return Judgement(f"It names no letter; {letter.reference} is the only one open with {sender}.", suggestion=letter)
    count = f"{len(letters)} letters are open" if letters else "no letter is open"
    return Judgement(f"It names no letter; {count} with {sender}.")
