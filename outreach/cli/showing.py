"""How commands show things: tables for people, JSON for programs; and what every command declares alike."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

import rich_click as click
from rich.cells import cell_len
from rich.progress import Progress

from outreach.cli.main import Face
from outreach.office import Office

F = TypeVar("F", bound=Callable[..., Any])
Row = Mapping[str, Any]


def pass_office(function: F) -> F:
    """Hand the command the open office as its first argument."""

    @click.pass_obj
    def with_office(face: Face, *args: Any, **kwargs: Any) -> Any:
        return function(face.office, *args, **kwargs)

    with_office.__name__, with_office.__doc__ = function.__name__, function.__doc__
    # click keeps declared options on the function it wraps.
    with_office.__dict__.update(function.__dict__)
    return with_office  # type: ignore[return-value]


def json_option(function: F) -> F:
    """Declare `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs instead of a table.")(function)


class Day(click.ParamType[date]):
    """A calendar day as 2025-03-31."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read an ISO day, or fail as wrong usage; a year in which no letter can have been written is a slip."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write it as 2025-03-31.", param, ctx)
        if not 1945 <= day.year < 2200:
            self.fail(f"{value!r} is in the year {day.year}; write it as 2025-03-31.", param, ctx)
        return day


DAY = Day()

# The number of a row, or of rows: more than this no database takes.
NUMBER = click.IntRange(0, 2**31 - 1)

# Control characters but the line break, marks that override the direction of text, and half characters. French spaces, Arabic
# and Persian joiners and plain direction marks are text.
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def echo_json(value: object, *, lines: bool = False) -> None:
    """Print one JSON value; with `lines`, one item of an iterable a line."""
    for item in value if lines else [value]:  # type: ignore[attr-defined]
        text = json.dumps(item, ensure_ascii=False, indent=None if lines else 2, default=_plain)
        # Within a JSON string an escape is the same text; JSON itself escapes only the lower control characters.
        click.echo(_UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def echo_rows(rows: Iterable[Row], columns: Sequence[str], as_json: bool, empty: str = "Nothing to list.") -> None:
    """Print rows as one JSON array (all their keys) or as a table of `columns`."""
    rows = list(rows)
    if as_json:
        echo_json(rows)
    elif not rows:
        click.echo(empty)
    else:
        _echo_table(rows, columns)


def echo_one(row: Row, as_json: bool) -> None:
    """Print one thing as a JSON object or as `name: value` lines."""
    if as_json:
        echo_json(row)
        return
    width = max((len(name) for name in row), default=0)
    for name, value in row.items():
        first, *rest = said(value).split("\n") if value not in (None, "") else [""]
        click.echo(f"{name.replace('_', ' '):<{width}}  {first}".rstrip())
        for line in rest:
            click.echo(f"{'':<{width}}  {line}".rstrip())


def _echo_table(rows: Sequence[Row], columns: Sequence[str]) -> None:
    cells = [[said(row.get(column)).replace("\n", " ") for column in columns] for row in rows]
    heads = [column.replace("_", " ") for column in columns]
    # Chinese takes two places a character, a combining accent none.
    widths = [max(cell_len(line[i]) for line in [heads, *cells]) for i in range(len(columns))]
    for line in [heads, ["-" * width for width in widths], *cells]:
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def said(value: object) -> str:
    """A value in words for a terminal: what could move its cursor or turn its text round is shown as a replacement."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(said(item) for item in value)
    return _UNSEEN.sub("�", str(value.value if isinstance(value, Enum) else value))


@contextmanager
def progress(label: str, total: int) -> Any:
    """A progress bar on a terminal, nothing in a pipe: gives a function to call after each step."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda: bar.advance(task)


def open_office(face: Face) -> Office:
    """The office that the command line means."""
    return face.office
