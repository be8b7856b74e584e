"""For the tests of founding and upgrading: an empty PostgreSQL database, and a next release.

The next release has the shipped migrations and one more, which rebuilds a table that others point to.
"""

import shutil
from pathlib import Path

from sqlalchemy import make_url, text

from outreach.database import connect, office_url
from outreach.office import package_folder

NEXT = "9999"
MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("organisations", recreate="{recreate}") as batch:
        batch.add_column(sa.Column("motto", sa.Text()))
    {more}
"""


def next_release(folder: Path, before: str, dialect: str, more: str = "pass") -> Path:
    """Write a migrations folder that knows one revision more than `before`; `more` is its last line."""
    shutil.copytree(package_folder("seeds").parent / "migrations", folder)
    recreate = "always" if dialect == "sqlite" else "never"
    text = MIGRATION.format(revision=NEXT, before=before, recreate=recreate, more=more)
    (folder / "versions" / f"{NEXT}_next.py").write_text(text)
    return folder


def emptied(url: str, password: str) -> str:
    """Empty the PostgreSQL database at `url` of all tables; gives the URL with a password in it."""
    engine = connect(office_url(url, Path()))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return make_url(url).set(password=password).render_as_string(hide_password=False)
