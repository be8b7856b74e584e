"""Erasing a person: the name goes, and what stays is reference, date and organisation; of others nothing changes."""

import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import Archive, Erased
from outreach.contacts import editing, erased, importing, merging, unmerging
from outreach.contacts.importing import Action
from outreach.contacts.models import Address, AddressKind, Holder, Person
from outreach.contacts.sameness import Merge
from outreach.delivery.models import Outcome
from outreach.errors import Invalid, Refused
from outreach.inputs import coding
from outreach.inputs.models import InputText, Passage
from outreach.letters.models import LetterState
from outreach.mail.reading import read
from outreach.office import Office
from outreach.privacy import erasing, sweeping
from outreach.privacy.models import ErasedFile
from outreach.privacy.names import Names
from outreach.responses.models import IncomingMail
from outreach.responses.recognising import recognise
from outreach.schema import METADATA
from tests.cast import CHAIR, KIM, NOON
from tests.conftest import Run
from tests.contacts.graphs import snapshot
from tests.privacy.world import ACT, EMAIL, FAMILY, NAME, World, build

ON = NOON.date()


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return build(session, Archive(tmp_path / "files"))


def erase(session: Session, person: Person, because: str = "asked by letter", *, write: bool = True) -> erasing.Erased:
    return erasing.erase(session, person, because=because, by=KIM, at=NOON, on=ON, write=write)


def everything(session: Session) -> str:
    """All that stands in the database, as text; JSON is read, so that its escapes hide nothing."""
    rows = (row for table in METADATA.tables.values() for row in session.execute(select(table)))
    return "\n".join(str(row) for row in rows)


# --- what goes


def test_the_name_and_address_are_nowhere_but_where_the_list_says(session: Session, world: World) -> None:
    told = erase(session, world.person)
    session.expire_all()
    places = [place for place in told.stays if "names the person" in place]
    # Words in a letter to somebody else are that letter's.
    [words] = places
    assert re.fullmatch(r"it names the person: letter versions \d+, body", words)
    world.foreign.versions[0].body = ""
    session.flush()
    left = everything(session)
    for name in (NAME, EMAIL, FAMILY):
        assert name not in left, name
    assert list(sweeping.found(session, Names((NAME, EMAIL)))) == []


def test_reference_date_and_organisation_stay(session: Session, world: World) -> None:
    erase(session, world.person)
    session.expire_all()
    version = world.letter.versions[0]
    assert (world.letter.reference, version.dated, world.letter.addressees[0].post) == ("R/1", date(2025, 1, 10), world.post)
    assert version.address_block == ["[erased]", "Open Net Society"]
    assert version.salutation == "Dear Ms. [erased],"
    assert version.body == "We thank [erased]."
    assert version.recipients[0].address == "[erased]"
    [author] = world.response.authors
    assert author.organisation is world.post.organisation
    assert (world.response.received_on, world.response.answers[0].letter.reference) == (date(2025, 1, 15), "R/1")


def test_the_record_is_blank_and_holdings_and_own_addresses_are_gone(session: Session, world: World) -> None:
    erase(session, world.person)
    session.expire_all()
    assert (world.person.full_name, world.person.gender, world.person.erased_at) == ("", None, NOON)
    assert session.scalars(select(Holder).where(Holder.person_id == world.person.id)).all() == []
    assert [address.value for address in session.scalars(select(Address))] == ["office@open-net.example"]
    assert world.post.note == "Ask [erased] about the hall."
    assert {outcome.recipient for outcome in session.scalars(select(Outcome))} == {"[erased]", "pr@kenya.example"}


def test_passages_stay_where_they_are_and_can_still_be_read(session: Session, world: World) -> None:
    before = session.scalars(select(InputText)).one().content
    erase(session, world.person)
    session.expire_all()
    text, passage = session.scalars(select(InputText)).one(), session.scalars(select(Passage)).one()
    assert len(text.content) == len(before)
    assert coding.words(passage) == f"permanent. {'█' * len(NAME)} for the Society.\n"
    assert passage.memo == "[erased] insists"


# --- files


def test_files_go_after_the_commit_and_say_when_they_are_asked_for(session: Session, world: World) -> None:
    version, mail = world.letter.versions[0], session.scalars(select(IncomingMail)).one()
    gone = [version.message_sha256, version.pdf_sha256, mail.raw_sha256, world.response.files[0].sha256]
    told = erase(session, world.person)
    assert len(told.files) == 5
    assert world.archive.fetch(mail.raw_sha256)
    assert erasing.remove_files(session, world.archive) == 5
    assert erasing.remove_files(session, world.archive) == 0
    for digest in gone:
        with pytest.raises(Erased, match="was erased for data protection on 2025-01-27"):
            world.archive.fetch(digest)
    assert (version.message_sha256, mail.raw_sha256) == (gone[0], gone[2])


def test_a_letter_to_several_keeps_its_files_and_the_list_says_so(session: Session, world: World) -> None:
    told = erase(session, world.person)
    erasing.remove_files(session, world.archive)
    assert any(stays.startswith("letter R/2: its message and page as they left") for stays in told.stays)
    version = world.joint.versions[0]
    assert world.archive.fetch(version.message_sha256)
    assert NAME not in str(version.address_block)


def test_a_file_that_came_with_another_record_too_stays(session: Session, world: World) -> None:
    [file] = world.response.files
    session.add(type(file)(response_id=world.response.id + 0, filename="x", content_type="x", size=1, sha256=file.sha256))
    other = IncomingMail(
        raw_sha256="0" * 64, source="x", state="waiting", reason="x", taken_in_at=NOON, subject="", message_id="<z@z>"
    )
    session.add(other)
    world.foreign.versions[0].pdf_sha256 = file.sha256
    session.flush()
    told = erase(session, world.person)
    assert any("the same file came with another record as well" in stays for stays in told.stays)
    assert session.get(ErasedFile, file.sha256) is None


def test_a_message_that_was_erased_is_known_again_and_another_with_its_number_waits(session: Session, world: World) -> None:
    raw = world.archive.fetch(session.scalars(select(IncomingMail)).one().raw_sha256)
    erase(session, world.person)
    erasing.remove_files(session, world.archive)
    same, other = read(raw), read(b"Message-ID: <a@b>\r\n\r\nElse")
    [known, contested] = recognise(session, world.archive, [same, other])
    assert known.mail is not None
    assert contested.contested


# --- others


def test_of_others_nothing_changes(session: Session, world: World) -> None:
    before, files = snapshot(session), {path.name for path in world.archive.root.rglob("*") if path.is_file()}
    erase(session, world.person)
    erasing.remove_files(session, world.archive)
    session.expire_all()
    version = world.foreign.versions[0]
    assert version.body == f"As {NAME} told us."
    assert world.archive.fetch(version.message_sha256)
    after = snapshot(session)
    for table in ("organisations", "letters", "letter_addressees", "response_letters", "campaigns", "post_titles"):
        assert after[table] == before[table], table
    gone = files - {path.name for path in world.archive.root.rglob("*") if path.is_file()}
    assert len(gone) == 5


def test_looking_first_changes_nothing(session: Session, world: World) -> None:
    before, head = snapshot(session), journal.head(session)
    told = erase(session, world.person, write=False)
    assert told.name == NAME
    assert len(told.files) == 5
    assert snapshot(session) == before
    assert journal.head(session) == head


# --- the register


def test_the_register_says_erased_and_not_altered(session: Session, world: World) -> None:
    told = erase(session, world.person)
    verdict = journal.verify(session)
    assert verdict.faults == ()
    assert verdict.erased == told.entries
    assert len(told.entries) >= 3
    entry, values = journal.latest(session, about=f"person {world.person.id}")[-1]
    assert (entry.verb, values["reason"], values["letters"], values["answers"]) == (
        "erased the person",
        "asked by letter",
        2,
        1,
    )


@pytest.mark.parametrize("because", ["", "  ", f"{NAME} asked", f"Ms. {FAMILY} asked"])
def test_a_reason_is_needed_and_names_nobody(session: Session, world: World, because: str) -> None:
    with pytest.raises(Invalid, match=r"Say why|names the person"):
        erase(session, world.person, because)


def test_what_is_refused(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="may not erase persons"):
        erasing.erase(session, world.person, because="x", by=CHAIR, at=NOON, on=ON, write=True)
    world.letter.state = LetterState.APPROVED
    with pytest.raises(Refused, match="Letters to this person have not left for good: R/1; cancel, send or settle"):
        erase(session, world.person)
    world.letter.state = LetterState.ACCEPTED
    erase(session, world.person)
    with pytest.raises(Refused, match="was erased on 2025-01-27"):
        erase(session, world.person)


# --- merges


def test_whoever_was_merged_into_them_goes_too_and_that_merge_cannot_be_undone(session: Session, world: World) -> None:
    twin = editing.add_holder(session, world.other, full_name="Ivana Petrova", **ACT).person
    number = merging.merge(session, twin, world.person, on=ON, write=True, **ACT).number
    erase(session, world.person)
    session.expire_all()
    assert twin.full_name == ""
    assert session.get_one(Merge, number).steps is None
    with pytest.raises(Refused, match="was erased for data protection"):
        unmerging.unmerge(session, session.get_one(Merge, number), **ACT)
    assert "Ivana Petrova" not in everything(session)


# --- coming back


def test_a_list_that_brings_the_address_back_is_told_so(session: Session, world: World, tmp_path: Path) -> None:
    erase(session, world.person)
    path = tmp_path / "list.csv"
    path.write_text(f"organisation,post,full_name,email\nopen-net,chief-executive,Ivana P,{EMAIL.upper()}\n", encoding="utf-8")
    [outcome] = importing.run(session, path, on=ON, write=True, **ACT)
    assert outcome.action is Action.CHANGED
    assert outcome.reason.startswith("this address was erased on 2025-01-27 for data protection")
    kept = session.scalars(select(erased.ErasedAddress)).one()
    assert EMAIL not in str(vars(kept))
    assert erased.warning(session, "somebody@else.example") == ""


# --- names


def test_a_name_is_found_across_lines_and_capitals_and_not_within_words() -> None:
    names = Names(("Anna Li",), ("Li",))
    assert names.taken_out("ANNA\n LI, Anna Lind and Li") == "[erased], Anna Lind and Li"
    assert names.taken_out("Dear Ms. Li, likely", greeting=True) == "Dear Ms. [erased], likely"
    assert names.shaded("to Anna Li.") == "to ███████."
    assert Names(()).taken_out("nobody") == "nobody"


def test_every_table_is_looked_at_or_is_known_to_need_no_look(session: Session) -> None:
    """A table added later is searched by itself; one with notes of the office must be named among them by hand."""
    known = set(METADATA.tables)
    assert set(sweeping.NOTES) <= known
    for table, columns in sweeping.NOTES.items():
        assert set(columns) <= set(METADATA.tables[table].columns.keys()), table


# --- the whole office


def test_in_the_demonstration_no_byte_of_the_name_is_left(demonstration_copy: Path, run: Run) -> None:
    office = ("--office", demonstration_copy, "--as", "Demonstration Keeper")
    database = demonstration_copy / "outreach.db"
    with Office.open(demonstration_copy).reading() as session:
        holder = session.scalars(
            select(Holder).join(Address, Address.holder_id == Holder.id).where(Address.kind == AddressKind.EMAIL)
        ).first()
        assert holder is not None
        key, name = f"person/{holder.person_id}", holder.person.full_name
    assert name.encode() in database.read_bytes()
    looked = run(*office, "contacts", "erase", key, "--because", "asked by letter").output
    assert "Nothing was erased" in looked
    assert "the page as it left" in looked
    assert (
        "nothing was erased"
        in run(*office, "contacts", "erase", key, "--because", "asked", "--confirm", "yes", ok=False).output
    )
    done = run(*office, "contacts", "erase", key, "--because", "asked by letter", "--confirm", f"erase {key}").output
    assert f"{key} is erased" in done
    left = [path for path in demonstration_copy.rglob("*") if path.is_file() and name.encode() in path.read_bytes()]
    assert [path for path in left if path.suffix != ".csv"] == []
    assert "The journal holds" in run(*office, "journal", "verify").output
