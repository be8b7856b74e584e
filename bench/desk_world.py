"""The large office that the desk is measured in: bulk rows around letters that were really drafted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from bench.given import AT
from bench.world import CAMPAIGN, DRAFTER, draft, office_with_posts, opened
from outreach.accounts import passwords
from outreach.campaigns.models import Campaign
from outreach.communique import drafting, shelf, templating
from outreach.contacts import searching
from outreach.contacts.models import Address, AddressKind, Channel, Holder, Organisation, OrganisationKind, Person, Post
from outreach.contacts.models import StakeholderGroup as Group
from outreach.delivery.models import Attempt, Outcome, Result
from outreach.inputs import codebook, coding, texts
from outreach.inputs.models import Attribution, AttributionLevel, InputText, Passage, PassageTheme, Theme
from outreach.journal import Actor, Role
from outreach.letters.models import Letter, LetterState, LetterVersion
from outreach.office import Office, package_folder
from outreach.responses.models import Response, ResponseAuthor, ResponseKind, ResponseLetter

KEEPER, PASSWORD = "Kim Keeper", "a long enough password"
PIECE = 10_000  # rows an insert
WORDS = "The Forum gives us a seat at the table that we have nowhere else, and its mandate should be made permanent."


def large_office(folder: Path, contacts: int, letters: int) -> None:
    """An office with so many contacts and letters, a tenth of them answered, and a communiqué from two hundred answers."""
    office_with_posts(folder, letters)
    office = opened(folder / "office")
    draft(office, CAMPAIGN)
    with office.transaction() as session:
        _more_contacts(session, letters + 1, contacts)
        searching.index(session, range(1, contacts + 1))
        _leave(session, letters)
        _answer(session, letters // 10)
    with office.transaction() as session:
        seeds = package_folder("seeds")
        codebook.load(session, seeds / "themes.toml", by=Actor(KEEPER, Role.KEEPER), at=AT)
        _code(session, min(200, letters // 10))
        _communique(session, office)
        passwords.give(session, KEEPER, PASSWORD, by=Actor(KEEPER, Role.KEEPER), at=AT)
    with office.database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    office.close()


def _fill(session: Any, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    piece: list[dict[str, Any]] = []
    for row in rows:
        piece.append(row)
        if len(piece) == PIECE:
            session.execute(insert(model), piece)
            piece = []
    if piece:
        session.execute(insert(model), piece)


def _more_contacts(session: Any, first: int, last: int) -> None:
    numbers, kind, groups = range(first, last + 1), OrganisationKind.ORGANISATION, list(Group)
    owner = {"kind": kind, "language": "en"}
    post = {"kind": "chief-executive", "title": "Chief Executive Officer", "preferred_channel": Channel.EMAIL}
    _fill(
        session,
        Organisation,
        (
            {**owner, "id": n, "key": f"organisation-{n}", "name": f"Open Network {n}", "group": groups[n % len(groups)]}
            for n in numbers
        ),
    )
    _fill(session, Post, ({**post, "id": n, "organisation_id": n} for n in numbers))
    _fill(session, Person, ({"id": n, "full_name": f"Ada Example{n}", "family_name": f"Example{n}"} for n in numbers))
    _fill(session, Holder, ({"id": n, "post_id": n, "person_id": n, "confirmed_on": AT.date()} for n in numbers))
    email = ((n, f"office-{n}@open.example") for n in numbers)
    _fill(session, Address, ({"post_id": n, "kind": AddressKind.EMAIL, "value": v, "normalised": v} for n, v in email))


def _leave(session: Any, letters: int) -> None:
    # Of ten letters eight have left, one is approved, one is a draft.
    session.execute(update(Letter).where(Letter.id % 10 < 8).values(state=LetterState.ACCEPTED))
    session.execute(update(Letter).where(Letter.id % 10 == 8).values(state=LetterState.APPROVED))
    left = session.execute(
        select(Letter.id, LetterVersion.id).join(LetterVersion, LetterVersion.letter_id == Letter.id).where(Letter.id % 10 < 8)
    ).all()
    attempt = {"outbox": "folder", "channel": Channel.EMAIL, "started_by": KEEPER, "started_at": AT, "ended_at": AT}
    attempt |= {"dispatched_on": AT.date(), "result": Result.ACCEPTED}
    _fill(session, Attempt, ({**attempt, "id": one, "letter_id": one, "letter_version_id": version} for one, version in left))
    outcome = {"result": Result.ACCEPTED, "recipient": "office@network.example"}
    _fill(session, Outcome, ({**outcome, "attempt_id": one} for one, _ in left))


def _answer(session: Any, count: int) -> None:
    answered = session.scalars(select(Letter.id).where(Letter.state == LetterState.ACCEPTED).limit(count)).all()
    response = {"kind": ResponseKind.SUBSTANTIVE, "channel": Channel.EMAIL, "received_on": AT.date(), "subject": "Our input"}
    response |= {"logged_by": KEEPER, "logged_at": AT}
    pairs = list(enumerate(answered, 1))
    why = {"reason": "It replies to the letter.", "confidence": 100, "matched_by": KEEPER}
    _fill(session, Response, ({**response, "id": n} for n, _ in pairs))
    _fill(session, ResponseAuthor, ({"response_id": n, "organisation_id": letter} for n, letter in pairs))
    _fill(session, ResponseLetter, ({**why, "response_id": n, "letter_id": letter} for n, letter in pairs))
    given = [texts.Given(response_id=n, content=WORDS, origin="body", extractor="bench", language="en") for n, _ in pairs]
    texts.keep_all(session, given, at=AT)


def _code(session: Any, count: int) -> None:
    themes = session.scalars(select(Theme.id).where(Theme.parent_id.is_not(None)).order_by(Theme.id)).all()
    said = {"level": AttributionLevel.ATTRIBUTED, "said_on": AT.date(), "evidence": "in the mail"}
    said |= {"recorded_by": KEEPER, "recorded_at": AT}
    of_texts = session.execute(select(InputText.id, InputText.response_id).order_by(InputText.id).limit(count)).all()
    passage = {"start": 0, "end": len(WORDS), "sha256": coding.digest_of(WORDS), "coded_by": KEEPER, "coded_at": AT}
    _fill(session, Attribution, ({**said, "response_id": response} for _, response in of_texts))
    _fill(session, Passage, ({**passage, "id": n, "text_id": text} for n, (text, _) in enumerate(of_texts, 1)))
    _fill(session, PassageTheme, ({"passage_id": n, "theme_id": themes[n % len(themes)]} for n in range(1, count + 1)))


def _communique(session: Any, office: Office) -> None:
    campaigns = session.scalars(select(Campaign).where(Campaign.slug == CAMPAIGN)).all()
    wording = templating.find("wsis20", "en", office.template_folders("communique"))
    communique = shelf.new(session, "wsis20", "wsis20", campaigns, by=DRAFTER, at=AT)
    drafting.draft(session, communique, wording, day=AT.date(), by=DRAFTER, at=AT)
