"""The office that letters are measured in: as many posts as asked for, each with a named holder and one e-mail address.

The words of its letters lie beside it in files for the peers (see given.py).
"""

import csv
import json
import os
import shutil
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench import given
from outreach.campaigns import choosing, planning
from outreach.config import MailSettings
from outreach.contacts.addressing import Reach, reach
from outreach.contacts.models import (
    Address,
    AddressKind,
    Channel,
    Gender,
    Holder,
    Organisation,
    OrganisationKind,
    Person,
    Post,
    StakeholderGroup,
)
from outreach.founding import found
from outreach.journal import Actor, Role
from outreach.letters import drafting, register, templates
from outreach.letters.freezing import Press, freeze
from outreach.letters.layout_lines import dated
from outreach.letters.layout_pdf import letter_data, shipped_letterhead
from outreach.letters.models import Letter, LetterState
from outreach.letters.sheet import Sheet
from outreach.letters.sheets import sheet_of
from outreach.office import Office
from outreach.protocol import forms as protocol
from outreach.typesetting import Layout, to_html, to_text

NOON = given.AT
DEADLINE = date(2025, 3, 31)
DRAFTER = Actor("Dana Drafter", Role.DRAFTER)
APPROVER = Actor("Kim Keeper", Role.KEEPER)
TEMPLATE, CAMPAIGN, WARMING_UP = "input-request", "wsis20-input", "warming-up"
STALE_AFTER = 180  # days
GIVEN = ("Amina", "Björn", "Chen", "Dilnoza", "Élise", "Farid", "Grace", "Hiroshi")
FAMILY = ("Abdi", "Berg", "Castillo", "Đặng", "Eriksen", "Fofana", "García", "Haddad", "Ivanova", "Jansen", "Kamau")


def office_with_posts(folder: Path, posts: int) -> None:
    """Found an office in `folder`/office with `posts` posts and a campaign to all of them, and one to the first alone."""
    office = found(folder / "office", keeper="Kim Keeper", directory=False, clock=lambda: NOON).office
    with office.transaction() as session:
        _insert_posts(session, posts)
        _campaign(session, CAMPAIGN, "all")
        _campaign(session, WARMING_UP, "org:organisation-1")
        _write_addressees(session, office, folder / given.ADDRESSEES)
    template = templates.find(TEMPLATE, office.template_folders("letters"))
    shutil.copy(template.folder / "en.md", folder / given.TEMPLATE)
    office.close()


def office_with_letters_and_pages(folder: Path, letters: int) -> None:
    """The same with the campaign's letters drafted, and what stands on their pages in files."""
    office_with_posts(folder, letters)
    office = opened(folder / "office")
    draft(office, CAMPAIGN)
    office.close()
    sheets = [sheet_of(letter.version_now, letter.reference) for letter in letters_of(folder)]
    (folder / given.PAGES).write_text(json.dumps([_page(sheet) for sheet in sheets]), "utf-8")
    (folder / given.TYPST_INPUTS).write_text(json.dumps([json.dumps({**letter_data(sheet), "fonts": []}) for sheet in sheets]))
    (folder / given.LAYOUT).write_bytes(Layout(shipped_letterhead(), "letter.typ").source())


def office_with_posts_and_copy_with_letters(folder: Path, posts: int) -> None:
    """The office before drafting, and under `folder`/drafted the same after it: the rows that drafting writes."""
    office_with_posts(folder, posts)
    office = copied(folder, folder / "drafted")
    draft(office, CAMPAIGN)
    office.close()


def opened(folder: Path) -> Office:
    """The office in `folder`, on the day of the measurements."""
    return Office.open(folder, clock=lambda: NOON)


def copied(world: Path, own: Path, *, linked: bool = False) -> Office:
    """The world's office, copied so that a run changes nobody else's; `linked`: its archive, which never changes, is shared."""
    if not linked:
        shutil.copytree(world / "office", own / "office")
        return opened(own / "office")
    shutil.copytree(world / "office", own / "office", ignore=shutil.ignore_patterns("files"))
    (own / "office" / "files").symlink_to(world / "office" / "files")
    return opened(own / "office")


def office_with_approved_letters(folder: Path, letters: int, page: bytes | None = None) -> None:
    """The office with the campaign's letters approved, the same page in each (a real one, unless another is given).

    The messages lie in files under `folder`/messages as well, by number.
    """
    office_with_posts(folder, letters)
    office = opened(folder / "office")
    draft(office, CAMPAIGN)
    with office.transaction() as session:
        numbers = register.numbers(session, planning.find(session, CAMPAIGN), LetterState.DRAFT)
        first = register.get(session, numbers[0])
        page = page or office.press.pdf(sheet_of(first.version_now, first.reference))
        (folder / "page.pdf").write_bytes(page)
        press = SamePage(office.press.mail, page)
        (folder / "messages").mkdir()
        for letter, frozen in freeze(register.in_chunks(session, numbers), press, office.archive):
            digests = {"message_sha256": frozen.message_sha256, "pdf_sha256": frozen.pdf_sha256}
            letter.approve(APPROVER, NOON, checked=letter.version_now.digest, **digests)
            os.link(office.archive.path(frozen.message_sha256), folder / "messages" / str(letter.id))
    office.close()


class SamePage(Press):
    """Sets no page of its own: measured is what comes after."""

    def __init__(self, mail: MailSettings, page: bytes) -> None:
        super().__init__(mail)
        self.page = page

    def pdf(self, sheet: Sheet) -> bytes:
        """The one page."""
        return self.page


def waiting(office: Office) -> list[str]:
    """The references of the letters that are to be sent."""
    with office.reading() as session:
        return list(session.scalars(select(Letter.reference).filter_by(state=LetterState.APPROVED).order_by(Letter.id)))


def draft(office: Office, campaign: str) -> int:
    """Draft and keep a campaign's letters, as `outreach draft` does; gives how many were new."""
    with office.transaction() as session:
        found = planning.find(session, campaign)
        return len(drafting.draft(session, found, office.composer(found, NOON.date()), by=DRAFTER, at=NOON).new)


def letters_of(world: Path) -> list[Letter]:
    """The campaign's letters with all that a page needs, loaded."""
    office = opened(world / "office")
    with office.reading() as session:
        letters = list(register.of_campaign(session, planning.find(session, CAMPAIGN)))
        # A version asks its letter for the token of its answers, which nothing can fetch once the session is gone.
        assert all(version.letter is letter for letter in letters for version in letter.versions)
        session.expunge_all()
    office.close()
    return letters


def _page(sheet: Sheet) -> dict[str, Any]:
    return {
        "masthead": [*sheet.masthead, sheet.masthead_note],
        "reference": sheet.reference,
        "date": dated(sheet),
        "address": sheet.address_block,
        "subject": sheet.subject,
        "salutation": sheet.salutation,
        "html": to_html(sheet.body),
        "lines": [line for line in to_text(sheet.body, language=sheet.language).split("\n\n") if line],
        "close": sheet.close,
        "signature": [line for one in sheet.signatories for line in (one.name, *one.lines)],
        "footer": sheet.footer,
    }


def _insert_posts(session: Session, posts: int) -> None:
    numbers = range(1, posts + 1)
    for model, row in ((Organisation, _organisation), (Post, _post), (Person, _person), (Holder, _holder), (Address, _email)):
        session.execute(insert(model), [{"id": number, **row(number)} for number in numbers])


def _organisation(number: int) -> dict[str, Any]:
    return {
        "key": f"organisation-{number}",
        "name": f"Internet & Society Network {number}",
        "kind": OrganisationKind.ORGANISATION,
        "group": StakeholderGroup.CIVIL_SOCIETY,
        "language": "en",
        "language_assumed": False,
    }


def _post(number: int) -> dict[str, Any]:
    title = "Chief Executive Officer"
    return {"organisation_id": number, "kind": "chief-executive", "title": title, "preferred_channel": Channel.EMAIL}


def _person(number: int) -> dict[str, Any]:
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number % len(FAMILY)]
    gender = Gender.FEMALE if number % 2 else Gender.MALE
    return {"full_name": f"{given} {family}", "given_name": given, "family_name": family, "gender": gender}


def _holder(number: int) -> dict[str, Any]:
    return {"post_id": number, "person_id": number, "confirmed_on": NOON.date()}


def _email(number: int) -> dict[str, Any]:
    value = f"office-{number}@network.example"
    return {"post_id": number, "kind": AddressKind.EMAIL, "value": value, "normalised": value}


def _campaign(session: Session, slug: str, selection: str) -> None:
    wanted = choosing.Wanted(("chief-executive",))
    planning.new(
        session,
        slug,
        title="Request for input",
        template=TEMPLATE,
        sender="chair",
        selection=selection,
        chosen=choosing.choose(session, choosing.parse(selection), wanted, on=NOON.date(), stale_after=STALE_AFTER),
        deadline=DEADLINE,
        by=DRAFTER,
        at=NOON,
    )


def _write_addressees(session: Session, office: Office, path: Path) -> None:
    posts = session.scalars(select(Post.id).order_by(Post.id)).all()
    rows = [_words(office, one) for one in reach(session, posts, on=NOON.date(), stale_after=STALE_AFTER)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _words(office: Office, post: Reach) -> dict[str, str]:
    address = protocol.address(office.forms("en"), [post.addressee("en")])
    return {
        "post_id": str(post.post_id),
        "email": post.emails[0],
        "address": "\n".join(address.block),
        "salutation": address.salutation,
        "opening": address.opening,
        "close": address.close,
        "date": protocol.date_line(NOON.date(), "en"),
        "deadline": protocol.date_line(DEADLINE, "en"),
        "reference": f"IGF/LP/2025/{post.post_id:04}",
        "reply_to": office.settings.mail.inbox,
    }
