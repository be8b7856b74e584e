"""Restoring: an office out of an archive, in a new folder and an empty database, at this release's schema.

The archive is read through once before anything is made. Then all rows come in one transaction and all files in a folder under
another name, which gets its own at the end: an office that was restored in part is never to be seen.
"""

import gzip
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO, cast

import msgspec
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from outreach import config, jobs, journal, schema
from outreach.database import connect, is_of_office, office_url, read_url, without_foreign_keys, without_password
from outreach.delivery import pausing
from outreach.errors import Invalid, Refused
from outreach.journal import Actor, Head, Role
from outreach.moving import packing, rows
from outreach.moving.contents import ABOUT, HEAD, About, digest_in, place_of, settings_with, table_of

IN_THE_FOLDER = "sqlite:///outreach.db"
# Whoever runs `restore` has the archive in their hands.
RESTORING = Actor("restore", Role.KEEPER)
_BLOCK = 1 << 20


@dataclass
class Restored:
    """What was restored: of which moment, how many rows and files; `faults` are those that its journal had already."""

    folder: Path
    about: About
    rows: int = 0
    files: int = 0
    faults: tuple[str, ...] = ()


def restore(
    archive: Path,
    folder: Path,
    *,
    at: datetime,
    database_url: str | None = None,
    sha256: str = "",
    step: Callable[[], None] = lambda: None,
) -> Restored:
    """Make the office in `archive` anew in `folder`, with its rows in an empty database; it starts paused.

    `database_url` is a PostgreSQL database instead of a file in the folder. With `sha256` only the file with that digest is
    taken. Raises Refused when something is in the folder or the database, or a newer release made the archive; Invalid when it
    is not whole and unaltered. Whatever fails, nothing is left.
    """
    must_be_free(folder)
    with archive.open("rb") as source:
        if sha256:
            packing.must_have(sha256, source, str(archive))
        about = _read_through(source, archive)
        if not schema.knows(about.revision):
            raise Refused(f"{archive} was made by release {about.release}, which is newer than this one; install that release.")
        source.seek(0)
        staging = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
        staging.mkdir(mode=0o700)
        try:
            done = _unpack(source, archive, _Unpacking(staging, about, database_url or IN_THE_FOLDER, at, step))
            # All at once: asking for each of a hundred thousand files would take far longer.
            os.sync()
            staging.rename(folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    done.folder = folder
    return done


def must_be_free(folder: Path) -> None:
    """Raise Refused unless an office may be restored into `folder`: there is nothing yet, and a folder to make it in."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} is {'not empty' if folder.is_dir() else 'a file'}; name a new folder.")
    if not folder.absolute().parent.is_dir():
        raise Refused(f"{folder.parent} is no folder; make it first, or name another place.")


def _read_through(source: BinaryIO, archive: Path) -> About:
    """Read all of the archive without keeping anything; gives what it is of. Raises Invalid unless it is whole."""
    about: About | None = None
    for name, content, _size in packing.members(source, str(archive)):
        if name == ABOUT:
            about = _about(content.read(), archive)
        elif table_of(name) is None:
            place_of(name, Path())
    if about is None:
        raise Invalid(f"{archive} does not say what it is of; nothing was restored.")
    return about


def _about(content: bytes, archive: Path) -> About:
    try:
        return msgspec.json.decode(content, type=About)
    except msgspec.DecodeError as error:
        raise Invalid(f"{archive} is of a kind that this release does not know ({error}); nothing was restored.") from error


@dataclass
class _Unpacking:
    staging: Path
    about: About
    url: str
    at: datetime
    step: Callable[[], None]
    tables: set[str] = field(default_factory=set)
    files: int = 0
    rows: int = 0

    def put(self, connection: Connection, name: str, content: IO[bytes]) -> None:
        """Put one member where it belongs: rows into the database, all else to its place in the folder."""
        if table := table_of(name):
            self.tables.add(table)
            with gzip.GzipFile(fileobj=content) as lines:
                self.rows += rows.load(connection, table, cast(BinaryIO, lines))
        elif name == config.FILE_NAME:
            shown = without_password(read_url(self.url)).render_as_string()
            self._write(name, settings_with(content.read().decode(), shown).encode())
        elif name != ABOUT:
            self._copy(name, content)
        self.step()

    def _write(self, name: str, content: bytes) -> None:
        with place_of(name, self.staging).open("xb") as file:
            file.write(content)

    def _copy(self, name: str, content: IO[bytes]) -> None:
        place, hashed = place_of(name, self.staging), hashlib.sha256()
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            while block := content.read(_BLOCK):
                hashed.update(block)
                file.write(block)
        digest = digest_in(name)
        self.files += digest is not None
        if digest and digest != hashed.hexdigest():
            raise Invalid(f"The file {digest} in the archive is not what its name says; nothing was restored.")


def _unpack(source: BinaryIO, archive: Path, work: _Unpacking) -> Restored:
    for place in ("files", "templates/letters", "templates/communique", "protocol", "out"):
        (work.staging / place).mkdir(parents=True)
    engine = connect(office_url(work.url, work.staging))
    try:
        with without_foreign_keys(engine) as connection:
            if inspect(connection).get_table_names():
                raise Refused("That database is not empty; name an empty one.")
            schema.upgrade_within(connection, work.about.revision)
            with rows.in_any_order(connection):
                for name, content, _size in packing.members(source, str(archive)):
                    work.put(connection, name, content)
                _must_be_all(connection, work)
            schema.upgrade_within(connection)
            rows.count_on(connection)
            faults = _begin_paused(connection, work)
    except (SQLAlchemyError, FileExistsError, OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and not isinstance(error, FileExistsError | gzip.BadGzipFile):
            raise
        raise Invalid(f"What {archive} holds does not fit together ({_plainly(error)}); nothing was restored.") from error
    finally:
        engine.dispose()
    return Restored(work.staging, work.about, work.rows, work.files, faults)


def _plainly(error: Exception) -> str:
    return " ".join(str(getattr(error, "orig", error)).split())[:300]


def _must_be_all(connection: Connection, work: _Unpacking) -> None:
    stand = set(filter(is_of_office, inspect(connection).get_table_names())) - {"alembic_version"}
    if missing := stand - work.tables:
        raise Invalid(f"The archive lacks the rows of {', '.join(sorted(missing))}; nothing was restored.")
    if not (work.staging / config.FILE_NAME).exists() or not (work.staging / HEAD).exists():
        raise Invalid("The archive lacks the settings or the journal's head; nothing was restored.")


def _begin_paused(connection: Connection, work: _Unpacking) -> tuple[str, ...]:
    """Stop all delivery before anybody can open the office; gives what is wrong with the journal that came."""
    outside = Head.read(work.staging / HEAD)
    made = f"{work.about.made_at:%d %B %Y, %H:%M} UTC"
    with Session(connection, expire_on_commit=False) as session:
        faults = journal.verify(session, outside).faults
        because = (
            f"this copy was restored from the backup of {made}; before letters leave from it, see that no other copy of this "
            f"office sends, and which letters left since then"
        )
        pausing.stop_all(session, because, by=RESTORING, at=work.at)
        # What was asked of the office that this one is a copy of is that one's to do.
        jobs.drop(session, f"this office was restored from the backup of {made}", at=work.at)
        journal.record(
            session, RESTORING, "restored", "office", at=work.at, made_at=work.about.made_at, entries=work.about.entries
        )
        session.flush()
        if not faults:
            # A head that the journal did not grow from stays, to show it.
            journal.head(session).write(work.staging / HEAD)
    return faults
