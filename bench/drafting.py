"""Drafting: letters written and kept in SQLite, beside mailmerge's dry run and beside the bare parts.

What each contestant needs is imported when it gets ready, so that nobody's memory holds another's libraries.
"""

from pathlib import Path
from typing import Any

from bench.harness import Contestant, Figure, Work

TABLES = ("letters", "letter_addressees", "letter_versions", "letter_recipients")


def _world(folder: Path, size: int) -> None:
    from bench.world import office_with_posts_and_copy_with_letters

    office_with_posts_and_copy_with_letters(folder, size)


def outreach(world: Path, own: Path, _size: int) -> Work:
    """`outreach.letters.drafting.draft`, from the addressees' rows to the commit."""
    from bench.world import CAMPAIGN, WARMING_UP, copied, draft

    office = copied(world, own)
    draft(office, WARMING_UP)  # reads template and forms of address, and compiles the statements
    return lambda: draft(office, CAMPAIGN)


def mailmerge(world: Path, own: Path, _size: int) -> Work:
    """mailmerge's dry run by its library: the CSV read, each message made and turned into text; nothing is kept."""
    from mailmerge.__main__ import read_csv_database
    from mailmerge.template_message import TemplateMessage

    from bench.given import ADDRESSEES, wording

    subject, body = wording(world)
    head = f"TO: {{{{ email }}}}\nFROM: {{{{ reply_to }}}}\nSUBJECT: {subject}\n"
    (own / "letter.txt").write_text(f"{head}\n{{{{ address }}}}\n\n{{{{ salutation }}}}\n{body}\n{{{{ close }}}}\n", "utf-8")
    template = TemplateMessage(own / "letter.txt")

    def work() -> int:
        return sum(len(template.render(row)[2].as_string()) > 0 for row in read_csv_database(world / ADDRESSEES))

    return work


def parts(world: Path, own: Path, _size: int) -> Work:
    """Jinja2 and sqlite3 alone: compiled templates rendered, and the rows that `outreach` writes inserted."""
    return _parts(world, own, reads_markdown=False)


def parts_and_markdown(world: Path, own: Path, _size: int) -> Work:
    """The same, with each body read by markdown-it as well (outreach reads it when a page is made)."""
    return _parts(world, own, reads_markdown=True)


def _parts(world: Path, own: Path, *, reads_markdown: bool) -> Work:
    import shutil

    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markdown_it import MarkdownIt

    from bench.given import addressees, wording

    subject, body = wording(world)
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    templates = environment.from_string(subject), environment.from_string(body)
    values = addressees(world)
    tables = {name: _rows(world / "drafted" / "office" / "outreach.db", name) for name in TABLES}
    shutil.copy(world / "office" / "outreach.db", own)
    read = MarkdownIt("commonmark").parse if reads_markdown else str

    def work() -> int:
        for version, row in zip(tables["letter_versions"], values, strict=True):
            version["subject"], version["body"] = (template.render(row) for template in templates)
            read(version["body"])
        return _insert(own / "outreach.db", tables)

    return work


def _rows(path: Path, table: str) -> list[dict[str, Any]]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]


def _insert(path: Path, tables: dict[str, list[dict[str, Any]]]) -> int:
    """Insert the rows in one transaction, as durable as an office's own; gives how many letters there are then."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        with connection:
            for table, rows in tables.items():
                marks = ", ".join(f":{column}" for column in rows[0])
                connection.executemany(f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({marks})", rows)
        return int(connection.execute("SELECT count(*) FROM letters").fetchone()[0])


FIGURES = (
    Figure(
        "Letters drafted: words made and kept in SQLite",
        "letters",
        _world,
        [
            Contestant("outreach", "ours", outreach, 10_000, 300),
            Contestant("mailmerge, dry run", "peer", mailmerge, 10_000, 300, aim=5, needs=("mailmerge",)),
            Contestant("Jinja2 + sqlite3, the same rows", "limit", parts, 10_000, 300),
            Contestant("Jinja2 + markdown-it + sqlite3", "limit", parts_and_markdown, 10_000, 300, aim=1 / 3),
        ],
    ),
    Figure(
        "The cost of a letter does not grow with the campaign",
        "letters",
        _world,
        [
            Contestant("outreach, a large campaign", "ours", outreach, 10_000, 300),
            Contestant("outreach, a middling one", "limit", outreach, 1_000, 100, aim=1 / 1.2),
            Contestant("outreach, a small one", "limit", outreach, 100, 50, aim=1 / 1.2),
        ],
    ),
)
