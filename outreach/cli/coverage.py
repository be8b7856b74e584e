"""`outreach inputs coverage`: what became of every answer, and how the answers spread over the themes."""

from collections.abc import Iterator
from typing import Any

import rich_click as click

from outreach.cli.main import Partly
from outreach.cli.showing import echo_json, echo_rows, json_option, pass_office
from outreach.communique import accounting
from outreach.communique.accounting import Balance, Ledger, Line
from outreach.contacts.models import RegionalGroup, StakeholderGroup
from outreach.inputs.coverage import Account
from outreach.office import Office

GROUPS = (*StakeholderGroup, *RegionalGroup)
# The heads of the matrix are narrow, so that it stands on a terminal.
SHORT = {
    "intergovernmental": "intergov",
    "private-sector": "private",
    "civil-society": "civil",
    "technical-community": "technical",
    "eastern-european": "east-eur",
}


@click.command()
@click.option("--codebook", "book", metavar="NAME", help="Only the themes of this codebook, such as wsis20.")
@click.option("--matrix", "only", is_flag=True, help="Only the matrix of themes by group; with --json as one object.")
@json_option
@pass_office
def coverage(office: Office, book: str | None, only: bool, as_json: bool) -> None:
    """Show what became of every substantive response, and the matrix of themes by group.

    Exit 1 while something is unaccounted for: an answer neither coded nor set aside, a coded one that no paragraph of the
    latest communiqué rests on, a paragraph without a source. For the office alone: groups of one are shown.

    Example: outreach inputs coverage --json
    """
    with office.reading() as session:
        found = accounting.ledger(session)
        spread = accounting.balance(session, book)
    language = office.settings.office.default_language
    if as_json and only:
        echo_json(_object(spread, language))
    elif not only:
        _echo_answers(found, as_json)
    if not as_json:
        click.echo()
        rows = [_shown(line, language) for line in spread.lines] + [_shown(spread.total, language) | {"theme": "answers"}]
        echo_rows(rows if spread.lines else [], _columns(spread), False, "No theme has a passage yet.")
        if spread.single:
            click.echo(f"\nA single voice: {', '.join(line.code for line in spread.single)}.")
    _conclude(found, as_json)


def _echo_answers(found: Ledger, as_json: bool) -> None:
    rows = [
        {
            "response": row.response_id,
            "account": row.account,
            "passages": row.passages,
            "used": row.used,
            "communique": found.use(row.response_id),
            "texts": row.texts,
            "reasons": row.reasons,
        }
        for row in found.coverage.rows
    ]
    columns = ["response", "account", "passages", "used", "communique", "texts", "reasons"]
    echo_rows(rows, columns, as_json, "There is no substantive response yet.")


def _shown(line: Line, language: str) -> dict[str, Any]:
    groups = {SHORT.get(group, group.value): line.groups[group] or None for group in GROUPS}
    title = line.titles.get(language) or line.titles.get("en", line.code)
    return {"theme": "  " * line.depth + title[:34], "answers": line.answers, **groups, "other": line.groups[None] or None}


def _columns(spread: Balance) -> list[str]:
    """The groups that anybody belongs to; a matrix of all would be wider than a screen."""
    there = [SHORT.get(group, group.value) for group in GROUPS if spread.total.groups[group]]
    return ["theme", "answers", *there, *(["other"] if spread.total.groups[None] else [])]


def _object(spread: Balance, language: str) -> dict[str, Any]:
    def row(line: Line) -> dict[str, Any]:
        groups = {group.value: line.groups[group] for group in GROUPS} | {"no group": line.groups[None]}
        return {"answers": line.answers, "contributors": line.contributors, "by_group": groups}

    titles = {line.code: line.titles.get(language) or line.titles.get("en", line.code) for line in spread.lines}
    lines = [{"theme": line.code, "title": titles[line.code], "single": line.single, **row(line)} for line in spread.lines]
    return {"themes": lines, "total": row(spread.total)}


def _conclude(found: Ledger, as_json: bool) -> None:
    coded, aside, still_open = (found.coverage.count(account) for account in Account)
    count = len(found.coverage.rows)
    summary = f"{count} substantive responses: {coded} coded, {aside} set aside, {still_open} unaccounted for."
    faults = list(_faults(found))
    if faults:
        raise Partly(" ".join([summary, *faults]))
    click.echo(summary, err=as_json)


def _faults(found: Ledger) -> Iterator[str]:
    if found.open:
        yield f"Mark passages in, or set aside: {', '.join(map(str, found.open))}."
    if found.unused:
        yield f"Coded, but no paragraph rests on them; use them or set them aside: {', '.join(map(str, found.unused))}."
    if found.unfounded:
        yield f"Without a source: {'; '.join(found.unfounded)}."
