"""A version before its reviewers: copies, covering letters, what comes back, what becomes of it, and silence."""

import io
import re
import zipfile
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from outreach.archive import Archive
from outreach.campaigns.choosing import Chosen
from outreach.communique import (
    awaiting,
    deciding,
    drafting,
    exporting,
    mending,
    placing,
    reviewing,
    shelf,
    templating,
    versions,
)
from outreach.communique.composing import Edition
from outreach.communique.deciding import Store
from outreach.communique.models import CommuniqueVersion, VersionState
from outreach.communique.reviewing import Covering, Tools
from outreach.communique.reviews import Outcome, Proposal, ProposalKind, Review, Word
from outreach.contacts.models import Gender, Holder, Organisation, OrganisationKind, Person, Post, StakeholderGroup
from outreach.errors import Invalid, Refused
from outreach.inputs.models import AttributionLevel
from outreach.letters.models import Enclosure, Letter, LetterAddressee, LetterVersion
from outreach.office import Office
from outreach.returning import Hand, returned
from outreach.typesetting.docx_tracking import read_tracked
from tests.cast import CHAIR, DANA, KIM, NOON, RENE, email
from tests.communique.world import SENDER, World

LATER, UNTIL, OVER = (NOON + timedelta(days=days) for days in (5, 10, 11))
ANNA = Hand("Anna Member", LATER)
MANDATE = "should be renewed as part of"


@dataclass
class Round:
    """A summary before a Panel of three."""

    world: World
    archive: Archive
    office: Office

    def panel(self) -> Chosen:
        session = self.world.session
        body = Organisation(
            key="panel",
            name="The Panel",
            acronym="PNL",
            kind=OrganisationKind.IGF_BODY,
            group=StakeholderGroup.IGF,
        )
        session.add(body)
        for number, name in enumerate(("Anna Member", "Boris Member", "Chidi Member"), 1):
            post = Post(organisation=body, kind="person", seat=f"m{number}", title="Member")
            person = Person(full_name=name, given_name=name.split()[0], family_name="Member", gender=Gender.FEMALE)
            session.add_all([post, person, Holder(post=post, person=person, confirmed_on=NOON.date())])
            session.add(email(post, f"m{number}@panel.example"))
        session.flush()
        return reviewing.members(session, "pnl", on=NOON.date(), stale_after=365)

    def summary(self) -> CommuniqueVersion:
        session = self.world.session
        wording = templating.find("summary", "en", [self.world.folder])
        one = shelf.new(session, "summary", "summary", [], draws=False, by=KIM, at=NOON)
        made = drafting.draft(session, one, wording, day=NOON.date(), by=DANA, at=NOON)
        return shelf.version_by_id(session, made.id)

    def prepared(self, version: CommuniqueVersion) -> exporting.Prepared:
        wording = templating.find(version.communique.template, version.language, [self.world.folder])
        return exporting.prepare(self.world.session, version, wording, SENDER, edition=Edition.REVIEW, day=NOON.date(), at=NOON)

    def open(self, version: CommuniqueVersion, chosen: Chosen | None = None, **more: Any) -> Review:
        covering = Covering("chair", lambda campaign: self.office.composer(campaign, NOON.date()), self.office.settings.zone())
        tools = Tools(self.archive.keep, lambda count: bytes(range(count)) if count < 0 else self.office.random(count))
        who: dict[str, Any] = {"to": "panel", "until": UNTIL, "by": DANA, "at": NOON, **more}
        session = self.world.session
        reviewing.open_review(session, version, self.prepared(version), chosen or self.panel(), tools, covering, **who)
        return reviewing.find(session, version)

    def copy(self, review: Review, number: int = 1) -> bytes:
        return self.archive.fetch(review.reviewers[number - 1].copy_sha256)

    def take_in(self, file: bytes, **more: Any) -> deciding.TakenIn:
        store = Store(self.archive.keep, self.archive.fetch)
        return deciding.take_in(self.world.session, file, store, **{"by": DANA, "at": LATER, **more})


@pytest.fixture
def round_(world: World, tmp_path: Path, office: Office) -> Round:
    # References of letters that the world makes itself stay clear of those that the register gives.
    world.count = 500
    return Round(world, Archive(tmp_path / "files"), office)


def accept(round_: Round, proposal: Proposal, reason: str = "") -> CommuniqueVersion | None:
    return deciding.accept(round_.world.session, proposal, reason, by=DANA, at=LATER)


def texts(version: CommuniqueVersion | None) -> list[str]:
    assert version is not None
    return [row.text for row in version.wordings]


def test_each_reviewer_gets_a_copy_of_their_own_with_a_covering_letter(round_: Round) -> None:
    review = round_.open(round_.summary())
    assert [one.name for one in review.reviewers] == ["Anna Member", "Boris Member", "Chidi Member"]
    assert len({one.copy_sha256 for one in review.reviewers}) == 3
    assert review.reviewed.state is VersionState.IN_REVIEW


def test_the_letter_to_each_encloses_the_copy_of_that_person(round_: Round) -> None:
    review = round_.open(round_.summary())
    rows = round_.world.session.execute(
        select(LetterAddressee.post_id, Enclosure.sha256, LetterVersion.body)
        .join(Letter, Letter.id == LetterAddressee.letter_id)
        .join(LetterVersion, LetterVersion.letter_id == Letter.id)
        .join(Enclosure, Enclosure.letter_version_id == LetterVersion.id)
        .where(Letter.campaign_id == review.campaign_id)
    ).all()
    assert {(row.post_id, row.sha256) for row in rows} == {(one.post_id, one.copy_sha256) for one in review.reviewers}
    assert all("6 February 2025" in row.body and "taken to agree" in row.body for row in rows)


def test_a_copy_that_nobody_wrote_in_proposes_nothing(round_: Round) -> None:
    review = round_.open(round_.summary())
    done = round_.take_in(round_.copy(review))
    assert (done.new, done.reviewer.word) == ((), Word.NO_WORD)


def test_tracked_changes_become_proposals_by_paragraph_and_person(round_: Round) -> None:
    version = round_.summary()
    review = round_.open(version)
    file = returned(round_.copy(review), ANNA, [(MANDATE, "should be renewed during")])
    file = returned(file, Hand("Boris' adviser", LATER), [("youth initiatives", "young people")])
    done = round_.take_in(file)
    assert [(one.kind, one.author) for one in done.new] == [("change", "Anna Member"), ("change", "Boris' adviser")]
    assert done.new[0].before in texts(version)
    assert "renewed during the twenty-year" in done.new[0].text
    assert "young people" in done.new[1].text
    assert done.reviewer.word is Word.COMMENTS


def test_the_same_copy_again_adds_nothing(round_: Round) -> None:
    review = round_.open(round_.summary())
    file = returned(round_.copy(review), ANNA, [(MANDATE, "should be kept in")])
    assert len(round_.take_in(file).new) == 1
    assert (round_.take_in(file).new, round_.take_in(file).known) == ((), 1)


def test_comments_hang_on_their_paragraph_and_say_on_which_words(round_: Round) -> None:
    version = round_.summary()
    review = round_.open(version)
    [one] = round_.take_in(returned(round_.copy(review), ANNA, comments=[("Measurement Lab", "Who else?")])).new
    assert (one.kind, one.before, one.text) == (ProposalKind.COMMENT, "Measurement Lab", "Who else?")
    assert "Measurement Lab" in next(row.text for row in version.wordings if row.paragraph_id == one.paragraph_id)


def edited(file: bytes, *pairs: tuple[str, str]) -> bytes:
    """The copy with its XML changed, as a program would that does not track."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as package, zipfile.ZipFile(content, "w") as new:
        for name in package.namelist():
            part = package.read(name).decode()
            for old, words in pairs if name == "word/document.xml" else ():
                assert old in part, old
                part = part.replace(old, words, 1)
            new.writestr(name, part)
    return content.getvalue()


def paragraph_xml(file: bytes, words: str) -> str:
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        document = package.read("word/document.xml").decode()
    return next(one for one in re.findall(r"<w:p>.*?</w:p>", document) if words in one)


def test_changes_without_tracking_are_found_and_said_to_be_of_whose_copy_it_is(round_: Round) -> None:
    review = round_.open(round_.summary())
    [one] = round_.take_in(edited(round_.copy(review), (MANDATE, "may go on in"))).new
    assert (one.kind, one.author) == (ProposalKind.CHANGE, "Anna Member")
    assert "may go on in" in one.text


def test_a_paragraph_that_is_gone_without_a_trace_is_a_removal(round_: Round) -> None:
    review = round_.open(round_.summary())
    copy = round_.copy(review)
    [one] = round_.take_in(edited(copy, (paragraph_xml(copy, "Norway"), ""))).new
    assert one.kind is ProposalKind.REMOVAL
    assert "Norway" in one.before


INSERTED = (
    '<w:p><w:pPr><w:pStyle w:val="NumberedParagraph"/><w:rPr><w:ins w:id="1" w:author="Anna Member"/></w:rPr></w:pPr>'
    '<w:ins w:id="2" w:author="Anna Member"><w:r><w:t>A further point.</w:t></w:r></w:ins></w:p>'
)


def test_a_new_paragraph_is_proposed_after_the_one_that_it_follows(round_: Round) -> None:
    review = round_.open(round_.summary())
    copy = round_.copy(review)
    before = paragraph_xml(copy, "Norway")
    [one] = round_.take_in(edited(copy, (before, before + INSERTED))).new
    assert (one.kind, one.text, one.author) == (ProposalKind.INSERTION, "A further point.", "Anna Member")
    done = texts(accept(round_, one))
    assert done[-1] == "A further point."


def test_a_paragraph_that_was_moved_is_moved(round_: Round) -> None:
    review = round_.open(round_.summary())
    copy = round_.copy(review)
    moved, target = paragraph_xml(copy, "Norway"), paragraph_xml(copy, "Mandate.")
    gone = re.sub(r"(<w:r>.*</w:r>)", r'<w:moveFrom w:id="7" w:author="Anna Member">\1</w:moveFrom>', moved)
    come = re.sub(r"<w:bookmark(Start|End)[^>]*>", "", moved)
    come = re.sub(r"(<w:r>.*</w:r>)", r'<w:moveTo w:id="8" w:author="Anna Member">\1</w:moveTo>', come)
    [one] = round_.take_in(edited(copy, (moved, gone), (target, target + come))).new
    assert one.kind is ProposalKind.MOVE
    done = accept(round_, one)
    order = [text.split(".")[0] for text in texts(done)]
    assert order.index("**Accountability") == order.index("**Mandate") + 1


def test_what_has_no_place_is_listed(round_: Round) -> None:
    review = round_.open(round_.summary())
    file = returned(round_.copy(review), ANNA, [("Summary of recommendations", "Report")])
    [one] = round_.take_in(file).new
    assert (one.kind, one.paragraph_id) == (ProposalKind.UNPLACED, None)
    assert "Report of the IGF" in one.text
    with pytest.raises(Invalid, match="Say what was done about it"):
        accept(round_, one)
    accept(round_, one, "The title was changed.")
    assert one.outcome is Outcome.ACCEPTED


def test_what_is_accepted_stands_in_the_next_draft_and_two_in_one_paragraph_both_stand(round_: Round) -> None:
    review = round_.open(round_.summary())
    one = round_.take_in(returned(round_.copy(review), ANNA, [(MANDATE, "should be kept in")])).new[0]
    hand = Hand("Boris Member", LATER)
    other = round_.take_in(returned(round_.copy(review, 2), hand, [("twenty-year review of WSIS.", "review.")])).new[0]
    first = accept(round_, one)
    second = accept(round_, other)
    assert first is not None
    assert second is not None
    assert first.number == second.number == 2
    assert "**Mandate.** The mandate of the Forum should be kept in the review." in texts(second)
    assert not any("kept in" in text for text in texts(shelf.version_by_id(round_.world.session, review.version_id)))


def test_two_who_change_the_same_words_are_told_of(round_: Round) -> None:
    review = round_.open(round_.summary())
    one = round_.take_in(returned(round_.copy(review), ANNA, [(MANDATE, "should be kept in")])).new[0]
    hand = Hand("Boris Member", LATER)
    other = round_.take_in(returned(round_.copy(review, 2), hand, [(MANDATE, "should end with")])).new[0]
    accept(round_, one)
    with pytest.raises(Refused, match="changed meanwhile in the same words"):
        accept(round_, other)


def test_a_proposal_is_declined_with_a_reason_and_decided_once(round_: Round) -> None:
    review = round_.open(round_.summary())
    [one] = round_.take_in(returned(round_.copy(review), ANNA, [(MANDATE, "should be kept in")])).new
    session = round_.world.session
    with pytest.raises(Invalid, match="Say why"):
        deciding.decline(session, one, " ", by=DANA, at=LATER)
    deciding.decline(session, one, "The plenary decided otherwise.", by=DANA, at=LATER)
    with pytest.raises(Refused, match="was declined by Dana Drafter already"):
        accept(round_, one)
    with pytest.raises(Refused, match="may not decline"):
        deciding.decline(session, one, "No.", by=RENE, at=LATER)


def test_silence_agrees_when_the_hour_is_over_and_not_before(round_: Round) -> None:
    review = round_.open(round_.summary())
    reviewing.record_word(round_.world.session, review.reviewers[1], Word.AGREES, "e-mail of 30 January", by=DANA, at=LATER)
    said = {at: [awaiting.standing(one, review, at) for one in review.reviewers] for at in (UNTIL, OVER)}
    assert said[UNTIL] == ["no word", "agrees", "no word"]
    assert said[OVER] == ["agrees by silence", "agrees", "agrees by silence"]


def test_a_text_is_adopted_when_everybody_has_spoken_and_every_proposal_is_decided(round_: Round) -> None:
    version = round_.summary()
    review = round_.open(version)
    session = round_.world.session
    [one] = round_.take_in(returned(round_.copy(review), ANNA, comments=[("Norway", "When?")])).new
    adopt = {"by": CHAIR, "at": OVER}
    with pytest.raises(Refused, match="2 of 3 reviewers have said nothing yet"):
        versions.turn(session, version, VersionState.ADOPTED, by=CHAIR, at=LATER)
    with pytest.raises(Refused, match="1 proposals of reviewers wait"):
        versions.turn(session, version, VersionState.ADOPTED, **adopt)
    deciding.decline(session, one, "It is not known.", by=DANA, at=LATER)
    versions.turn(session, version, VersionState.ADOPTED, **adopt)
    assert version.state is VersionState.ADOPTED


def test_a_copy_of_nobody_is_refused_unless_the_office_says_whose_it_is(round_: Round) -> None:
    review = round_.open(round_.summary())
    stranger = round_.prepared(review.reviewed).file("docx", "copy.docx")
    with pytest.raises(Refused, match="does not say whose copy it is"):
        round_.take_in(stranger)
    assert round_.take_in(stranger, reviewer=review.reviewers[2]).reviewer.name == "Chidi Member"
    with pytest.raises(Refused, match="is the copy of Anna Member"):
        round_.take_in(round_.copy(review), reviewer=review.reviewers[2])


def test_a_review_is_opened_once_in_time_and_before_somebody(round_: Round) -> None:
    version, panel = round_.summary(), round_.panel()
    with pytest.raises(Refused, match="which is past"):
        round_.open(version, panel, until=NOON)
    with pytest.raises(Refused, match="Nobody is left"):
        round_.open(version, Chosen((), ()))
    round_.open(version, panel)
    with pytest.raises(Refused, match="before reviewers already"):
        round_.open(version, panel)


def test_a_summary_that_is_too_long_goes_nowhere(round_: Round) -> None:
    version = round_.summary()
    for row in version.wordings[1:]:
        row.text = " ".join([row.text] * 12)
    with pytest.raises(Refused, match=r"has \d+ pages and may have 2; shorten it"):
        round_.prepared(version)


def test_a_quotation_in_a_copy_stays_as_it_was_received(round_: Round) -> None:
    world = round_.world
    world.said(world.organisation("Alder Net"), "Make it last.")
    review = round_.open(world.draft(), round_.panel())
    [one] = round_.take_in(returned(round_.copy(review), ANNA, [("Make it last.", "Make it go.")])).new
    assert one.kind is ProposalKind.CHANGE
    with pytest.raises(Refused, match="is a quotation and stays as it was received"):
        accept(round_, one)


def test_copies_tell_nobody_who_may_not_be_named(round_: Round) -> None:
    world = round_.world
    world.said(world.organisation("Zanzibar Quorum"), "The Forum must go on.", AttributionLevel.GROUP)
    world.said(world.organisation("Alder Net"), "Make it last.")
    copy = round_.copy(round_.open(world.draft(), round_.panel()))
    assert "zanzibar" not in str([one.stretches for one in read_tracked(copy).paragraphs]).lower()


words_of = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", ",", ".", "(", ")", "—", "é"]), max_size=9).map(
    " ".join
)


@given(words_of, words_of, words_of)
def test_a_change_carried_over_is_done_or_refused_and_never_loses_anothers(old: str, new: str, now: str) -> None:
    done = mending.rebased(old, new, now)
    assert mending.rebased(old, new, old) == new
    assert mending.rebased(old, old, now) == now
    if done is not None and now != old:
        assert mending.rebased(old, now, new) in (done, None) or new in (old, now)


def test_found_is_listed_in_the_order_of_the_text(round_: Round) -> None:
    review = round_.open(round_.summary())
    file = returned(round_.copy(review), ANNA, [("in Norway", "there"), (MANDATE, "stays in")])
    found = placing.find_all(read_tracked(round_.copy(review)), read_tracked(file))
    assert [one.paragraph for one in found] == sorted(one.paragraph or 0 for one in found)
    assert replace(found[0], at=None).author == "Anna Member"
