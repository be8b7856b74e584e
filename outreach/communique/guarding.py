"""The last look before anything leaves: every quotation is what was received, and nobody is named who may not be."""

import html
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from outreach.communique import basing, wordings
from outreach.communique.gathering import Extract
from outreach.communique.models import CommuniqueVersion, ParagraphKind, Wording
from outreach.communique.naming import Naming
from outreach.communique.secrets import Haystack, Secret
from outreach.errors import Refused
from outreach.inputs import coding
from outreach.inputs.models import Passage
from outreach.typesetting import Document, Heading, Paragraph, from_markdown, to_text, words

_QUOTED = re.compile('“([^“”]+)”|«([^«»]+)»|„([^„“]+)“|"([^"]+)"')
_MARKS = re.compile('[“”«»„"]')
# So wide that no name is broken over lines.
_ONE_LINE = 1_000_000_000
_ATTRIBUTE = re.compile(r"""\s[\w:.-]+=["']([^"']*)["']""")
_XMP = re.compile(rb"<\?xpacket begin.*?<\?xpacket end", re.DOTALL)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def must_be_verbatim(session: Session, version: CommuniqueVersion) -> None:
    """Raise Refused, naming passage and paragraph, unless every quotation is word for word what was received; one query."""
    sources = {source.passage_id for row in version.wordings for source in row.sources}
    query = select(Passage).where(Passage.id.in_(sources)).options(joinedload(Passage.text))
    passages = {passage.id: passage for passage in session.scalars(query)}
    for place, row in places(version):
        if row.paragraph.kind is ParagraphKind.QUOTATION:
            _must_be_words(row.text, passages[row.sources[0].passage_id], place)
        elif row.sources or row.basis.startswith(basing.PEOPLE):
            _must_quote(row, passages, place)


def places(version: CommuniqueVersion) -> Iterator[tuple[str, Wording]]:
    """Each wording with what a reader calls its place; a quotation stands under the paragraph before it."""
    number = 0
    for row in version.wordings:
        number += row.paragraph.kind is ParagraphKind.PARAGRAPH
        yield f"paragraph {number}" if number else "the heading", row


def _must_be_words(text: str, passage: Passage, place: str) -> None:
    try:
        received = coding.words(passage)
    except coding.Altered as error:
        raise Refused(
            f"Nothing was exported: {place} quotes passage {passage.id}, but the text it stands in was altered."
        ) from error
    if text != received:
        raise Refused(
            f"Nothing was exported: the quotation of passage {passage.id} under {place} is not what was received; "
            "draft the communiqué anew."
        )


def _must_quote(row: Wording, passages: Mapping[int, Passage], place: str) -> None:
    """Whatever stands between quotation marks in a paragraph is in one of its passages."""
    fault = misquoted(row.text, (coding.words(passages[source.passage_id]) for source in row.sources))
    if fault is not None:
        numbers = ", ".join(str(source.passage_id) for source in row.sources)
        where = f"in passages {numbers}" if numbers else "in any passage, for it rests on none"
        raise Refused(f"Nothing was exported: {place} puts words in quotation marks that are not {where}: {fault!r}.")


def quotations(text: str) -> list[str]:
    """What stands between quotation marks in a paragraph's Markdown, as a reader sees it."""
    return ["".join(parts) for parts in _QUOTED.findall(_shown(text))]


def misquoted(text: str, said: Iterable[str]) -> str | None:
    """The first words in quotation marks that are in none of the texts `said`, or that no mark closes; else None."""
    found = quotations(text)
    known = [" ".join(one.split()) for one in said] if found else []
    for quoted in found:
        if not any(" ".join(quoted.split()) in one for one in known):
            return quoted
    rest = _QUOTED.sub("", _shown(text))
    astray = _MARKS.search(rest)
    return rest[astray.start() :][:60] if astray else None


def _shown(text: str) -> str:
    return to_text([Paragraph(wordings.inlines_of(text, {}))], width=_ONE_LINE) if "^[" in text else _words(text)


def _words(text: str) -> str:
    return " ".join(words(block.inlines) for block in from_markdown(text) if isinstance(block, Paragraph | Heading))


def must_still_appear(version: CommuniqueVersion, extracts: Mapping[int, Extract]) -> None:
    """Raise Refused, naming passage and paragraph, when a passage that is quoted, or that people's words rest on, was since
    withdrawn, set aside or made confidential."""
    for place, row in places(version):
        quoted = row.paragraph.kind is ParagraphKind.QUOTATION
        gone = [source.passage_id for source in row.sources if source.passage_id not in extracts]
        if gone and quoted:
            raise Refused(
                f"Nothing was exported: passage {gone[0]}, quoted under {place}, may no longer appear; "
                "draft the communiqué anew, or remove the quotation."
            )
        if gone and basing.by_people(row.basis):
            raise Refused(
                f"Nothing was exported: {place} rests on passage {gone[0]}, which may no longer appear; "
                "take the passage from its sources and what it says from its words."
            )


def must_not_name_in_words(secrets: Sequence[Secret], version: CommuniqueVersion) -> None:
    """Raise Refused, naming the paragraph, when words that people wrote would name somebody who may not be named."""
    for place, row in places(version):
        haystack = Haystack(_shown(row.text))
        for secret in secrets:
            if basing.by_people(row.basis) and secret.stands_in(haystack):
                raise Refused(
                    f"Nothing was exported: {place} (¶ {row.paragraph_id}) says {secret.word!r}, which names the author of "
                    f"response {secret.response}, who may not be named; choose other words."
                )


def must_name_nobody(
    secrets: Sequence[Secret], version: CommuniqueVersion, extracts: Mapping[int, Extract], naming: Naming
) -> None:
    """Raise Refused, naming the passage, when its words or label would name somebody who may not be named."""
    quoted = {
        row.sources[0].passage_id: f" (quoted under {place})"
        for place, row in places(version)
        if row.paragraph.kind is ParagraphKind.QUOTATION
    }
    for number, extract in extracts.items():
        said = Haystack(f"{extract.words}\n{extract.original}\n{naming.of_extract(extract).text}")
        for secret in secrets:
            if secret.stands_in(said):
                raise Refused(
                    f"Nothing was exported: passage {number}{quoted.get(number, '')} holds {secret.word!r}, which names the "
                    f"author of response {secret.response}, who may not be named; set the passage aside or mark other words."
                )


def must_not_leak(secrets: Sequence[Secret], name: str, parts: Mapping[str, str]) -> None:
    """Raise Refused, naming file and part, when a file that is about to leave would name somebody who may not be named."""
    for part, text in parts.items():
        haystack = Haystack(text)
        for secret in secrets:
            if secret.stands_in(haystack):
                raise Refused(
                    f"Nothing was exported: {name} ({part}) would hold {secret.word!r}, which names the author of response "
                    f"{secret.response}, who may not be named; look for it in the template and in the settings."
                )


def parts_of(content: bytes, kind: str, document: Document) -> dict[str, str]:
    """All text of a file by its parts, metadata among them: of Markdown, a DOCX package, or a PDF.

    A PDF's text is that of the tree that it was set from: its own bytes are packed, and chance would find short words in them.
    """
    if kind == "docx":
        return _docx_parts(content)
    # Without the marks of Markdown, which may stand within a name.
    read = {"text": to_text(document.blocks, width=_ONE_LINE, language=document.language)}
    if kind == "md":
        return {**read, "source": _ESCAPE.sub(r"\1", content.decode())}
    if kind == "html":
        return {**read, "source": html.unescape(re.sub(r"<[^>]*>", "", content.decode()))}
    packets = b"\n".join(_XMP.findall(content)).decode("utf-8", "replace")
    return {**read, "metadata": f"{document.title}\n{document.author}\n{_xml_text(packets)}"}


def _docx_parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {name: f"{name}\n{_xml_text(package.read(name).decode('utf-8', 'replace'))}" for name in package.namelist()}


def _xml_text(source: str) -> str:
    """What an XML part says: its text, which may be cut into runs, and its attributes; not the names of its vocabularies."""
    attributes = [value for value in _ATTRIBUTE.findall(source) if not value.startswith("http://")]
    lines = re.sub(r"</w:p>|<w:(?:br|tab)/>", "\n", source)
    return html.unescape("\n".join([re.sub(r"<[^>]*>", "", lines), *dict.fromkeys(attributes)]))
