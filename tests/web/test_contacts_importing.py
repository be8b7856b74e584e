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

from outreach.contacts.models import Organisation
from outreach.office import Office
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
