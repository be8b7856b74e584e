"""Answers by question on the desk: typed in, shown by respondent and by country, taken out as a spreadsheet."""

from collections.abc import Callable

from tests.web.conftest import Visitor

Visit = Callable[[str | None], Visitor]


def test_an_answer_is_typed_in_and_stands_under_its_question(visit_full: Visit) -> None:
    dana = visit_full("drafter")
    assert "Read them from what came" in dana.get("/answers/1").text
    assert "look at them" in (read := dana.get("/answers/1?read=1").text) or "type it in" in read
    dana.post("/answers/1", {"answer-trained": "412; 2024; <b>our</b> register", "answer-initiatives": "4"})
    for by in ("", "?by=country"):
        page = dana.get(f"/answers/of/wsis20-input{by}").text
        assert "412; 2024; &lt;b&gt;our&lt;/b&gt; register" in page
    assert b"our" in dana.get("/answers/of/wsis20-input/answers.csv").data
    assert dana.get("/answers/of/wsis20-input/answers.xlsx").data.startswith(b"PK")
