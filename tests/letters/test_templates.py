"""Templates: strict, sandboxed, and every value shows as the text it is."""

import os
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from outreach.errors import Invalid, NotFound, Refused
from outreach.letters import copying, templates
from outreach.letters.wording import BlankValue, escaped, unescaped
from outreach.office import package_folder


def shelve(folder: Path, body: str, subject: str = "About {{ organisation }}", name: str = "probe") -> templates.Shelved:
    home = folder / name
    home.mkdir(parents=True, exist_ok=True)
    (home / "letter.toml").write_text('title = "Probe"\npost_kinds = ["chair"]\n')
    (home / "en.md").write_text(f"# {subject}\n\n{body}\n", encoding="utf-8")
    return templates.find(name, [folder])


def write(folder: Path, body: str, **values: Any) -> str:
    return shelve(folder, body).wording("en").write({"organisation": "Probe & Sons", **values})[1]


@pytest.mark.parametrize("value", ["", "   ", None])
def test_a_missing_or_blank_value_refuses_the_draft_by_name(tmp_path: Path, value: str | None) -> None:
    with pytest.raises(BlankValue, match=r"no value for deadline.*probe \(en\)"):
        write(tmp_path, "By {{ deadline }}.", deadline=value)


def test_a_value_inside_a_value_is_missed_by_its_whole_name(tmp_path: Path) -> None:
    with pytest.raises(BlankValue, match=r"earlier\.reference"):
        write(tmp_path, "See {{ earlier.reference }}.", earlier={"date": "1 May 2025"})


def test_an_optional_value_may_be_absent(tmp_path: Path) -> None:
    body = "A.\n\n{% if personal is defined %}\n{{ personal }}\n\n{% endif %}\nB."
    assert write(tmp_path, body) == "A.\n\nB.\n"
    assert write(tmp_path, body, personal="Thank you.") == "A.\n\nThank you.\n\nB.\n"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("{% for i in x %}{% endfor %}", "for"),
        ("{{ 'a' * 100000000 }}", "mul"),
        ("{{ range(10) }}", "call"),
        ("{{ x | upper }}", "filter"),
        ("{% include 'other' %}", "include"),
        ("{% set x = 1 %}", "assign"),
        ("{% macro m() %}{% endmacro %}", "macro"),
        ("{{ x['y'] }}", "getitem"),
    ],
)
def test_a_template_shows_values_and_does_nothing_else(tmp_path: Path, body: str, what: str) -> None:
    with pytest.raises(Invalid, match=rf"line 3: a letter template may not use {what}"):
        shelve(tmp_path, body).wording("en")


def test_a_template_cannot_reach_behind_its_values(tmp_path: Path) -> None:
    with pytest.raises(BlankValue, match="__class__"):
        write(tmp_path, "{{ organisation.__class__ }}")


def test_a_broken_template_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"en\.md, line 4: .*mend that line"):
        shelve(tmp_path, "Fine.\n{{ broken").wording("en")


def test_a_wording_without_subject_is_refused(tmp_path: Path) -> None:
    shelve(tmp_path, "Body")
    (tmp_path / "probe" / "en.md").write_text("No subject.\n\nBody\n")
    with pytest.raises(Invalid, match="the first line must be"):
        templates.find("probe", [tmp_path]).wording("en")


def test_a_change_in_the_file_is_seen_at_once(tmp_path: Path) -> None:
    assert "Old" in write(tmp_path, "Old.")
    assert "New" in write(tmp_path, "New.")


def test_the_subject_is_plain_text(tmp_path: Path) -> None:
    shelved = shelve(tmp_path, "Body.")
    subject, _body = shelved.wording("en").write({"organisation": "*Stars* & _Bars_ [x]"})
    assert subject == "About *Stars* & _Bars_ [x]"


# What `escaped` is for: no text from outside becomes markup, whatever it holds.
LINES = st.text(alphabet=st.sampled_from(string.printable.replace("\r", "").replace("\x0b", "").replace("\x0c", "") + "éß李ع"))


@given(LINES)
def test_whatever_a_value_holds_it_shows_as_itself(value: str) -> None:
    paragraph = f"Before {escaped(value)} after"
    tokens = MarkdownIt("commonmark", {"html": False}).parse(paragraph)
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "softbreak", "hardbreak", "text_special"}
    shown = "".join(child.content for token in tokens for child in token.children or ())
    assert "".join(shown.split()) == "".join(f"Before {value} after".split())


@given(LINES)
def test_unescaping_gives_back_the_value_on_one_line(value: str) -> None:
    line = " ".join(value.split())
    assert unescaped(escaped(line)) == line


def test_the_offices_own_template_comes_before_the_shipped_one(tmp_path: Path) -> None:
    shelve(tmp_path, "Ours.", name="thanks")
    assert templates.find("thanks", [tmp_path, package_folder("letters")]).folder == tmp_path / "thanks"


@pytest.mark.parametrize("name", ["../thanks", "no-such", "", "_letterhead", "thanks/../thanks"])
def test_a_template_that_is_none_is_not_found_and_those_there_are_are_named(name: str) -> None:
    with pytest.raises(NotFound, match="input-request, invitation, member-state"):
        templates.find(name, [package_folder("letters")])


def test_copying_for_editing_remembers_the_origin_and_tells_of_later_improvements(tmp_path: Path) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    shelve(shipped, "As shipped.")
    copying.copy_for_editing("probe", [own, shipped])
    assert copying.changed_since("probe", [own, shipped]) == []
    shelve(shipped, "Improved.")
    [sentence] = copying.changed_since("probe", [own, shipped])
    assert "en.md has been improved since it was copied" in sentence
    with pytest.raises(Refused, match="has its own probe already"):
        copying.copy_for_editing("probe", [own, shipped])


def test_a_copy_under_another_name_does_not_break_the_list(tmp_path: Path) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    shelve(shipped, "As shipped.")
    copying.copy_for_editing("probe", [own, shipped]).rename(own / "mine")
    assert copying.changed_since("mine", [own, shipped]) == []
    shelve(shipped, "Improved.")
    assert len(copying.changed_since("mine", [own, shipped])) == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"template": 1}', b"\xff\xfe"])
def test_a_broken_record_of_the_origin_is_told_and_does_not_break_the_list(tmp_path: Path, content: bytes) -> None:
    shelve(tmp_path / "own", "Hello.")
    (tmp_path / "own" / "probe" / "origin.json").write_bytes(content)
    [sentence] = copying.changed_since("probe", [tmp_path / "own", package_folder("letters")])
    assert "origin.json cannot be read" in sentence


@pytest.mark.parametrize(
    "body", ["{{ x" + ".a" * 20_000 + " }}", "{% if a is defined %}" * 2_000 + "x" + "{% endif %}" * 2_000]
)
def test_a_template_of_endless_depth_is_refused_in_a_sentence(tmp_path: Path, body: str) -> None:
    with pytest.raises(Invalid, match=r"en\.md holds one thing within another too many times"):
        shelve(tmp_path, body).wording("en")


def test_settings_of_endless_depth_are_refused_in_a_sentence(tmp_path: Path) -> None:
    shelve(tmp_path, "Hello.")
    (tmp_path / "probe" / "letter.toml").write_text("title = " + "[" * 20_000)
    with pytest.raises(Invalid, match=r"letter\.toml cannot be read"):
        templates.find("probe", [tmp_path])


def test_a_pipe_in_the_place_of_a_wording_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    shelved = shelve(tmp_path, "Hello.")
    (tmp_path / "probe" / "en.md").unlink()
    os.mkfifo(tmp_path / "probe" / "en.md")
    with pytest.raises(Invalid, match=r"en\.md is no file"):
        shelved.wording("en")


def test_a_byte_order_mark_is_no_part_of_the_settings(tmp_path: Path) -> None:
    shelve(tmp_path, "Hello.")
    about = tmp_path / "probe" / "letter.toml"
    about.write_text(about.read_text(), encoding="utf-8-sig")
    assert templates.find("probe", [tmp_path]).about.title == "Probe"
