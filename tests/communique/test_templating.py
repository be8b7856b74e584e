"""A communiqué's template is words and blocks: filled in strictly, escaped, and the same blocks in every language."""

import shutil
from pathlib import Path

import pytest

from outreach.communique import templating
from outreach.communique.templating import Count, plain
from outreach.errors import Invalid, NotFound
from outreach.office import package_folder

SHIPPED = package_folder("communique")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The office's own copy of the template, to spoil."""
    shutil.copytree(SHIPPED / "wsis20", tmp_path / "wsis20")
    return tmp_path


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / "wsis20" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_shipped_template_has_the_same_paragraphs_in_every_language() -> None:
    english, french = (templating.find("wsis20", language, [SHIPPED]) for language in ("en", "fr"))
    assert english.paragraphs == french.paragraphs
    assert set(english.template.blocks) == set(french.template.blocks)
    for part in ("headings", "one", "of", "rows", "tables"):
        assert getattr(english.words, part).keys() == getattr(french.words, part).keys()


def test_the_office_template_stands_before_the_shipped_one(own: Path) -> None:
    spoil(own, "en.md", "{% block title %}Communiqué", "{% block title %}Our communiqué")
    assert templating.find("wsis20", "en", [own, SHIPPED]).write("title").startswith("Our communiqué")


def test_an_unknown_template_or_language_is_answered_with_what_there_is() -> None:
    with pytest.raises(NotFound, match="there are: summary, wsis20"):
        templating.find("other", "en", [SHIPPED])
    with pytest.raises(NotFound, match="it is in: en, fr"):
        templating.find("wsis20", "es", [SHIPPED])
    with pytest.raises(NotFound, match="no communiqué template"):
        templating.find("../wsis20", "en", [SHIPPED / "wsis20"])


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("en.md", "{% block received %}", "{% block else %}", "lacks the block received"),
        ("en.md", "{% block title %}", "{% block title ", "mend that line"),
        ("communique.toml", "extracts = 4", 'extracts = "four"', "communique.toml cannot be used"),
        ("communique.toml", "[words.en]", "[words.xx]", "communique.toml"),
    ],
)
def test_a_spoilt_template_is_refused_with_its_place(own: Path, file: str, old: str, new: str, says: str) -> None:
    spoil(own, file, old, new)
    with pytest.raises(Invalid, match=says):
        templating.find("wsis20", "en", [own])


@pytest.mark.parametrize("code", ["{{ nothing }}", "{{ n.__class__.__mro__ }}", "{{ (1).__class__ }}"])
def test_a_template_sees_its_values_and_nothing_else(own: Path, code: str) -> None:
    spoil(own, "en.md", "{% block title %}Communiqué", "{% block title %}" + code)
    with pytest.raises(Invalid, match="The block title of the template wsis20"):
        templating.find("wsis20", "en", [own]).write("title")


def test_counts_write_themselves_in_words_up_to_nine() -> None:
    number = templating.find("wsis20", "fr", [SHIPPED]).words.number
    assert [str(number(count)) for count in (0, 1, 9, 10, 1200)] == ["aucun", "un", "neuf", "10", "1200"]
    assert Count(3, ("no", "one")) == 3


def test_parts_are_listed_as_in_a_sentence() -> None:
    words = templating.find("wsis20", "en", [SHIPPED]).words
    assert [words.listed(parts) for parts in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


def test_values_from_outside_are_text_and_never_markup() -> None:
    assert plain("<b> *x* [y](https://z.example)\n# h") == r"\<b> \*x\* \[y\](https://z.example) # h"


def test_a_paragraph_may_be_broken_over_lines_in_the_file(own: Path) -> None:
    spoil(own, "en.md", "{% block title %}Communiqué of", "{% block title %}Communiqué\nof")
    assert templating.find("wsis20", "en", [own]).write("title").startswith("Communiqué of the")
