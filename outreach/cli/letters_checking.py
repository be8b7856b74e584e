"""`outreach letters check` and `approve`: what is wrong with a batch and what stands out in it, then the approval."""

import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

import rich_click as click
from sqlalchemy.orm import Session

from outreach.campaigns import planning
from outreach.cli.main import Partly
from outreach.cli.showing import NUMBER, echo_json, json_option, pass_office, progress, said
from outreach.errors import Refused
from outreach.letters import approving, checking, papers, register
from outreach.letters.findings import KINDS
from outreach.letters.models import LetterState
from outreach.letters.outliers import Field, Value
from outreach.letters.reporting import Found, Report, Texts
from outreach.office import Office

_SHOWN = 5  # letters named with a value


@click.command()
@click.argument("campaign")
@click.option(
    "--state", type=click.Choice(["draft", "approved"]), default="draft", show_default=True, help="Which letters are checked."
)
@json_option
@pass_office
def check(office: Office, campaign: str, state: str, as_json: bool) -> None:
    """Check the drafts of CAMPAIGN before they are approved: errors, warnings, and what stands out from the others.

    Errors block approval; then the exit code is 1. Warnings are confirmed by their exact number. The outlier sheet names, for
    each field, the rare and the empty values with their letters, and the texts furthest from the typical one.

    Example: outreach letters check wsis20-input
    """
    with office.reading() as session:
        numbers = register.numbers(session, planning.find(session, campaign), LetterState(state))
        warnings: list[Found] = []
        report = _checked(office, session, numbers, warnings if as_json else None)
    if as_json:
        echo_json(_as_json(campaign, report, warnings))
    elif not numbers:
        click.echo(f"{campaign} has no letters in the state {state}; there is nothing to check.")
    else:
        _echo_report(campaign, report)
        if state == "draft" and not report.errors:
            _echo_next(campaign, report)
    if report.errors:
        named = "1 letter has" if report.with_errors == 1 else f"{report.with_errors} letters have"
        raise Partly(f"{named} errors; mend them, then check again.")


def _checked(office: Office, session: Session, numbers: Sequence[int], warnings: list[Found] | None = None) -> Report:
    """The sum of a check; every warning goes into `warnings` where a program wants them all."""
    report = Report.of((), len(numbers))
    with progress("Checking", len(numbers)) as step:
        for one in checking.check(session, numbers, office.checks, step=step):
            report.add(one)
            if warnings is not None:
                warnings += [Found(one.case.letter_id, one.case.reference, *finding) for finding in one.warnings]
    return report


def _echo_report(campaign: str, report: Report) -> None:
    click.echo(f"{campaign}: {report.letters} letter{'' if report.letters == 1 else 's'} checked.")
    click.echo(f"\nErrors: {len(report.errors)}" + (" (each blocks the approval of its letter)" if report.errors else ""))
    for found in report.errors:
        click.echo(f"  {found.reference}  {found.kind}: {said(found.says)}")
    click.echo(f"\nWarnings: {report.total_warnings}")
    for kind, count in report.kinds.items():
        click.echo(f"  {count:>5}  {kind}: {KINDS[kind].words}")
        example = report.examples[kind][0]
        click.echo(f"         such as {example.reference}: {said(example.says)}")
    click.echo("\nOutliers")
    for field in report.fields:
        _echo_field(field)
    for texts in report.texts:
        _echo_texts(texts)


def _echo_next(campaign: str, report: Report) -> None:
    confirm = f" --confirm-warnings {report.total_warnings}" if report.total_warnings else ""
    click.echo(f"\nThen: outreach letters approve --campaign {campaign} --count {report.letters}{confirm}")


def _echo_field(field: Field) -> None:
    usual = (
        f"{field.usual.count} of {field.letters} “{said(field.usual.text)}”"
        if field.usual.text
        else f"{field.usual.count} empty"
    )
    different = f", {field.different} different" if field.different > 1 else ""
    click.echo(f"  {field.name}: {usual}{different}")
    for value in field.rare:
        click.echo(f"    {value.count:>5}  {said(value.text) or 'empty'}: {_named(value)}")


def _named(value: Value) -> str:
    references = [reference for _number, reference in value.letters[:_SHOWN]]
    more = value.count - len(references)
    return ", ".join(references) + (f" and {more} more" if more else "")


def _echo_texts(texts: Texts) -> None:
    click.echo(f"  text ({texts.template}, {texts.language}): usually {texts.usual} words differ from the typical one")
    for apart in texts.furthest:
        click.echo(f"    {apart.words:>5}  words differ: {apart.reference}")


def _as_json(campaign: str, report: Report, warnings: Sequence[Found]) -> dict[str, Any]:
    def plain(found: Sequence[Found]) -> list[dict[str, str]]:
        return [{"reference": one.reference, "kind": one.kind, "says": one.says} for one in found]

    return {
        "campaign": campaign,
        "letters": report.letters,
        "errors": plain(report.errors),
        "confirm_warnings": report.total_warnings,
        "kinds": dict(report.kinds),
        "warnings": plain(warnings),
        "outliers": [
            {
                "field": field.name,
                "usual": {"value": field.usual.text, "letters": field.usual.count},
                "different": field.different,
                "rare": [
                    {"value": one.text, "letters": one.count, "references": [reference for _number, reference in one.letters]}
                    for one in field.rare
                ],
            }
            for field in report.fields
        ],
        "texts": [
            {
                "template": one.template,
                "language": one.language,
                "usually": one.usual,
                "furthest": [{"reference": apart.reference, "words": apart.words} for apart in one.furthest],
            }
            for one in report.texts
        ],
    }


@click.command()
@click.argument("references", nargs=-1)
@click.option("--campaign", metavar="NAME", help="All drafts of this campaign.")
@click.option("--count", type=int, metavar="N", help="With --campaign: exactly how many drafts are approved.")
@click.option("--confirm-warnings", type=NUMBER, metavar="N", help="Exactly how many warnings you have looked at.")
@click.option("--on-behalf", default="", metavar="NAME", help="Who approved, when it was done elsewhere and you record it.")
@click.option("--evidence", default="", metavar="TEXT", help="How the approval was given, if elsewhere.")
@click.option("--evidence-file", type=click.File("rb"), help="A file that shows it (mail, PDF, picture), kept in the archive.")
@pass_office
def approve(
    office: Office,
    references: tuple[str, ...],
    campaign: str | None,
    count: int | None,
    confirm_warnings: int | None,
    on_behalf: str,
    evidence: str,
    evidence_file: BinaryIO | None,
) -> None:
    """Approve letters exactly as they stand: those named, or all drafts of a campaign with their exact number.

    They are checked first: errors block it, warnings are confirmed by their exact number (`outreach letters check` shows both).
    The PDF and the message are made now and kept; what leaves later is these bytes. An edit voids the approval.

    Example: outreach letters approve IGF/LP/2025/0120 --confirm-warnings 3
    """
    if bool(references) == bool(campaign):
        raise click.UsageError("Name letters, or a campaign with --campaign and --count.")
    file = (evidence_file.name, evidence_file.read(papers.LARGEST + 1)) if evidence_file else None
    with office.transaction() as session:
        authority = approving.OWN_WORD
        if on_behalf or evidence or file:
            authority = approving.given_elsewhere(
                office.archive, on_behalf_of=on_behalf, evidence=evidence, file=file, by=office.actor
            )
        drafts = _drafts(office, session, references, campaign, count)
        confirmed = _confirmed(office, session, drafts) if confirm_warnings is None else confirm_warnings
        with progress("Approving", len(drafts)) as step:
            done = approving.approve(
                session,
                drafts,
                office.checks,
                office.archive,
                confirmed=confirmed,
                by=office.actor,
                at=office.now(),
                authority=authority,
                step=step,
            )
        names = [one.letter.reference for one in done]
    what = names[0] if len(names) == 1 else f"{len(names)} letters, {names[0]} to {names[-1]},"
    who = f"{on_behalf}, recorded by {office.actor.name}" if on_behalf else office.actor.name
    click.echo(f"{what} approved by {who}.")


def _drafts(
    office: Office, session: Session, references: tuple[str, ...], campaign: str | None, count: int | None
) -> list[int]:
    if campaign is None:
        return [letter.id for letter in register.find_all(session, references)]
    drafts = register.numbers(session, planning.find(session, campaign), LetterState.DRAFT)
    if not drafts:
        raise Refused(f"{campaign} has no drafts to approve.")
    if count is None and sys.stdin.isatty():
        count = click.prompt(f"{campaign} has {len(drafts)} drafts. How many do you approve", type=int)
    if count != len(drafts):
        said = "no --count was given" if count is None else f"--count says {count}"
        raise Refused(f"{campaign} has {len(drafts)} drafts and {said}; nothing was approved.")
    return drafts


def _confirmed(office: Office, session: Session, drafts: Sequence[int]) -> int:
    """The number that a person at a terminal types after seeing what the warnings are; a script has to give it."""
    if not sys.stdin.isatty():
        return 0
    report = _checked(office, session, drafts)
    for kind, count in report.kinds.items():
        click.echo(f"  {count:>5}  {KINDS[kind].words}, such as {said(report.examples[kind][0].says)}")
    if report.errors or not report.kinds:
        return 0
    return int(click.prompt("How many warnings do you confirm", type=int))
