"""All tables: imports every room's models, for migrations and tests; brings a database to the newest schema."""

from collections.abc import Iterator
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from outreach import jobs, journal
from outreach.accounts import models as accounts
from outreach.campaigns import models as campaigns
from outreach.communique import models as communique
from outreach.communique import reviews
from outreach.contacts import erased, sameness
from outreach.contacts import models as contacts
from outreach.database import Base, without_foreign_keys
from outreach.delivery import models as delivery
from outreach.inputs import models as inputs
from outreach.letters import models as letters
from outreach.privacy import models as privacy
from outreach.responses import models as responses

if TYPE_CHECKING:
    from alembic.config import Config

ROOMS = (
    journal,
    jobs,
    accounts,
    contacts,
    sameness,
    erased,
    campaigns,
    letters,
    delivery,
    responses,
    inputs,
    communique,
    reviews,
    privacy,
)
METADATA = Base.metadata
_MIGRATIONS = files("outreach._db") / "migrations"


# Alembic is imported only where it works: every command asks for the revision, and few upgrade.
def _config(location: str, connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", location.replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _known() -> Iterator[str]:
    # Read from the names of the files: every command asks, and to load each migration takes longer than most commands.
    names = (path.name for path in (_MIGRATIONS / "versions").iterdir())
    return (name.partition("_")[0] for name in names if name[:1].isdigit() and name.endswith(".py"))


def newest() -> str:
    """The newest revision that this release knows: the highest number before the underscore of a migration's file name."""
    return max(_known())


def knows(revision: str) -> bool:
    """Whether this release knows the revision; one that it does not know comes from a newer release."""
    return revision in _known()


def revision(engine: Engine) -> str | None:
    """The revision that the database stands at; None when it is empty."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        stands: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return stands


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the database to the newest schema (or an earlier revision, for the engineer), in one transaction."""
    with without_foreign_keys(engine) as connection:
        upgrade_within(connection, to)


def upgrade_within(connection: Connection, to: str = "head") -> None:
    """The same as part of a transaction of `without_foreign_keys` in which more is done."""
    from alembic import command

    with as_file(_MIGRATIONS) as location:
        command.upgrade(_config(str(location), connection), to)


def write_revision(engine: Engine, message: str) -> None:
    """For the engineer: write the migration that leads from `engine`'s schema to the models (look at it before you keep it)."""
    from alembic import command

    with as_file(_MIGRATIONS) as location, engine.begin() as connection:
        command.revision(_config(str(location), connection), message, autogenerate=True)
