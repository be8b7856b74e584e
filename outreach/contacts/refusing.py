"""The rows that were refused, in a file that can be mended and imported again: the same columns, and why at the end."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from outreach.contacts import headings
from outreach.contacts.shielding import shield
from outreach.errors import Refused


def default_path(path: Path) -> Path:
    """Where the refused rows of `path` go if nothing else is said: beside it."""
    return path.with_name(f"{path.stem}.refused.csv")


class StandsThere(Refused):
    """A file for refused rows that is there already."""

    to_type = "--refused FILE names it."


class RefusedRows:
    """Collects refused rows beside `path`; `keep` puts them there, else nothing is left.

    UTF-8 with its mark, which spreadsheets need to see that it is UTF-8. Raises Refused when `path` stands there already.
    """

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise StandsThere(
                f"{path} stands there already, perhaps with rows being mended; name another file for refused rows."
            )
        self.path = path
        self.count = 0
        self._draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._file: TextIO | None = None
        self._columns: list[int] = []

    def __enter__(self) -> Self:
        """Let the rows in."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file:
            self._file.close()
            self._draft.unlink(missing_ok=True)

    def add(self, heads: Sequence[str], cells: Sequence[str], reason: str) -> None:
        """Add one row of a list with these headings; cells beyond them come after the reason, where somebody will see them."""
        if self._file is None:
            self._columns = [number for number, head in enumerate(heads) if headings.known(head) != headings.REFUSED_BECAUSE]
            self._file = self._draft.open("w", encoding="utf-8-sig", newline="")
            self._write([heads[number] for number in self._columns], headings.REFUSED_BECAUSE, [])
        row = [*cells, *[""] * (len(heads) - len(cells))]
        self._write([row[number] for number in self._columns], reason, row[len(heads) :])
        self.count += 1

    def _write(self, kept: Sequence[str], reason: str, beyond: Sequence[str]) -> None:
        assert self._file is not None
        csv.writer(self._file).writerow(map(shield, [*kept, reason, *beyond]))

    def keep(self) -> None:
        """Put the file in its place, whole; nothing to do when no row was refused."""
        if self._file:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._draft.replace(self.path)
