"""On PostgreSQL: the tables and functions by which Procrastinate hands jobs to workers. SQLite has none."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
# The library keeps its whole history of migrations: those up to this one make the same schema whatever release is installed. A
# release that needs more gets a revision here that runs the ones after it.
_LAST = "03.04.00"


def upgrade() -> None:
    """Run the library's own migrations; nothing of the office is touched."""
    if op.get_bind().dialect.name == "postgresql":
        for path in _migrations():
            _driver().execute(path.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take away what the library's migrations made; what waits in the queue is never done."""
    if op.get_bind().dialect.name == "postgresql":
        _driver().execute(_UNDO)


def _driver() -> Any:
    # Many statements at once, which the driver takes only without parameters.
    return op.get_bind().connection.driver_connection


def _migrations() -> list[Path]:
    from outreach.errors import Refused

    try:
        from procrastinate.schema import SchemaManager
    except ImportError:
        raise Refused(
            "On PostgreSQL this release needs the package procrastinate: pip install 'outreach[postgres]', then upgrade again."
        ) from None
    every = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    return [path for path in every if path.name.partition("_")[0] <= _LAST]


_UNDO = """
-- What depends on them is the library's own functions and triggers.
DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
DO $$
DECLARE one regprocedure;
BEGIN
    FOR one IN
        SELECT oid::regprocedure FROM pg_proc
        WHERE starts_with(proname, 'procrastinate_') AND pronamespace = current_schema()::regnamespace
    LOOP
        EXECUTE format('DROP FUNCTION %s', one);
    END LOOP;
END $$;
DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type;
"""
