"""How fast a list of contacts is imported, against what it must at least cost.

    python bench/importing.py [--rows 100000] [--runs 3]

ours: `outreach.contacts.importing` with every check, look-up, plan and journal entry, in one transaction.
peer: csv + email-validator + plain sqlite3 inserts of the same rows, no look-ups, no plan.
limit: the plain sqlite3 inserts alone.
again: ours, the same file a second time (nothing changes; every row is compared).
cards: vCards read to the fields of the directory, three kinds in turn, as before they are planned; nothing is written.
vobject: the same cards read by the library vobject, and the same fields taken from its objects.

Each run is a process of its own; runs are interleaved, medians are printed; memory is the process's peak.
"""

import argparse
import csv
import json
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

KINDS = ("ours", "peer", "limit", "again")
READERS = ("cards", "vobject")
# What a kind imports before the clock starts.
_OURS = ("outreach.contacts.importing", "outreach.database", "python_calamine")
NEEDED = {"ours": _OURS, "again": _OURS, "cards": _OURS, "peer": ("email_validator",), "limit": (), "vobject": ("vobject",)}
POSTS = ("Chief Executive Officer", "Director of Policy", "Director of Programmes", "Liaison Officer")
HEADS = (
    "organisation", "group", "domain", "title", "given_name", "family_name", "gender", "email", "phone", "tags", "language",
)  # fmt: skip
AT = datetime(2025, 1, 27, 12, 0, tzinfo=UTC)


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Rows as an office has them: four posts an organisation, each with a holder, an e-mail address and a telephone."""
    for number in range(count):
        owner, post = divmod(number, len(POSTS))
        yield (
            f"Society Number {owner}", "civil society", f"society-{owner}.example", POSTS[post], "Émilie", f"Example{number}",
            "Ms", f"emilie.example{number}@society-{owner}.example", f"+41 22 {number:07}", "imported", "French",
        )  # fmt: skip


def write_list(path: Path, count: int) -> None:
    """The list as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS)
        writer.writerows(rows(count))


# Kinds of cards that vobject reads as well: quoted-printable, folded photos, groups, parameters of vCard 4.
_PHOTO = "\r\n ".join(["/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAQDAwQDAwQEAwQFBAQFBgoHBgYGBg0JCggKDw0"] * 40)
CARDS = (
    (
        "VERSION:2.1", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Example{0};=C3=89milie;;;", "FN:Ms. Emilie Example{0}",
        "ORG:Society {0};Policy", "TITLE:Director", "TEL;WORK;VOICE:+41 22 {0:07}", "EMAIL;PREF;INTERNET:e{0}@society.example",
        "ADR;WORK:;3rd floor;{0} rue X;Geneva;;1200;Switzerland",
    ),
    (
        "VERSION:3.0", "N:Example{0};Émilie;;Ms.;", "FN:Ms. Émilie Example{0}", "ORG:Society {0};", "TITLE:Director",
        "item1.EMAIL;type=INTERNET;type=pref:e{0}@society.example", "item1.X-ABLabel:_$!<Work>!$_",
        "TEL;type=WORK;type=VOICE:+41 22 {0:07}", "ADR;type=WORK:;;{0} rue X;Geneva;;1200;Switzerland",
        f"PHOTO;ENCODING=b;TYPE=JPEG:{_PHOTO}", "NOTE:one\\, two\\; three\\n" + "long " * 40,
    ),
    (
        "VERSION:4.0", "FN:Émilie Example{0}", "N:Example{0};Émilie;;;", "ORG:Society {0}", "TITLE:Director", "GENDER:F",
        "LANG;PREF=1:fr", 'TEL;VALUE=uri;TYPE="work,voice":tel:+41-22-{0:07}', "EMAIL;TYPE=work:e{0}@society.example",
        "ADR;TYPE=work:;;{0} rue X;Geneva;;1200;Switzerland",
    ),
)  # fmt: skip


def write_cards(path: Path, count: int) -> None:
    """A file of cards."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for number in range(count):
            lines = ("BEGIN:VCARD", *CARDS[number % len(CARDS)], "END:VCARD", "")
            file.write("\r\n".join(lines).format(number))


def cards(folder: Path) -> None:
    """Read the cards to the fields of the directory."""
    from outreach.contacts import reading

    with reading.table(folder / "cards.vcf") as table:
        read = sum(not line.fault and line.cells[0].startswith("Society") for line in table.lines)
    assert read == int((folder / "count").read_text()), f"{read} cards were read"


def vobject(folder: Path) -> None:
    """Read the cards with vobject, and take from them what ours gives."""
    import vobject as library

    read = 0
    with (folder / "cards.vcf").open(encoding="utf-8") as file:
        for card in library.readComponents(file, allowQP=True):
            said = [card.fn.value, card.n.value.family, card.n.value.given, card.title.value, str(card.adr.value)]
            said += [one.value for name in ("email", "tel") for one in card.contents[name]]
            read += bool(all(said) and card.org.value[0].startswith("Society"))
    assert read == int((folder / "count").read_text()), f"{read} cards were read"


def ours(folder: Path) -> None:
    """Import the list into an office's database as the command does."""
    from outreach.contacts import importing
    from outreach.database import Database, connect, office_url
    from outreach.journal import Actor, Role

    database = Database(connect(office_url("sqlite:///office.db", folder)))
    by = Actor("Bench", Role.KEEPER)
    with database.transaction() as session:
        outcomes = importing.run(session, folder / "list.csv", by=by, at=AT, on=AT.date(), write=True)
        refused = sum(outcome.action is importing.Action.REFUSED for outcome in outcomes)
    assert refused == 0, f"{refused} rows were refused"


def peer(folder: Path) -> None:
    """Read, check the addresses, insert: what a script of ten lines would do."""
    from email_validator import validate_email

    with (folder / "list.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        _insert(folder, ((*row[:7], validate_email(row[7], check_deliverability=False).normalized, *row[8:]) for row in reader))


def limit(folder: Path) -> None:
    """Insert rows that need neither reading nor checking."""
    _insert(folder, rows(int((folder / "count").read_text())))


def _insert(folder: Path, given: Iterator[Sequence[str]]) -> None:
    connection = sqlite3.connect(folder / "office.db", isolation_level=None)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; BEGIN IMMEDIATE")
    owner = 0
    for number, row in enumerate(given, 1):
        owner = _insert_row(connection, number, row, owner)
    connection.execute("COMMIT")
    connection.close()


def _insert_row(connection: sqlite3.Connection, number: int, row: Sequence[str], owner: int) -> int:
    name, _, domain, title, given, family, _, email, phone, tag, _ = row
    if number % len(POSTS) == 1:
        owner += 1
        connection.execute(
            "INSERT INTO organisations (id, key, name, acronym, kind, stakeholder_group, country, domain, language, "
            "language_assumed, do_not_contact, designation_note, note, version) "
            "VALUES (?, ?, ?, '', 'organisation', 'civil-society', '', ?, 'fr', 0, '', '', '', 1)",
            (owner, domain, name, domain),
        )
        connection.execute("INSERT INTO organisation_tags VALUES (?, ?)", (owner, tag))
    connection.execute(
        "INSERT INTO posts (id, organisation_id, kind, seat, title, language, preferred_channel, do_not_contact, "
        "note, version) VALUES (?, ?, 'person', '', ?, '', 'email', '', '', 1)",
        (number, owner, title),
    )
    connection.execute(
        "INSERT INTO persons (id, full_name, given_name, family_name, gender, academic_title, style, salutation, "
        "complimentary_close, do_not_contact, note, version) VALUES (?, ?, ?, ?, 'female', '', '', '', '', '', '', 1)",
        (number, f"{given} {family}", given, family),
    )
    connection.execute(
        "INSERT INTO holders (id, post_id, person_id, rank, in_charge, version) VALUES (?, ?, ?, '', 0, 1)",
        (number, number, number),
    )
    for kind, value, holder in (("email", email, number), ("telephone", phone, None)):
        connection.execute(
            "INSERT INTO addresses (post_id, holder_id, kind, value, normalised, failure, version) "
            "VALUES (?, ?, ?, ?, ?, '', 1)",
            (number, holder, kind, value, value),
        )
    return owner


def _once(kind: str, folder: Path) -> None:
    """Run one kind in this process and print seconds and peak memory as JSON."""
    for module in NEEDED[kind]:
        import_module(module)
    start = time.perf_counter()
    {"ours": ours, "again": ours, "peer": peer, "limit": limit, "cards": cards, "vobject": vobject}[kind](folder)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak}))


def _prepare(folder: Path, count: int) -> None:
    from outreach import schema
    from outreach.database import connect, office_url

    write_list(folder / "list.csv", count)
    write_cards(folder / "cards.vcf", count)
    (folder / "count").write_text(str(count))
    engine = connect(office_url("sqlite:///empty.db", folder))
    schema.upgrade(engine)
    engine.dispose()


def _measure(kind: str, folder: Path) -> dict[str, float]:
    if kind in ("ours", "peer", "limit"):
        for old in folder.glob("office.db*"):
            old.unlink()
        (folder / "office.db").write_bytes((folder / "empty.db").read_bytes())
    call = [sys.executable, __file__, "--once", kind, "--folder", str(folder)]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _measured(kind: str, folder: Path) -> dict[str, float] | None:
    """What a run took; None for a peer that is not installed."""
    return None if kind == "vobject" and find_spec(kind) is None else _measure(kind, folder)


def _print_table(kinds: Sequence[str], base: str, found: Sequence[dict[str, dict[str, float] | None]], count: int) -> None:
    print(f"{'':8}{'seconds':>9}{'a second':>10}{'peak MB':>9}{'x ' + base:>10}")
    medians = {kind: statistics.median(run[kind]["seconds"] for run in found) for kind in kinds if found[0][kind]}
    for kind in kinds:
        if kind not in medians:
            print(f"{kind:8}{'is not installed':>28}")
            continue
        seconds, peak = medians[kind], max(run[kind]["peak_mb"] for run in found)
        times = f"{seconds / medians[base]:10.1f}" if base in medians else ""
        print(f"{kind:8}{seconds:9.2f}{count / seconds:10,.0f}{peak:9.0f}{times}")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="How fast a list of contacts is imported.")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--once", choices=KINDS + READERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.once:
        _once(given.once, given.folder)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _prepare(folder, given.rows)
        # "again" needs the office that "ours" leaves.
        order = ("peer", "limit", "ours", "again", "vobject", "cards")
        found = [{kind: _measured(kind, folder) for kind in order} for _ in range(given.runs)]
    print(f"{given.rows:,} rows, medians of {given.runs} interleaved runs")
    _print_table(KINDS, "peer", found, given.rows)
    print(f"\n{given.rows:,} cards read, nothing written")
    _print_table(READERS, "vobject", found, given.rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
