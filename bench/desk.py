"""How fast the desk's pages are in a large office, beside bare Flask and waitress that answer with the same bytes.

    python -m bench.desk [--contacts 100000] [--letters 50000] [--requests 10] [--rounds 5] [--office FOLDER] [--quick]

Both are served by waitress with four threads, each in a process of its own, and asked over one connection on this machine, in
turns. Queries are counted for one page, with that of whoever is signed in; processor time is the median of five requests within
one process, which other work on the machine hardly changes. Aims: 100 ms at the median, 15 queries.
"""

import argparse
import http.client
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import event

from bench.desk_world import KEEPER, PASSWORD, large_office
from bench.world import CAMPAIGN, opened
from outreach.office import Office

AIM_MS, AIM_QUERIES = 100, 15
PAGES = {
    "home": "/",
    "home, by group": "/home/groups",
    "contacts": "/contacts/",
    "contacts, searched": "/contacts/?text=network+77",
    "contacts, nothing found": "/contacts/?text=zzqx",
    "contacts, all found": "/contacts/?text=network",
    "contacts, none held": "/contacts/?held=1",
    "contacts, none to confirm": "/contacts/?unconfirmed=1",
    "contacts, page 1,000": "/contacts/?page=1000",
    "an organisation": "/contacts/organisations/organisation-77",
    "letters": "/letters/",
    "letters, searched": "/letters/?text=network+77",
    "letters, nothing found": "/letters/?text=zzqx",
    "letters, page 900": "/letters/?page=900",
    "letters, overdue": "/letters/?at=overdue",
    "a letter": "/letters/77",
    "campaigns": "/campaigns/",
    "a campaign": f"/campaigns/{CAMPAIGN}",
    "a campaign, last page": f"/campaigns/{CAMPAIGN}?page=1000",
    "a campaign to everybody, counted": "/new-campaign?template=input-request&sender=chair&deadline=2025-05-01&to=all",
    "drafts to check": f"/letters/check/{CAMPAIGN}",
    "drafts to approve": f"/letters/approve/{CAMPAIGN}",
    "delivery, what would leave": f"/delivery/of/{CAMPAIGN}",
    "delivery, the ledger": "/delivery/",
    "answers": "/responses/",
    "an answer": "/responses/7",
    "themes": "/inputs/themes",
    "communiqué": "/communique/wsis20/1/en",
    "communiqué, page 4": "/communique/wsis20/1/en?page=4",
    "communiqué, a paragraph": "/communique/wsis20/1/en/paragraphs/4",
    "communiqué, its sources": "/communique/wsis20/1/en/paragraphs/4/sources",
    "communiqué, what is not used": "/communique/wsis20/1/en/unused",
}


@dataclass
class Row:
    """A page with what was measured of it."""

    name: str
    queries: int
    size: int
    cpu: float
    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")


def look(folder: Path) -> tuple[str, str, dict[str, tuple[bytes, Row]]]:
    """Sign in and open each page once: the cookie, the browser's name, and each page's bytes with its queries."""
    from outreach.web.app import create_app

    office = opened(folder / "office")
    client = create_app(office, RATELIMIT_ENABLED=False, WTF_CSRF_ENABLED=False).test_client()
    client.post("/sign-in", data={"name": KEEPER, "password": PASSWORD})
    cookie = client.get_cookie("outreach")
    if cookie is None:
        raise RuntimeError("nobody could sign in")
    found = {}
    for name, address in PAGES.items():
        client.get(address)
        with _counted(office) as queries:
            response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} gives {response.status_code}")
        cpu = median(_processor(client, address) for _ in range(5))
        row = Row(name, len(queries), len(response.data), cpu, slowest=max(queries, default=(0.0, "")))
        found[name] = (response.data, row)
    agent = str(client.environ_base["HTTP_USER_AGENT"])
    office.close()
    return cookie.value, agent, found


def _processor(client: Any, address: str) -> float:
    """The milliseconds of processor time that one request takes."""
    begun = time.process_time()
    client.get(address)
    return 1000 * (time.process_time() - begun)


@contextmanager
def _counted(office: Office) -> Iterator[list[tuple[float, str]]]:
    """The queries made meanwhile, each with its milliseconds."""
    queries: list[tuple[float, str]] = []
    begun: list[float] = []

    def before(*_: Any) -> None:
        begun.append(time.perf_counter())

    def after(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        taken = 1000 * (time.perf_counter() - begun.pop())
        # That a transaction begins asks the database nothing.
        if statement != "BEGIN":
            queries.append((taken, statement))

    engine = office.database.engine
    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    yield queries
    event.remove(engine, "before_cursor_execute", before)
    event.remove(engine, "after_cursor_execute", after)


def serve_desk(folder: Path, told: Connection) -> None:
    """The desk as `outreach serve` serves it."""
    from outreach.web.app import create_app

    _serve(create_app(opened(folder / "office"), RATELIMIT_ENABLED=False), told)


def serve_bytes(pages: dict[str, bytes], told: Connection) -> None:
    """A Flask application that knows its answers."""
    from flask import Flask

    app = Flask("bare")

    @app.get("/<path:name>")
    def page(name: str) -> bytes:
        return pages[name]

    _serve(app, told)


def _serve(app: Any, told: Connection) -> None:
    from waitress.server import create_server

    server = create_server(app, host="127.0.0.1", port=0, threads=4, ident=None)
    told.send(server.effective_port)
    server.run()


@contextmanager
def running(serve: Any, given: Any) -> Iterator[http.client.HTTPConnection]:
    """A server in a process of its own, and a connection to it."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(given, there), daemon=True)
    process.start()
    connection = http.client.HTTPConnection("127.0.0.1", here.recv())
    try:
        yield connection
    finally:
        connection.close()
        process.terminate()
        process.join()


def ask(connection: http.client.HTTPConnection, address: str, headers: dict[str, str], times: int) -> list[float]:
    """The milliseconds of each of so many requests, body included."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        connection.request("GET", address, headers=headers)
        answer = connection.getresponse()
        answer.read()
        taken.append(1000 * (time.perf_counter() - begun))
        if answer.status != 200:
            raise RuntimeError(f"{address} gives {answer.status}")
    return taken


def measure(folder: Path, requests: int, rounds: int) -> list[Row]:
    """Ask for each page of the desk and for the same bytes without it, in turns."""
    cookie, agent, found = look(folder)
    headers = {"Cookie": f"outreach={cookie}", "User-Agent": agent}
    rows = [row for _, row in found.values()]
    bare_pages = {str(place): content for place, (content, _) in enumerate(found.values())}
    with running(serve_desk, folder) as ours, running(serve_bytes, bare_pages) as bare:
        for row in rows:
            ask(ours, PAGES[row.name], headers, 2)
        for _ in range(rounds):
            for place, row in enumerate(rows):
                row.ours += ask(ours, PAGES[row.name], headers, requests)
                row.bare += ask(bare, f"/{place}", {}, requests)
    return rows


def show(rows: Sequence[Row], what: str) -> None:
    """Print the table, and the slowest query of pages that miss an aim."""
    print(f"### Pages of the desk: {what}\n")
    print("| page | ms at the median | 95 of 100 within | processor, ms | queries | KiB | bare, ms | aim |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for row in rows:
        middle, bare = median(row.ours), median(row.bare)
        late = sorted(row.ours)[int(len(row.ours) * 0.95)]
        met = middle < AIM_MS and row.queries <= AIM_QUERIES
        times = (f"{middle:.1f}", f"{late:.1f}", f"{row.cpu:.0f}")
        cells = (row.name, *times, row.queries, f"{row.size / 1024:.0f}", f"{bare:.1f}")
        print(f"| {' | '.join(map(str, cells))} | {'met' if met else 'MISSED'} |")
    for row in rows:
        if median(row.ours) >= AIM_MS:
            print(f"\n{row.name}: its slowest query took {row.slowest[0]:.0f} ms: {' '.join(row.slowest[1].split())[:600]}")


def main(argv: Sequence[str] | None = None) -> int:
    """Make the office, measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.desk", description="How fast the desk is in a large office.")
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--letters", type=int, default=50_000)
    parser.add_argument("--requests", type=int, default=10, help="requests of each page a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--office", type=Path, metavar="FOLDER", help="keep the large office there, and use it the next time")
    parser.add_argument("--quick", action="store_true", help="a small office: shows that it runs, measures little")
    given = parser.parse_args(argv)
    if given.quick:
        given.contacts, given.letters, given.requests = 1000, 500, 3
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = given.office or Path(name)
        if not (folder / "office").exists():
            folder.mkdir(exist_ok=True)
            large_office(folder, given.contacts, given.letters)
        rows = measure(folder, given.requests, given.rounds)
    show(rows, f"{given.contacts:,} contacts, {given.letters:,} letters, {given.letters // 10:,} answers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
