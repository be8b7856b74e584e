"""The communiqué at the desk: read beside its record, edited, compared, exported."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, select

from outreach.communique import ordering, shelf
from outreach.communique.models import Communique, CommuniqueVersion, Paragraph, ParagraphKind, Wording
from outreach.inputs.models import PassageTheme
from outreach.office import Office
from tests.web.conftest import Visitor

Visit = Callable[[str | None], Visitor]
AT = "/communique/wsis20/1/en"


def office_of(desk: Flask) -> Office:
    found: Office = desk.extensions["office"]
    return found


@contextmanager
def version_of(desk: Flask, number: int = 1) -> Iterator[CommuniqueVersion]:
    """A version as it stands in the database."""
    with office_of(desk).reading() as session:
        yield shelf.whole(session, "wsis20", number, "en")


def paragraph(desk: Flask, basis: str, number: int = 1) -> int:
    """The lasting number of the first paragraph with this basis."""
    with version_of(desk, number) as version:
        return next(row.paragraph_id for row in version.wordings if row.basis == basis)


def text_of(desk: Flask, lasting: int) -> str:
    with version_of(desk) as version:
        return version.wordings[ordering.find(version.wordings, lasting)].text


@pytest.fixture
def dana(visit_full: Visit) -> Visitor:
    """A drafter in the demonstration office."""
    return visit_full("drafter")


def test_an_office_without_a_communique_says_so(visit: Visit) -> None:
    page = visit("reader").get("/communique/").text
    assert "No communiqué is drafted yet." in page
    assert "Draft a version</h2>" not in page


def test_versions_are_listed_and_a_new_one_is_drafted(dana: Visitor) -> None:
    assert "Version 1" in dana.get("/communique/").text
    page = dana.post("/communique/", {"slug": "wsis20", "language": "en"}).text
    assert "A version is drafted." in page
    assert "Version 2" in page


def test_a_new_communique_without_a_campaign_is_refused_with_what_was_typed(dana: Visitor) -> None:
    response = dana.post("/communique/", {"slug": "another", "language": "fr"})
    assert response.status_code == 422
    assert "draws on the answers to one campaign at least" in response.text
    assert 'value="another"' in response.text


def test_a_version_shows_numbered_paragraphs_beside_what_they_rest_on(full_desk: Flask, dana: Visitor) -> None:
    page = dana.get(AT).text
    assert '<span class="desk-numbers">1.</span>' in page
    assert "From the record, word for word: passage 4," in page
    assert '<blockquote class="desk-words desk-record">A forum that must be argued for again' in page
    assert re.search(r"Passage 61 · .+ · (attributed|organisation|group) ·", page)


def test_a_reader_reads_and_is_offered_nothing_to_do(visit_full: Visit) -> None:
    page = visit_full("reader").get(AT).text
    assert "A forum that must be argued for again" in page
    assert "/edit" not in page
    assert ">Edit<" not in page
    assert "New version from this" not in page


def test_a_paragraph_is_looked_at_before_it_is_saved(full_desk: Flask, dana: Visitor) -> None:
    one = paragraph(full_desk, "template:preamble_decision")
    where, before = f"{AT}/paragraphs/{one}", text_of(full_desk, one)
    shown = mark(dana.get(where).text)
    page = dana.post(where, {"version": shown, "text": "The Panel *met* <script>x</script>.", "preview": "Preview"}).text
    assert "<em>met</em> &lt;script&gt;x&lt;/script&gt;." in page
    assert text_of(full_desk, one) == before
    assert "Saved." in dana.post(where, {"version": shown, "text": "The Panel *met*.", "submit": "Save"}).text
    assert text_of(full_desk, one) == "The Panel *met*."


def mark(page: str) -> str:
    """What the form carries of the state that was read."""
    found = re.search(r'name="version"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("button", ["preview", "submit"])
def test_two_editors_are_told_and_no_words_are_lost(full_desk: Flask, dana: Visitor, visit_full: Visit, button: str) -> None:
    where = f"{AT}/paragraphs/{paragraph(full_desk, 'template:preamble_decision')}"
    shown = mark(dana.get(where).text)
    visit_full("keeper").post(where, {"version": shown, "text": "The keeper's words.", "submit": "Save"})
    response = dana.post(where, {"version": shown, "text": "Dana's words.", button: "x"})
    assert response.status_code == 409
    assert "was changed meanwhile by somebody else; your words are still in the form" in response.text
    assert "Dana&#39;s words.</textarea>" in response.text
    assert "<p>The keeper's words.</p>" in response.text.replace("&#x27;", "'")
    after_a_look = {"version": mark(response.text), "text": "Both our words.", "submit": "Save"}
    assert "Saved." in dana.post(where, after_a_look).text


def test_words_in_quotation_marks_that_nobody_wrote_are_refused_and_stay_in_the_form(full_desk: Flask, dana: Visitor) -> None:
    where = f"{AT}/paragraphs/{paragraph(full_desk, 'counts:supports')}"
    response = dana.post(where, {"version": mark(dana.get(where).text), "text": "“Abolish it.”", "submit": "Save"})
    assert response.status_code == 409
    assert "stands in quotation marks, but not so in passages" in response.text
    assert "“Abolish it.”</textarea>" in response.text


def test_a_paragraph_is_added_after_another_and_needs_something_to_rest_on(full_desk: Flask, dana: Visitor) -> None:
    where = f"{AT}/paragraphs/{paragraph(full_desk, 'template:preamble_decision')}/add"
    new = {"version": mark(dana.get(where).text), "kind": "paragraph", "text": "We thank all."}
    refused = dana.post(where, new)
    assert refused.status_code == 409
    assert "rests on nothing" in refused.text
    assert "We thank all.</textarea>" in refused.text
    assert "12x" in dana.post(where, {**new, "passages": "12x"}).text
    page = dana.post(where, {**new, "basis": "plenary"}).text
    assert page.index("considered the twenty-year review") < page.index("We thank all.") < page.index("The Panel agreed")
    assert "people:plenary" in page


def test_of_two_who_add_paragraphs_the_second_is_told_and_keeps_the_words(
    full_desk: Flask, dana: Visitor, visit_full: Visit
) -> None:
    where = f"{AT}/paragraphs/{paragraph(full_desk, 'template:preamble_decision')}/add"
    shown = {"version": mark(dana.get(where).text), "kind": "paragraph", "basis": "plenary"}
    assert "Added." in visit_full("keeper").post(where, {**shown, "text": "The keeper thanks all."}).text
    told = dana.post(where, {**shown, "text": "Dana thanks all."})
    assert told.status_code == 409
    assert "was changed meanwhile by somebody else; your words are still in the form" in told.text
    assert "Dana thanks all.</textarea>" in told.text
    assert "Dana thanks" not in dana.get(AT).text
    page = dana.post(where, {**shown, "version": mark(told.text), "text": "Dana thanks all."}).text
    assert "Dana thanks all." in page
    assert "The keeper thanks all." in page


@pytest.mark.parametrize("act", [{"add": "4"}, {"drop": "51"}])
def test_of_two_who_change_what_a_paragraph_rests_on_the_second_is_told(
    full_desk: Flask, dana: Visitor, visit_full: Visit, act: dict[str, str]
) -> None:
    one = paragraph(full_desk, "counts:opposes")
    where = f"{AT}/paragraphs/{one}/sources"
    shown = {"version": mark(dana.get(where).text)}
    assert "Saved." in visit_full("keeper").post(where, {**shown, "add": "28"}).text
    told = dana.post(where, {**shown, **act})
    assert told.status_code == 409
    assert "was changed meanwhile by somebody else" in told.text
    assert sources_of(full_desk, one)[-1] == 28
    assert 4 not in sources_of(full_desk, one)
    assert "Saved." in dana.post(where, {"version": mark(told.text), **act}).text


def sources_of(desk: Flask, lasting: int) -> list[int]:
    with version_of(desk) as version:
        return [source.passage_id for source in version.wordings[ordering.find(version.wordings, lasting)].sources]


def test_a_paragraph_is_removed_with_a_reason(full_desk: Flask, dana: Visitor) -> None:
    one = paragraph(full_desk, "template:preamble_caveat")
    where = f"{AT}/paragraphs/{one}/remove"
    shown = mark(dana.get(where).text)
    assert "Say why" in dana.post(where, {"version": shown, "reason": ""}).text
    page = dana.post(where, {"version": shown, "reason": "said elsewhere"}).text
    assert f"¶ {one} is removed." in page
    assert f'id="p{one}"' not in page


def test_paragraphs_change_places_and_an_old_page_moves_nothing(full_desk: Flask, dana: Visitor) -> None:
    one = paragraph(full_desk, "template:preamble_outreach")
    where = f"{AT}/paragraphs/{one}/move"
    with version_of(full_desk) as version:
        counter = version.version
        place = ordering.numbers(version.wordings)[one]
    moved = dana.post(where, {"version": counter, "way": "up"}, page=AT)
    assert moved.status_code == 200, moved.text
    with version_of(full_desk) as version:
        assert ordering.numbers(version.wordings)[one] == place - 1
    response = dana.post(where, {"version": counter, "way": "up"}, page=AT)
    assert response.status_code == 409
    assert "nothing was moved" in response.text


def test_passages_are_found_by_theme_and_words_then_bound_and_taken_off(full_desk: Flask, dana: Visitor) -> None:
    where = f"{AT}/paragraphs/{paragraph(full_desk, 'counts:opposes')}/sources"
    with office_of(full_desk).reading() as session:
        theme = session.scalars(select(PassageTheme.theme_id).filter_by(passage_id=4)).first()
    page = dana.get(f"{where}?theme={theme}&words=argued+for").text
    assert "Bind passage 4<" in page
    assert "Bind passage 28<" not in page
    assert "No passage is found." in dana.get(f"{where}?words=nobody+said+this").text
    page = dana.post(where, {"version": mark(page), "add": "4"}).text
    assert "Take off passage 4<" in page
    page = dana.post(where, {"version": mark(page), "drop": "51"}).text
    assert "Bind passage 51<" in page
    assert "would rest on nothing" in dana.post(where, {"version": mark(page), "drop": "4"}).text


def test_what_is_not_used_is_listed_with_what_is_set_aside(full_desk: Flask, dana: Visitor) -> None:
    assert "Every passage that may appear is used." in dana.get(f"{AT}/unused").text
    with office_of(full_desk).transaction() as session:
        version = shelf.whole(session, "wsis20", 1, "en")
        for row in version.wordings:
            for source in row.sources:
                if source.passage_id == 4 and row.paragraph.kind is not ParagraphKind.QUOTATION:
                    session.delete(source)
    one = next_quotation(full_desk, 4)
    dana.post(f"{AT}/paragraphs/{one}/remove", {"version": mark(dana.get(f"{AT}/paragraphs/{one}/remove").text), "reason": "x"})
    page = dana.get(f"{AT}/unused").text
    assert "Passages that no paragraph rests on (1)" in page
    assert "A forum that must be argued for again" in page


def next_quotation(desk: Flask, passage: int) -> int:
    with version_of(desk) as version:
        rows = [row for row in version.wordings if row.paragraph.kind is ParagraphKind.QUOTATION]
        return next(row.paragraph_id for row in rows if row.sources[0].passage_id == passage)


def test_a_new_version_is_made_from_one_and_compared_with_it(full_desk: Flask, dana: Visitor) -> None:
    assert "Version 2 begins with the words of version 1." in dana.post(f"{AT}/copy", page=AT).text
    new = AT.replace("/1/", "/2/")
    assert "The words and sources are the same." in dana.get(f"{new}/compare").text
    where = f"{new}/paragraphs/{paragraph(full_desk, 'template:preamble_decision')}"
    dana.post(where, {"version": mark(dana.get(where).text), "text": "The Panel met online.", "submit": "Save"})
    page = dana.get(f"{new}/compare?against=1").text
    assert "<ins>" in page
    assert "<del>" in page
    assert page.count("<article") == 1


def test_a_version_in_review_is_closed_and_only_an_approver_adopts_it(dana: Visitor, visit_full: Visit) -> None:
    page = dana.post(f"{AT}/state", {"state": "in-review"}, page=AT).text
    assert "Version 1 is in review." in page
    assert ">Adopt<" not in page
    assert "/paragraphs/" not in page
    assert dana.post(f"{AT}/state", {"state": "adopted"}, page=AT).status_code == 409
    assert ">Adopt<" in visit_full("approver").get(AT).text
    assert "Version 1 is adopted." in visit_full("approver").post(f"{AT}/state", {"state": "adopted"}, page=AT).text
    assert dana.post(f"{AT}/state", {"state": "nonsense"}, page=AT).status_code == 409


@pytest.mark.parametrize(("kind", "start"), [("md", b""), ("docx", b"PK"), ("pdf", b"%PDF")])
@pytest.mark.parametrize("edition", ["working", "clean"])
def test_both_editions_are_downloaded(dana: Visitor, kind: str, start: bytes, edition: str) -> None:
    response = dana.post(f"{AT}/export", {"format": kind, "edition": edition}, page=AT)
    assert response.status_code == 200
    assert response.data.startswith(start)
    name = "communique-working" if edition == "working" else "communique"
    assert f"filename={name}.{kind}" in response.headers["Content-Disposition"]


def test_an_export_that_is_refused_says_which_quotation(full_desk: Flask, dana: Visitor) -> None:
    with office_of(full_desk).transaction() as session:
        row = session.scalars(select(Wording).where(Wording.text.startswith("A forum that must be argued"))).one()
        row.text = "A forum that need not be argued for."
    response = dana.post(f"{AT}/export", {"format": "md", "edition": "clean"}, page=AT)
    assert response.status_code == 409
    assert "the quotation of passage 4 under paragraph 7 is not what was received" in response.text
    assert dana.post(f"{AT}/export", {"format": "exe", "edition": "clean"}, page=AT).status_code == 409


def test_a_long_version_is_read_page_by_page_in_few_queries(full_desk: Flask, dana: Visitor) -> None:
    with office_of(full_desk).transaction() as session:
        version = shelf.whole(session, "wsis20", 1, "en")
        communique = session.scalars(select(Communique).filter_by(slug="wsis20")).one()
        place, numbered = len(version.wordings), len(ordering.numbers(version.wordings))
        for n in range(160):
            kind = ParagraphKind.CHAPTER if n == 80 else ParagraphKind.PARAGRAPH
            added = Paragraph(communique_id=communique.id, kind=kind)
            session.add(added)
            session.flush()
            words = {"text": f"Further words {n}.", "basis": "people:plenary"}
            session.add(Wording(version_id=version.id, paragraph_id=added.id, position=place + n, **words))
        last = added.id
    counted: list[str] = []
    event.listen(office_of(full_desk).database.engine, "before_cursor_execute", lambda *values: counted.append(values[2]))
    edits = [f"{AT}/paragraphs/{last}{act}" for act in ("", "/add", "/remove", "/sources")]
    for where in (AT, f"{AT}?page=2", f"{AT}/unused", f"{AT}/compare", *edits):
        counted.clear()
        assert dana.get(where).status_code == 200
        selects = [statement for statement in counted if statement.startswith("SELECT")]
        assert len(selects) <= 15, (where, len(selects))
    page = dana.get(f"{AT}/at/{last}").text
    assert f'id="p{last}"' in page
    assert f'<span class="desk-numbers">{numbered + 159}.</span>' in page
    assert "Further words 0." not in page
    assert re.search(rf'<a href="{AT}\?page=\d#p{last - 79}">Further words 80.</a>', page)


def test_what_is_not_there_is_said(dana: Visitor) -> None:
    assert dana.get("/communique/wsis20/9/en").status_code == 404
    assert dana.get("/communique/nothing/1/en").status_code == 404
    assert dana.get(f"{AT}/paragraphs/9999").status_code == 404


def test_the_dossier_of_a_version_is_taken_away_as_a_file_of_the_office(visit_full: Visit) -> None:
    reader = visit_full("reader")
    assert f"{AT}/dossier.pdf" in reader.get(AT).get_data(as_text=True)
    answer = reader.get(f"{AT}/dossier.docx")
    assert answer.headers["Content-Disposition"] == "attachment; filename=dossier.docx"
    assert answer.data.startswith(b"PK")
    assert reader.get(f"{AT}/dossier.txt").status_code == 404
