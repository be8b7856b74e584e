"""Random small offices for the tests of merging, and what stands in every table."""

import random
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.contacts.models import (
    Address,
    AddressKind,
    Holder,
    Organisation,
    OrganisationKind,
    OrganisationName,
    OrganisationTag,
    Person,
    Post,
    PostTitle,
    StakeholderGroup,
)
from outreach.letters.models import Letter, LetterAddressee
from outreach.responses.models import Response, ResponseAuthor, ResponseKind, ResponseLetter
from outreach.schema import METADATA
from tests.cast import NOON

DAY = date(2025, 1, 1)
# What a merge adds to, and a list that is made anew at any time.
APART = frozenset({"journal_entries", "journal_values", "journal_head", "contacts_merges", "contacts_alike", "alembic_version"})


def snapshot(session: Session) -> dict[str, set[tuple[Any, ...]]]:
    """Every row of every table but those that tell of the merge itself; how often a row was edited does not count."""
    session.flush()
    found = {}
    for table in METADATA.tables.values():
        if table.name not in APART:
            columns = [column for column in table.columns if column.name != "version"]
            found[table.name] = {tuple(map(repr, row)) for row in session.execute(select(*columns))}
    return found


def grow(session: Session, seed: int) -> tuple[list[Organisation], list[Person]]:
    """An office with three organisations and four persons that share names, posts, addresses, campaigns, letters, answers."""
    rng = random.Random(seed)
    organisations = [_organisation(number, rng) for number in range(3)]
    names = ("Ada Example", "Example, Ada")
    persons = [Person(full_name=rng.choice(names), family_name=rng.choice(("", "Example"))) for _ in range(4)]
    for person in persons:
        person.do_not_contact, person.note = rng.choice(("", "asked")), rng.choice(("", "met in Kyoto", "sings"))
    session.add_all([*organisations, *persons])
    session.flush()
    posts = [_post(session, owner, place, rng) for owner in organisations for place in range(rng.randrange(4))]
    _hold(session, posts, persons, rng)
    _write(session, posts, organisations, persons, rng)
    session.flush()
    return organisations, persons


def _organisation(number: int, rng: random.Random) -> Organisation:
    return Organisation(
        key=f"o-{number}",
        name=rng.choice(("Open Net", "Réseau ouvert")),
        acronym=rng.choice(("", "ON")),
        domain=rng.choice(("", "open.example")),
        kind=OrganisationKind.ORGANISATION,
        group=rng.choice(list(StakeholderGroup)),
        language=rng.choice(("en", "fr")),
        language_assumed=rng.random() < 0.5,
        do_not_contact=rng.choice(("", "asked")),
        names=[OrganisationName(language=code, short=f"{code} {number}") for code in ("fr", "es") if rng.random() < 0.5],
        tags=[OrganisationTag(tag=tag) for tag in ("panel", "funder") if rng.random() < 0.5],
    )


def _post(session: Session, owner: Organisation, place: int, rng: random.Random) -> Post:
    kind, seat = rng.choice((("chair", ""), ("chief-executive", "headquarters"), ("director", "")))
    if any((post.kind, post.seat) == (kind, seat) for post in owner.posts):
        seat = f"seat-{place}"
    post = Post(organisation=owner, kind=kind, seat=seat, title=rng.choice(("", "Head of Policy", "Head of Law")))
    post.titles = [PostTitle(language=code, title="Tête") for code in ("fr", "es") if rng.random() < 0.5]
    session.add(post)
    session.flush()
    return post


def _hold(session: Session, posts: list[Post], persons: list[Person], rng: random.Random) -> None:
    for post in posts:
        for _ in range(rng.randrange(3)):
            start = rng.choice((None, DAY + timedelta(days=rng.randrange(40))))
            end = rng.choice((None, (start or DAY) + timedelta(days=rng.randrange(40))))
            rank = rng.choice(("", "ambassador"))
            holder = Holder(post=post, person=rng.choice(persons), rank=rank, from_date=start, to_date=end)
            session.add(holder)
            session.flush()
            _reach(session, post, holder.id, rng)
        _reach(session, post, None, rng)


def _reach(session: Session, post: Post, holder_id: int | None, rng: random.Random) -> None:
    for _ in range(rng.randrange(3)):
        value = rng.choice(("ada@open.example", "office@open.example"))
        session.add(Address(post=post, holder_id=holder_id, kind=AddressKind.EMAIL, value=value, normalised=value))


def _write(
    session: Session, posts: list[Post], organisations: list[Organisation], persons: list[Person], rng: random.Random
) -> None:
    campaign = Campaign(slug="ask", title="Ask", template="t", sender="s", selection="all", owner="Kim", created_at=NOON)
    session.add(campaign)
    session.flush()
    for number, post in enumerate(posts):
        if rng.random() < 0.6:
            session.add(CampaignAddressee(campaign=campaign, post=post, values={"note": str(number)}, deadline=DAY))
        letter = Letter(reference=f"R/{number}", campaign=campaign, owner="Kim", created_at=NOON)
        letter.addressees = [LetterAddressee(position=place, post=each) for place, each in enumerate({post, rng.choice(posts)})]
        response = Response(kind=ResponseKind.SUBSTANTIVE, channel="email", received_on=DAY, logged_by="Kim", logged_at=NOON)
        response.authors = [ResponseAuthor(organisation=rng.choice(organisations), person=rng.choice([None, *persons]))]
        response.answers = [ResponseLetter(letter=letter, reason="said so", confidence=100, matched_by="Kim")]
        session.add_all([letter, response])
