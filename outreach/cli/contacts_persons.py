"""`outreach contacts show person/N`: a person with posts over time, addresses, letters and answers."""

from typing import Any

import rich_click as click

from outreach.cli.showing import echo_json, echo_one, said
from outreach.contacts import persons
from outreach.contacts.models import Address, Holder
from outreach.office import Office
from outreach.privacy import overview
from outreach.privacy.overview import Overview

_OF_PERSON = (
    *("full_name", "given_name", "family_name", "gender", "academic_title", "style"),
    *("salutation", "complimentary_close", "note"),
)


def show_person(office: Office, key: str, as_json: bool) -> None:
    """Print who is known by the number in `key` (`person/12`), and what is about them."""
    with office.reading() as session:
        found = overview.of(session, persons.person(session, key, on=office.today()))
        row = _row(found)
    if as_json:
        echo_json(row)
        return
    of_lists = ("posts", "addresses", "letters", "answers")
    echo_one(
        {name: value for name, value in row.items() if value not in (None, "", []) and name not in of_lists}, as_json=False
    )
    for heading, lines in (
        ("Posts", [_held(one) for one in row["posts"]]),
        ("Addresses", [f"{one['kind'].value}: {one['value']}" for one in row["addresses"]]),
        ("Letters", [f"{one['reference']}  {one['dated']}  {one['state'].value}  {one['subject']}" for one in row["letters"]]),
        (
            "Answers",
            [f"{one['number']}  {one['received_on']}  {one['kind'].value}  {one['subject']}" for one in row["answers"]],
        ),
    ):
        click.echo(f"\n{heading}:")
        for line in lines or ("none",):
            click.echo(said(f"  {line}"))


def held_because(thing: Any) -> str:
    """Why nobody may write there, and since when; blank if one may."""
    return f"{thing.do_not_contact} (since {thing.do_not_contact_since})" if thing.do_not_contact else ""


def _row(found: Overview) -> dict[str, Any]:
    person = found.person
    return {
        "person": persons.key_of(person),
        "also": [f"person/{number}" for number in found.merged],
        **{name: getattr(person, name) for name in _OF_PERSON},
        "do_not_contact": held_because(person),
        "erased_at": person.erased_at,
        "posts": [_holding(one) for one in found.holdings],
        "addresses": [_address(one) for one in found.addresses],
        "letters": [vars(one) for one in found.letters],
        "letters_in_all": len(found.its.letters),
        "answers": [vars(one) for one in found.answers],
        "answers_in_all": len(found.its.responses),
    }


def _holding(holder: Holder) -> dict[str, Any]:
    return {
        "post": holder.post.key,
        "title": holder.post.title,
        "rank": holder.rank,
        "in_charge": holder.in_charge,
        "from": holder.from_date,
        "to": holder.to_date,
        "confirmed_on": holder.confirmed_on,
        "source": holder.source,
    }


def _address(address: Address) -> dict[str, Any]:
    return {"kind": address.kind, "value": address.value, "failed_since": address.failed_since}


def _held(holding: dict[str, Any]) -> str:
    period = f"{holding['from'] or '...'} to {holding['to'] or 'today'}" if holding["from"] or holding["to"] else ""
    confirmed = f"confirmed on {holding['confirmed_on']}" if holding["confirmed_on"] else "not confirmed"
    in_charge = "in charge" if holding["in_charge"] else ""
    return ", ".join(filter(None, (holding["post"], holding["rank"], in_charge, period, confirmed)))
