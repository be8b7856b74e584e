"""kill -9 of senders at any instant and at each step, a full disk, a hostile server: nothing twice, nothing lost."""

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from outreach.database import office_url
from tests.conftest import Clock
from tests.delivery import killing
from tests.delivery.conftest import fill
from tests.delivery.killing import Ground, Nest
from tests.delivery.nursery import FULL, STEPS
from tests.offices import SIGNATORY, found

# How often senders die in a short run (once in each way, and at some random instants) and in a long one, on each database.
DEATHS, LONG = 24, 500
MakeUrl = Callable[[int], "str | None"]


@contextmanager
def databases(postgres_url: str, template: str) -> Iterator[MakeUrl]:
    """Gives a fresh copy of `template` for each round, and takes it away after the next."""
    administration = create_engine(office_url(postgres_url, Path()), isolation_level="AUTOCOMMIT")

    def url(number: int) -> str:
        name = f"{template}_{number % 2}"
        with administration.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return office_url(postgres_url, Path()).set(database=name).render_as_string(hide_password=False)

    yield url
    administration.dispose()


@pytest.fixture(scope="session")
def filled_postgres(postgres_url: str, empty_postgres: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of an office on PostgreSQL with twelve approved letters, and the name of its database, for copying."""
    name = "outreach_killing"
    administration = create_engine(office_url(postgres_url, Path()), isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE outreach_empty"))
    administration.dispose()
    url = office_url(postgres_url, Path()).set(database=name).render_as_string(hide_password=False)
    folder = tmp_path_factory.mktemp("killing") / "office"
    with closing(found(folder, keeper="Kim Keeper", database_url=url, clock=Clock(), changes=SIGNATORY)) as office:
        fill(office)
    return folder, name


@pytest.fixture(scope="session")
def nest(filled_once: Path) -> Iterator[Nest]:
    """A hostile server, and a nursery of senders."""
    with killing.nest(filled_once) as found:
        yield found


def kill(kind: str, request: pytest.FixtureRequest, seed: int, deaths: int) -> Ground:
    """Rounds until senders have died so often; what is seen of them stands in what is given."""
    found: Nest = request.getfixturevalue("nest")
    if kind == "sqlite":
        return _rounds(Ground(found, request.getfixturevalue("filled_once")), lambda _number: None, seed, deaths)
    filled, template = request.getfixturevalue("filled_postgres")
    with databases(request.getfixturevalue("postgres_url"), template) as url:
        return _rounds(Ground(found, filled), url, seed, deaths)


def _rounds(ground: Ground, url: MakeUrl, seed: int, deaths: int) -> Ground:
    ground.deck = killing.shuffled(random.Random(seed), deaths)
    while ground.deck:
        killing.live(ground, url(ground.rounds), seed + ground.rounds)
    return ground


def test_senders_that_die_at_each_step_and_any_instant_send_nothing_twice_and_leave_nothing_behind(
    kind: str, request: pytest.FixtureRequest
) -> None:
    ground = kill(kind, request, seed=7, deaths=DEATHS)
    assert ground.deaths.total() == DEATHS
    assert set(ground.deaths) >= {*STEPS, *FULL}
    assert ground.doubts > 0, "a sender that dies with a letter on the wire leaves it in doubt"


@pytest.mark.long
def test_the_same_over_five_hundred_deaths(
    kind: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    ground = kill(kind, request, seed=1000, deaths=LONG)
    assert ground.deaths.total() == LONG
    # What docs/delivery-proof.md keeps.
    with capsys.disabled():
        sys.stdout.write(
            f"\n{kind}: {ground.rounds} rounds, letters {dict(ground.letters)}, {ground.doubts} settled by looking\n"
        )
        sys.stdout.write(f"{kind}: {ground.deaths.total()} deaths, {dict(ground.deaths)}\n")
