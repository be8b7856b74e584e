"""A next release, for the tests of upgrading: the shipped migrations and one more, which rebuilds a table others point to."""

import shutil
from pathlib import Path

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
