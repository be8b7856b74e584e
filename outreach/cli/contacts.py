"""`outreach contacts`: organisations, their posts, and who holds them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import rich_click as click

from outreach.cli.main import Sentence
from outreach.cli.showing import echo_json, json_option, pass_office, said
from outreach.contacts import importing, refusing
from outreach.contacts.importing import Action, Outcome
from outreach.office import Office

FILE = click.Path(path_type=Path)


@click.group()
def contacts() -> None:
    """Organisations, their posts, and who holds each post from when to when.

    Example: outreach contacts list --group technical-community
    """


@contacts.command("import")
@click.argument("file", type=FILE)
@click.option("--map", "maps", metavar="THEIRS=OURS", multiple=True, help="Which field a column is; OURS - leaves it out.")
@click.option("--write", is_flag=True, help="Keep the good rows; without it nothing is changed.")
@click.option("--refused", type=FILE, help="Where refused rows go; else FILE with .refused.csv, beside it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a row.")
@pass_office
def import_contacts(office: Office, file: Path, maps: Sequence[str], write: bool, refused: Path | None, as_json: bool) -> None:
    """Import a list of contacts (CSV or XLSX): first look what each row would do, then repeat with --write.

    Example: outreach contacts import contacts.csv --map "Funktion=title"
    """
    counts: Counter[Action] = Counter()
    with ExitStack() as stack:
        rows = stack.enter_context(refusing.RefusedRows(refused or refusing.default_path(file))) if write else None
        with office.transaction() as session:
            for outcome in importing.run(
                session,
                file,
                by=office.actor,
                at=office.now(),
                on=office.today(),
                write=write,
                mapping=_mapping(maps),
                refused=rows,
            ):
                counts[outcome.action] += 1
                _echo_outcome(outcome, as_json)
        if rows:
            rows.keep()
    _conclude(counts, rows, write, as_json)


def _mapping(maps: Iterable[str]) -> dict[str, str]:
    pairs = [text.rpartition("=") for text in maps]
    for theirs, equals, ours in pairs:
        if not (theirs.strip() and equals and ours.strip()):
            raise click.BadParameter("write it as HEADING=FIELD, such as --map Funktion=title", param_hint="--map")
    return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}


def _echo_outcome(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        fields = {name: change._asdict() for name, change in outcome.fields.items()}
        echo_json([{**vars(outcome), "fields": fields}], lines=True)
        return
    details = [outcome.reason, *(_change(name, *change) for name, change in outcome.fields.items())]
    click.echo(f"row {outcome.row}: {outcome.action} {outcome.post}  {said('; '.join(filter(None, details)))}".rstrip())


def _change(name: str, old: Any, new: Any) -> str:
    if name in ("organisation", "post") and not old:
        return f"new {name} {said(new)}"
    before = f"{said(old) or 'nothing'} -> " if old else ""
    return f"{name}: {before}{said(new) or 'nothing'}"


def _conclude(counts: Mapping[Action, int], rows: refusing.RefusedRows | None, write: bool, as_json: bool) -> None:
    if not as_json:
        done = ", ".join(f"{counts[action]} {action}" for action in Action)
        click.echo(
            f"{done}. {'The good rows are kept.' if write else 'Nothing was changed; repeat with --write to keep this.'}"
        )
    if counts[Action.REFUSED]:
        where = f" They are in {rows.path}; mend them there and import that file." if rows else ""
        number = counts[Action.REFUSED]
        raise Sentence(f"{number} row{'s were' if number > 1 else ' was'} refused.{where}")
