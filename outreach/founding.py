"""Founding an office: its folder, its settings, its database, its first keeper, and the directory that came with the program.

Either all of it stands at the end, or nothing does and a second try can succeed.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from sqlalchemy.orm import Session

from outreach import config, schema
from outreach.accounts import people
from outreach.archive import write_durably
from outreach.contacts import seeding
from outreach.database import Database, read_url, without_password
from outreach.errors import Invalid, Refused
from outreach.inputs import codebook
from outreach.journal import Role
from outreach.office import Clock, Office, package_folder, system_clock


@dataclass(frozen=True)
class Founded:
    """The office, and what of the directory was loaded (None without it)."""

    office: Office
    directory: seeding.Counts | None


def found(
    folder: Path,
    *,
    keeper: str,
    database_url: str | None = None,
    directory: bool = True,
    clock: Clock = system_clock,
    changes: Mapping[str, str] = MappingProxyType({}),
) -> Founded:
    """Make an office in `folder`: settings, database, a place for files, its first keeper, and unless told not to the
    directory of States and organisations with the themes.

    `changes` replaces texts of the shipped settings file. Raises Refused when an office stands there or in the database
    already, or the folder holds something else. Whatever fails, the folder is left as it was, so that a second try can succeed.
    """
    if (folder / config.FILE_NAME).exists():
        raise Refused(f"{folder} already holds an office; nothing was changed.")
    stood = folder.exists()
    if stood and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} is {'not empty' if folder.is_dir() else 'a file'}; name a new folder.")
    text = _settings_text(changes, database_url)
    office = Office(folder, config.parse(text, folder / config.FILE_NAME), clock=clock, url=database_url)
    try:
        loaded = _furnish(office, text, keeper, directory=directory)
    except BaseException:
        office.close()
        _clear(folder, keep=stood)
        raise
    return Founded(office, loaded)


def _furnish(office: Office, text: str, keeper: str, *, directory: bool) -> seeding.Counts | None:
    for place in ("files", "templates/letters", "templates/communique", "protocol", "out"):
        (office.folder / place).mkdir(parents=True, exist_ok=True)
    write_durably(office.folder / config.FILE_NAME, text.encode())
    if _holds_an_office(office.database):
        raise Refused("That database already holds an office; name an empty one.")
    schema.upgrade(office.database.engine)
    with office.transaction() as session:
        office.acting = people.add(session, keeper, Role.KEEPER, by=people.FOUNDING, at=office.now()).name
        return _fill(session, office) if directory else None


def _fill(session: Session, office: Office) -> seeding.Counts:
    seeds = package_folder("seeds")
    codebook.load(session, seeds / "themes.toml", by=people.FOUNDING, at=office.now())
    return seeding.load(session, seeds, by=people.FOUNDING, at=office.now())


def _holds_an_office(database: Database) -> bool:
    # Tables in which nobody works are what an earlier try left behind.
    stands = schema.revision(database.engine)
    if stands is None or stands != schema.newest():
        return stands is not None
    with database.reading() as session:
        return bool(people.everybody(session))


def _clear(folder: Path, *, keep: bool) -> None:
    if keep:
        for child in folder.iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def _settings_text(changes: Mapping[str, str], database_url: str | None) -> str:
    text = (package_folder("office") / config.FILE_NAME).read_text(encoding="utf-8")
    if database_url:
        # The password stays in the environment, where it came from.
        shown = without_password(read_url(database_url)).render_as_string()
        changes = {**changes, 'url = "sqlite:///outreach.db"': f"url = {json.dumps(shown, ensure_ascii=False)}"}
    for old, new in changes.items():
        if text.count(old) != 1:
            raise Invalid(f"The shipped settings hold {old!r} {text.count(old)} times, not once.")
        text = text.replace(old, new)
    return text
