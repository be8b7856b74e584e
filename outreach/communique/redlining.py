"""What changed between two versions as a file: HTML, PDF, or DOCX with tracked changes that Word accepts and rejects.

It shows words, not their looks: accepting every change in Word gives the words of the newer version.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import digest_of
from outreach.communique import gathering, guarding, shelf, versions, wordings
from outreach.communique.comparing import Change, differences
from outreach.communique.models import CommuniqueVersion, ParagraphKind, Wording
from outreach.communique.secrets import Haystack, secrets
from outreach.communique.templating import Wording as Template
from outreach.communique.wordings import inlines_of
from outreach.config import SenderSettings
from outreach.errors import Refused
from outreach.journal import Actor, Role
from outreach.typesetting import (
    Block,
    Changed,
    Document,
    Emphasis,
    Footnote,
    Heading,
    Inline,
    Paragraph,
    Quotation,
    Style,
    Text,
    to_docx,
    to_pdf,
    words,
)
from outreach.typesetting.page import to_page

FORMATS = ("html", "pdf", "docx")
_LEVELS = {ParagraphKind.CHAPTER: 1, ParagraphKind.SUBHEAD: 2}


def compare(
    session: Session,
    old: CommuniqueVersion,
    new: CommuniqueVersion,
    template: Template,
    sender: SenderSettings,
    *,
    formats: Sequence[str],
    by: Actor,
    at: datetime,
) -> dict[str, bytes]:
    """The files that show what made `new` of `old`, by their names; whoever made the newer version stands as the author.

    Raises Refused for versions of two languages or two communiqués, and when a file would name somebody who may not be named,
    also where only the older version does.
    """
    by.must_be(Role.DRAFTER, "export what changed")
    if (old.communique_id, old.language) != (new.communique_id, new.language):
        raise Refused("Two versions of one communiqué in one language can be compared; name two such.")
    style = Style(
        timestamp=new.made_at,
        masthead=tuple(sender.in_language(new.language).masthead),
        running_header=new.title,
        footer=f"{template.words.version} {old.number} → {new.number}",
        mark=template.words.working,
        properties={"outreach-edition": "working"},
    )
    shown = document(old, new, template)
    stem = f"changes-{old.number}-{new.number}"
    files = {f"{stem}.{kind}": {"html": to_page, "pdf": to_pdf, "docx": to_docx}[kind](shown, style) for kind in formats}
    _must_not_leak(session, new, template, sender, shown, files)
    digests = {name: digest_of(content) for name, content in files.items()}
    journal.record(session, by, "compared", versions.subject(new), at=at, against=old.number, sha256=digests)
    return files


def _must_not_leak(
    session: Session,
    version: CommuniqueVersion,
    template: Template,
    sender: SenderSettings,
    shown: Document,
    files: Mapping[str, bytes],
) -> None:
    campaigns = shelf.campaigns_of(session, version.communique)
    material = gathering.gather(session, campaigns, until=version.made_at)
    own = Haystack("\n".join([template.source, *sender.masthead, sender.masthead_note, sender.place]))
    hidden = [one for one in secrets(session, campaigns, material) if not one.stands_in(own)]
    for name, content in files.items():
        guarding.must_not_leak(hidden, name, guarding.parts_of(content, name.rpartition(".")[2], shown))


def document(old: CommuniqueVersion, new: CommuniqueVersion, template: Template) -> Document:
    """Every paragraph of both versions, with what came and what went."""
    title = Emphasis((Text(f"{template.words.version} {old.number} → {new.number}"),))
    blocks = (Paragraph((title,)), *_blocks(old, new))
    return Document(language=new.language, title=new.title, blocks=blocks)


def _blocks(old: CommuniqueVersion, new: CommuniqueVersion) -> Iterator[Block]:
    labels = [wordings.labels(version.wordings, version.language) for version in (old, new)]
    was = {row.paragraph_id: row for row in old.wordings}
    now = {row.paragraph_id: row for row in new.wordings}
    for number in _order(old.wordings, new.wordings):
        before, after = was.get(number), now.get(number)
        row = after or before
        assert row is not None  # by the order
        texts = [plain(one, told) if one else "" for one, told in zip((before, after), labels, strict=True)]
        inlines = tuple(_inlines(texts[0], texts[1], new))
        yield _block(row, inlines, labels[1].get(number) if after else None)


def _order(old: Sequence[Wording], new: Sequence[Wording]) -> list[int]:
    """The paragraphs of the newer version; those that are gone stand after what they followed."""
    order = [row.paragraph_id for row in new]
    before: int | None = None
    for row in old:
        if row.paragraph_id not in order:
            order.insert(order.index(before) + 1 if before in order else 0, row.paragraph_id)
        before = row.paragraph_id
    return order


def plain(row: Wording, labels: Mapping[int, str]) -> str:
    """The words of a paragraph as they are read, its notes in brackets."""
    if row.paragraph.kind is ParagraphKind.QUOTATION:
        return " ".join(row.text.split())
    inlines = inlines_of(row.text, labels)
    return "".join(f" [{words(one.inlines)}]" if isinstance(one, Footnote) else words([one]) for one in inlines)


def _inlines(old: str, new: str, version: CommuniqueVersion) -> Iterator[Inline]:
    for piece in differences(old, new):
        text = (Text(piece.text),)
        if piece.change is Change.SAME:
            yield from text
        else:
            yield Changed(text, piece.change is Change.ADDED, version.made_by, version.made_at)


def _block(row: Wording, inlines: tuple[Inline, ...], label: str | None) -> Block:
    kind = row.paragraph.kind
    if kind in _LEVELS:
        return Heading(_LEVELS[kind], inlines, anchor=f"p{row.paragraph_id}")
    if kind is ParagraphKind.QUOTATION:
        return Quotation((Paragraph(inlines, anchor=f"p{row.paragraph_id}"),))
    if kind is ParagraphKind.SUBPARAGRAPH:
        return Paragraph(inlines, number=label.split(" ")[-1] if label else None, anchor=f"p{row.paragraph_id}", depth=1)
    return Paragraph(inlines, number=f"{label}." if label else None, anchor=f"p{row.paragraph_id}")
