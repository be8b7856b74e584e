"""`outreach contacts handover` and `confirm`: who holds a post from which day, and whether that is still so."""

import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

import rich_click as click
from sqlalchemy.orm import Session

from outreach.cli.contacts_editing import add_addresses
from outreach.cli.contacts_fields import OF_HOLDER, OF_PERSON, Act, address_options, given, options
from outreach.cli.narrowing import filter_of, narrowing
from outreach.cli.showing import DAY, pass_office, said
from outreach.contacts import confirming, finding, handing_over
from outreach.contacts.handing_over import Handover
from outreach.errors import Invalid
from outreach.letters import addressed
from outreach.letters.addressed import Misaddressed
from outreach.office import Office

_BOTH_SPELLINGS = ("full_name", "given_name", "family_name")
MOST = 20


@click.command()
@click.argument("post")
@click.option("--to", "full_name", required=True, metavar="NAME", help="Who holds the post now, as the address has the name.")
@click.option("--given", "--given-name", "given_name", help="The given name.")
@click.option("--family", "--family-name", "family_name", help="The family name, which the greeting uses.")
@options({name: text for name, text in OF_PERSON.items() if name not in _BOTH_SPELLINGS})
@options(OF_HOLDER)
@click.option("--on", "day", type=DAY, required=True, help="The first day; the one before holds the post until the day before.")
@click.option("--charge", is_flag=True, help="Only stands in, until somebody is appointed (chargé d'affaires a.i.).")
@click.option("--until", type=DAY, help="With --charge: stands in to this day, and whoever holds the post goes on holding it.")
@address_options
@pass_office
def handover(office: Office, post: str, day: date, charge: bool, until: date | None, **values: Any) -> None:
    """Hand POST over to somebody else on a day: one holder's time ends and another's begins, in one step.

    Letters that have not left and were written to the one before are listed; they wait until they are addressed anew.

    Example: outreach contacts handover kenya/permanent-representative/new-york --to "Amina Example" --on 2025-02-01
    """
    with office.transaction() as session:
        act = Act(session, office.actor, office.now(), office.today(), given(values))
        where = finding.post(session, post)
        fields = act.of(*OF_PERSON, *OF_HOLDER)
        done = handing_over.hand_over(
            session, where, on=day, today=act.today, charge=charge, until=until, **fields, **act.signed
        )
        add_addresses(act, where, done.holder)
        letters = addressed.misaddressed(session, posts=[where.id])
        click.echo(_told(where.key, done))
    say_misaddressed(letters)


def _told(key: str, done: Handover) -> str:
    holder = done.holder
    until = f" to {holder.to_date}" if holder.to_date else ""
    verb = "stands in" if holder.in_charge else "holds it"
    ended = [f"{one.person.full_name}, until {one.to_date}" for one in done.ended if one.is_ever()]
    before = f"; before: {' and '.join(ended)}" if ended else ""
    return said(f"{key}: {holder.person.full_name} {verb} from {holder.from_date}{until}{before}.")


def say_misaddressed(letters: Sequence[Misaddressed]) -> None:
    """Name the letters that were written to somebody who does not hold the post on their date, and what to do with them."""
    for letter in letters:
        click.echo(f"{letter.reference} ({letter.state}, dated {letter.dated}) is not addressed to who holds it on its date.")
    if letters:
        click.echo(f"They wait until they are addressed anew: outreach letters readdress {letters[0].reference} ...")


@click.command()
@click.argument("posts", nargs=-1)
@narrowing
@click.option("--count", type=int, metavar="N", help="Without POSTS: exactly how many holders are confirmed.")
@click.option("--on", "day", type=DAY, help="The day on which the office made sure; by default today.")
@click.option("--from-note", "source", default="", metavar="TEXT", help="How the office knows.")
@pass_office
def confirm(office: Office, posts: Sequence[str], count: int | None, day: date | None, source: str, **wanted: Any) -> None:
    """Confirm that whoever is recorded still holds POSTS, or all posts that the options narrow to, with their exact number.

    Example: outreach contacts confirm kenya/permanent-representative/new-york --on 2025-02-03
    """
    on = day or office.today()
    if posts and (any(wanted.values()) or count is not None):
        raise click.UsageError("Name posts, or narrow with options and give --count; not both.")
    with office.transaction() as session:
        act: dict[str, Any] = {"by": office.actor, "at": office.now(), "today": office.today()}
        numbers = [finding.post(session, key).id for key in posts] or _all(session, count, on, wanted)
        older = confirming.confirm(session, numbers, on=on, source=source, **act)
    known = f", {len(numbers) - older} of them known on that day or later already" if older < len(numbers) else ""
    click.echo(f"{len(numbers)} holder{'s are' if len(numbers) > 1 else ' is'} confirmed as of {on}{known}.")


def _all(session: Session, count: int | None, on: date, wanted: dict[str, Any]) -> Sequence[int]:
    numbers = confirming.fitting(session, filter_of(**wanted), on=on)
    if count is None and numbers and sys.stdin.isatty():
        count = click.prompt(f"{len(numbers)} posts with a holder fit. How many do you confirm", type=int)
    return confirming.exactly(numbers, count)


UNCONFIRMED = click.option(
    "--unconfirmed-count", "unconfirmed", type=int, metavar="N", help="Go on although exactly N holders are not confirmed."
)


def must_be_known(office: Office, session: Session, posts: Sequence[int], on: date, count: int | None, act: str) -> None:
    """List the holders of these posts who were not confirmed for long, and go on only with their number.

    On a terminal it is asked for. Raises Refused otherwise, and Invalid for a number when all are confirmed.
    """
    stale_after = office.settings.office.stale_after_days
    found = confirming.unconfirmed(session, posts, on=on, stale_after=stale_after)
    if not found and count:
        raise Invalid(f"Every holder is confirmed, and --unconfirmed-count says {count}; nothing was {act}.")
    for one in found[:MOST]:
        click.echo(said(f"not confirmed: {one.key}, {one.full_name}, {_last(one.confirmed_on)}"))
    if len(found) > MOST:
        click.echo(f"not confirmed: and {len(found) - MOST} more; `outreach contacts worksheet` lists them all.")
    if found and count is None and sys.stdin.isatty():
        count = click.prompt(
            f"{len(found)} of these holders are not confirmed. To go on all the same, type their number", type=int
        )
    confirming.must_be_counted(found, count, stale_after=stale_after, act=act)


def _last(day: date | None) -> str:
    return f"last on {day}" if day else "never yet"
