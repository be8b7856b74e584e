"""Taking in mail: every message is kept raw and filed, or waits with its reason; taking it in again adds nothing."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import Archive, digest_of
from outreach.journal import Actor, Role
from outreach.mail.arriving import MOST_BYTES, MOST_MESSAGES
from outreach.mail.reading import IncomingMessage, opened
from outreach.responses import closing, filing, matching, pointing, suggesting
from outreach.responses.matching import Judgement
from outreach.responses.models import IncomingMail, MailState, MailSuggestion, ResponseLetter
from outreach.responses.recognising import Recognised, by_bytes, recognise
from outreach.responses.suggesting import Suggestion

MATCHED_BY = "outreach"
CONTESTED = "Another message with the same Message-ID is here, and says something else."

Located = tuple[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of one message: `where` it stood, its number as mail, and whether it is new.

    `text` and `language` are what was written, for whoever reads on; both empty unless a response was made of it just now.
    """

    where: str
    mail: int
    is_new: bool
    state: MailState
    reason: str
    letters: tuple[str, ...] = ()
    response: int | None = None
    text: str = field(default="", repr=False)
    language: str = ""
    defects: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Desk:
    """Where and for whom mail is taken in."""

    session: Session
    archive: Archive
    own_addresses: frozenset[str]
    by: Actor
    at: datetime
    zone: tzinfo


def in_batches(messages: Iterable[Located]) -> Iterator[list[Located]]:
    """Cut a stream of messages into batches that are small enough to hold, and to commit one after another."""
    batch: list[Located] = []
    size = 0
    for where, raw in messages:
        if batch and (len(batch) >= MOST_MESSAGES or size + len(raw) > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((where, raw))
        size += len(raw)
    if batch:
        yield batch


def take_in(
    session: Session,
    archive: Archive,
    messages: Iterable[Located],
    *,
    by: Actor,
    at: datetime,
    own_addresses: Collection[str],
    zone: tzinfo = UTC,
) -> Iterator[Taken]:
    """Take in each message, given as (where it stands, its bytes), and say what became of it, in order.

    A message that answers letters by evidence becomes a response that nobody has read yet; every other one waits with its
    reason. `own_addresses` are the office's; `zone` is its time zone, in which the day of receipt is counted.

    Raises Refused unless `by` may log. One batch (see `in_batches`) costs a fixed number of queries and one journal entry.
    """
    by.must_be(Role.DRAFTER, "take in mail")
    desk = _Desk(session, archive, frozenset(address.lower() for address in own_addresses), by, at, zone)
    for batch in in_batches(messages):
        yield from _take_batch(desk, batch)


def _take_batch(desk: _Desk, batch: Sequence[Located]) -> list[Taken]:
    # Two imports of the same mailbox take turns from here: both would find a message new, and the second would fail.
    desk.session.get(journal.HeadRow, 1, with_for_update=True)
    digests = [digest_of(raw) for _, raw in batch]
    here = by_bytes(desk.session, digests)
    fresh = [place for place, digest in enumerate(digests) if digest not in here]
    read = dict(zip(fresh, _take_fresh(desk, [batch[place] for place in fresh]) if fresh else (), strict=True))
    return [read[place] if place in read else _repeated(where, here[digests[place]]) for place, (where, _) in enumerate(batch)]


def _take_fresh(desk: _Desk, batch: Sequence[Located]) -> list[Taken]:
    messages = [opened(raw) for _, raw in batch]
    recognised = recognise(desk.session, desk.archive, messages)
    new = [place for place, each in enumerate(recognised) if each.is_new]
    judged = dict(zip(new, _judged(desk, [(messages[place], recognised[place]) for place in new]), strict=True))
    judgements = {place: judgement for place, (judgement, _) in judged.items()}
    mails = {place: _mail(desk, *batch[place], messages[place], judgement) for place, judgement in judgements.items()}
    _file(desk, [(messages[place], judgement, mails[place]) for place, judgement in judgements.items()])
    desk.session.add_all(mails.values())
    desk.session.flush()
    _suggest(desk, {mails[place].id: suggestions for place, (_, suggestions) in judged.items()})
    _journal_batch(desk, list(mails.values()))
    taken = []
    for place, (where, _) in enumerate(batch):
        if place in mails:
            taken.append(_taken(where, mails[place], messages[place], judgements[place]))
        else:
            taken.append(_repeated(where, recognised[place].mail or mails[recognised[place].earlier or 0]))
    return taken


def _judged(desk: _Desk, messages: Sequence[tuple[IncomingMessage, Recognised]]) -> list[tuple[Judgement, list[Suggestion]]]:
    """What each mail answers; and of one that is to wait, what it may answer."""
    index = matching.index(desk.session, [message for message, _ in messages])
    judgements = [matching.judge(message, index, desk.own_addresses) for message, _ in messages]
    judgements = [
        _contested(judgement) if recognised.contested else judgement
        for judgement, (_, recognised) in zip(judgements, messages, strict=True)
    ]
    waiting = [place for place, judgement in enumerate(judgements) if not judgement.matches]
    suggestions = suggesting.ranked(desk.session, [messages[place][0] for place in waiting], index)
    ranked = dict(zip(waiting, suggestions, strict=True))
    return [(_with_best(judgement, ranked.get(n, [])), ranked.get(n, [])) for n, judgement in enumerate(judgements)]


def _with_best(judgement: Judgement, ranked: Sequence[Suggestion]) -> Judgement:
    if judgement.matches or judgement.suggestion or not ranked or ranked[0].confidence < suggesting.WORTH_WAITING_FOR:
        return judgement
    return replace(judgement, suggestion=ranked[0].letter)


def _contested(judgement: Judgement) -> Judgement:
    suggestion = judgement.suggestion or next((match.letter for match in judgement.matches), None)
    return replace(judgement, reason=CONTESTED, matches=(), suggestion=suggestion)


def _mail(desk: _Desk, where: str, raw: bytes, message: IncomingMessage, judgement: Judgement) -> IncomingMail:
    return IncomingMail(
        raw_sha256=desk.archive.keep(raw),
        message_id=message.message_id[:998],
        sender_address=message.sender.address[:320],
        sender_name=message.sender.name[:300],
        subject=message.subject,
        sent_at=message.date,
        in_reply_to=pointing.identifiers(message),
        taken_in_at=desk.at,
        source=where,
        state=MailState.FILED if judgement.matches else MailState.WAITING,
        reason=" ".join([judgement.reason, *message.defects]),
        automatic=message.automatic,
        kind=message.kind,
        returns_on=message.verdict.returns_on,
        deputy=message.verdict.deputy,
        suggested_letter_id=judgement.suggestion.id if judgement.suggestion else None,
    )


def _file(desk: _Desk, mails: Sequence[tuple[IncomingMessage, Judgement, IncomingMail]]) -> None:
    """Make a response of each mail that answers a letter."""
    letters = {match.letter.id for _, judgement, _ in mails for match in judgement.matches}
    due_by = closing.deadlines(desk.session, letters)
    for message, judgement, mail in mails:
        if judgement.matches:
            mail.response = filing.response_of(
                desk.archive,
                message,
                organisations=judgement.organisations,
                answers=_answers(judgement),
                due_by=due_by,
                by=desk.by,
                at=desk.at,
                zone=desk.zone,
            )


def _suggest(desk: _Desk, ranked: Mapping[int, Sequence[Suggestion]]) -> None:
    rows = [
        {"mail_id": number, "letter_id": one.letter.id, "reason": one.reason, "confidence": one.confidence}
        for number, suggestions in ranked.items()
        for one in suggestions
    ]
    if rows:
        desk.session.execute(insert(MailSuggestion), rows)


def _answers(judgement: Judgement) -> list[ResponseLetter]:
    return [
        ResponseLetter(letter_id=each.letter.id, reason=each.reason, confidence=each.confidence, matched_by=MATCHED_BY)
        for each in judgement.matches
    ]


def _journal_batch(desk: _Desk, mails: Sequence[IncomingMail]) -> None:
    if not mails:
        return
    rows = [{"mail": each.id, "raw": each.raw_sha256, "state": each.state, "response": each.response_id} for each in mails]
    journal.record(
        desk.session,
        desk.by,
        "took in",
        "incoming mail",
        at=desk.at,
        messages=len(mails),
        filed=sum(each.state is MailState.FILED for each in mails),
        first=mails[0].id,
        last=mails[-1].id,
        digest=journal.digest_of_rows(rows),
    )


def _taken(where: str, mail: IncomingMail, message: IncomingMessage, judgement: Judgement) -> Taken:
    return Taken(
        where=where,
        mail=mail.id,
        is_new=True,
        state=mail.state,
        reason=mail.reason,
        letters=tuple(match.letter.reference for match in judgement.matches),
        response=mail.response_id,
        text=message.text if judgement.matches else "",
        language=message.language if judgement.matches else "",
        defects=message.defects,
    )


def _repeated(where: str, mail: IncomingMail) -> Taken:
    said = f"It is here already as mail {mail.id}; nothing was added."
    return Taken(where=where, mail=mail.id, is_new=False, state=mail.state, reason=said)
