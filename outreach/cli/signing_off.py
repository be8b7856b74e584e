"""What both commands that record a reader's word share: its options, and the record."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, BinaryIO

import rich_click as click

from outreach.cli.showing import DAY
from outreach.letters import papers, vouching
from outreach.office import Office

Command = Callable[..., Any]


def word_options(command: Command) -> Command:
    """The options that say who read the wording, when, and how the word was given."""
    for option in (
        click.option("--evidence-file", type=click.File("rb"), help="The signed page or the mail, kept in the archive."),
        click.option("--evidence", default="", metavar="TEXT", help="How the word was given, such as: mail of 3 March 2025."),
        click.option("--date", "on", type=DAY, help="When; else today."),
        click.option(
            "--by", "reader", required=True, metavar="NAME", help="Who reads the language and found the wording right."
        ),
    ):
        command = option(command)
    return command


def keep_word(
    office: Office,
    language: str,
    digests: Mapping[str, str],
    *,
    reader: str,
    on: date | None,
    evidence: str,
    evidence_file: BinaryIO | None,
) -> None:
    """Record that `reader` found right the wording with these digests, by name; raises what `vouching.sign_off` raises."""
    file = (evidence_file.name, evidence_file.read(papers.LARGEST + 1)) if evidence_file else None
    word = vouching.Word(reader=reader, on=on or office.today(), evidence=evidence, file=file)
    with office.transaction() as session:
        vouching.sign_off(
            session,
            language,
            digests,
            word,
            folder=office.folder,
            archive=office.archive,
            today=office.today(),
            by=office.actor,
            at=office.now(),
        )
