"""`outreach campaigns question`: what a campaign asks, question by question."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import rich_click as click

from outreach.campaigns import asking, planning, questions
from outreach.campaigns.asking import Asking, Option
from outreach.campaigns.models import Question, QuestionKind
from outreach.cli.showing import echo_json, echo_rows, json_option, pass_office, said
from outreach.errors import Invalid
from outreach.office import Office

KINDS = click.Choice([kind.value for kind in QuestionKind])
QUESTIONS_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_WORDING = re.compile(r"([a-z]{2,3})=(.*)", re.DOTALL)
_OPTION = re.compile(r"([a-z0-9-]+):([a-z]{2,3})=(.*)", re.DOTALL)


@click.group()
def question() -> None:
    """The questions of a campaign; its letters enclose them as a reply form.

    Example: outreach campaigns question list wsis20-input
    """


@question.command("list")
@click.argument("campaign")
@json_option
@pass_office
def list_questions(office: Office, campaign: str, as_json: bool) -> None:
    """List what CAMPAIGN asks, in order.

    Example: outreach campaigns question list wsis20-input --json
    """
    with office.reading() as session:
        found = [_row(one) for one in questions.listed(session, planning.find(session, campaign))]
    if as_json:
        echo_json(found)
        return
    rows = [
        {
            **row,
            "languages": sorted(row["wording"]),
            "wording": next(iter(row["wording"].values())),
            "options": [option["code"] for option in row["options"]],
        }
        for row in found
    ]
    echo_rows(rows, ["place", "code", "kind", "languages", "wording", "options"], False, f"{campaign} asks nothing yet.")


def _row(one: Question) -> dict[str, Any]:
    return {
        "place": one.position,
        "code": one.code,
        "kind": one.kind,
        "wording": one.wordings,
        "options": one.options,
    }


def _wordings(_context: click.Context, _option: click.Parameter, values: Iterable[str]) -> dict[str, str]:
    found = {}
    for value in values:
        pair = _WORDING.fullmatch(value)
        if pair is None:
            raise click.BadParameter(f'{value!r} is no wording; write a language and the words, such as en="What ...?".')
        found[pair[1]] = pair[2]
    return found


def _options(_context: click.Context, _option: click.Parameter, values: Iterable[str]) -> tuple[Option, ...]:
    found: dict[str, dict[str, str]] = {}
    for value in values:
        parts = _OPTION.fullmatch(value)
        if parts is None:
            raise click.BadParameter(
                f"{value!r} is no option; write its code, a language and the words, such as renew:en=Renew."
            )
        found.setdefault(parts[1], {})[parts[2]] = parts[3]
    return tuple(Option(code=code, wording=wording) for code, wording in found.items())


@question.command()
@click.argument("campaign")
@click.argument("code")
@click.option("--kind", type=KINDS, default="text", show_default=True, help="What an answer looks like.")
@click.option("--wording", multiple=True, metavar="LANGUAGE=TEXT", callback=_wordings, help="Once for each language.")
@click.option("--option", "options", multiple=True, metavar="CODE:LANGUAGE=TEXT", callback=_options, help="Of a choice.")
@click.option("--at", "place", type=int, metavar="N", help="Its place; by default the last.")
@pass_office
def add(
    office: Office,
    campaign: str,
    code: str,
    kind: str,
    wording: dict[str, str],
    options: tuple[Option, ...],
    place: int | None,
) -> None:
    """Ask one thing more: CODE is what its answers are known by, and never changes.

    A figure is a number with its year and its source. A letter can be written in a language only if every question is worded
    in it.

    Example: outreach campaigns question add member-state renewal --kind yes-no --wording en="Should the mandate be renewed?"
    """
    new = Asking(code=code, kind=QuestionKind(kind), wording=wording, options=options)
    with office.transaction() as session:
        found = planning.find(session, campaign)
        (made,) = questions.add(session, found, [new], at_position=place, by=office.actor, at=office.now())
        click.echo(f"{campaign} asks {code} as its question {made.position}. {_follows(campaign)}")


@question.command("import")
@click.argument("campaign")
@click.argument("file", type=QUESTIONS_FILE)
@pass_office
def import_questions(office: Office, campaign: str, file: Path) -> None:
    """Add all questions of a TOML FILE after those of CAMPAIGN; docs/letters.md shows what stands in it.

    Example: outreach campaigns question import member-state questions.toml
    """
    new = read(file)
    with office.transaction() as session:
        questions.add(session, planning.find(session, campaign), new, by=office.actor, at=office.now())
    click.echo(f"{campaign} asks {len(new)} questions more. {_follows(campaign)}")


def read(file: Path) -> tuple[Asking, ...]:
    """The questions in a file; raises Invalid when it is no text or holds none."""
    # A device or a pipe would be read for ever.
    if not file.is_file() or file.stat().st_size > 4 * asking.LARGEST_FILE:
        raise Invalid(f"{file} is no list of questions; name a TOML file.")
    try:
        return asking.read(file.read_text(encoding="utf-8-sig"), str(file))
    except UnicodeDecodeError as error:
        raise Invalid(f"{file} is not UTF-8 text ({error.reason}); save it as UTF-8.") from error


@question.command()
@click.argument("campaign")
@click.argument("code")
@click.option("--kind", type=KINDS, help="Another kind of answer.")
@click.option("--wording", multiple=True, metavar="LANGUAGE=TEXT", callback=_wordings, help="Blank takes a language away.")
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="CODE:LANGUAGE=TEXT",
    callback=_options,
    help="New words, or another option; one left without words is taken away.",
)
@pass_office
def edit(
    office: Office, campaign: str, code: str, kind: str | None, wording: dict[str, str], options: tuple[Option, ...]
) -> None:
    """Change the question CODE of CAMPAIGN; what is not named stays.

    Example: outreach campaigns question edit member-state renewal --wording fr="Le mandat doit-il être renouvelé ?"
    """
    wanted = QuestionKind(kind) if kind else None
    with office.transaction() as session:
        found = questions.find(session, planning.find(session, campaign), code)
        questions.edit(session, found, kind=wanted, wording=wording, options=options, by=office.actor, at=office.now())
    click.echo(f"{code} of {campaign} is changed. {_follows(campaign)}")


@question.command()
@click.argument("campaign")
@click.argument("code")
@click.argument("place", type=int)
@pass_office
def move(office: Office, campaign: str, code: str, place: int) -> None:
    """Put the question CODE of CAMPAIGN at PLACE; 1 is the first.

    Example: outreach campaigns question move member-state renewal 1
    """
    with office.transaction() as session:
        found = questions.find(session, planning.find(session, campaign), code)
        questions.move(session, found, place, by=office.actor, at=office.now())
    click.echo(f"{code} is now question {place} of {campaign}. {_follows(campaign)}")


@question.command()
@click.argument("campaign")
@click.argument("code")
@pass_office
def remove(office: Office, campaign: str, code: str) -> None:
    """Ask the question CODE of CAMPAIGN no more; letters that asked it keep it, and so do the answers.

    Example: outreach campaigns question remove member-state renewal
    """
    with office.transaction() as session:
        found = questions.find(session, planning.find(session, campaign), code)
        questions.remove(session, found, by=office.actor, at=office.now())
    click.echo(f"{said(campaign)} asks {said(code)} no more. {_follows(campaign)}")


def _follows(campaign: str) -> str:
    return f"Drafts follow with `outreach letters draft {campaign} --redraft`."
