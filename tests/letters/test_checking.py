"""A batch is checked as it stands: what clashes between letters, what stands out, how much is asked of the database."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import planning
from outreach.contacts.models import Address, Holder, Person, Post
from outreach.letters import drafting, editing, enclosing, register
from outreach.letters.checking import Checked, Checks, check
from outreach.letters.models import Letter, LetterRelation, LetterState, RelationKind
from outreach.letters.reporting import Report
from tests.cast import DANA, NOON, email, kenya, society
from tests.counting import asked
from tests.letters.desk import Desk


def societies(session: Session, count: int) -> list[Post]:
    posts = [society(session, f"net-{n:02}", f"net{n}.example") for n in range(count)]
    for n, person in enumerate(session.scalars(select(Person).order_by(Person.id))):
        person.full_name, person.family_name = f"Li Example {n}", f"Li{n}"
    session.flush()
    return posts


def drafted(session: Session, desk: Desk, *posts: Post) -> list[Letter]:
    campaign = desk.campaign(session, *posts)
    return [register.find(session, reference) for reference in desk.draft(session, campaign).new]


def checked(session: Session, desk: Desk, *letters: Letter, checks: Checks | None = None) -> list[Checked]:
    return list(check(session, [letter.id for letter in letters], checks or desk.checks))


def kinds(session: Session, desk: Desk, *letters: Letter) -> list[set[str]]:
    return [{finding.kind for finding in one.findings} for one in checked(session, desk, *letters)]


def report(session: Session, desk: Desk, *letters: Letter, checks: Checks | None = None) -> Report:
    return Report.of(checked(session, desk, *letters, checks=checks), len(letters))


def test_what_drafting_warns_of_and_more_is_found_with_its_kind(session: Session, desk: Desk) -> None:
    [letter] = drafted(session, desk, society(session, email_address=False))
    assert kinds(session, desk, letter) == [{"no-address", "language-assumed"}]
    assert len(letter.version_now.warnings) == 2


def test_the_record_is_asked_anew_each_time(session: Session, desk: Desk) -> None:
    [letter] = drafted(session, desk, society(session))
    holder = session.scalars(select(Holder)).one()
    holder.confirmed_on = date(2024, 1, 1)
    assert "unconfirmed" in kinds(session, desk, letter)[0]
    holder.confirmed_on, holder.person.family_name = NOON.date(), "Chen"
    assert kinds(session, desk, letter) == [{"record", "language-assumed"}]


def test_an_edit_is_seen_at_once(session: Session, desk: Desk) -> None:
    [letter] = drafted(session, desk, society(session))
    editing.edit(session, letter, {"body": "By XXX.\n"}, by=DANA, at=NOON)
    assert "placeholder" in kinds(session, desk, letter)[0]
    editing.edit(session, letter, {"body": "By March.\n"}, by=DANA, at=NOON)
    assert "placeholder" not in kinds(session, desk, letter)[0]


def test_two_letters_of_a_campaign_to_one_post_person_or_address_are_found_at_both(session: Session, desk: Desk) -> None:
    first, second, third = societies(session, 3)
    letters = drafted(session, desk, first, second, third)
    assert kinds(session, desk, *letters) == [{"language-assumed"}] * 3
    session.scalars(select(Holder).filter_by(post_id=second.id)).one().person = first.holders[0].person
    for address in session.scalars(select(Address).filter_by(post_id=third.id)):
        address.value = "Office@Net0.example"
    session.flush()
    drafting.draft(session, letters[0].campaign, desk.composer(letters[0].campaign), by=DANA, at=NOON, redraft=True)  # type: ignore[arg-type]
    found = [{*one} - {"language-assumed"} for one in kinds(session, desk, *letters)]
    assert found == [{"same-person", "same-address"}, {"same-person"}, {"same-address"}]
    [one, *_] = checked(session, desk, letters[0])
    assert "IGF/LP/2025/0003 goes to office@net0.example as well." in [finding.says for finding in one.findings]


def test_a_second_letter_to_the_same_post_is_found_unless_it_follows_the_first(session: Session, desk: Desk) -> None:
    [letter] = drafted(session, desk, society(session))
    letter.campaign.template = "thanks"  # type: ignore[union-attr]
    other = Letter(
        reference="IGF/LP/2025/0002", campaign=letter.campaign, owner="Dana", created_at=NOON, current=1,
        addressees=[type(letter.addressees[0])(position=0, post_id=letter.addressees[0].post_id)],
    )  # fmt: skip
    session.add(other)
    session.flush()
    assert "same-post" in kinds(session, desk, letter)[0]
    session.add(LetterRelation(letter_id=other.id, other_id=letter.id, kind=RelationKind.CORRECTS))
    session.flush()
    assert "same-post" not in kinds(session, desk, letter)[0]


def test_the_same_text_to_the_same_addressee_is_found_whatever_its_reference(session: Session, desk: Desk) -> None:
    post = society(session)
    first = desk.campaign(session, post)
    sent = register.find(session, desk.draft(session, first).new[0])
    again = register.find(session, desk.draft(session, desk.campaign(session, post, slug="again")).new[0])
    assert "sent-before" not in kinds(session, desk, again)[0], "it has not left yet"
    sent.state = LetterState.ACCEPTED
    [one] = checked(session, desk, again)
    assert "IGF/LP/2025/0001 said the same to this addressee." in [finding.says for finding in one.findings]
    editing.edit(session, again, {"body": again.version_now.body.replace("2025", "2026")}, by=DANA, at=NOON)
    assert "sent-before" not in kinds(session, desk, again)[0]


def test_a_file_of_the_campaign_that_came_later_is_missed(session: Session, desk: Desk) -> None:
    [letter] = drafted(session, desk, society(session))
    assert letter.campaign is not None
    file = enclosing.keep(desk.archive, b"%PDF-1.7", "questions.pdf")
    enclosing.add(session, letter.campaign, file, by=DANA, at=NOON)
    assert "not-enclosed" in kinds(session, desk, letter)[0]


def test_a_letter_that_is_longer_than_its_template_allows_is_found(session: Session, desk: Desk) -> None:
    letters = drafted(session, desk, *societies(session, 5))
    long = letters[3]
    editing.edit(session, long, {"body": long.version_now.body * 3}, by=DANA, at=NOON)
    checks = replace(desk.checks, page_limit=lambda _template: 2)
    found = [one.case.reference for one in checked(session, desk, *letters, checks=checks) if one.errors]
    assert found == [long.reference]
    assert "It has 4 pages, and its template allows 2" in report(session, desk, long, checks=checks).errors[0].says
    one = replace(desk.checks, page_limit=lambda _template: 1)
    assert len(report(session, desk, *letters, checks=one).errors) == 5, "as soon as one fails, more are looked at"


def test_the_outlier_sheet_names_what_is_rare_and_what_is_empty(session: Session, desk: Desk) -> None:
    posts = societies(session, 8)
    campaign = desk.campaign(session, *posts)
    row = planning.addressee(session, campaign, posts[5])
    words = {"personal": "Thank you for Riyadh."}
    planning.personalise(session, row, {"deadline": date(2025, 4, 30)}, words, by=DANA, at=NOON)
    session.add(email(posts[6], "somebody@mail.example"))
    session.flush()
    letters = [register.find(session, reference) for reference in desk.draft(session, campaign).new]
    odd, copied = letters[5], letters[6]
    fields = {field.name: field for field in report(session, desk, *letters).fields}
    assert (fields["salutation, en"].usual.text, fields["salutation, en"].different) == ("Dear Ms. …,", 1)
    assert [(one.text, one.letters) for one in fields["deadline"].rare] == [("2025-04-30", ((odd.id, odd.reference),))]
    assert [one.text for one in fields["personal paragraph"].rare] == ["with one"]
    assert [one.text for one in fields["recipients"].rare] == ["2"]
    assert fields["domain"].usual.text == "the organisation's own"
    assert [one.letters[0][1] for one in fields["domain"].rare] == [copied.reference]


def test_an_empty_value_is_named_although_it_is_not_rare(session: Session, desk: Desk) -> None:
    posts = [*societies(session, 2), society(session, "no-net", "no.example", email_address=False)]
    letters = drafted(session, desk, *posts)
    recipients = next(field for field in report(session, desk, *letters).fields if field.name == "recipients")
    assert [(one.text, one.count) for one in recipients.rare] == [("", 1)]


def test_a_field_that_differs_in_most_letters_lists_none_of_them(session: Session, desk: Desk) -> None:
    letters = drafted(session, desk, *societies(session, 6))
    for number, letter in enumerate(letters):
        editing.edit(session, letter, {"subject": f"Subject {'abcdef'[number]}"}, by=DANA, at=NOON)
    subject = next(field for field in report(session, desk, *letters).fields if field.name == "subject, en")
    assert (subject.varied, subject.different, subject.rare) == (True, 6, ())


def test_the_text_furthest_from_the_typical_one_is_named(session: Session, desk: Desk) -> None:
    letters = drafted(session, desk, *societies(session, 7))
    odd = letters[0]
    editing.edit(
        session, odd, {"body": odd.version_now.body.replace("Reservations and criticism", "No word")}, by=DANA, at=NOON
    )
    [texts] = report(session, desk, *letters).texts
    assert (texts.template, texts.language, texts.usual) == ("input-request", "en", 2)
    assert texts.furthest == ()
    editing.edit(session, odd, {"body": "Quite another text about quite another thing.\n"}, by=DANA, at=NOON)
    [texts] = report(session, desk, *letters).texts
    assert [one.reference for one in texts.furthest] == [odd.reference]


def test_texts_are_compared_within_their_language(session: Session, desk: Desk) -> None:
    english, french = society(session, "en-net"), kenya(session)
    french.kind, french.title, french.seat = "chief-executive", "Directrice générale", ""
    french.organisation.language = "fr"
    session.flush()
    letters = drafted(session, desk, english, french)
    assert [(one.language, one.usual) for one in report(session, desk, *letters).texts] == [("en", 0), ("fr", 0)]


def test_the_same_few_queries_serve_two_letters_or_forty(session: Session, desk: Desk) -> None:
    letters = drafted(session, desk, *societies(session, 40))

    def count(*some: Letter) -> int:
        with asked(session.get_bind()) as said:
            checked(session, desk, *some, checks=replace(desk.checks, page_limit=lambda _template: None))
        return len(said)

    two, forty = count(*letters[:2]), count(*letters)
    assert forty == two <= 22


def test_nothing_to_check_is_nothing_found(session: Session, desk: Desk) -> None:
    assert report(session, desk).letters == 0
