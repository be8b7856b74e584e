"""Reading lists of any common kind, and refusing those that would break the reader."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.contacts import delimited, headings, reading, spreadsheets
from outreach.errors import Invalid, NotFound, OutreachError

TEXT = "Organisation;Prénom;Ville\nSociété Ouverte;Zoë;\nOpen, Net;José;x\n"
ROWS = [["Société Ouverte", "Zoë", ""], ["Open, Net", "José", "x"]]


def read(path: Path) -> tuple[list[str], list[list[str]]]:
    with reading.table(path) as table:
        return table.heads, [line.cells for line in table.lines]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "windows-1252", "iso-8859-1"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_encodings_and_delimiters_are_found_by_themselves(path: Path, encoding: str, delimiter: str) -> None:
    text = TEXT.replace("Open, Net", '"Open, Net"').replace(";", delimiter)
    path.write_bytes(text.encode(encoding))
    assert read(path) == (["Organisation", "Prénom", "Ville"], ROWS)


def test_blank_rows_are_left_out_and_rows_keep_their_numbers(path: Path) -> None:
    path.write_text('\n\norganisation,note\n,\nA,"two\nlines"\n\nB,\n', encoding="utf-8")
    with reading.table(path) as table:
        assert [(line.number, line.cells) for line in table.lines] == [(5, ["A", "two\nlines"]), (7, ["B", ""])]


def test_the_line_in_which_excel_names_the_delimiter_is_no_row_of_the_list(path: Path) -> None:
    path.write_text("sep=;\norganisation;note\nA;b, c\n", encoding="utf-8")
    with reading.table(path) as table:
        assert table.heads == ["organisation", "note"]
        assert [(line.number, line.cells) for line in table.lines] == [(3, ["A", "b, c"])]


def test_a_mixture_of_encodings_is_refused_with_the_lines(path: Path) -> None:
    path.write_bytes("organisation\nSociété\n".encode() + "Café\n".encode("cp1252"))
    with pytest.raises(Invalid, match=r"mixes encodings: line 2 is UTF-8, line 3 is not"):
        read(path)


def test_bytes_that_no_encoding_has_are_refused(path: Path) -> None:
    path.write_bytes(b"organisation\n\xe9\x81\x8d\xff\n")
    with pytest.raises(Invalid, match="line 2, is neither UTF-8 nor windows-1252"):
        read(path)


@pytest.mark.parametrize("content", [b"", b"\n \n,,\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(Invalid, match="is empty; the first row must name the columns"):
        read(path)


def test_only_headings_are_a_list_without_rows(path: Path) -> None:
    path.write_text("organisation,email\n")
    assert read(path) == (["organisation", "email"], [])


def test_a_quotation_mark_never_closed_is_refused_where_it_stops_making_sense(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "MAX_CELL", 10_000)
    path.write_text('organisation\nA\n"' + "B\n" * 20_000)
    with pytest.raises(Invalid, match="is a quotation mark not closed"):
        read(path)


def test_a_file_that_is_too_large_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    path.write_text("organisation,email\n")
    with pytest.raises(Invalid, match="has 19 bytes, and at most 10 are read; split it"):
        read(path)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no file"):
        read(tmp_path / "none.csv")
    with pytest.raises(Invalid, match="is no file"):
        read(tmp_path)


def test_an_error_of_the_reader_s_caller_is_not_taken_for_one_of_the_file(path: Path) -> None:
    path.write_text("organisation\nA\n")
    with pytest.raises(FileNotFoundError), reading.table(path):
        raise FileNotFoundError("something else")


# --- XLSX


def workbook(path: Path, *sheets: list[list[object]], top: int = 0, left: int = 0) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows, top):
                sheet.write_row(number, left, row)
    return path


def test_values_of_a_spreadsheet_read_as_a_person_would_type_them(tmp_path: Path) -> None:
    rows = [["organisation", "n", "x", "day", "f"], ["=1+1", 12, True, date(2025, 1, 31), 1.5]]
    assert read(workbook(tmp_path / "a.xlsx", rows)) == (
        ["organisation", "n", "x", "day", "f"],
        [["=1+1", "12", "yes", "2025-01-31", "1.5"]],
    )


def test_empty_rows_and_columns_before_a_list_keep_the_row_numbers(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["organisation", "email"], ["A", "b"]], top=3, left=2)
    with reading.table(path) as table:
        assert table.heads == ["", "", "organisation", "email"]
        assert [(line.number, line.cells) for line in table.lines] == [(5, ["", "", "A", "b"])]


def test_the_sheet_with_headings_is_read_and_a_note_before_it_is_not(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["Read me"], ["..."]], [["organisation", "email"], ["A", ""]], top=2)
    assert read(path)[1] == [["A", ""]]


def test_two_lists_in_one_file_are_refused(tmp_path: Path) -> None:
    rows: list[list[object]] = [["organisation", "email"], ["A", "b"]]
    with pytest.raises(Invalid, match="holds several lists"):
        read(workbook(tmp_path / "a.xlsx", rows, rows))


def test_a_value_in_a_far_corner_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "organisation")
        sheet.write(1_048_575, 16_383, "x")
    assert path.stat().st_size < 10_000
    with pytest.raises(Invalid, match=r"reaches down to row 1,048,576 and over 16,384 columns"):
        read(path)


def packed(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return path


def test_a_file_that_unpacks_to_gigabytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_UNPACKED", 2**20)
    path = packed(tmp_path / "a.xlsx", xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b" " * 2**21)
    with pytest.raises(Invalid, match="unpacks to more than"):
        read(path)


def test_entities_inside_a_spreadsheet_are_refused(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    path = packed(tmp_path / "a.xlsx", xl__workbook_xml=b"<x/>", xl__sharedStrings_xml=bomb)
    with pytest.raises(Invalid, match="declares entities inside, as no spreadsheet does"):
        read(path)


def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.xlsx", xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b"x" * 1_000_000)
    raw = path.read_bytes()
    path.write_bytes(raw.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with pytest.raises(Invalid, match="is no readable spreadsheet"):
        read(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 and no more", "is no readable spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old or encrypted Office file"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(Invalid, match=sentence):
        read(tmp_path / "a.xlsx")


def test_another_kind_of_zip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"is a ZIP file but no \.xlsx or \.ods spreadsheet"):
        read(packed(tmp_path / "a.xlsx", mimetype=b"application/vnd.oasis.opendocument.text"))


@given(position=st.floats(0, 1), junk=st.binary(min_size=1, max_size=40))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_spreadsheet_raises_a_sentence_at_worst(tmp_path: Path, position: float, junk: bytes) -> None:
    good = workbook(tmp_path / "good.xlsx", [["organisation", "email"], ["A", "b@c.example"]]).read_bytes()
    members = zipfile.ZipFile(io.BytesIO(good))
    damaged = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(damaged, "w") as archive:
        for name in members.namelist():
            content = members.read(name)
            if name.endswith("sheet1.xml"):
                at = int(position * len(content))
                content = content[:at] + junk + content[at + len(junk) :]
            archive.writestr(name, content)
    try:
        read(damaged)
    except OutreachError as error:
        assert str(error).endswith(".")  # noqa: PT017 - either outcome is right


def test_utf16_cut_in_the_middle_of_a_letter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xfe\xff\x00o\x00r\x00")
    with pytest.raises(Invalid, match=r"a\.csv is broken UTF-16; save it as UTF-8"):
        read(tmp_path / "a.csv")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_utf16_without_its_mark_is_named_as_such(path: Path, encoding: str) -> None:
    path.write_bytes(TEXT.encode(encoding))
    with pytest.raises(Invalid, match=r"^list\.csv is UTF-16 without its mark, or no text at all; save the list as UTF-8\.$"):
        read(path)


def test_a_file_with_thousands_of_unknown_columns_is_refused_in_one_short_sentence() -> None:
    with pytest.raises(Invalid, match="'column 19' and 4,980 more; say which field each is") as refused:
        headings.understand([f"column {number}" for number in range(5_000)], {})
    assert len(str(refused.value)) < 1_000
