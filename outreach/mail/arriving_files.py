"""Fetching mail that lies in files: an mbox, a Maildir, a folder of .eml and .msg files. Nothing in them is changed."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from outreach.errors import Invalid, NotFound
from outreach.mail import archives
from outreach.mail.arriving import MOST_BYTES, MOST_MESSAGES, Arrived, Lot, Missed, Position


class MailFiles:
    """The mail at a path; what came since the last time is known by its bytes, not here."""

    def __init__(self, name: str, path: Path) -> None:
        self.name, self.path = name, path

    @property
    def settles(self) -> bool:
        """Never: files are only read."""
        return False

    def folders(self) -> Sequence[str]:
        """The path as a whole."""
        return ("",)

    def lots(self, folder: str, since: Position, again: Collection[str] = ()) -> Iterator[Lot]:
        """All that lies there, whatever was fetched before. Raises NotFound when nothing lies at the path."""
        arrived: list[Arrived] = []
        missed: list[Missed] = []
        size = 0
        for one in self._messages():
            if isinstance(one, Missed):
                missed.append(one)
                continue
            if arrived and (len(arrived) >= MOST_MESSAGES or size + len(one.raw) > MOST_BYTES):
                yield Lot(since, tuple(arrived), tuple(missed))
                arrived, missed, size = [], [], 0
            arrived.append(one)
            size += len(one.raw)
        yield Lot(since, tuple(arrived), tuple(missed))

    def _messages(self) -> Iterator[Arrived | Missed]:
        for path in self._files():
            name = str(path.relative_to(self.path)) if path != self.path else path.name
            try:
                for where, raw in archives.in_file(path, name):
                    yield Arrived(f"{self.name}: {where}", raw)
            except (Invalid, OSError) as error:
                yield Missed(name, f"{self.name}: {name}", str(error))

    def _files(self) -> list[Path]:
        if self.path.is_dir():
            return archives.files_in(self.path)
        if not self.path.is_file():
            raise NotFound(f"Nothing lies at {self.path}, the path of the mailbox {self.name}; look at it in the settings.")
        # A mailbox that nothing ever came into.
        return [self.path] if self.path.stat().st_size else []

    def settle(self, folder: str, first: int, last: int, but: Collection[str] = ()) -> None:
        """Nothing: files are only read."""

    def wait(self, folder: str, since: Position, seconds: float) -> bool:
        """Files tell nobody that they grew."""
        return False

    def close(self) -> None:
        """Nothing is held."""
