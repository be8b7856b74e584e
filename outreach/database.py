"""Tables, engines and sessions: SQLite by default, PostgreSQL by URL; what is written is written the same way on both."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from enum import Enum as PythonEnum
from pathlib import Path
from typing import Any

from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    Enum,
    Index,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from outreach.errors import Invalid, Refused

# How the tables begin by which the queue server hands out jobs: its own, on PostgreSQL alone, and no part of an office.
QUEUE_TABLES = "procrastinate_"
READ_ONLY = "outreach_read_only"
BUSY_TIMEOUT_MS = 30_000
# So much of an SQLite file is read where the system holds it, not copied page by page: looking through the subjects of
# 50,000 letters takes 15 ms and not 60. Writing is as before.
MAPPED_BYTES = 1 << 30


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware datetimes go in and come out in UTC; a naive one is refused.

    SQLite has no time zones and returns naive values; without this type a local time would be stored as if it were UTC.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: an instant needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(kind: type[PythonEnum]) -> Enum:
    """A column of the enumeration `kind`, stored as its words (not its names), checked in and out."""
    return Enum(kind, native_enum=False, create_constraint=False, length=40, values_callable=lambda e: [m.value for m in e])


def is_of_office(table: str | None, kind: str = "table", _parents: object = None) -> bool:
    """Whether a table found in a database is the office's own, and not the queue server's; also as Alembic asks it."""
    return kind != "table" or not str(table).startswith(QUEUE_TABLES)


def by_bytes(length: int) -> String:
    """A column of text that both databases compare and sort by its bytes, so that an index finds what begins with a word."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def index_of_few(name: str, column: str, condition: str) -> Index:
    """An index of the few rows that meet `condition`; a query that names it word for word finds them without the others."""
    return Index(name, column, sqlite_where=text(condition), postgresql_where=text(condition))


class Base(DeclarativeBase):
    """All tables of the office; constraint names are fixed so that migrations can name them on either database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Edited:
    """A row that people edit: `version` counts its changes, and a change made against an older one is refused."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a declarative directive receives the class
        return {"version_id_col": cls.version}


def office_url(url: str, folder: Path) -> URL:
    """The database URL of the office in `folder`: a relative SQLite file lies in the folder; PostgreSQL goes by psycopg."""
    parsed = read_url(url)
    if parsed.get_backend_name() == "sqlite":
        return parsed.set(drivername="sqlite", database=str(folder / (parsed.database or "")))
    return parsed.set(drivername="postgresql+psycopg")


def read_url(url: str) -> URL:
    """A database URL of a kind that the office can use; raises Invalid for any other."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # Neither the URL nor the parser's words about it are repeated: a mistyped URL shows its password in odd places.
        raise Invalid("The database URL cannot be read; use sqlite:///outreach.db or postgresql://...") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and (parsed.query or parsed.database == ":memory:"):
        # Such a database may be gone with the program, or lack what the office relies on.
        raise Invalid("The database is to be a file: write sqlite:///outreach.db, with nothing after the name.")
    if backend == "postgresql" or (backend == "sqlite" and parsed.database):
        return parsed
    raise Invalid(f"The database {backend!r} is not supported; use sqlite:///FILE or postgresql://...")


def without_password(url: URL) -> URL:
    """The URL as it may be written down or shown: without the password, wherever it stood."""
    query = {name: value for name, value in url.query.items() if "password" not in name.lower()}
    return URL.create(url.drivername, url.username, None, url.host, url.port, url.database, query)


def connect(url: URL) -> Engine:
    """An engine that keeps the office's promises: foreign keys, durable commits, writers one after another."""
    # What a statement holds may be a confidential input: an error, and so the log, names the statement without it.
    engine = create_engine(url, pool_pre_ping=url.get_backend_name() == "postgresql", hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling would begin late and deferred; we begin ourselves, see below.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = FULL",
        f"mmap_size = {MAPPED_BYTES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes loses updates (measured: 328 of 800); IMMEDIATE loses none.
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def without_foreign_keys(engine: Engine) -> Iterator[Connection]:
    """A transaction for migrations: SQLite checks at its end, not meanwhile, that no row points nowhere.

    A migration on SQLite copies a table and drops the old one; dropping it would delete or refuse the rows that point to it.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        # Outside the transaction: within one SQLite ignores this.
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                if astray := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                    raise Refused(f"{len(astray)} rows would point nowhere, first in {astray[0][0]}; nothing was changed.")
        finally:
            driver.execute("PRAGMA foreign_keys = ON")


def _reading_options(engine: Engine) -> dict[str, Any]:
    # Whoever looks sees one moment, however many queries it takes; SQLite does so by itself.
    snapshot = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    return {READ_ONLY: True, **snapshot}


class Database:
    """Sessions on one engine: `reading()` never writes, `transaction()` commits as a whole or not at all."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing = sessionmaker(engine, expire_on_commit=False)
        self._reading = sessionmaker(engine.execution_options(**_reading_options(engine)), autoflush=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session to look: all its queries see one moment, and whatever it changed is thrown away."""
        with self._reading() as session:
            try:
                yield session
            finally:
                session.rollback()

    def settle(self) -> None:
        """Write what SQLite's log holds into the file and empty the log: what was erased must not stay there."""
        if self.engine.dialect.name == "sqlite":
            with closing(self.engine.raw_connection()) as connection:
                driver: Any = connection.driver_connection
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session to act; raises Refused when somebody else changed the same row meanwhile."""
        try:
            with self._writing() as session, session.begin():
                yield session
        except StaleDataError as error:
            raise Refused("Somebody else changed this meanwhile; nothing was saved. Look at it again, then repeat.") from error


def take_turn(session: Session, what: str) -> None:
    """Wait until no other open transaction has this turn, and have it until this one ends: for counting before one adds.

    On SQLite whoever writes has it anyway. Take it before any row is locked, or two may wait for each other.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


def grouped(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    """Rows by the number in their first column, in the order they came; none for a number that has none."""
    groups: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row)
    return groups
