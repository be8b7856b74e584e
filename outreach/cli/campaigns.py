"""`outreach campaigns`: what is asked, of whom, by when."""

import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import rich_click as click
from sqlalchemy.orm import Session

from outreach.campaigns import choosing, planning, questions
from outreach.campaigns.choosing import Chosen
from outreach.cli.counting_days import deadline_of, deadline_options
from outreach.cli.letters_holding import leave_out, take_in
from outreach.cli.questions import QUESTIONS_FILE, question
from outreach.cli.questions import read as read_questions
from outreach.cli.showing import DAY, echo_one, echo_rows, json_option, pass_office
from outreach.contacts import finding
from outreach.delivery import embargoing
from outreach.delivery.batches import instant, told
from outreach.errors import Invalid, Refused
from outreach.letters import enclosing, papers, register, templates
from outreach.letters.templates import LetterTemplate
from outreach.office import Office


@click.group()
def campaigns() -> None:
    """Campaigns: one letter to many, with a deadline for answers.

    Example: outreach campaigns list
    """


@campaigns.command()
@click.argument("name")
@click.option("--template", required=True, metavar="NAME", help="The letter template; `outreach templates list` names them.")
@click.option("--to", "selection", required=True, metavar="WHO", help='Such as "group:technical-community,private-sector".')
@deadline_options
@click.option("--title", metavar="TEXT", help="What the office calls it; by default the template's title.")
@click.option("--sender", default="chair", show_default=True, metavar="PROFILE", help="The sender profile of outreach.toml.")
@click.option("--cc", "copies", multiple=True, metavar="ADDRESS", help="A standing copy of every letter; may be repeated.")
@click.option("--questions", "questions_file", type=QUESTIONS_FILE, help="A TOML file of what it asks.")
@click.option("--count", type=int, metavar="N", help="Refuse unless exactly N are chosen (for scripts).")
@click.option("--dry-run", is_flag=True, help="Only show who would be chosen.")
@pass_office
def new(
    office: Office,
    name: str,
    template: str,
    selection: str,
    title: str | None,
    sender: str,
    copies: tuple[str, ...],
    questions_file: Path | None,
    count: int | None,
    dry_run: bool,
    **when: Any,
) -> None:
    """Make a campaign NAME and keep its addressees.

    WHO: group:, region:, tag:, org:, kind: and post: with one or more words, side by side to narrow, `not` to exclude,
    `;` to add another choice, `all` for everybody. Whoever may not be contacted is always left out, and said.

    Example: outreach campaigns new nri-input --template input-request --deadline 2025-04-30 --to "kind:nri" --dry-run
    """
    about = templates.find(template, office.template_folders("letters")).about
    office.sender(sender)
    deadline, counted = deadline_of(office, **when)
    planning.check(needs=about.needs, deadline=deadline, copies=copies, inbox=office.settings.mail.inbox)
    asked = read_questions(questions_file) if questions_file else ()
    kept: dict[str, Any] = {
        "template": template,
        "sender": sender,
        "selection": selection,
        "deadline": deadline,
        "counted": counted,
        "copies": copies,
    }
    with office.transaction() as session:
        chosen = _chosen(office, session, selection, about)
        planning.may_be_new(session, name, chosen)
        if not _agreed(name, chosen, count, dry_run):
            return
        campaign = planning.new(session, name, title=title or about.title, chosen=chosen, **kept, **_who(office))
        if asked:
            questions.add(session, campaign, asked, **_who(office))
            click.echo(f"It asks {len(asked)} questions; its letters enclose them as a reply form.")
    click.echo(f"Campaign {name} is kept. Next: outreach letters draft {name}")


def _who(office: Office) -> dict[str, Any]:
    return {"by": office.actor, "at": office.now()}


def _chosen(office: Office, session: Session, selection: str, about: LetterTemplate) -> Chosen:
    wanted, stale_after = choosing.Wanted(about.post_kinds, about.seats), office.settings.office.stale_after_days
    return choosing.choose(session, choosing.parse(selection), wanted, on=office.today(), stale_after=stale_after)


def _agreed(name: str, chosen: Chosen, count: int | None, dry_run: bool) -> bool:
    """Say who is chosen, and whether they are to be kept; raises Refused when they are not as many as was said."""
    if count is not None and count != len(chosen.reached):
        raise Refused(f"{len(chosen.reached)} are chosen, not {count}; nothing was kept.")
    _echo_choice(name, chosen)
    if dry_run:
        click.echo("Nothing was kept (--dry-run).")
    elif sys.stdin.isatty() and count is None:
        click.confirm(f"Keep {name} with these {len(chosen.reached)} addressees?", abort=True)
    return not dry_run


def _echo_choice(name: str, chosen: Chosen) -> None:
    click.echo(f"{name}: {len(chosen.reached)} addressees.")
    for group, number in sorted(Counter(one.group.value for one in chosen.reached).items()):
        click.echo(f"  {number:>4}  {group}")
    unreachable = sum(1 for one in chosen.reached if not one.emails)
    if unreachable:
        click.echo(f"  {unreachable:>4}  of them without an e-mail address")
    for key, reason in chosen.left_out:
        click.echo(f"  left out: {key}, {reason}")


@campaigns.command("list")
@json_option
@pass_office
def list_campaigns(office: Office, as_json: bool) -> None:
    """List the campaigns.

    Example: outreach campaigns list
    """
    with office.reading() as session:
        rows = [
            {
                "campaign": c.slug,
                "title": c.title,
                "template": c.template,
                "deadline": c.deadline,
                "addressees": n,
                "owner": c.owner,
            }
            for c, n in planning.listed(session)
        ]
    echo_rows(rows, ["campaign", "title", "template", "deadline", "addressees", "owner"], as_json)


@campaigns.command()
@click.argument("campaign")
@json_option
@pass_office
def show(office: Office, campaign: str, as_json: bool) -> None:
    """Show a campaign: what it asks, of whom, and how far its letters are.

    Example: outreach campaigns show wsis20-input
    """
    with office.reading() as session:
        found = planning.find(session, campaign)
        states = {state.value: number for state, number in register.count_in(session, found).items()}
        addressees = [row.post.key for row in found.addressees if not row.left_out]
        left_out = {row.post.key: row.left_out for row in found.addressees if row.left_out}
        asked = [one.code for one in found.questions]
        row = {
            "campaign": found.slug,
            "title": found.title,
            "template": found.template,
            "sender": found.sender,
            "deadline": found.deadline,
            "deadline_counted": found.deadline_counted,
            "to": found.selection,
            "copies": found.copies,
            "values": found.values if as_json else ", ".join(f"{name}: {value}" for name, value in found.values.items()),
            "encloses": [file.title for file in enclosing.of_campaign(session, found)],
            "owner": found.owner,
            "questions": asked,
            "letters": states if as_json else ", ".join(f"{n} {s}" for s, n in states.items()),
            "left_out": left_out if as_json else "\n".join(f"{key}: {because}" for key, because in left_out.items()),
            "addressees": addressees if as_json else f"{len(addressees)}\n" + "\n".join(addressees),
        }
    echo_one(row, as_json)


@campaigns.command()
@click.argument("campaign")
@click.argument("post")
@click.option("--add", is_flag=True, help="Write to this post as well.")
@click.option("--language", metavar="CODE", help="Write to it in this language.")
@click.option("--deadline", type=DAY, help="A deadline of its own.")
@click.option("--joint", metavar="WORD", help="Posts with the same word get one letter together.")
@click.option("--personal", metavar="TEXT", help="A personal paragraph, where the template has a place for one.")
@click.option(
    "--value", "values", multiple=True, metavar="NAME=TEXT", help="Another value of the template; empty takes it back."
)
@pass_office
def addressee(
    office: Office,
    campaign: str,
    post: str,
    add: bool,
    language: str | None,
    deadline: date | None,
    joint: str | None,
    personal: str | None,
    values: tuple[str, ...],
) -> None:
    """Give one addressee of CAMPAIGN something of its own, or --add one; POST as `outreach contacts list` names it.

    Example: outreach campaigns addressee wsis20-input isoc --personal "Thank you for your words in Riyadh."
    """
    own = {
        name: value for name, value in (("language", language), ("deadline", deadline), ("joint", joint)) if value is not None
    }
    given = dict(_pair(value) for value in values) | ({"personal": personal} if personal is not None else {})
    if not (add or own or given):
        raise Invalid("Nothing to change; say what this addressee gets of its own (see --help).")
    with office.transaction() as session:
        found = planning.find(session, campaign)
        where = finding.post(session, post)
        if add:
            planning.include(session, found, where, by=office.actor, at=office.now())
        if own or given:
            row = planning.addressee(session, found, where)
            planning.personalise(session, row, own, given, by=office.actor, at=office.now())
        key = where.key
    click.echo(f"{key} in {campaign}: kept. Drafts follow with `outreach letters draft {campaign} --redraft`.")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise Invalid(f"{text!r} is no value; write NAME=TEXT.")
    return name, value


@campaigns.command()
@click.argument("campaign")
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--title", default="", metavar="TEXT", help="What the page calls it; by default the file's name.")
@click.option("--take-out", metavar="TITLE", help="Enclose the file of this title no longer.")
@pass_office
def enclose(office: Office, campaign: str, file: BinaryIO | None, title: str, take_out: str | None) -> None:
    """Enclose FILE (PDF, DOCX, picture or text, at most 20 MB) with the letters of CAMPAIGN, or --take-out one.

    The page names it, the message carries it. Drafts that are written already follow when they are drafted anew.

    Example: outreach campaigns enclose wsis20-input out/communique/communique.pdf --title "Communiqué"
    """
    if bool(file) == bool(take_out):
        raise click.UsageError("Name a file, or a title with --take-out.")
    content = file.read(papers.LARGEST + 1) if file else b""
    with office.transaction() as session:
        found = planning.find(session, campaign)
        if file:
            kept = enclosing.keep(office.archive, content, file.name, title)
            enclosing.add(session, found, kept, by=office.actor, at=office.now())
            said = f"encloses {kept.title!r} ({kept.filename})"
        elif take_out:
            enclosing.take_out(session, found, take_out, by=office.actor, at=office.now())
            said = f"encloses {take_out!r} no longer"
    click.echo(f"{campaign} {said}. Drafts follow with `outreach letters draft {campaign} --redraft`.")


@campaigns.command()
@click.argument("campaign")
@click.argument("given", nargs=-1, metavar="[NAME=TEXT]...")
@json_option
@pass_office
def values(office: Office, campaign: str, given: tuple[str, ...], as_json: bool) -> None:
    """Show the values that everybody's letter of CAMPAIGN shows, or give some: NAME=TEXT, an empty text takes one back.

    An addressee's own value (`outreach campaigns addressee --value`) goes before these. A day is given as 2025-03-14 and is
    written as the letter's language writes days.

    Example: outreach campaigns values wsis20-input
    """
    changes = dict(_pair(one) for one in given)
    with office.transaction() if given else office.reading() as session:
        found = planning.find(session, campaign)
        places = templates.find(found.template, office.template_folders("letters")).places
        if changes:
            planning.give(session, found, changes, places, by=office.actor, at=office.now())
        rows = [{"name": name, "value": found.values.get(name, ""), "what": what} for name, what in places.items()]
    if changes and not as_json:
        click.echo(f"{campaign}: kept. Drafts follow with `outreach letters draft {campaign} --redraft`.")
    echo_rows(rows, ["name", "value", "what"], as_json)


@campaigns.command()
@click.argument("campaign")
@click.option(
    "--until", "until", metavar="TIME", help='"2025-01-28 09:00" at the office\'s place, or 2025-01-28T08:00Z for UTC.'
)
@click.option("--lift", is_flag=True, help="End it; nothing is sent by this itself.")
@pass_office
def embargo(office: Office, campaign: str, until: str | None, lift: bool) -> None:
    """Let nothing of CAMPAIGN leave before a time, by whatever outbox and whoever sends.

    Example: outreach campaigns embargo wsis20-input --until 2125-01-28T08:00Z
    """
    if bool(until) == lift:
        raise click.UsageError("Say --until TIME, or --lift.")
    with office.transaction() as session:
        found = planning.find(session, campaign)
        if until:
            when = instant(until, office.settings.zone())
            embargoing.embargo(session, found, when, by=office.actor, at=office.now())
        else:
            embargoing.lift(session, found, by=office.actor, at=office.now())
    said = f"leaves before {told(when, office.settings.zone())}" if until else "is under embargo any more"
    click.echo(f"Nothing of {campaign} {said}.")


for command in (question, leave_out, take_in):
    campaigns.add_command(command)
