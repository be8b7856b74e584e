"""Reading and coding on the desk: what is marked is exactly the words that were seen, with and without JavaScript."""

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.inputs import attribution, codebook, coding, reading, setting_aside, texts
from outreach.inputs.coding import Span
from outreach.inputs.models import AttributionLevel, Passage, Stance
from outreach.office import Office
from outreach.responses import shelf
from outreach.responses.models import ResponseKind
from outreach.web.inputs import as_received
from tests.cast import DANA, NOON, kenya, society
from tests.counting import asked
from tests.inputs.answers import answer, load_codebook, text_of
from tests.web.conftest import Visitor

Visit = Callable[[str | None], Visitor]
CONTENT = "The Forum should last. 🌍 It e\u0301volves.\r\nIts mandate\rmatters. <b>Bold</b> & “so”."
TEXTS = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), st.sampled_from("ab .\r\n\u0301\U0001f600<&'\"")
    ),
    min_size=1,
    max_size=60,
)


@pytest.fixture
def text(office: Office, tmp_path: Path) -> int:
    """An answer of the Open Net Society with one text; gives the number of the text."""
    with office.transaction() as session:
        load_codebook(session, tmp_path)
        return answer(session, CONTENT, organisation=society(session).organisation).id


def mark(office: Office, text: int, words: str, *codes: str, stance: Stance | None = None) -> int:
    with office.transaction() as session:
        found = texts.get(session, text)
        place = coding.find_words(found, words)
        themes = codebook.find_all(session, codes or ["wsis20-mandate"])
        return coding.mark(session, found, place.start, place.end, themes, stance=stance, by=DANA, at=NOON).id


def marked(office: Office) -> list[tuple[str, list[str]]]:
    with office.reading() as session:
        return [(coding.words(each), sorted(row.theme.code for row in each.themes)) for each in coding.passages(session)]


class Browser(HTMLParser):
    """Reads a page's pieces of text as a browser does: line ends of the source first, then character references."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[tuple[int, str]] = []
        self.inside = False
        self.feed(page.replace("\r\n", "\n").replace("\r", "\n"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = dict(attrs).get("data-start")
        self.inside = start is not None
        if start is not None:
            self.pieces.append((int(start), ""))

    def handle_data(self, data: str) -> None:
        if self.inside:
            start, before = self.pieces[-1]
            self.pieces[-1] = (start, before + data)

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def place(self, piece: int, units: int) -> int:
        """The place that the script sends for a boundary `units` UTF-16 units into a piece."""
        start, words = self.pieces[piece]
        before = words.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore")
        return start + len(before)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=TEXTS, spans=st.lists(st.tuples(st.integers(0, 59), st.integers(1, 20)), max_size=4), data=st.data())
def test_what_a_browser_sends_for_selected_words_gives_back_exactly_those_words(
    desk: Flask, content: str, spans: list[tuple[int, int]], data: st.DataObject
) -> None:
    places = [(number, Span(start, min(start + size, len(content)))) for number, (start, size) in enumerate(spans)]
    places = [(number, span) for number, span in places if span.start < span.end]
    laid = reading.segments(content, Span(0, len(content)), places)
    page = "".join(
        f'<a>{piece.beginning}</a><span data-start="{piece.start}">{as_received(piece.words)}</span>' for piece in laid
    )
    browser = Browser(page)
    assert "".join(words for _, words in browser.pieces) == content
    edges = [(number, at) for number, (_, words) in enumerate(browser.pieces) for at in range(len(words) + 1)]
    first, last = sorted(data.draw(st.lists(st.sampled_from(edges), min_size=2, max_size=2)))
    units = [len(browser.pieces[piece][1][:at].encode("utf-16-le")) // 2 for piece, at in (first, last)]
    start, end = browser.place(first[0], units[0]), browser.place(last[0], units[1])
    seen = [words for _, words in browser.pieces]
    if first[0] == last[0]:
        selected = seen[first[0]][first[1] : last[1]]
    else:
        selected = seen[first[0]][first[1] :] + "".join(seen[first[0] + 1 : last[0]]) + seen[last[0]][: last[1]]
    assert content[start:end] == selected


def test_the_page_of_a_text_holds_it_as_it_was_received(visit: Visit, office: Office, text: int) -> None:
    mark(office, text, "Forum should last. 🌍 It")
    mark(office, text, "last. 🌍 It e\u0301volves. Its mandate", "wsis20-youth")
    page = visit("drafter").get(f"/inputs/texts/{text}").text
    assert "".join(words for _, words in Browser(page).pieces) == CONTENT
    assert "<b>Bold" not in page
    assert 'class="desk-passage desk-passage-2"' in page
    assert "Passage 2 begins: wsis20-youth" in page


def post(visitor: Visitor, text: int, **form: Any) -> Any:
    return visitor.post(f"/inputs/texts/{text}", {"theme": ["wsis20:wsis20-mandate"], "stance": ""} | form, page="/")


def test_selected_words_are_marked_under_themes_with_stance_and_memo(visit: Visit, office: Office, text: int) -> None:
    visitor = visit("drafter")
    start = CONTENT.index("🌍")
    words = CONTENT[start : start + 30]
    themes = ["wsis20:wsis20-mandate", "iww:iww-4"]
    page = post(visitor, text, start=start, end=start + 30, words=words, theme=themes, stance="qualifies", memo="Check.").text
    assert "Passage 1 is marked." in page
    assert "Permanent mandate: qualifies" in page
    assert marked(office) == [(words.strip(), ["iww-4", "wsis20-mandate"])]
    assert "Check." in visitor.get("/inputs/passages/1").text


def test_without_a_script_words_are_pasted_or_sentences_chosen(visit: Visit, office: Office, text: int) -> None:
    visitor = visit("drafter")
    post(visitor, text, quote="Its mandate matters.", start="", end="")
    page = visitor.get(f"/inputs/texts/{text}?by=sentences").text
    firsts = re.findall(r'name="first" value="(\d+)"', page)
    lasts = re.findall(r'name="last" value="(\d+)"', page)
    post(visitor, text, first=firsts[1], last=lasts[1])
    assert marked(office) == [("🌍 It e\u0301volves.", ["wsis20-mandate"]), ("Its mandate\rmatters.", ["wsis20-mandate"])]


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({}, 422, "Say which words"),
        ({"quote": "not there"}, 409, "do not occur"),
        ({"quote": "should", "theme": []}, 422, "Tick the theme"),
        ({"start": "0", "end": "9", "words": "The other"}, 409, "select them again"),
        ({"start": "0", "end": "9999", "words": "x"}, 422, "is no span of it"),
        ({"first": "20", "last": "3"}, 422, "is no span of it"),
        ({"quote": "should", "theme": ["wsis20:none"]}, 422, "There is no theme"),
    ],
)
def test_what_cannot_be_marked_is_said_and_everything_typed_is_still_there(
    visit: Visit, office: Office, text: int, form: dict[str, Any], status: int, words: str
) -> None:
    response = post(visit("drafter"), text, memo="Kept memo", **form)
    assert response.status_code == status
    assert words in html.unescape(response.text)
    assert "Kept memo" in response.text
    if form.get("theme", True):
        assert re.search(r'value="wsis20:wsis20-mandate"[^>]*checked', response.text) or "none" in str(form)
    assert marked(office) == []


def test_only_a_substantive_answer_is_marked(visit: Visit, office: Office, text: int) -> None:
    with office.transaction() as session:
        shelf.get(session, 1).kind = ResponseKind.QUESTION
    visitor = visit("drafter")
    assert 'id="mark"' not in visitor.get(f"/inputs/texts/{text}").text
    assert post(visitor, text, quote="should").status_code == 409


def test_a_text_that_may_not_leave_carries_a_clear_mark(visit: Visit, office: Office, text: int) -> None:
    number = mark(office, text, "should last")
    visitor = visit("reader")
    places = (f"/inputs/texts/{text}", f"/inputs/passages/{number}", "/inputs/themes/2")
    for where in places:
        assert "No word of it leaves the office." in visitor.get(where).text, where
    with office.transaction() as session:
        level = AttributionLevel.ORGANISATION
        attribution.record(session, 1, level, said_on=NOON.date(), evidence="Box 2.", by=DANA, at=NOON)
    for where in places:
        assert "No word of it leaves the office." not in visitor.get(where).text, where


def test_a_theme_is_taken_off_a_passage_but_not_the_last(visit: Visit, office: Office, text: int) -> None:
    number = mark(office, text, "should last", "wsis20-mandate", "wsis20-youth")
    visitor = visit("drafter")
    assert "Take off Youth" in visitor.get(f"/inputs/passages/{number}").text
    visitor.post(f"/inputs/passages/{number}/themes/4/off", page="/")
    assert marked(office) == [("should last", ["wsis20-mandate"])]
    last = visitor.post(f"/inputs/passages/{number}/themes/2/off", page="/")
    assert last.status_code == 409
    assert "is the only theme of passage" in last.text


def test_a_passage_is_set_aside_with_a_reason_and_used_again(visit: Visit, office: Office, text: int) -> None:
    number = mark(office, text, "should last")
    visitor = visit("drafter")
    assert visitor.post(f"/inputs/passages/{number}/set-aside", {"reason": " "}, page="/").status_code == 422
    assert "Said twice." in visitor.post(f"/inputs/passages/{number}/set-aside", {"reason": "Said twice."}, page="/").text
    assert "1 set aside" in visitor.get("/inputs/").text
    assert "Said twice." in visitor.get("/inputs/themes/2").text
    assert "is used again" in visitor.post(f"/inputs/passages/{number}/take-back", page="/").text
    with office.reading() as session:
        assert setting_aside.all_in_force(session) == []


def test_an_answer_is_set_aside_from_its_page_and_used_again(visit: Visit, office: Office, text: int) -> None:
    visitor = visit("drafter")
    assert "unaccounted for" in visitor.get("/inputs/?account=open").text
    page = visitor.post("/inputs/responses/1/set-aside", {"reason": "Says nothing."}, page="/").text
    assert "Says nothing." in page
    again = visitor.post("/inputs/responses/1/set-aside", {"reason": "Once more."}, page="/")
    assert again.status_code == 409
    assert "is set aside already: Says nothing." in again.text
    assert "Answer 1 is used again." in visitor.post("/inputs/responses/1/take-back", page="/").text


def test_one_passage_may_be_named_otherwise_than_its_answer_and_the_stricter_counts(
    visit: Visit, office: Office, text: int
) -> None:
    number = mark(office, text, "should last")
    visitor = visit("drafter")
    visitor.post("/responses/1/attribution", {"level": "attributed", "said_on": "2025-01-27", "evidence": "Box 1."}, page="/")
    form = {"level": "group", "said_on": "2025-01-27", "evidence": "Asked for this sentence."}
    page = visitor.post(f"/inputs/passages/{number}/attribution", form, page="/").text
    assert "group: the stricter of what is recorded" in " ".join(page.split())
    assert "to be named: group" in visitor.get("/inputs/themes/2").text
    assert f"passage {number}</a>" in visitor.get("/responses/1").text


def test_themes_are_listed_with_their_counts_and_lead_to_their_passages(visit: Visit, office: Office, text: int) -> None:
    mark(office, text, "should last", "wsis20-mandate", stance=Stance.SUPPORTS)
    visitor = visit("reader")
    page = visitor.get("/inputs/themes").text
    assert re.search(r'href="/inputs/themes/2">Permanent mandate</a>.*?desk-numbers">1<', page, re.S)
    listed = visitor.get("/inputs/themes/2").text
    for words in ("should last", "Open Net Society", "supports", "to be named: confidential"):
        assert words in listed
    assert visitor.get("/inputs/themes/99").status_code == 404


def test_a_long_text_is_read_part_by_part_and_marked_where_it_stands(visit: Visit, office: Office, text: int) -> None:
    long = "A line of words. 🌍\n" * 4000 + "The last words of all."
    with office.transaction() as session:
        number = text_of(session, shelf.get(session, 1), long, origin="annex").id
    visitor = visit("drafter")
    page = post(visitor, number, quote="The last words of all.").text
    assert "Part 2 of 2" in page
    assert "The last words of all." in page
    assert len(visitor.get(f"/inputs/texts/{number}").text) < 250_000


def test_a_reader_reads_and_marks_nothing(visit: Visit, text: int) -> None:
    visitor = visit("reader")
    page = visitor.get(f"/inputs/texts/{text}").text
    assert 'id="mark"' not in page
    assert "The Forum should last." in page
    assert post(visitor, text, quote="should").status_code == 409


def test_words_that_were_altered_are_not_shown_as_marked(visit: Visit, office: Office, text: int) -> None:
    number = mark(office, text, "should last")
    with office.transaction() as session:
        session.get_one(Passage, number).sha256 = "0" * 64
    response = visit("reader").get(f"/inputs/passages/{number}")
    assert response.status_code == 422
    assert "are not those that were marked" in response.text


def test_pages_cost_few_queries_however_much_is_marked(visit: Visit, office: Office, text: int) -> None:
    with office.transaction() as session:
        load = [
            answer(session, f"Words number {number} here.", organisation=kenya(session).organisation)
            if number == 0
            else text_of(session, shelf.get(session, 2), f"Words number {number} here.", origin=f"part {number}")
            for number in range(20)
        ]
        ids = [each.id for each in load]
    for number, each in enumerate(ids):
        mark(office, each, f"number {number}", "wsis20-mandate", "wsis20-youth")
    visitor = visit("drafter")

    def queries(where: str) -> int:
        with asked(office.database.engine) as seen:
            assert visitor.get(where).status_code == 200
        return len([each for each in seen if each.startswith("SELECT")])

    for where in (
        "/inputs/",
        "/inputs/themes",
        "/inputs/themes/2",
        f"/inputs/texts/{ids[0]}",
        "/inputs/passages/1",
        "/responses/2",
    ):
        assert queries(where) <= 15, where


def test_themes_are_suggested_for_a_text_with_the_words_that_speak_for_them(visit: Visit, office: Office, text: int) -> None:
    page = visit("reader").get(f"/inputs/texts/{text}/suggestions").get_data(as_text=True)
    row = re.search(r"<tr>.*?Permanent mandate.*?</tr>", page, re.DOTALL)
    assert row
    assert "“mandate”" in row[0]
    assert marked(office) == []


def test_themes_stand_against_groups_with_the_voices_that_are_alone(visit: Visit, office: Office, text: int) -> None:
    mark(office, text, "should last", "wsis20-youth")
    page = visit("reader").get("/inputs/balance?book=wsis20").text
    assert "a single voice" in page
    assert re.search(r"technical community.*?Youth</a>", page, re.S)
    assert "Safe and secure" not in page
