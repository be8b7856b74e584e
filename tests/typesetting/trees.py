"""Document trees for the tests: the standing ones, and any that hypothesis can think of."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from hypothesis import strategies as st

from outreach.typesetting import (
    Block,
    BulletList,
    Document,
    Emphasis,
    Footnote,
    Heading,
    Inline,
    LineBreak,
    Link,
    NumberedList,
    PageBreak,
    Paragraph,
    Quotation,
    Rule,
    Strong,
    Style,
    Table,
    Text,
)

DAY = datetime(2025, 1, 21, 9, 30, tzinfo=UTC)
STYLE = Style(timestamp=DAY)
# Each would act if some output took text for markup or code.
TRAPS = '#eval("1+1") $x$ *bold* _em_ `code` <b>tag</b> &amp; "quoted" \\n {{ name }} {% if %} [a](javascript:b) // @ref ~ --'


def plain(text: str) -> tuple[Inline, ...]:
    return (Text(text),)


def paragraph(text: str, **kind: str) -> Paragraph:
    return Paragraph(plain(text), **kind)


def document(*blocks: Block, language: str = "en", title: str = "A title", author: str = "The Panel") -> Document:
    return Document(language=language, title=title, author=author, blocks=blocks)


EVERYTHING = document(
    Heading(1, plain("I. Introduction"), anchor="intro"),
    Paragraph((Text("Opening "), Strong(plain("of weight")), Text(", "), Emphasis(plain("stress")), Text(".")), number="1."),
    Paragraph(
        (
            Text("See "),
            Link(plain("the site"), "https://igf.example/a?b=1&c=2"),
            Footnote(plain("As received.")),
            LineBreak(),
            Text("next line"),
        )
    ),
    NumberedList(((paragraph("first point"),), (paragraph("second point"), paragraph("with more"))), kind="letters"),
    NumberedList(((paragraph("fourth"),), (paragraph("fifth"),)), start=4),
    BulletList(((paragraph("outer"), BulletList(((paragraph("inner"),),))),)),
    Quotation((paragraph("Words of another"),), plain("Internet Society")),
    Table(
        (plain("Who"), plain("What")),
        ((plain("ISOC"), plain("Input one")), (plain("ICANN"), plain("Input two"))),
        (1, 3),
        plain("Inputs"),
    ),
    Rule(),
    PageBreak(),
    Heading(3, plain("Annex")),
    paragraph("Last words."),
)
WORDS_IN_ORDER = (
    "I. Introduction",
    "Opening",
    "of weight",
    "stress",
    "the site",
    "next line",
    "first point",
    "second point",
    "with more",
    "fourth",
    "fifth",
    "outer",
    "inner",
    "Words of another",
    "Internet Society",
    "Input one",
    "ICANN",
    "Annex",
    "Last words.",
)


def squeezed(text: str) -> str:
    """`text` without any space, to compare what is left when lines are broken anew."""
    return re.sub(r"\s+", "", text)


def leaves(part: object) -> Iterator[str]:
    """Every text in a tree."""
    if isinstance(part, Text):
        yield part.text
    elif isinstance(part, tuple):
        for inner in part:
            yield from leaves(inner)
    elif hasattr(part, "__dataclass_fields__"):
        for name in part.__dataclass_fields__:
            yield from leaves(getattr(part, name))


def assert_in_order(parts: Iterable[str], text: str) -> None:
    at = 0
    for part in parts:
        found = text.find(part, at)
        assert found >= 0, f"{part!r} does not follow in {text[at : at + 300]!r}"
        at = found + len(part)


any_text = st.one_of(st.text(max_size=40), st.text("#$*_<>&\"'\\[]()`~|-+=.:;!?« »/@^{}0aé \n", max_size=40))
hrefs = st.sampled_from(["https://igf.example/", "https://igf.example/?a=1&b='2'", "mailto:office@igf.example"])


def _within(inner: st.SearchStrategy[Inline]) -> st.SearchStrategy[Inline]:
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(several.map(Strong), several.map(Emphasis), several.map(Footnote), st.builds(Link, several, hrefs))


any_inline = st.recursive(st.one_of(any_text.map(Text), st.just(LineBreak())), _within, max_leaves=4)
any_inlines = st.lists(any_inline, max_size=3).map(tuple)
any_name = st.one_of(st.none(), any_text)
any_table = st.integers(1, 3).flatmap(
    lambda n: st.builds(
        Table,
        st.tuples(*[any_inlines] * n),
        st.lists(st.tuples(*[any_inlines] * n), max_size=2).map(tuple),
        st.just(()),
        any_inlines,
    )
)
leaf_block = st.one_of(
    st.builds(Heading, st.integers(1, 6), any_inlines, any_name),
    st.builds(Paragraph, any_inlines, any_name, any_name),
    any_table,
    st.just(Rule()),
    st.just(PageBreak()),
)


def _around(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    blocks = st.lists(inner, max_size=2).map(tuple)
    items = st.lists(blocks, max_size=2).map(tuple)
    return st.one_of(
        st.builds(Quotation, blocks, any_inlines, st.sampled_from([None, "ar", "fr"])),
        items.map(BulletList),
        st.builds(NumberedList, items, st.integers(1, 40), st.sampled_from(["numbers", "letters"])),
    )


any_block = st.recursive(leaf_block, _around, max_leaves=4)
any_blocks = st.lists(any_block, max_size=4).map(tuple)
any_document = st.builds(
    Document,
    language=st.sampled_from(["en", "fr", "es", "ru", "ar", "zh", "fr-CA"]),
    title=any_text,
    author=any_text,
    blocks=any_blocks,
)
