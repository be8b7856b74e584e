"""From a copy that came back to proposals: every change and comment at its paragraph, by person; the rest is listed too.

Paragraphs are known by the bookmarks that the copy was sent with, so that it does not matter where they stand now. What came
back is compared with what was sent: changes count also where tracking was switched off.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from outreach.communique.reviews import ProposalKind
from outreach.typesetting import Document, Paragraph, to_markdown
from outreach.typesetting.docx_tracking import DocxComment, TrackedParagraph, TrackedText, after, authors, before
from outreach.typesetting.tree import Inline

_ANCHOR = re.compile(r"_p(\d{1,9})(?:_\d+)?")
# A chapter's or sub-head's mark, which is no part of its words.
_MARK = re.compile(r"(?:[IVXLC]+|[A-Z]|\d+)\\?\.\s+")


@dataclass(frozen=True, kw_only=True)
class Found:
    """A proposal as it was found; `author` is blank where the file does not say who it was."""

    kind: ProposalKind
    paragraph: int | None = None
    follows: int | None = None
    author: str = ""
    before: str = ""
    text: str = ""
    at: datetime | None = None


@dataclass
class _Sorted:
    """The paragraphs of a file by the lasting number of what they stand under, and those that stand under nothing."""

    known: dict[int, list[TrackedParagraph]] = field(default_factory=lambda: defaultdict(list))
    loose: list[tuple[TrackedParagraph, int | None]] = field(default_factory=list)
    place: list[int | None] = field(default_factory=list)  # of each paragraph of the file, what it stands under
    order: list[int] = field(default_factory=list)


def find_all(sent: TrackedText, back: TrackedText, headings: Iterable[int] = ()) -> list[Found]:
    """Everything that `back` proposes of what was `sent`; `headings` are those whose printed mark is not of their words."""
    was, now = _sort(sent), _sort(back)
    marked = frozenset(headings)
    texts = {number: _text(parts, None, number in marked) for number, parts in was.known.items()}
    found = [
        one for number in texts for one in _of_paragraph(number, texts[number], now.known.get(number, []), number in marked)
    ]
    found += _loose(was, now)
    return [*_moves(found), *(_comment(comment, now) for comment in back.comments)]


def _sort(text: TrackedText) -> _Sorted:
    done = _Sorted()
    last: int | None = None
    for paragraph in text.paragraphs:
        numbers = [int(found[1]) for anchor in paragraph.anchors if (found := _ANCHOR.fullmatch(anchor))]
        grown = numbers and numbers[0] in done.known and _wholly(paragraph, came=True)
        if numbers and not grown:
            last = numbers[0]
            done.known[last].append(paragraph)
            if last not in done.order:
                done.order.append(last)
        else:
            done.loose.append((paragraph, last))
        done.place.append(numbers[0] if numbers else None)
    return done


def _wholly(paragraph: TrackedParagraph, *, came: bool) -> bool:
    """Whether every word of it came, or went."""
    fates = [one.came if came else one.went for one in paragraph.stretches if one.piece.text.strip()]
    return bool(fates) and all(fate is not None for fate in fates)


def _text(parts: Sequence[TrackedParagraph], author: str | None, marked: bool, *, original: bool = False) -> str:
    """The words of a paragraph as Markdown: as they were, with what one author did, or with all changes."""
    inlines = [before(part) if original else after(part, author) for part in parts]
    text = "\n\n".join(filter(None, map(markdown, inlines)))
    return _MARK.sub("", text, count=1) if marked and _MARK.match(text) else text


def markdown(inlines: tuple[Inline, ...]) -> str:
    """Inlines as the Markdown of one paragraph."""
    return to_markdown(Document(language="en", title="", blocks=(Paragraph(inlines),))).strip() if inlines else ""


def _of_paragraph(number: int, sent: str, parts: Sequence[TrackedParagraph], marked: bool) -> Iterator[Found]:
    if not parts:
        yield Found(kind=ProposalKind.REMOVAL, paragraph=number, before=sent)
        return
    own = _text(parts, None, marked, original=True)
    if own != sent:
        # Tracking was off for this one: nobody knows whose hand it was but whose copy.
        yield _change(number, sent, own, "", None)
    for author in authors(parts):
        at = next((touch.at for part in parts for touch in part.touches if touch.author == author), None)
        text = _text(parts, author, marked)
        if text != own:
            yield _change(number, own, text, author, at)
    if any(part.foreign for part in parts):
        yield Found(kind=ProposalKind.UNPLACED, paragraph=number, text="A picture or another object was put in.")
    if len(parts) > 1 and any(part.came for part in parts):
        yield Found(kind=ProposalKind.UNPLACED, paragraph=number, before=sent, text="The paragraph was divided in two.")


def _change(number: int, old: str, new: str, author: str, at: datetime | None) -> Found:
    kind = ProposalKind.CHANGE if new else ProposalKind.REMOVAL
    return Found(kind=kind, paragraph=number, before=old, text=new, author=author, at=at)


def _loose(was: _Sorted, now: _Sorted) -> Iterator[Found]:
    """What stands under no bookmark: new paragraphs, and changes of what is no paragraph of the text (its title, a label)."""
    known: dict[str, int] = defaultdict(int)
    for paragraph, _ in was.loose:
        known[markdown(after(paragraph))] += 1
    for paragraph, follows in now.loose:
        original, text = markdown(before(paragraph)), markdown(after(paragraph))
        author, at = _who(paragraph)
        if known[original] > 0:
            known[original] -= 1
            if text != original:
                yield Found(kind=ProposalKind.UNPLACED, before=original, text=text, author=author, at=at, follows=follows)
        elif _wholly(paragraph, came=True) and _wholly(paragraph, came=False):
            continue
        elif _wholly(paragraph, came=False) and not _wholly(paragraph, came=True):
            yield Found(kind=ProposalKind.UNPLACED, before=original, author=author, at=at, follows=follows)
        elif text and not paragraph.in_table and follows is not None:
            yield Found(kind=ProposalKind.INSERTION, follows=follows, paragraph=follows, text=text, author=author, at=at)
        elif text or original:
            yield Found(kind=ProposalKind.UNPLACED, before=original, text=text, author=author, at=at, follows=follows)
    for left, count in known.items():
        if left and count > 0:
            yield Found(kind=ProposalKind.UNPLACED, before=left, text="")


def _who(paragraph: TrackedParagraph) -> tuple[str, datetime | None]:
    touch = next(paragraph.touches, None)
    return (touch.author, touch.at) if touch else ("", None)


def _moves(found: Sequence[Found]) -> Iterator[Found]:
    """A paragraph that went and one with the same words that came are one that moved."""
    came = {one.text: one for one in found if one.kind is ProposalKind.INSERTION}
    gone = {one.before: one for one in found if one.kind is ProposalKind.REMOVAL and one.before in came}
    for one in found:
        if one.kind is ProposalKind.REMOVAL and gone.get(one.before) is one:
            target = came[one.before]
            yield replace(
                one, kind=ProposalKind.MOVE, follows=target.follows, text=one.before, author=one.author or target.author
            )
        elif not (one.kind is ProposalKind.INSERTION and one.text in gone and came[one.text] is one):
            yield one


def _comment(comment: DocxComment, now: _Sorted) -> Found:
    number = now.place[comment.place] if comment.place is not None and comment.place < len(now.place) else None
    kind = ProposalKind.COMMENT if number is not None else ProposalKind.UNPLACED
    return Found(kind=kind, paragraph=number, before=comment.on, text=comment.text, author=comment.author, at=comment.at)
