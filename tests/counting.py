"""Work that is counted and not timed: what a database is asked, and what a function does, line by line."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from sqlalchemy import event


@contextmanager
def asked(database: Any) -> Iterator[list[str]]:
    """Every statement that an engine or a connection is asked meanwhile; nobody listens afterwards."""
    said: list[str] = []
    event.listen(database, "before_cursor_execute", note := lambda *given: said.append(given[2]))
    try:
        yield said
    finally:
        event.remove(database, "before_cursor_execute", note)


def lines_run(function: Callable[[], object]) -> int:
    """How many lines of Python a call runs in all: the same on any machine, however busy it is."""
    count, before = 0, sys.gettrace()

    def trace(_frame: FrameType, what: str, _about: object) -> Any:
        nonlocal count
        count += what == "line"
        return trace

    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return count
