"""Fetching mail from a mailbox on a server by UIDVALIDITY and UID, whatever was read there already (RFC 3501, 2.3.1.1).

Folders are opened to be looked at only (EXAMINE, BODY.PEEK): nothing is marked as read. What the settings want done with
fetched mail is done afterwards, and only to messages that are kept here.
"""

import contextlib
import re
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from imap_tools import BaseMailBox
from imap_tools.errors import MailboxFetchError, UnexpectedCommandStatusError
from imap_tools.utils import check_command_status, encode_folder

from outreach.mail.archives import LARGEST
from outreach.mail.arriving import MOST_BYTES, MOST_MESSAGES, Arrived, Lot, Missed, Position
from outreach.mail.connecting import CannotConnect
from outreach.mail.imap import LostLine, Mailbox, Unwilling

# UIDs are asked for in windows, so that neither a line nor a list grows with the folder; wider where they are few.
_WINDOW = 2_000
_FEW = 200
# A server may drop whoever idles for half an hour (RFC 2177); many lines are dropped sooner.
_LONGEST_IDLE = 9 * 60
_UID = re.compile(rb"[( ]UID (\d{1,10})(?=[ )])")
_SIZE = re.compile(rb"[( ]RFC822\.SIZE (\d{1,20})(?=[ )])")
_SHORT_BODY = re.compile(rb"BODY\[\] (?:\"(.*)\"|NIL)")
_BEGINS = re.compile(rb"\d+ \(")


class AfterFetch(StrEnum):
    """What is done on the server with a message that was fetched."""

    LEAVE = "leave"
    MARK = "mark"
    MOVE = "move"
    DELETE = "delete"


class _Listed(NamedTuple):
    uid: int
    size: int


class ServerMail:
    """The folders `names` of a mailbox; `after` is done with what was fetched, `target` the folder to move it to."""

    def __init__(
        self,
        name: str,
        mailbox: Mailbox,
        names: Sequence[str],
        *,
        after: AfterFetch = AfterFetch.LEAVE,
        target: str = "",
    ) -> None:
        self.name, self.mailbox, self._names, self._after, self._target = name, mailbox, tuple(names), after, target

    @property
    def settles(self) -> bool:
        """Whether the settings want anything done with what was fetched."""
        return self._after is not AfterFetch.LEAVE

    def folders(self) -> Sequence[str]:
        """The folders that the settings name."""
        return self._names

    def lots(self, folder: str, since: Position, again: Collection[str] = ()) -> Iterator[Lot]:
        """What came into `folder` since then; see `arriving.Source`."""
        validity, following = self._examine(folder)
        if since.validity != validity:
            # The old numbers name nothing any more (RFC 3501, 2.3.1.1): all is fetched, and recognised by what it is.
            since, again = Position(validity), ()
        for group in _grouped(self._sizes(folder, ",".join(again)) if again else []):
            yield self._lot(folder, since, group)
        for listed in self._windows(folder, since.last + 1, following):
            for group in _grouped(listed):
                yield self._lot(folder, Position(validity, group[-1].uid), group)

    def _examine(self, folder: str) -> tuple[int, int]:
        """Open a folder to be looked at; gives its UIDVALIDITY and the UID that the next message will have."""
        with self._talking() as box:
            status = box.folder.status(folder, ["UIDVALIDITY", "UIDNEXT"])
            box.folder.set(folder, readonly=True)
        if "UIDVALIDITY" not in status or "UIDNEXT" not in status:
            raise Unwilling(
                f"{self.mailbox.server} gives no lasting numbers for the messages in {folder}; fetch another folder."
            )
        return status["UIDVALIDITY"], status["UIDNEXT"]

    @contextlib.contextmanager
    def _talking(self) -> Iterator[BaseMailBox]:
        try:
            with self.mailbox.talking() as box:
                yield box
        except LostLine as lost:
            raise CannotConnect(f"Fetching ended early: {lost}. Fetch again; it goes on from there.") from lost

    def _windows(self, folder: str, first: int, following: int) -> Iterator[list[_Listed]]:
        width = _WINDOW
        while first < following:
            last = min(first + width, following) - 1
            found = self._sizes(folder, f"{first}:{last}")
            yield found
            width = width * 4 if len(found) < _FEW else _WINDOW
            first = last + 1

    def _sizes(self, folder: str, uids: str) -> list[_Listed]:
        with self._talking() as box:
            _looking_at(box, folder)
            rows = _fetched(box, uids, "(UID RFC822.SIZE)")
        found = [
            _Listed(int(uid[1]), int(size[1]))
            for head, _ in rows
            if (uid := _UID.search(head)) and (size := _SIZE.search(head))
        ]
        return sorted(set(found))

    def _lot(self, folder: str, after: Position, group: Sequence[_Listed]) -> Lot:
        small = [one.uid for one in group if one.size <= LARGEST]
        missed = [
            self._missed(folder, one.uid, f"It has {one.size:,} bytes; no message is larger than 256 MiB.")
            for one in group
            if one.size > LARGEST
        ]
        try:
            bodies = self._bodies(folder, small)
        except (LostLine, Unwilling):
            # One message may be what the server stumbles over: the others are asked for one by one.
            bodies = {}
        for uid in small:
            if uid not in bodies:
                missed += self._single(folder, uid, bodies)
        return Lot(after, tuple(Arrived(self._where(folder, uid), bodies[uid]) for uid in sorted(bodies)), tuple(missed))

    def _single(self, folder: str, uid: int, bodies: dict[int, bytes]) -> list[Missed]:
        """Ask for one message; into `bodies` with it, or why not. One that is no longer there is not missed."""
        try:
            found = self._bodies(folder, [uid])
        except (LostLine, Unwilling) as error:
            return [self._missed(folder, uid, f"The server did not give it: {error}")]
        bodies.update(found)
        if found or not self._sizes(folder, str(uid)):
            return []
        return [self._missed(folder, uid, "The server lists it and did not give it.")]

    def _bodies(self, folder: str, uids: Sequence[int]) -> dict[int, bytes]:
        if not uids:
            return {}
        with self.mailbox.talking() as box:
            _looking_at(box, folder)
            rows = _fetched(box, ",".join(map(str, uids)), "(UID BODY.PEEK[])")
        bodies = {int(uid[1]): raw for head, raw in rows if raw is not None and (uid := _UID.search(head))}
        return {uid: raw for uid, raw in bodies.items() if uid in set(uids)}

    def _where(self, folder: str, uid: int) -> str:
        return f"{self.name}: {folder}, UID {uid}"

    def _missed(self, folder: str, uid: int, why: str) -> Missed:
        return Missed(str(uid), self._where(folder, uid), why)

    def settle(self, folder: str, first: int, last: int, but: Collection[str] = ()) -> None:
        """Mark, move or delete as the settings say; a message in `but` is left as it is."""
        ranges = _ranges(first, last, sorted(map(int, but)))
        if not (self.settles and ranges):
            return
        with self._talking() as box:
            box.folder.set(folder, readonly=False)
            if self._after is AfterFetch.MARK:
                _do(box, "STORE", ranges, "+FLAGS.SILENT", "(\\Seen)")
            elif self._after is AfterFetch.MOVE:
                self._move(box, ranges)
            else:
                _delete(box, ranges)

    def _move(self, box: BaseMailBox, ranges: str) -> None:
        target = encode_folder(self._target)
        if "MOVE" in box.client.capabilities:
            _do(box, "MOVE", ranges, target)
        else:
            _do(box, "COPY", ranges, target)
            _delete(box, ranges)

    def wait(self, folder: str, since: Position, seconds: float) -> bool:
        """Idle until the server tells of something new (RFC 2177); False where it offers no such thing."""
        validity, following = self._examine(folder)
        if validity != since.validity or self._came(folder, since.last + 1, following):
            return True
        with self._talking() as box:
            if "IDLE" not in box.client.capabilities:
                return False
            box.idle.wait(min(seconds, _LONGEST_IDLE))
        return True

    def _came(self, folder: str, first: int, following: int) -> bool:
        """Whether something came between the last fetch and now, of which the server will not tell again."""
        return any(self._windows(folder, first, following))

    def close(self) -> None:
        """Take leave of the server."""
        self.mailbox.close()


def _looking_at(box: BaseMailBox, folder: str) -> None:
    # After a line that broke, the new one looks at nothing yet.
    if box.folder.get() != folder:
        box.folder.set(folder, readonly=True)


def _fetched(box: BaseMailBox, uids: str, what: str) -> list[tuple[bytes, bytes | None]]:
    """Ask for `what` of these messages; gives for each its line and, where it was asked for, its bytes."""
    result = box.client.uid("FETCH", uids, what)
    check_command_status(result, MailboxFetchError)
    rows: list[tuple[bytes, bytes | None]] = []
    for item in result[1]:
        if isinstance(item, tuple):
            rows.append((item[0] + b" ", item[1]))
        elif item is None:
            continue
        elif rows and rows[-1][1] is not None and not _BEGINS.match(item):
            # What stands after the bytes belongs to their line; a UID may be among it.
            rows[-1] = (rows[-1][0] + item, rows[-1][1])
        else:
            short = _SHORT_BODY.search(item)
            rows.append((item, (short[1] or b"") if short else None))
    return rows


def _grouped(listed: Sequence[_Listed]) -> Iterator[list[_Listed]]:
    group: list[_Listed] = []
    size = 0
    for one in listed:
        if group and (len(group) >= MOST_MESSAGES or size + one.size > MOST_BYTES):
            yield group
            group, size = [], 0
        group.append(one)
        size += one.size
    if group:
        yield group


def _ranges(first: int, last: int, but: Sequence[int]) -> str:
    """The UIDs from `first` to `last` without those in `but`, as a command names them."""
    found = []
    for uid in [*(one for one in but if first <= one <= last), last + 1]:
        if uid > first:
            found.append(f"{first}:{uid - 1}")
        first = uid + 1
    return ",".join(found)


def _do(box: BaseMailBox, command: str, *words: str | bytes) -> None:
    result = box.client.uid(command, *words)  # type: ignore[arg-type]  # it takes bytes as well
    check_command_status(result, UnexpectedCommandStatusError)


def _delete(box: BaseMailBox, ranges: str) -> None:
    _do(box, "STORE", ranges, "+FLAGS.SILENT", "(\\Deleted)")
    # Without UIDPLUS (RFC 4315) only all that anybody marked could be taken away: it stays marked then, for its owner.
    if "UIDPLUS" in box.client.capabilities:
        _do(box, "EXPUNGE", ranges)
