"""Sessions for many small tests: on PostgreSQL one database for all of them, each in a transaction that is taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.database import Database, connect, office_url


@pytest.fixture(scope="session")
def shared_postgres(empty_postgres: str, postgres_url: str) -> Iterator[Database]:
    """One database at the newest schema: making one for each test takes longer than the test."""
    administration = create_engine(office_url(postgres_url, Path()), isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text("CREATE DATABASE responses_shared TEMPLATE outreach_empty"))
    administration.dispose()
    url = office_url(empty_postgres, Path()).set(database="responses_shared")
    database = Database(connect(url))
    yield database
    database.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def session(request: pytest.FixtureRequest, empty_sqlite: Path, tmp_path: Path) -> Iterator[Session]:
    """An open session on either kind; what it did is taken back. Numbers of rows do not begin at 1."""
    if request.param == "sqlite":
        # Nothing is ever committed, so all tests may read the same empty file.
        database = Database(connect(office_url(f"sqlite:///{empty_sqlite}", tmp_path)))
    else:
        database = request.getfixturevalue("shared_postgres")
    with Session(database.engine, expire_on_commit=False) as session:
        yield session
        session.rollback()
    if request.param == "sqlite":
        database.engine.dispose()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An empty archive."""
    return Archive(tmp_path / "files")
