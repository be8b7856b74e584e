"""Looking through a text paragraph by paragraph finds what looking through the whole of it would find."""

from hypothesis import example, given
from hypothesis import strategies as st

from outreach.letters import scanning
from outreach.letters.scanning import _COUNTED, _OF_THE_ANSWER, _SPEAKS
from outreach.letters.wording import unescaped

# Pieces of which what is looked for is made, and what can come between them.
WORDS = (
    "XXX TBD ??? Last_Name FirstName name insert date x Minister [sic] may can be attached enclosed enclosure Enclosures(2)"
    " peuvent ci-joint jointes pièces adjunto 附件(3) ** {{ }} {% %} \\[ \\]"
)
PIECES = st.sampled_from(["\n\n", "\n\n", " ", " ", *"\n ,.*()“”«»[]", *WORDS.split()])
TEXTS = st.lists(PIECES, max_size=25).map("".join)


@given(TEXTS)
def test_paragraphs_hold_the_whole_text_in_order(text: str) -> None:
    assert "\n\n".join(scanning.paragraphs(text)) == text


@example("A gap (\n\n\n) over paragraphs, “\n\n” and **\n\n**.")
@example("«\n\n» and [\n\nname of")
@example("Two , \n\n, three\n\n,")
@given(TEXTS)
def test_gaps_and_what_was_left_are_those_of_the_whole_text(text: str) -> None:
    found = list(scanning.scan(text))
    assert [gap for one in found for gap in one.gaps] == list(scanning.gaps(text))
    assert list(dict.fromkeys(what for one in found for what in one.left_over)) == list(scanning.left_over(unescaped(text)))
    counted = [(one[0], int(one[1])) for one in _COUNTED.finditer(text)]
    assert [each for one in found for each in one.counted] == counted


@example("Documents may\n\nbe attached.")
@example("Les pièces peuvent être\n\njointes.")
@given(TEXTS)
def test_what_speaks_of_enclosures_is_that_of_the_whole_text(text: str) -> None:
    for language, speaks in _SPEAKS.items():
        whole = speaks.search(_OF_THE_ANSWER.sub("", text)) is not None
        assert scanning.speaks_of_enclosures(text, language) is whole


def test_a_paragraph_that_many_letters_have_is_looked_through_once() -> None:
    before = scanning._scanned.cache_info()
    for number in range(50):
        list(scanning.scan(f"What they all say.\n\nAnd this is of letter {number} alone."))
    after = scanning._scanned.cache_info()
    assert after.misses - before.misses <= 51
    assert after.hits - before.hits >= 49
