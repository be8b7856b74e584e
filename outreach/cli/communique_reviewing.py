"""`outreach communique review`, `take-in`, `proposals`, `accept` and `decline`: a version before its reviewers, and back."""

from pathlib import Path
from typing import Any

import rich_click as click
from sqlalchemy.orm import Session

from outreach import publishing
from outreach.cli.communique_editing import label_of
from outreach.cli.main import Partly
from outreach.cli.showing import NUMBER, echo_one, echo_rows, json_option, pass_office
from outreach.communique import awaiting, deciding, reviewing, shelf
from outreach.communique.reviews import Outcome, Proposal, Review, Word
from outreach.delivery.batches import told
from outreach.office import Office


def _version(function: Any) -> Any:
    function = click.option("--language", metavar="CODE", help="The language; by default the one drafted first.")(function)
    return click.option("--communique", "slug", metavar="NAME", help="The communiqué, where there are several.")(function)


@click.group()
def review() -> None:
    """A version before its reviewers: a copy for each, and who has said what.

    Example: outreach communique review list
    """


@review.command("open")
@click.argument("number", metavar="VERSION", type=NUMBER)
@click.option("--to", "who", required=True, metavar="WHO", help="An organisation, whose posts review it, or as tag:panel.")
@click.option("--until", required=True, metavar="DATE", help='As "2025-02-11 14:00", by the clock of the office.')
@click.option("--drafter", "drafters", multiple=True, metavar="NAME", help="Who wrote it; may be repeated.")
@_version
@pass_office
def open_(
    office: Office, number: int, who: str, until: str, drafters: tuple[str, ...], slug: str | None, language: str | None
) -> None:
    """Put VERSION before its reviewers: a DOCX copy for each, enclosed with a covering letter of its own.

    The letters are drafts of a campaign, checked, approved and sent as any others. Whoever says nothing by the end agrees.

    Example: outreach communique review open 2 --to igf-leadership-panel --until "2099-02-11 14:00" --communique wsis20
    """
    end = publishing.hour(office, until)
    with office.transaction() as session:
        version = shelf.version(session, shelf.find(session, slug), number, language)
        found, drafted = reviewing.open_review(
            session,
            version,
            publishing.for_review(office, session, version),
            publishing.reviewers(office, session, who),
            publishing.tools(office),
            publishing.covering(office, session, version),
            to=who,
            until=end,
            drafters=drafters,
            by=office.actor,
            at=office.now(),
        )
        click.echo(f"{label_of(version)} is before {len(found.reviewers)} reviewers until {told(end, office.settings.zone())}.")
        campaign = found.campaign.slug if found.campaign else ""
    for reason in drafted.refused:
        click.echo(f"refused: {reason}")
    click.echo(f"{len(drafted.new)} covering letters are drafted; next: outreach letters check {campaign}")
    if drafted.refused:
        raise Partly(f"{len(drafted.refused)} covering letters could not be drafted; mend what is named above and draft again.")


@review.command("list")
@json_option
@pass_office
def list_reviews(office: Office, as_json: bool) -> None:
    """List all reviews, the latest first.

    Example: outreach communique review list
    """
    with office.reading() as session:
        rows = [_row(session, office, one) for one in reviewing.of_communique(session)]
    echo_rows(rows, ["communique", "version", "language", "until", "reviewers", "no_word", "open"], as_json, "No review yet.")


def _row(session: Session, office: Office, one: Review) -> dict[str, Any]:
    version = one.reviewed
    return {
        "communique": version.communique.slug,
        "version": version.number,
        "language": version.language,
        "until": one.until,
        "drafters": one.drafters,
        "reviewers": len(one.reviewers),
        "no_word": sum(each.word is Word.NO_WORD for each in one.reviewers),
        "open": awaiting.open_proposals(session, one),
        "campaign": one.campaign.slug if one.campaign else None,
    }


@review.command()
@click.argument("number", metavar="VERSION", type=NUMBER)
@_version
@json_option
@pass_office
def show(office: Office, number: int, slug: str | None, language: str | None, as_json: bool) -> None:
    """Show who has said what about VERSION, and until when the others may.

    Example: outreach communique review show 1 --communique summary
    """
    with office.reading() as session:
        one = reviewing.find(session, shelf.version(session, shelf.find(session, slug), number, language))
        head, at = _row(session, office, one), office.now()
        rows = [
            {
                "number": each.number,
                "reviewer": each.name,
                "post": each.post.key,
                "word": awaiting.standing(each, one, at),
                "said": each.said_at,
                "evidence": each.evidence,
            }
            for each in one.reviewers
        ]
    if as_json:
        echo_one({**head, "people": rows}, as_json)
        return
    click.echo(f"{head['communique']} version {number} ({head['language']}), drafted by {', '.join(head['drafters'])}")
    click.echo(f"Review until {told(head['until'], office.settings.zone())}; {head['open']} proposals wait for a decision.\n")
    echo_rows(rows, ["number", "reviewer", "word", "said", "evidence"], as_json)


@review.command()
@click.argument("number", metavar="VERSION", type=NUMBER)
@click.argument("reviewer")
@click.argument("said", type=click.Choice([word.value for word in Word]))
@click.option("--evidence", default="", metavar="WORDS", help="How the office knows, as an e-mail of a day.")
@_version
@pass_office
def word(office: Office, number: int, reviewer: str, said: str, evidence: str, slug: str | None, language: str | None) -> None:
    """Record what REVIEWER (number or name) said of VERSION otherwise than in a copy that came back.

    Example: outreach communique review word 1 3 agrees --evidence "e-mail of 10 February" --communique summary
    """
    with office.transaction() as session:
        one = reviewing.find(session, shelf.version(session, shelf.find(session, slug), number, language))
        found = reviewing.reviewer(one, reviewer)
        reviewing.record_word(session, found, Word(said), evidence, by=office.actor, at=office.now())
        click.echo(f"{found.name}: {said.replace('-', ' ')}.")


@click.command("take-in")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--version", "number", type=NUMBER, help="The reviewed version, for a file that lost whose copy it is.")
@click.option("--reviewer", metavar="WHO", help="Whose copy it is, by number or name, for a file that lost it.")
@_version
@json_option
@pass_office
def take_in(
    office: Office,
    file: Path,
    number: int | None,
    reviewer: str | None,
    slug: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Take in FILE, a copy that came back: tracked changes and comments become proposals; what has no place is listed too.

    Example: outreach communique take-in out/review/copy-02-back.docx
    """
    content = file.read_bytes()
    with office.transaction() as session:
        whose = None
        if reviewer:
            version = shelf.version(session, shelf.find(session, slug), number, language)
            whose = reviewing.reviewer(reviewing.find(session, version), reviewer)
        done = deciding.take_in(session, content, publishing.store(office), whose, by=office.actor, at=office.now())
        rows = [proposal_row(one) for one in done.new]
        name, late, known = done.reviewer.name, done.late, done.known
    if as_json:
        echo_rows(rows, [], as_json)
        return
    click.echo(f"{name}: {len(rows)} proposals{f', {known} known already' if known else ''}.")
    echo_rows(rows, ["number", "paragraph", "kind", "author", "before", "text"], as_json, "The copy changes nothing.")
    if late:
        click.echo("It came after the review had ended.")
    if done.looks:
        click.echo(f"{done.looks} changes of looks alone were left out.")


def proposal_row(one: Proposal) -> dict[str, Any]:
    """A proposal as lists show it."""
    return {
        "number": one.id,
        "paragraph": one.paragraph_id,
        "kind": one.kind,
        "author": one.author,
        "reviewer": one.reviewer.name,
        "before": one.before,
        "text": one.text,
        "follows": one.follows_id,
        "outcome": one.outcome,
        "reason": one.reason,
        "decided_by": one.decided_by,
    }


@click.command()
@click.argument("number", metavar="VERSION", type=NUMBER)
@click.option("--open", "only_open", is_flag=True, help="Only those that wait for a decision.")
@_version
@json_option
@pass_office
def proposals(office: Office, number: int, only_open: bool, slug: str | None, language: str | None, as_json: bool) -> None:
    """List what reviewers of VERSION proposed, in the order of the text.

    Example: outreach communique proposals 1 --communique summary
    """
    with office.reading() as session:
        one = reviewing.find(session, shelf.version(session, shelf.find(session, slug), number, language))
        found = reviewing.proposals(session, one)
        rows = [proposal_row(each) for each in found if not only_open or each.outcome is Outcome.OPEN]
    columns = ["number", "paragraph", "kind", "author", "before", "text", "outcome", "reason"]
    echo_rows(rows, columns, as_json, "Nothing was proposed.")


@click.command()
@click.argument("number", metavar="PROPOSAL", type=NUMBER)
@click.option("--why", default="", metavar="WORDS", help="The reason; of a comment, what was done about it.")
@pass_office
def accept(office: Office, number: int, why: str) -> None:
    """Do what PROPOSAL asks, in the draft that follows the reviewed version.

    Example: outreach communique accept 1
    """
    with office.transaction() as session:
        version = deciding.accept(session, deciding.find(session, number), why, by=office.actor, at=office.now())
        where = f" in {label_of(version)}" if version else ""
        click.echo(f"Proposal {number} is accepted{where}.")


@click.command()
@click.argument("number", metavar="PROPOSAL", type=NUMBER)
@click.option("--why", required=True, metavar="REASON", help="The reason, which the reviewer may be told.")
@pass_office
def decline(office: Office, number: int, why: str) -> None:
    """Leave the words as they are against PROPOSAL, with the reason.

    Example: outreach communique decline 3 --why "The plenary decided otherwise."
    """
    with office.transaction() as session:
        deciding.decline(session, deciding.find(session, number), why, by=office.actor, at=office.now())
        click.echo(f"Proposal {number} is declined.")
