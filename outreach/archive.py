"""Files of the office by what they contain: kept once under their SHA-256, never changed, checked whenever they are read."""

import hashlib
import os
import re
import secrets
from datetime import date
from pathlib import Path

from outreach.errors import Invalid, NotFound


class Erased(NotFound):
    """A file that was kept and then erased for data protection."""


_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest_of(content: bytes) -> str:
    """The SHA-256 of `content` in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def write_durably(path: Path, content: bytes) -> None:
    """Write `path` so that after a crash it holds either what it held or all of `content`."""
    if not path.parent.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _sync_folder(path.parent.parent)
    # A name of its own for each writer: two threads may write the same file at once.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # A rename is durable only when the folder that records it is.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Archive:
    """A folder of files named by their digests (`ab/abcdef...`)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, content: bytes) -> str:
        """Store `content` (once) and return its digest."""
        digest = digest_of(content)
        path = self.path(digest)
        if not path.exists():
            write_durably(path, content)
            # It came again, from somebody who may give it.
            self._mark(digest).unlink(missing_ok=True)
        return digest

    def fetch(self, digest: str) -> bytes:
        """What was kept under `digest`; raises Erased or NotFound when it is gone, Invalid when it was altered."""
        path = self.path(digest)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise self._gone(digest) from None
        if digest_of(content) != digest:
            raise Invalid(f"The file {path} is not what was archived; bring it back from a backup.")
        return content

    def size(self, digest: str) -> int:
        """How many bytes are kept under `digest`; raises Erased or NotFound when it is gone."""
        try:
            return self.path(digest).stat().st_size
        except FileNotFoundError:
            raise self._gone(digest) from None

    def stands(self, digest: str) -> bool:
        """Whether a file is kept under `digest`, or a mark says that it was erased."""
        return self.path(digest).exists() or self._mark(digest).exists()

    def _gone(self, digest: str) -> NotFound:
        if self._mark(digest).exists():
            day = self._mark(digest).read_text(encoding="ascii")
            return Erased(f"This file was erased for data protection on {day}; its digest is {digest}.")
        return NotFound(f"The file {self.path(digest)} is missing from the archive; bring it back from a backup.")

    def erase(self, digest: str, on: date) -> None:
        """Take the file away for good and leave a mark that says when; doing it again changes nothing."""
        if self.path(digest).exists() or not self._mark(digest).exists():
            write_durably(self._mark(digest), on.isoformat().encode())
        self.path(digest).unlink(missing_ok=True)

    def _mark(self, digest: str) -> Path:
        return self.path(digest).with_suffix(".erased")

    def path(self, digest: str) -> Path:
        """Where `digest` lies; refuses anything that is no digest, so that no text from outside chooses a path."""
        if not _DIGEST.fullmatch(digest):
            raise Invalid(f"{digest!r} is no SHA-256 digest.")
        return self.root / digest[:2] / digest
