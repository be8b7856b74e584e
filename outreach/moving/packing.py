"""The archive as a file: a tar of members, a line with the SHA-256 of each at its end, read and written as a stream.

Any tar program opens it, and `sha256sum --check MANIFEST.sha256` checks what came out. What is not exactly as it was written
(cut, altered, members added, taken out or put in another order) is refused.
"""

import hashlib
import re
import tarfile
from collections.abc import Iterator
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, BinaryIO, Self, cast

from outreach.errors import Invalid

MANIFEST = "MANIFEST.sha256"
# Names that are the same on every system, and the same in every program that shows them.
_NAME = re.compile(r"[^\x00-\x1f\x7f\\]{1,400}")
_BLOCK = 1 << 20


class _Hashed:
    """A stream that is hashed as it passes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.sha256, self.size = stream, hashlib.sha256(), 0

    def _seen(self, block: bytes) -> bytes:
        self.sha256.update(block)
        self.size += len(block)
        return block

    def read(self, size: int = -1) -> bytes:
        return self._seen(self._stream.read(size))

    def write(self, block: bytes) -> int:
        return self._stream.write(self._seen(block))


class Packer:
    """Writes members one after another; memory stays flat however many there are."""

    def __init__(self, into: BinaryIO) -> None:
        self._into = _Hashed(into)
        stream = cast(BinaryIO, self._into)
        self._tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 (closed below)
        self._manifest = TemporaryFile()  # noqa: SIM115 (closed below)
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        # Without its manifest: what was given up half way is no archive.
        self._tar.close()
        self._manifest.close()

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """Add a member of exactly `size` bytes."""
        hashed = _Hashed(content)
        self._put(name, hashed, size)
        self._manifest.write(_line(hashed, name))

    def _put(self, name: str, content: Any, size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, content)
        # It would keep each member's head until the end.
        self._tar.members.clear()  # type: ignore[attr-defined]  # typeshed leaves it out
        self.count += 1

    def seal(self) -> str:
        """Write the end, without which the archive is not whole; gives the SHA-256 of the whole file."""
        size = self._manifest.tell()
        self._manifest.seek(0)
        self._put(MANIFEST, self._manifest, size)
        self._tar.close()
        return self._into.sha256.hexdigest()

    @property
    def size(self) -> int:
        """How many bytes have been written."""
        return self._into.size


def _line(hashed: _Hashed, name: str) -> bytes:
    return f"{hashed.sha256.hexdigest()}  {name}\n".encode()


def members(source: BinaryIO, called: str) -> Iterator[tuple[str, IO[bytes], int]]:
    """Each member's name, content and size, in order; `called` is what messages call the archive.

    Only whoever comes to the end knows that the archive is whole: raises Invalid, at any moment, when it is not.
    """
    with TemporaryFile() as manifest:
        try:
            with tarfile.open(fileobj=source, mode="r|") as tar:
                yield from _members(tar, manifest, called)
        except tarfile.TarError as error:
            raise _not_whole(called) from error


def _members(tar: tarfile.TarFile, manifest: IO[bytes], called: str) -> Iterator[tuple[str, IO[bytes], int]]:
    ended = False
    for info in tar:
        stream = tar.extractfile(info) if info.type == tarfile.REGTYPE and _NAME.fullmatch(info.name) else None
        if stream is None or ended:
            raise Invalid(f"{called} holds what no backup of an office holds; nothing was restored.")
        if info.name == MANIFEST:
            manifest.seek(0)
            _must_be_alike(manifest, stream, called)
            ended = True
            continue
        hashed = _Hashed(stream)
        # Whoever reads a member needs no more of a stream than `read`.
        yield info.name, cast(BinaryIO, hashed), info.size
        while hashed.read(_BLOCK):
            pass
        if hashed.size != info.size:
            raise _not_whole(called)
        manifest.write(_line(hashed, info.name))
        tar.members.clear()  # type: ignore[attr-defined]  # typeshed leaves it out
    if not ended:
        raise _not_whole(called)


def _must_be_alike(ours: IO[bytes], theirs: IO[bytes], called: str) -> None:
    while line := ours.readline():
        if theirs.read(len(line)) != line:
            name = line.decode().rstrip("\n").partition("  ")[2]
            raise Invalid(f"{called} was altered: {name} is not what was backed up; nothing was restored.")
    if theirs.read(1):
        raise Invalid(f"{called} was altered: a part of what was backed up was taken out; nothing was restored.")


def _not_whole(called: str) -> Invalid:
    return Invalid(f"{called} is no whole backup of an office: it was cut off or is something else; nothing was restored.")


def must_have(sha256: str, source: BinaryIO, called: str) -> None:
    """Raise Invalid unless the whole of `source` has this SHA-256."""
    hashed = _Hashed(source)
    while hashed.read(_BLOCK):
        pass
    if hashed.sha256.hexdigest() != sha256.strip().lower():
        raise Invalid(f"{called} is not the file with the SHA-256 {sha256}; nothing was restored.")
    source.seek(0)
