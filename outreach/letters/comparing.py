"""Two wordings of a letter side by side: version against version, or a version against what its template would write now."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.archive import digest_of
from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.contacts.addressing import reach
from outreach.errors import NotFound, Refused
from outreach.letters import wishing
from outreach.letters.composed import Composed
from outreach.letters.composing import Composer
from outreach.letters.models import Letter, LetterVersion
from outreach.letters.tokens import Tokens

_PRINTED = str.maketrans("‘’‚‛“”„‟\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}", "''''\"\"\"\"   ")
_TOKENS = re.compile(r"\s+|\S+")
_ALIKE = 0.4  # of the words; lines less alike are shown as one that went and one that came
_NEAR = 20  # lines; how far the line that stands for another is looked for


class Kind(StrEnum):
    """What became of a line, or of a piece of one."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Piece:
    """Words of a line: the same, added or removed."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Change:
    """What became of one line; `pieces` are its words in order, those that went before those that came."""

    kind: Kind
    pieces: tuple[Piece, ...]

    @property
    def old(self) -> str:
        """The line as it was."""
        return "".join(piece.text for piece in self.pieces if piece.kind is not Kind.ADDED)

    @property
    def new(self) -> str:
        """The line as it is."""
        return "".join(piece.text for piece in self.pieces if piece.kind is not Kind.REMOVED)


def folded(text: str) -> str:
    """`text` as it counts: typed quotation marks and apostrophes for printed ones, every run of spaces as one space."""
    return " ".join(text.translate(_PRINTED).split())


def lines(old: str, new: str) -> list[Change]:
    """What becomes of each line of `old` on the way to `new`, blank lines left out.

    Lines that differ in spaces, or in printed against typed quotation marks, are the same line.
    """
    before, after = _lines(old), _lines(new)
    changes: list[Change] = []
    for tag, a, b, c, d in _steps([folded(line) for line in before], [folded(line) for line in after]):
        if tag == "equal":
            changes += [_whole(Kind.SAME, line) for line in after[c:d]]
        else:
            changes += _replaced(before[a:b], after[c:d])
    return changes


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def _steps(before: Sequence[str], after: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, before, after).get_opcodes()


def _whole(kind: Kind, line: str) -> Change:
    return Change(kind, (Piece(kind, line),))


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """Each line with the next one that is alike, word by word; what is like none as removed or added."""
    counts = [_count(line) for line in after]
    place = 0
    for line in before:
        count = _count(line)
        near = range(place, min(len(after), place + _NEAR))
        match = next((there for there in near if _are_alike(count, counts[there])), None)
        if match is None:
            yield _whole(Kind.REMOVED, line)
            continue
        yield from (_whole(Kind.ADDED, new) for new in after[place:match])
        yield Change(Kind.CHANGED, _words(line, after[match]))
        place = match + 1
    yield from (_whole(Kind.ADDED, new) for new in after[place:])


def _count(line: str) -> Counter[str]:
    return Counter(folded(line).casefold().split())


def _are_alike(one: Counter[str], other: Counter[str]) -> bool:
    return (one & other).total() >= _ALIKE * max(one.total(), other.total())


def _words(old: str, new: str) -> tuple[Piece, ...]:
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    pieces = []
    for tag, a, b, c, d in _steps([_token(word) for word in before], [_token(word) for word in after]):
        if tag == "equal":
            pieces.append(Piece(Kind.SAME, "".join(after[c:d])))
        else:
            pieces.append(Piece(Kind.REMOVED, "".join(before[a:b])))
            pieces.append(Piece(Kind.ADDED, "".join(after[c:d])))
    return tuple(piece for piece in pieces if piece.text)


def _token(word: str) -> str:
    return folded(word) or " "


def wording(written: LetterVersion | Composed) -> dict[str, str]:
    """What a reader sees, part by part, each line of a part on a line of its own."""
    if isinstance(written, Composed):
        recipients = [f"{kind} {address}" for kind, address, _name in written.recipients]
    else:
        recipients = [f"{one.kind} {one.address}" for one in written.recipients]
    return {
        "recipients": "\n".join(recipients),
        "address block": "\n".join(written.address_block),
        "subject": written.subject,
        "salutation": written.salutation,
        "text": written.body,
        "close": written.close,
        "questions": _questions(written),
        "enclosures": "\n".join(written.layout["enclosures"]),
        "enclosed files": "\n".join(f"{one.filename} ({one.sha256[:12]})" for one in written.enclosures),
        "copies": "\n".join(written.layout["copies"]),
    }


def _questions(written: LetterVersion | Composed) -> str:
    if isinstance(written, LetterVersion):
        return "\n".join(f"{one['code']}: {one['wording']}" for one in written.asked)
    return "\n".join(f"{one.code}: {one.wording}" for one in written.form.asked) if written.form else ""


def parts(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, list[Change]]:
    """The parts that differ, in the order of the letter, with what becomes of their lines."""
    found = {name: lines(old.get(name, ""), text) for name, text in new.items()}
    return {name: changes for name, changes in found.items() if differ(changes)}


def differ(changes: Iterable[Change]) -> bool:
    """Whether any line changed."""
    return any(change.kind is not Kind.SAME for change in changes)


def version(letter: Letter, number: int) -> LetterVersion:
    """The letter's version of that number; raises NotFound."""
    for one in letter.versions:
        if one.number == number:
            return one
    raise NotFound(f"{letter.reference} has no version {number}; it has 1 to {len(letter.versions)}.")


def campaign_of(letter: Letter) -> Campaign:
    """The campaign whose template can write this letter anew; raises Refused when none can."""
    if letter.campaign is None:
        raise Refused(f"{letter.reference} belongs to no campaign, so no template can write it anew.")
    if letter.version_now.template != letter.campaign.template:
        raise Refused(
            f"{letter.reference} was written by the template {letter.version_now.template}, its campaign writes by"
            f" {letter.campaign.template}; they cannot be compared."
        )
    return letter.campaign


def template_now(session: Session, letter: Letter, composer: Composer) -> Composed:
    """What the composer's template would write in place of `letter`, from the contacts as they stand.

    Raises Refused for a letter of no campaign or another template, Unwritable when its addressee cannot be written to now.
    """
    campaign = campaign_of(letter)
    post_ids = [addressee.post_id for addressee in letter.addressees]
    query = select(CampaignAddressee).filter_by(campaign_id=campaign.id).where(CampaignAddressee.post_id.in_(post_ids))
    lead = next((row for row in session.scalars(query.order_by(CampaignAddressee.id))), None)
    if lead is None:
        raise Refused(f"{letter.reference} is to nobody whom its campaign still writes to; nothing can be compared.")
    tokens = Tokens(letter.reply_token or "", letter.answer_token or "")
    wish = wishing.gather(session, campaign, [lead]).of(lead, tokens)
    stale_after = composer.sender.settings.office.stale_after_days
    found = {one.post_id: one for one in reach(session, post_ids, on=composer.dated, stale_after=stale_after)}
    composed = composer.compose(letter.reference, [found[post_id] for post_id in post_ids], wish)
    # Looked at and not kept.
    finished = composer.finished(composed, letter.reference, keep=digest_of)
    return composer.with_form(finished, letter.reference, tokens.answer, keep=digest_of)
