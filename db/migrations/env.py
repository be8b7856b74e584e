"""Runs the migrations on the connection that `outreach.schema` hands over; there is no other way in."""

from alembic import context

from outreach.database import is_of_office
from outreach.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    compare_type=True,
    include_name=is_of_office,
    # SQLite cannot alter most things in place; a batch copies the table.
    render_as_batch=connection.dialect.name == "sqlite",
    user_module_prefix="outreach.database.",
)
with context.begin_transaction():
    context.run_migrations()
