"""Drafting: references, versions, refusals; nothing half written and nobody forgotten."""

from datetime import date

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import planning
from outreach.contacts.models import Gender, Holder, OrganisationName, Person
from outreach.database import Database
from outreach.errors import Refused
from outreach.journal import Entry
from outreach.letters import drafting, editing, register
from outreach.letters.models import Letter, LetterState
from tests.cast import DANA, KIM, NOON, RENE, email, kenya, society
from tests.letters.desk import TODAY, Desk


def drafted_letter(session: Session, desk: Desk) -> Letter:
    campaign = desk.campaign(session, society(session))
    return register.find(session, desk.draft(session, campaign).new[0])


def test_a_draft_greets_by_family_name_and_fills_in_what_the_template_asks(session: Session, desk: Desk) -> None:
    version = drafted_letter(session, desk).version_now
    assert version.salutation == "Dear Ms. Li,"
    assert version.close == "Yours sincerely,"
    assert "31 March 2025" in version.body
    assert version.body.startswith("I am writing to ")
    assert [one.address for one in version.recipients] == ["office@open-net.example"]


def test_a_letter_to_a_permanent_representative_is_formal(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, kenya(session), template="member-state")
    version = register.find(session, desk.draft(session, campaign).new[0]).version_now
    assert version.salutation == "Excellency,"
    assert version.close == "Accept, Excellency, the assurances of my highest consideration."
    assert version.body.count("I have the honour to") == 1
    assert "Republic of Kenya" in "\n".join(version.address_block)


def test_drafting_again_drafts_nobody_twice(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session))
    desk.draft(session, campaign)
    again = desk.draft(session, campaign)
    assert (again.new, again.unchanged) == ([], 1)
    assert len(session.scalars(select(Letter)).all()) == 1


def test_redrafting_keeps_the_reference_and_writes_a_version_only_where_something_changed(session: Session, desk: Desk) -> None:
    first, second = society(session, "one-net"), society(session, "two-net", "two.example")
    campaign = desk.campaign(session, first, second)
    references = desk.draft(session, campaign).new
    session.add(email(second, "chief@two.example"))
    session.flush()
    again = desk.draft(session, campaign, redraft=True)
    assert (again.revised, again.unchanged) == ([references[1]], 1)
    letter = register.find(session, references[1])
    session.refresh(letter)
    assert [version.number for version in letter.versions] == [1, 2]
    assert [one.address for one in letter.version_now.recipients] == ["office@two.example", "chief@two.example"]


def test_words_written_by_hand_survive_a_redraft(session: Session, desk: Desk) -> None:
    letter = drafted_letter(session, desk)
    editing.edit(session, letter, {"body": "By hand.\n"}, by=DANA, at=NOON)
    again = desk.draft(session, letter.campaign, redraft=True)
    assert again.revised == []
    assert letter.version_now.body == "By hand.\n"


def test_a_cancelled_letters_reference_is_never_used_again(session: Session, desk: Desk) -> None:
    letter = drafted_letter(session, desk)
    editing.cancel(session, letter, "wrong person", by=DANA, at=NOON)
    assert desk.draft(session, letter.campaign).new == ["IGF/LP/2025/0002"]
    assert letter.state is LetterState.CANCELLED


def test_references_count_by_the_year_of_the_letter(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session))
    composer = desk.composer(campaign, dated=date(2026, 1, 2))
    assert drafting.draft(session, campaign, composer, by=DANA, at=NOON).new == ["IGF/LP/2026/0001"]


def test_one_addressee_that_cannot_be_written_to_never_stops_the_others(session: Session, desk: Desk) -> None:
    good, bad = society(session, "good-net"), society(session, "bad-net", "bad.example")
    campaign = desk.campaign(session, good, bad)
    bad.organisation.do_not_contact = "asked on 3 January"
    session.flush()
    drafted = desk.draft(session, campaign)
    assert len(drafted.new) == 1
    assert drafted.refused == ["bad-net/chief-executive/headquarters: not to be contacted: asked on 3 January."]


def test_a_refused_letter_burns_no_reference(session: Session, desk: Desk) -> None:
    first, second = society(session, "a-net"), society(session, "b-net", "b.example")
    campaign = desk.campaign(session, first, second)
    first.organisation.do_not_contact = "asked"
    session.flush()
    assert desk.draft(session, campaign).new == ["IGF/LP/2025/0001"]


def test_a_missing_value_is_named_with_contact_and_template(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session))
    campaign.deadline = None
    [reason] = desk.draft(session, campaign).refused
    assert "open-net/chief-executive/headquarters" in reason
    assert "deadline" in reason
    assert "input-request (en)" in reason


def test_the_holder_of_the_letters_own_date_is_addressed(session: Session, desk: Desk) -> None:
    post = society(session)
    session.scalars(select(Holder)).one().to_date = date(2025, 1, 20)
    successor = Person(full_name="Ada Example", given_name="Ada", family_name="Example", gender=Gender.FEMALE)
    session.add(Holder(post=post, person=successor, from_date=date(2025, 1, 21), confirmed_on=date(2025, 1, 21)))
    session.flush()
    campaign = desk.campaign(session, post)
    reference = desk.draft(session, campaign).new[0]
    assert register.find(session, reference).version_now.salutation == "Dear Ms. Example,"


def test_a_holder_not_confirmed_for_long_is_warned_of(session: Session, desk: Desk) -> None:
    post = society(session)
    session.scalars(select(Holder)).one().confirmed_on = date(2024, 1, 1)
    session.flush()
    version = register.find(session, desk.draft(session, desk.campaign(session, post)).new[0]).version_now
    assert any("confirmed" in warning for warning in version.warnings)


def test_the_offices_own_inbox_is_never_a_recipient(session: Session, desk: Desk) -> None:
    post = society(session)
    session.add(email(post, "Inputs@Leadership-Panel.example"))
    session.flush()
    [reason] = desk.draft(session, desk.campaign(session, post)).refused
    assert "own inbox" in reason


def test_joint_addressees_get_one_letter_with_one_reference(session: Session, desk: Desk) -> None:
    first, second = kenya(session), society(session)
    second.kind = "permanent-representative"
    second.organisation.names = [OrganisationName(language="en", short="Open Net", of_short="of Open Net")]
    campaign = desk.campaign(session, first, second, template="member-state")
    for row in campaign.addressees:
        row.joint = "co-facilitators"
    session.flush()
    drafted = desk.draft(session, campaign)
    letter = register.find(session, drafted.new[0])
    assert len(letter.addressees) == 2
    assert "the views of the Republic of Kenya and of Open Net on" in letter.version_now.body


def test_a_name_without_its_preposition_is_refused_and_not_put_in_bare(session: Session, desk: Desk) -> None:
    post = society(session)
    post.kind = "permanent-representative"
    drafted = desk.draft(session, desk.campaign(session, post, template="member-state"))
    [refused] = drafted.refused
    assert "record how the name 'Open Net Society' stands after its preposition in the language 'en'" in refused


def test_a_personal_paragraph_stands_in_the_letter_as_text_never_as_markup(session: Session, desk: Desk) -> None:
    post = society(session)
    campaign = desk.campaign(session, post)
    row = planning.addressee(session, campaign, post)
    planning.personalise(session, row, {}, {"personal": "# {{ 7*7 }} **bold** <b>"}, by=DANA, at=NOON)
    body = register.find(session, desk.draft(session, campaign).new[0]).version_now.body
    assert "\\# {{ 7\\*7 }} \\*\\*bold\\*\\* \\<b>" in body


def test_a_reader_may_not_draft(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session))
    with pytest.raises(Refused, match="is a reader and may not draft letters"):
        drafting.draft(session, campaign, desk.composer(campaign), by=RENE, at=NOON)


def test_a_batch_is_one_entry_in_the_journal_and_its_digest_fixes_each_letter(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session, "a-net"), society(session, "b-net", "b.example"))
    desk.draft(session, campaign)
    entries = session.scalars(select(Entry).where(Entry.verb == "drafted")).all()
    assert [entry.subject for entry in entries] == ["campaign wsis20-input"]


def test_two_drafters_at_once_never_share_a_reference(database: Database, desk: Desk) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with database.transaction() as session:
        for number in range(4):
            desk.campaign(session, society(session, f"net-{number}", f"n{number}.example"), slug=f"c{number}")

    def draft(number: int) -> str:
        with database.transaction() as session:
            return desk.draft(session, planning.find(session, f"c{number}")).new[0]

    with ThreadPoolExecutor(4) as pool:
        references = list(pool.map(draft, range(4)))
    assert sorted(references) == [f"IGF/LP/2025/000{n}" for n in (1, 2, 3, 4)]


def test_a_post_added_to_the_campaign_is_drafted_next_time(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session))
    desk.draft(session, campaign)
    planning.include(session, campaign, kenya(session), by=KIM, at=NOON)
    assert desk.draft(session, campaign).new == ["IGF/LP/2025/0002"]


@pytest.mark.parametrize(("deadline", "warned"), [(date(2020, 1, 1), "1 January 2020"), (TODAY, "27 January 2025")])
def test_a_deadline_that_is_not_after_the_letters_date_is_a_warning(
    session: Session, desk: Desk, deadline: date, warned: str
) -> None:
    campaign = desk.campaign(session, society(session))
    campaign.deadline = deadline
    drafted = desk.draft(session, campaign)
    warnings = register.find(session, drafted.new[0]).version_now.warnings
    assert f"The deadline, {warned}, is not after the letter's date." in warnings
    assert drafted.warned == 1


def test_a_deadline_after_the_letters_date_is_no_warning(session: Session, desk: Desk) -> None:
    assert not any("deadline" in warning for warning in drafted_letter(session, desk).version_now.warnings)


def in_french(session: Session, desk: Desk) -> Letter:
    post = society(session)
    post.language = "fr"
    session.flush()
    return register.find(session, desk.draft(session, desk.campaign(session, post)).new[0])


def test_a_french_letter_has_a_french_letterhead_and_signature(session: Session, desk: Desk) -> None:
    version = in_french(session, desk).version_now
    assert version.layout["masthead"] == ["Leadership Panel du FGI"]
    assert version.layout["signatories"][0] == {"name": "The Chair", "lines": ["Présidence", "Leadership Panel du FGI"]}
    assert not any("letterhead" in warning for warning in version.warnings)


def test_a_letterhead_in_another_language_is_marked_to_whoever_approves(session: Session, desk: Desk) -> None:
    chair = msgspec.structs.replace(desk.settings.sender("chair"), languages={})
    desk.settings = msgspec.structs.replace(desk.settings, senders={"chair": chair})
    letter = in_french(session, desk)
    assert letter.version_now.layout["masthead"] == ["IGF Leadership Panel"]
    assert "The letterhead and the signature are not in French" in "\n".join(letter.version_now.warnings)
    assert desk.warnings(session, letter)["letterhead"] == 1
