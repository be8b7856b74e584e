"""References, footnotes and sub-paragraphs: what a wording says besides Markdown, through every change of order."""

import contextlib
import re
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.communique import editing, ordering, wordings
from outreach.communique.composing import Edition
from outreach.communique.models import CommuniqueVersion, Paragraph, ParagraphKind, Wording
from outreach.errors import Invalid, OutreachError, Refused
from outreach.typesetting import Footnote, Reference, Text, words
from tests.cast import DANA, NOON
from tests.communique.world import CIVIL, PRIVATE, World

WHO = {"by": DANA, "at": NOON}


@pytest.fixture
def version(world: World) -> CommuniqueVersion:
    """A draft of two chapters, which people then write in."""
    for name, group in (("Alder Net", CIVIL), ("Birch Trade", PRIVATE)):
        world.said(world.organisation(name, group), f"{name} supports the Forum.")
    return world.draft()


def add(world: World, version: CommuniqueVersion, text: str, after: int, kind: str = "paragraph") -> Wording:
    return editing.add(world.session, version, ParagraphKind(kind), text, after=after, basis="plenary", **WHO)


def paragraphs(version: CommuniqueVersion) -> list[int]:
    return [row.paragraph_id for row in version.wordings if row.paragraph.kind is ParagraphKind.PARAGRAPH]


def test_a_reference_shows_the_number_that_is_printed_now(world: World, version: CommuniqueVersion) -> None:
    first, second, *_ = paragraphs(version)
    row = add(world, version, f"As paragraph {{¶{first}}} says.", paragraphs(version)[-1])
    editing.move(world.session, version, first, after=second, **WHO)
    assert "As paragraph 2 says." in world.markdown(version)
    assert row.text == f"As paragraph {{¶{first}}} says."


def test_sub_paragraphs_are_lettered_and_referred_to_as_in_each_language(world: World, version: CommuniqueVersion) -> None:
    last = paragraphs(version)[-1]
    one = add(world, version, "One thing;", last, "subparagraph")
    two = add(world, version, "Another.", one.paragraph_id, "subparagraph")
    add(world, version, f"See {{¶{two.paragraph_id}}}.", last)
    shown = world.markdown(version)
    number = len(paragraphs(version)) - 1
    assert "(a) One thing;" in shown
    assert "(b) Another." in shown
    assert f"See {number} (b)." in shown
    assert wordings.labels(version.wordings, "fr")[two.paragraph_id] == f"{number} b)"


def test_a_sub_paragraph_stands_under_a_paragraph(world: World, version: CommuniqueVersion) -> None:
    chapter = version.wordings[0].paragraph_id
    with pytest.raises(Refused, match="would stand under no paragraph"):
        add(world, version, "Alone.", chapter, "subparagraph")


def test_a_footnote_stands_at_the_foot_in_every_format(world: World, version: CommuniqueVersion) -> None:
    add(world, version, "The outcome^[See *A/RES/80/173* [1].] stands.", paragraphs(version)[-1])
    files = world.export(version, Edition.CLEAN)
    with zipfile.ZipFile(BytesIO(next(content for name, content in files.items() if name.endswith("docx")))) as package:
        assert "A/RES/80/173" in package.read("word/footnotes.xml").decode()
    assert re.search(r"\[\^\d+\]: See \*A/RES/80/173\*", world.markdown(version))


def test_a_quotation_in_a_footnote_must_be_one_too(world: World, version: CommuniqueVersion) -> None:
    with pytest.raises(Refused, match="stands in quotation marks"):
        add(world, version, "Said.^[“Nobody said this.”]", paragraphs(version)[-1])


def test_what_is_referred_to_cannot_be_removed_and_what_is_not_there_not_referred_to(
    world: World, version: CommuniqueVersion
) -> None:
    first = paragraphs(version)[0]
    row = add(world, version, f"As paragraph {{¶{first}}} says.", paragraphs(version)[-1])
    with pytest.raises(Refused, match=f"¶ {row.paragraph_id} refers to ¶ {first}"):
        editing.remove(world.session, version, first, "said twice", **WHO)
    with pytest.raises(Invalid, match="refer to ¶ 99999"):
        editing.edit(world.session, version, row.paragraph_id, "See {¶99999}.", basis="plenary", **WHO)


def test_a_word_document_counts_and_refers_by_fields(world: World, version: CommuniqueVersion) -> None:
    first = paragraphs(version)[0]
    add(world, version, f"As paragraph {{¶{first}}} says.", paragraphs(version)[-1])
    [content] = world.export(version, Edition.CLEAN, ("docx",)).values()
    with zipfile.ZipFile(BytesIO(content)) as package:
        document = package.read("word/document.xml").decode()
    assert f"REF _p{first} \\r \\h" in document
    assert f'w:name="_p{first}"' in document
    assert document.count("NumberedParagraph") == len(paragraphs(version))


KINDS = st.sampled_from(list(ParagraphKind))


@given(st.lists(KINDS, min_size=2, max_size=12), st.data())
def test_renumbering_keeps_every_reference(kinds: list[ParagraphKind], data: st.DataObject) -> None:
    """Whatever is moved, a reference shows the number that its paragraph is printed with, and leads to it."""
    kinds = [ParagraphKind.CHAPTER, ParagraphKind.PARAGRAPH, *kinds]
    rows = [
        Wording(paragraph_id=n, basis="", text=f"To {{¶{n}}}.", paragraph=Paragraph(kind=kind)) for n, kind in enumerate(kinds)
    ]
    for _ in range(data.draw(st.integers(0, 6))):
        number = data.draw(st.sampled_from([row.paragraph_id for row in rows]))
        with contextlib.suppress(OutreachError):
            rows = ordering.moved_up(rows, number) if data.draw(st.booleans()) else ordering.moved_down(rows, number)
    labels, printed = wordings.labels(rows, "en"), ordering.numbers(rows)
    assert sorted(row.paragraph_id for row in rows) == list(range(len(kinds)))
    for row in rows:
        found = [one for one in wordings.inlines_of(row.text, labels) if isinstance(one, Reference)]
        if row.paragraph.kind is ParagraphKind.PARAGRAPH:
            assert found == [Reference(str(printed[row.paragraph_id]), f"p{row.paragraph_id}")]
        assert wordings.referred(row.text) == [row.paragraph_id]


@given(st.text(alphabet="ab^[]\\{¶}1* \ue000", max_size=40))
def test_whatever_is_typed_is_shown(text: str) -> None:
    shown = wordings.inlines_of(text, {1: "7"})
    assert all(not re.search("[\ue000-\uf8ff]", words([one])) for one in shown)
    assert wordings.inlines_of("a^[b]", {}) == (Text("a"), Footnote((Text("b"),)))
