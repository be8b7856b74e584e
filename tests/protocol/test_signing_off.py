"""Signing off wording: it counts for the words that were read, and for no others."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.errors import Invalid
from outreach.protocol.signing_off import SignOff, add, digest_of, file_of, read

LUCIA = SignOff(by="Lucía Example", on=date(2025, 3, 3), digests={"forms.ambassador": digest_of("Señor Embajador")})


def test_a_sign_off_counts_for_exactly_the_words_that_were_read(tmp_path):
    add(LUCIA, "es", tmp_path)
    signed = read("es", [tmp_path])
    assert signed.of("forms.ambassador", digest_of("Señor Embajador")) == LUCIA
    assert signed.of("forms.ambassador", digest_of("Excelencia")) is None
    assert signed.of("forms.royal", digest_of("Señor Embajador")) is None
    assert read("ru", [tmp_path]).records == ()


def test_the_file_is_readable_and_keeps_what_stood_in_it(tmp_path):
    add(LUCIA, "es", tmp_path)
    file = file_of("es", tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("[[signed-off]]", "# Her mail is in the file.\n[[signed-off]]"))
    words = SignOff(
        by='Omar "O" Example', on=date(2025, 4, 1), digests={"templates.thanks": "0" * 64}, evidence="a call", file="1" * 64
    )
    add(words, "es", tmp_path)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# Who has read wording that awaited a reader")
    assert 'by = "Lucía Example"\non = 2025-03-03\n' in text
    assert "# Her mail is in the file." in text
    assert read("es", [tmp_path]).records == (LUCIA, words)


def test_the_latest_sign_off_is_named(tmp_path):
    add(LUCIA, "es", tmp_path)
    add(SignOff(by="Omar Example", on=date(2025, 4, 1), digests=LUCIA.digests), "es", tmp_path)
    found = read("es", [tmp_path]).of("forms.ambassador", digest_of("Señor Embajador"))
    assert found is not None
    assert found.by == "Omar Example"


def test_line_ends_of_another_system_are_the_same_words():
    assert digest_of("# Title\r\n\r\nText\r\n") == digest_of("# Title\n\nText\n")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"by": " "}, "Say who read the wording"),
        ({"by": "A\nB"}, "name of the reader must be one line"),
        ({"by": "x" * 2000}, "name of the reader must be one line"),
        ({"evidence": "a\u202eb"}, "evidence must be one line"),
        ({"digests": {}}, "nothing to sign off"),
    ],
)
def test_a_sign_off_that_says_nothing_is_refused(tmp_path, change, words):
    fields = {"by": "Lucía Example", "on": date(2025, 3, 3), "digests": LUCIA.digests} | change
    with pytest.raises(Invalid, match=words):
        add(SignOff(**fields), "es", tmp_path)
    assert not file_of("es", tmp_path).exists()


@pytest.mark.parametrize("text", ["[[signed-off]", "x = 1", "[[signed-off]]\nby = 1", '[[signed-off]]\nby = "A"\non = "soon"'])
def test_a_file_that_cannot_be_read_is_named_and_not_written_over(tmp_path, text):
    file = file_of("es", tmp_path)
    file.parent.mkdir()
    file.write_text(text)
    for act in (lambda: read("es", [tmp_path]), lambda: add(LUCIA, "es", tmp_path)):
        with pytest.raises(Invalid, match=r"es\.signed-off\.toml cannot be read .*; mend that entry"):
            act()
    assert file.read_text() == text


@settings(max_examples=60)
@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_is_written_reads_back(tmp_path_factory, by, name):
    folder = tmp_path_factory.mktemp("office")
    try:
        add(SignOff(by=by, on=date(2025, 3, 3), digests={name: "a" * 64}, evidence=by), "es", folder)
    except Invalid:
        assert not file_of("es", folder).exists()
        return
    [record] = read("es", [folder]).records
    assert record.by.split() == by.split()
    assert list(record.digests) == [name]
