"""Bringing in a list at the desk: look, keep the good rows, take the refused ones away."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from outreach import journal
from outreach.contacts.models import Organisation
from outreach.office import Office
from tests.cast import kenya
from tests.web.conftest import Visitor

Visit = Callable[[str | None], Visitor]
LIST = (
    "Organisation,Group,Name,E-mail\nOpen Lake,press,Ann Example,ann@lake.example\n"
    ",,Nobody,\nOpen Hill,press,Bo Example,bo@hill.example\n"
)


def send(visitor: Visitor, content: str | bytes = LIST, name: str = "members.csv") -> TestResponse:
    data = content if isinstance(content, bytes) else content.encode()
    return visitor.post("/contacts/import/", {"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def count(office: Office) -> int:
    with office.reading() as session:
        return session.scalar(select(func.count()).select_from(Organisation)) or 0


def left_of(office: Office) -> list[str]:
    root = office.folder / "uploads"
    return sorted(path.name for path in root.rglob("*") if path.is_file()) if root.exists() else []


def test_a_list_is_looked_at_and_nothing_changes_until_the_good_rows_are_kept(office: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    response = send(visitor)
    where = response.request.path
    text = response.text
    assert "What members.csv would do" in text
    assert "Nothing is changed yet." in text
    assert "Keep 2 rows: 2 added, 0 changed" in text
    assert "ann@lake.example" in text
    assert "1 refused" in text
    assert count(office) == 0
    text = visitor.post(f"{where}/keep", page=where).text
    assert "Kept: 2 added, 0 changed." in text
    assert "members.csv is brought in" in text
    assert count(office) == 2
    assert left_of(office) == ["counts.json", "refused.csv"], "the list itself is gone"
    refused = visitor.get(f"{where}/refused")
    assert refused.headers["Content-Disposition"] == "attachment; filename=refused.csv"
    rows = list(csv.reader(refused.data.decode("utf-8-sig").splitlines()))
    assert rows[0][-1] == "refused_because"
    assert rows[1][2] == "Nobody"
    visitor.post(f"{where}/remove", page=where)
    assert left_of(office) == []
    assert visitor.get(where).status_code == 404


def test_rows_are_shown_page_by_page_and_by_what_they_would_do(office: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    rows = "".join(f"Paper {number:03},press\n" for number in range(120))
    response = send(visitor, f"Organisation,Group\n{rows},press\n")
    assert "Paper 049" in response.text
    assert "Paper 050" not in response.text
    link = re.search(r'rel="next" href="([^"]+)"', response.text)
    assert link
    assert "Paper 050" in visitor.get(link[1].replace("&amp;", "&")).text
    refused = visitor.get(f"{response.request.path}?only=refused").text
    assert ">122</th>" in refused
    assert "Paper" not in refused.split("<tbody>")[1]


def test_columns_that_are_not_known_are_asked_for(office: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    response = send(visitor, "Verein,Group,Notiz\nOpen Lake,press,x\n", "liste.csv")
    assert "What are the columns of liste.csv?" in response.text
    assert response.text.count("not known: choose") == 2
    where = response.request.path
    wrong = visitor.post(f"{where}/columns", {"column-0": "nonsense", "column-1": "group", "column-2": "-"})
    assert wrong.status_code == 422
    text = visitor.post(f"{where}/columns", {"column-0": "organisation", "column-1": "group", "column-2": "-"}).text
    assert "Keep 1 row: 1 added, 0 changed" in text
    assert re.search(r"<dt[^>]*>Notiz</dt><dd[^>]*>left out</dd>", text)


def test_two_columns_of_one_field_are_told_apart_by_leaving_one_out(office: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    response = send(visitor, "Organisation,Company,Group\nOpen Lake,Lake Ltd,press\n")
    assert "are both organisation" in response.text
    fields = {"column-0": "organisation", "column-1": "-", "column-2": "group"}
    assert "Keep 1 row" in visitor.post(f"{response.request.path}/columns", fields).text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 not a list", "is no list"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is no list"),
        (b"", "The file is empty"),
        (b"PK\x03\x04 broken", "no readable spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or encrypted Office file"),
    ],
)
def test_what_is_no_list_is_refused_by_what_it_holds_whatever_it_is_called(
    office: Office, visit: Visit, content: bytes, words: str
) -> None:
    text = send(visit("drafter"), content, "members.csv").text
    assert words in text
    assert "Bring in a list" in text
    assert str(office.folder) not in text


def test_a_list_belongs_to_the_session_that_brought_it(office: Office, visit: Visit) -> None:
    mine, other = visit("drafter"), visit("keeper")
    where = send(mine).request.path
    for act in ("", "/columns", "/refused"):
        assert other.get(f"{where}{act}").status_code == 404
    for act in ("/keep", "/look", "/remove", "/columns"):
        assert other.post(f"{where}{act}", page="/contacts/import/").status_code == 404
    assert count(office) == 0
    assert mine.get(where).status_code == 200


def test_a_name_from_outside_is_only_shown(office: Office, visit: Visit) -> None:
    text = send(visit("drafter"), LIST, "../../<b>evil</b>.csv").text
    assert "&lt;b&gt;evil" in text
    assert left_of(office) == ["counts.json", "list.csv", "outcomes.jsonl", "refused.csv"]
    assert {path.parent.parent.name for path in (office.folder / "uploads").rglob("list.csv")} == {"uploads"}
    assert not list(Path(office.folder).rglob("*evil*"))


def test_nothing_is_kept_when_the_directory_changed_since_the_look(office: Office, visit: Visit) -> None:
    first, second = visit("drafter"), visit("keeper")
    one, two = send(first).request.path, send(second).request.path
    first.post(f"{one}/keep", page=one)
    response = second.post(f"{two}/keep", page=two)
    assert response.status_code == 409
    assert "changed since you looked, so nothing was kept" in response.text
    text = second.post(f"{two}/look", page=two).text
    assert "2 unchanged" in text
    assert "No row would add or change anything." in text


def test_keeping_twice_is_refused_without_a_path_in_the_words(office: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    where = send(visitor).request.path
    visitor.post(f"{where}/keep", page=where)
    response = visitor.post(f"{where}/keep", page=where)
    assert response.status_code == 409
    assert "kept already" in response.text
    assert str(office.folder) not in response.text


def test_a_list_that_is_too_large_is_not_taken_in(desk: Flask, office: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    desk.config["MAX_CONTENT_LENGTH"] = 10_000
    response = send(visitor, LIST + "x" * 20_000)
    assert response.status_code == 413
    assert left_of(office) == []


# --- address books


CARDS = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Example;Ann;;;\r\nFN:Ann Example\r\nORG:Open Lake\r\nEMAIL:ann@lake.example\r\n"
    "TEL;TYPE=FAX:+1 2\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Bo <b>Bold</b>\r\nORG:Open Hill\r\n"
)


def test_cards_show_what_each_is_read_as_and_come_in_with_a_group_for_new_organisations(office: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    response = send(visitor, CARDS, "telephone.vcf")
    where, text = response.request.path, response.text
    assert "2 refused" in text
    assert "no organisation is known as &#39;Open Lake&#39;" in text
    assert re.search(r"Read as</summary>.*family name</span> Example<", text, re.DOTALL)
    assert "left out: fax" in text
    assert "has no END:VCARD" in text
    assert "Bo &lt;b&gt;Bold" in text
    assert "Say otherwise what a column is" not in text
    text = visitor.post(f"{where}/group", {"group": "press"}, page=where).text
    assert "Keep 1 row: 1 added, 0 changed" in text
    assert '<option value="press" selected>' in text
    assert "Kept: 1 added" in visitor.post(f"{where}/keep", page=where).text
    rows = list(csv.DictReader(visitor.get(f"{where}/refused").data.decode("utf-8-sig").splitlines()))
    assert [(row["organisation"], row["full_name"]) for row in rows] == [("Open Hill", "Bo <b>Bold</b>")]
    assert "has no END:VCARD" in rows[0]["refused_because"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_cards_in_any_encoding_are_taken_in(office: Office, visit: Visit, encoding: str) -> None:
    assert "Ann Example" in send(visit("drafter"), CARDS.encode(encoding), "a.vcf").text


def test_the_columns_of_an_address_book_are_named_and_can_be_said_otherwise(office: Office, visit: Visit) -> None:
    visitor = visit("drafter")
    book = "First Name,Last Name,Company,Business City,Notes\nAnn,Example,Open Lake,Bern,x\n"
    response = send(visitor, book, "outlook.csv")
    where = response.request.path
    assert re.search(r"<dt[^>]*>Business City</dt><dd[^>]*>city \(work\)</dd>", response.text)
    assert re.search(r"<dt[^>]*>Notes</dt><dd[^>]*>left out</dd>", response.text)
    page = visitor.get(f"{where}/columns").text
    assert '<option value="" selected>city (work)</option>' in page
    said = {"column-0": "", "column-1": "", "column-2": "", "column-3": "-", "column-4": ""}
    text = visitor.post(f"{where}/columns", said).text
    assert re.search(r"<dt[^>]*>Business City</dt><dd[^>]*>left out</dd>", text)


# --- taking contacts away


@pytest.mark.parametrize("kind", ["csv", "xlsx", "vcf"])
def test_the_contacts_that_fit_are_taken_away_and_change_nothing_when_brought_in_again(
    office: Office, visit: Visit, kind: str
) -> None:
    visitor = visit("drafter")
    where = send(visitor).request.path
    visitor.post(f"{where}/keep", page=where)
    listed = visitor.get("/contacts/?text=hill&group=press").text
    address = re.search(rf'formaction="(/contacts/export/contacts\.{kind}\?[^"]*)"', listed)
    assert address
    file = visitor.post(address[1].replace("&amp;", "&"), page="/contacts/?text=hill&group=press")
    assert file.headers["Content-Disposition"] == f"attachment; filename=contacts.{kind}"
    text = send(visitor, file.data, f"contacts.{kind}").text
    assert "1 unchanged" in text
    assert ">1 row<" in text
    assert "open-hill" in text


def test_another_kind_of_file_is_not_there(office: Office, visit: Visit) -> None:
    response = visit("reader").post("/contacts/export/contacts.pdf", page="/")
    assert response.status_code == 404
    assert "Contacts are not taken away as .pdf; there are .csv, .xlsx, .vcf." in response.text


def test_who_took_out_how_many_of_what_stands_in_the_journal(office: Office, visit: Visit) -> None:
    with office.transaction() as session:
        kenya(session)
    visit("reader").post("/contacts/export/contacts.csv?region=african", page="/")
    with office.reading() as session:
        entry, values = journal.latest(session, about="contacts")[-1]
        assert (entry.actor, entry.verb) == ("René Reader", "took out")
    assert (values["count"], values["as"], values["narrowed"]) == (1, ".csv", {"regional_group": "african"})
    assert len(values["digest"]) == 64
