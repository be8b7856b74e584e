"""What commands print: tables that line up, JSON that programs read, and nothing that moves a terminal's cursor."""

import json
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

import pytest
import rich_click as click
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from outreach.cli.showing import DAY, echo_json, echo_one, echo_rows, said
from outreach.journal import Role

ROWS = [
    {"name": "Ada Example", "role": Role.DRAFTER, "letters_sent": 12, "active": True},
    {"name": "李明", "role": Role.READER, "letters_sent": None, "active": False},
]
HOSTILE = "Ada\x1b[2J\x07\x9b31m\x7f\r\u202eevil\u2066\u2028"


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_a_table_has_named_columns_that_line_up_in_any_script(capsys: pytest.CaptureFixture[str]) -> None:
    echo_rows(ROWS, ["name", "role", "letters_sent", "active"], False)
    lines = printed(capsys).splitlines()
    assert lines[0] == "name         role     letters sent  active"
    assert lines[2:] == ["Ada Example  drafter  12            yes", "李明         reader                 no"]
    assert cell_len(lines[3].partition("no")[0]) == cell_len(lines[2].partition("yes")[0])


def test_a_cell_of_several_lines_takes_one(capsys: pytest.CaptureFixture[str]) -> None:
    echo_rows([{"name": "one\ntwo"}], ["name"], False)
    assert printed(capsys).splitlines()[2:] == ["one two"]


def test_no_rows_are_said_in_words_and_as_an_empty_array(capsys: pytest.CaptureFixture[str]) -> None:
    echo_rows([], ["name"], False, empty="Nobody works here.")
    assert printed(capsys) == "Nobody works here.\n"
    echo_rows([], ["name"], True)
    assert json.loads(printed(capsys)) == []


def test_rows_as_json_are_one_array_with_all_their_keys(capsys: pytest.CaptureFixture[str]) -> None:
    echo_rows(ROWS, ["name"], True)
    assert json.loads(printed(capsys)) == [
        {"name": "Ada Example", "role": "drafter", "letters_sent": 12, "active": True},
        {"name": "李明", "role": "reader", "letters_sent": None, "active": False},
    ]


def test_one_thing_is_shown_as_names_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    echo_one({"name": "Ada", "sent_on": date(2025, 1, 27), "text": "one\ntwo", "to": ["a", "b"], "note": None}, False)
    assert printed(capsys).splitlines() == [
        "name     Ada",
        "sent on  2025-01-27",
        "text     one",
        "         two",
        "to       a, b",
        "note",
    ]
    echo_one({}, False)
    assert printed(capsys) == ""


def test_one_thing_as_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    echo_one({"at": datetime(2025, 1, 27, 12, tzinfo=UTC), "day": date(2025, 1, 27), "role": Role.KEEPER}, True)
    assert json.loads(printed(capsys)) == {"at": "2025-01-27T12:00:00+00:00", "day": "2025-01-27", "role": "keeper"}


def test_a_stream_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    echo_json(({"row": number} for number in (1, 2)), lines=True)
    assert [json.loads(line) for line in printed(capsys).splitlines()] == [{"row": 1}, {"row": 2}]


def test_what_has_no_json_form_is_a_fault_of_the_program() -> None:
    with pytest.raises(TypeError, match="object has no JSON form"):
        echo_json({"it": object()})


def unseen(text: str) -> list[str]:
    return [c for c in text if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n"] + [c for c in text if c in "\u202e\u2066"]


def test_nothing_that_moves_a_cursor_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    echo_rows([{"name": HOSTILE}], ["name"], False)
    echo_one({"name": HOSTILE}, False)
    shown = printed(capsys)
    assert unseen(shown) == []
    assert shown.count("Ada�[2J��31m���evil��") == 2


def test_json_keeps_the_same_text_in_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    echo_json({"name": HOSTILE})
    shown = printed(capsys)
    assert unseen(shown) == []
    assert json.loads(shown) == {"name": HOSTILE}


@given(st.recursive(st.text() | st.none() | st.booleans() | st.integers(), lambda inner: st.lists(inner, max_size=3)))
def test_whatever_is_shown_is_safe_for_a_terminal(value: Any) -> None:
    assert unseen(said(value)) == []


@pytest.mark.parametrize(
    "text", ["à l’attention de :\u00a0M. Li", "1\u202f000", "می\u200cخواهم", "\u200fمرحبا", "coopé\u00adration", "李明"]
)
def test_spaces_and_joiners_of_the_languages_are_text(text: str) -> None:
    assert said(text) == text


def day(word: str) -> tuple[int, str]:
    @click.command()
    @click.argument("on", type=DAY)
    def ask(on: date) -> None:
        click.echo(f"{on:%d.%m.%Y}")

    result = CliRunner().invoke(ask, [word])
    return result.exit_code, result.output


def test_a_day_is_read_as_iso_writes_it() -> None:
    assert day("2025-03-31") == (0, "31.03.2025\n")


@pytest.mark.parametrize("word", ["31.3.2025", "2025-02-30", "tomorrow", "", "2025-03-31T00:00"])
def test_what_is_no_day_is_wrong_usage(word: str) -> None:
    code, shown = day(word)
    assert code == 2
    assert "is no day; write it as 2025-03-31" in " ".join(shown.replace("│", " ").split())


@pytest.mark.parametrize("word", ["0001-01-01", "1944-12-31", "2205-03-31", "9999-12-31"])
def test_a_year_in_which_nobody_writes_letters_is_a_slip(word: str) -> None:
    code, shown = day(word)
    assert code == 2
    assert f"is in the year {int(word[:4])}; write it as 2025-03-31" in " ".join(shown.replace("│", " ").split())
