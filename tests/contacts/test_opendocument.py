"""Lists in ODS: read as they are shown, row by row; what would fill the memory is refused."""

import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.contacts import opendocument, reading, spreadsheets
from outreach.errors import Invalid, OutreachError

TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text", "draw")
)


def sheet(*rows: str, name: str = "Sheet1") -> str:
    return f'<table:table table:name="{name}">{"".join(rows)}</table:table>'


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(map(cell, cells))}</table:table-row>"


def cell(text: str) -> str:
    if text.startswith("<"):
        return text
    return (
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        if text
        else "<table:table-cell/>"
    )


def valued(kind: str, attribute: str, value: str, shown: str = "") -> str:
    said = f'office:value-type="{kind}" office:{attribute}="{value}"'
    return f"<table:table-cell {said}><text:p>{shown}</text:p></table:table-cell>"


def ods(path: Path, *sheets: str, before: str = "", **members: bytes) -> Path:
    body = f"<office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body>"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content {SPACES}>{body}</office:document-content>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", TYPE, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        for name, text in members.items():
            archive.writestr(name.replace("__", "/"), text)
    return path


def read(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    with reading.table(path) as table:
        return table.heads, [(line.number, line.cells) for line in table.lines]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.ods"


HEADS = row("organisation", "full_name", "note")
TO_THE_END = ' table:number-rows-repeated="1048570"'
ACROSS = '<table:table-cell table:number-columns-repeated="16381"/>'


def test_values_read_as_a_person_would_type_them(path: Path) -> None:
    values = (
        *("Société &amp; Co", valued("float", "value", "12", "12.00"), valued("date", "date-value", "2025-01-31", "31/01/25")),
        *(valued("boolean", "boolean-value", "true", "WAHR"), valued("float", "value", "1.5", "1,5"), "=1+1"),
    )
    [(number, cells)] = read(ods(path, sheet(HEADS, row(*values))))[1]
    assert (number, cells) == (2, ["Société & Co", "12", "2025-01-31", "yes", "1.5", "=1+1"])


def test_spaces_lines_and_spans_of_a_text_are_kept_and_comments_are_not(path: Path) -> None:
    text = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>a remark</text:p></office:annotation>'
        '<text:p>1<text:s/>rue<text:s text:c="2"/><text:span>X</text:span></text:p>'
        "<text:p>1200<text:line-break/>Genève</text:p>"
        "</table:table-cell>"
    )
    assert read(ods(path, sheet(HEADS, row("A", text))))[1] == [(2, ["A", "1 rue  X\n1200\nGenève"])]


def test_blank_rows_and_columns_to_the_end_of_the_sheet_are_no_rows(path: Path) -> None:
    blank = f"<table:table-row{TO_THE_END}><table:table-cell table:number-columns-repeated='16384'/></table:table-row>"
    found = read(
        ods(
            path,
            sheet(row("organisation", ACROSS), row("", "", "x"), row(more=' table:number-rows-repeated="3"'), row("A"), blank),
        )
    )
    assert found == (["organisation"], [(2, ["", "", "x"]), (6, ["A"])])


def test_rows_and_cells_that_repeat_are_repeated(path: Path) -> None:
    twice = (
        '<table:table-cell table:number-columns-repeated="2" office:value-type="string"><text:p>B</text:p></table:table-cell>'
    )
    found = read(ods(path, sheet(HEADS, row("A", twice, more=' table:number-rows-repeated="2"'))))
    assert found[1] == [(2, ["A", "B", "B"]), (3, ["A", "B", "B"])]


def test_the_sheet_with_headings_is_read_and_notes_before_it_are_not(path: Path) -> None:
    assert read(ods(path, sheet(row("Read me")), sheet(), sheet(row(), HEADS, row("A"), name="List")))[1] == [(3, ["A"])]
    path.unlink()
    with pytest.raises(Invalid, match=r"list\.ods holds several lists \('One' and 'Two'\)"):
        read(ods(path, sheet(HEADS, name="One"), sheet(HEADS, name="Two")))


def test_an_empty_spreadsheet_is_refused(path: Path) -> None:
    with pytest.raises(Invalid, match="is empty; the first row must name the columns"):
        read(ods(path, sheet()))


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([HEADS, row("A", "B", "C", "D", "E", more=TO_THE_END)], "has more than 5,000,000 cells"),
        ([HEADS, row("A", more=TO_THE_END), row("B", more=TO_THE_END)], "reaches down to row"),
        ([HEADS, row("A", ACROSS, "B")], "reaches over more than 1,024 columns"),
        (
            [HEADS, row("<table:table-cell table:number-columns-repeated='16384'><text:p>A</text:p></table:table-cell>")],
            "1,024",
        ),
        ([HEADS, row("A" * (2**20 + 1))], "a cell of more than 1,048,576 characters"),
    ],
)
def test_what_spans_more_than_a_list_does_is_refused_before_it_fills_the_memory(
    path: Path, rows: list[str], sentence: str
) -> None:
    ods(path, sheet(*rows))
    tracemalloc.start()
    try:
        with pytest.raises(Invalid, match=sentence):
            read(path)
        assert tracemalloc.get_traced_memory()[1] < 30 * 2**20
    finally:
        tracemalloc.stop()


def test_entities_are_refused_and_never_expanded(path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    with pytest.raises(Invalid, match="declares entities inside, as no spreadsheet does"):
        read(ods(path, sheet(HEADS, row("&l9;")), before=f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'))


def test_a_file_that_unpacks_to_gigabytes_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_UNPACKED", 2**20)
    with pytest.raises(Invalid, match="unpacks to more than 1,048,576 bytes"):
        read(ods(path, sheet(HEADS), styles=b" " * 2**21))


def test_a_protected_file_is_named_as_such(path: Path) -> None:
    with pytest.raises(Invalid, match="is protected by a password"):
        read(ods(path, sheet(HEADS), **{"META-INF__manifest.xml": b"<manifest:encryption-data/>"}))


def peak(path: Path, count: int) -> int:
    """The most memory that reading so many rows takes, in bytes."""
    path.unlink(missing_ok=True)
    ods(path, sheet(HEADS, *(row(f"Organisation {n}", f"Person {n}", "x" * 20) for n in range(count))))
    tracemalloc.start()
    try:
        with reading.table(path) as table:
            assert sum(1 for _ in table.lines) == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_list(path: Path) -> None:
    assert peak(path, 4_000) < peak(path, 1_000) * 1.2


@given(position=st.floats(0, 1), junk=st.binary(min_size=1, max_size=30))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_raises_a_sentence_at_worst(tmp_path: Path, position: float, junk: bytes) -> None:
    path = ods(tmp_path / "good.ods", sheet(HEADS, row("A", "B", valued("date", "date-value", "2025-01-31"))))
    with zipfile.ZipFile(path) as good:
        content = good.read("content.xml")
    at = int(position * len(content))
    with zipfile.ZipFile(path, "w") as damaged:
        damaged.writestr("mimetype", opendocument.MEDIA_TYPE)
        damaged.writestr("content.xml", content[:at] + junk + content[at + len(junk) :])
    try:
        read(path)
    except OutreachError as error:
        assert str(error).endswith(".")  # noqa: PT017 - either outcome is right


@given(position=st.floats(0, 1), junk=st.binary(min_size=1, max_size=8))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_package_raises_a_sentence_at_worst(tmp_path: Path, position: float, junk: bytes) -> None:
    path = ods(tmp_path / "good.ods", sheet(HEADS, row("A", "B")))
    content = path.read_bytes()
    at = int(position * len(content))
    path.write_bytes(content[:at] + junk + content[at + len(junk) :])
    try:
        read(path)
    except OutreachError as error:
        assert str(error).endswith(".")  # noqa: PT017 - either outcome is right
