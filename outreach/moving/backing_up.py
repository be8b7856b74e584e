"""Backing up: one archive of an office as it stands at one moment, while everybody works on.

The rows are those of one snapshot, on either database; files never change once kept, and each that the snapshot names was kept
before. The archive gets its name when all of it is on the disk: whatever is there under that name is whole.
"""

import gzip
import hashlib
import io
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

import msgspec
from sqlalchemy import Column, select, text
from sqlalchemy.orm import Session

from outreach import __version__, config, journal, schema
from outreach.database import read_url, without_password
from outreach.errors import Refused
from outreach.journal import Head, Role
from outreach.moving import rows
from outreach.moving.contents import ABOUT, FILES, HEAD, TREES, About, has_password, member_of, settings_with
from outreach.moving.packing import Packer
from outreach.office import Office
from outreach.privacy.models import ErasedFile


@dataclass(frozen=True)
class BackedUp:
    """What was put into the archive: how many rows and members, bytes and SHA-256 of the whole; the journal's entries.

    `damaged` are files of the office that could not be put in: lost, or not what was kept.
    """

    path: Path
    rows: int
    members: int
    size: int
    sha256: str
    entries: int
    damaged: tuple[str, ...]


def back_up(office: Office, into: Path, *, step: Callable[[], None] = lambda: None) -> BackedUp:
    """Write all of `office` into a new file, readable by its owner alone, and note it in the journal.

    What is left out: secrets, `uploads/`, `backups/` and what can be made again. Raises Refused unless the actor is a keeper,
    and when the file is there already or would lie among what is backed up.
    """
    office.actor.must_be(Role.KEEPER, "take the whole office out of its place")
    _must_be_free(office, into)
    # Before the snapshot, so that the snapshot has all that the head outside knows.
    outside = Head.read(office.head_file) if office.head_file.exists() else None
    with _appearing_whole(into) as file, office.reading() as session, Packer(file) as packer:
        packing = _Packing(packer, office, step)
        entries = packing.head(session, outside)
        packing.settings()
        packing.rows(session)
        packing.files()
        packing.trees()
        damaged = tuple(packing.damaged(session))
        sha256 = packer.seal()
    done = BackedUp(into, packing.count, packer.count, packer.size, sha256, entries, damaged)
    with office.transaction() as session:
        journal.record(session, office.actor, "backed up", "office", at=office.now(), sha256=sha256, entries=entries)
    return done


def _must_be_free(office: Office, into: Path) -> None:
    if into.exists():
        raise Refused(f"{into} is there already; name a new file.")
    if not into.parent.is_dir():
        raise Refused(f"{into.parent} is no folder; make it first, or name another place.")
    there = into.parent.resolve()
    if any(there.is_relative_to((office.folder / tree).resolve()) for tree in (FILES, *TREES)):
        raise Refused(f"{into} would lie among what is backed up; name a place elsewhere.")


@contextmanager
def _appearing_whole(into: Path) -> Iterator[BinaryIO]:
    """A file to write that gets its name once all of it is on the disk."""
    draft = into.with_name(f".{into.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.rename(into)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(into.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@dataclass
class _Packing:
    packer: Packer
    office: Office
    step: Callable[[], None]
    count: int = 0
    _spoilt: tuple[str, ...] = ()

    def _bytes(self, name: str, content: bytes) -> None:
        self.packer.add(name, io.BytesIO(content), len(content))

    def _file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self.packer.add(name, file, os.fstat(file.fileno()).st_size)

    def head(self, session: Session, outside: Head | None) -> int:
        """What the archive is of, and the journal's head: as outside where the journal did not grow from that, to show it."""
        head = journal.head(session)
        about = About(
            office=self.office.settings.office.name,
            made_at=self.office.now(),
            release=__version__,
            revision=str(session.scalar(text("SELECT version_num FROM alembic_version"))),
            entries=head.count,
        )
        self._bytes(ABOUT, msgspec.json.format(msgspec.json.encode(about)) + b"\n")
        kept = head if outside is None or journal.continues(session, outside) else outside
        self._bytes(HEAD, kept.encoded())
        return head.count

    def settings(self) -> None:
        """The settings without a password, and the authorities that they name for mail servers."""
        path = self.office.folder / config.FILE_NAME
        said, url = path.read_text(encoding="utf-8-sig"), self.office.settings.database.url
        if has_password(url):
            said = settings_with(said, without_password(read_url(url)).render_as_string())
        self._bytes(config.FILE_NAME, said.encode())
        mail = self.office.settings.mail
        named = [server.certificates for server in (mail.smtp, mail.imap) if server and server.certificates]
        for authorities in dict.fromkeys(self.office.folder / name for name in named):
            if authorities.parent == self.office.folder and authorities.suffix == ".pem" and authorities.is_file():
                self._file(authorities.name, authorities)

    def rows(self, session: Session) -> None:
        """Each table; a tar needs to know the size of a member beforehand, so the rows wait in a file of their own."""
        for table in schema.METADATA.sorted_tables:
            with TemporaryFile(dir=self.office.folder) as kept:
                with gzip.GzipFile(fileobj=kept, mode="wb", compresslevel=6, mtime=0) as packed:
                    self.count += rows.dump(session, table, cast(BinaryIO, packed))
                size = kept.tell()
                kept.seek(0)
                self.packer.add(member_of(table.name), kept, size)
            self.step()

    def files(self) -> None:
        """The kept files and the marks of erased ones; what is not what its name says is left out and told of."""
        for folder in sorted(path for path in self.office.archive.root.glob("??") if path.is_dir()):
            for path in sorted(folder.iterdir()):
                if path.name.startswith(".") or not path.is_file():
                    continue
                try:
                    self._kept(path)
                except FileNotFoundError:
                    # It was erased since the folder was read; its mark is what stays.
                    continue

    def _kept(self, path: Path) -> None:
        if path.suffix != ".erased":
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != path.name:
                    self._spoilt += (f"{path} is not what was kept",)
                    return
        self._file(f"{FILES}/{path.name}", path)

    def trees(self) -> None:
        """What the office itself wrote into folders: plain files alone, no links to elsewhere."""
        for tree in TREES:
            for path in _plain_files(self.office.folder / tree):
                self._file(path.relative_to(self.office.folder).as_posix(), path)

    def damaged(self, session: Session) -> Iterator[str]:
        """What is not as it should be: files that are spoilt, and those that rows name and nobody has."""
        yield from self._spoilt
        for column in named_files():
            for digest in session.scalars(select(column).where(column.is_not(None)).distinct()):
                if not self.office.archive.stands(digest):
                    yield f"{self.office.archive.path(digest)} is missing; {column.table.name} names it"


def _plain_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else ():
        if path.is_dir():
            yield from _plain_files(path)
        elif path.is_file() and not path.is_symlink() and not path.name.endswith(".part"):
            yield path


# Digests of something else than a file.
_NO_FILES = {"letter_versions.template_sha256", "input_texts.sha256", "passages.sha256", f"{ErasedFile.__tablename__}.sha256"}


def named_files() -> Iterator[Column[str]]:
    """The columns that name files of the archive."""
    for table in schema.METADATA.sorted_tables:
        for column in table.columns:
            if column.name.endswith("sha256") and f"{table.name}.{column.name}" not in _NO_FILES:
                yield column
