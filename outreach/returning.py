"""A reviewer's copy as it would come back from Word: words changed under tracking, and comments beside them.

The demonstration has no reviewers, so their hands are played here; the marks are those that Word writes (ECMA-376 part 1,
17.13).
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from outreach.errors import NotFound
from outreach.typesetting.docx_xml import quoted, shown

_TEXT = re.compile(r'<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t xml:space="preserve">([^<]*)</w:t></w:r>')
_SPACES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"


@dataclass(frozen=True)
class Hand:
    """Whose hand it is, and when."""

    author: str
    at: datetime

    def mark(self, name: str, number: int, content: str) -> str:
        """`content` under a mark of this hand."""
        at = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f'<w:{name} w:id="{number}" w:author={quoted(self.author)} w:date="{at}">{content}</w:{name}>'


@dataclass
class _Pages:
    document: str
    hand: Hand
    marks: int = 9000

    def replace(self, old: str, new: str) -> None:
        """Change the words `old`, which stand in one run, to `new`."""
        look, start, end = self._find(old)
        self.marks += 2
        gone = self.hand.mark("del", self.marks, _run(look, old, "delText")) if old else ""
        come = self.hand.mark("ins", self.marks + 1, _run(look, new, "t")) if new else ""
        self._put(old, look, start, end, gone + come)

    def comment(self, on: str, number: int) -> None:
        """Hang comment `number` on the words `on`."""
        look, start, end = self._find(on)
        mark = f'<w:r><w:commentReference w:id="{number}"/></w:r>'
        around = f'<w:commentRangeStart w:id="{number}"/>{_run(look, on, "t")}<w:commentRangeEnd w:id="{number}"/>{mark}'
        self._put(on, look, start, end, around)

    def _find(self, words: str) -> tuple[str, int, int]:
        for found in _TEXT.finditer(self.document):
            if shown(words) in found[2]:
                return found[1] or "", found.start(), found.end()
        raise NotFound(f"{words!r} stands in no run of the copy.")

    def _put(self, words: str, look: str, start: int, end: int, instead: str) -> None:
        found = _TEXT.fullmatch(self.document, start, end)
        assert found is not None  # found there before
        left, _, right = found[2].partition(shown(words))
        runs = "".join(
            f'<w:r>{look}<w:t xml:space="preserve">{part}</w:t></w:r>' if part else "" for part in (left, "\0", right)
        )
        runs = runs.replace(f'<w:r>{look}<w:t xml:space="preserve">\0</w:t></w:r>', instead)
        self.document = self.document[:start] + runs + self.document[end:]


def _run(look: str, words: str, tag: str) -> str:
    return f'<w:r>{look}<w:{tag} xml:space="preserve">{shown(words)}</w:{tag}></w:r>'


def returned(
    copy: bytes, hand: Hand, changes: Sequence[tuple[str, str]] = (), comments: Sequence[tuple[str, str]] = ()
) -> bytes:
    """`copy` with `changes` (old words, new words) and `comments` (words, what is said of them) by one hand."""
    with zipfile.ZipFile(io.BytesIO(copy)) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    pages = _Pages(parts["word/document.xml"], hand)
    for old, new in changes:
        pages.replace(old, new)
    for number, (on, _) in enumerate(comments):
        pages.comment(on, number)
    parts["word/document.xml"] = pages.document
    if comments:
        _add_comments(parts, hand, [said for _, said in comments])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part)
    return content.getvalue()


def _add_comments(parts: dict[str, str], hand: Hand, said: Sequence[str]) -> None:
    rows = "".join(
        hand.mark("comment", number, f'<w:p><w:r><w:t xml:space="preserve">{shown(words)}</w:t></w:r></w:p>')
        for number, words in enumerate(said)
    )
    parts["word/comments.xml"] = f'<?xml version="1.0" encoding="UTF-8"?><w:comments {_SPACES}>{rows}</w:comments>'
    types, relations = "[Content_Types].xml", "word/_rels/document.xml.rels"
    parts[types] = parts[types].replace("</Types>", f'<Override PartName="/word/comments.xml" ContentType="{_TYPE}"/></Types>')
    parts[relations] = parts[relations].replace(
        "</Relationships>", f'<Relationship Id="comments" Type="{_RELATION}" Target="comments.xml"/></Relationships>'
    )
