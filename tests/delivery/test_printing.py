"""Print runs: the frozen pages in one file with list and labels, posted by a person's word, and by no other way meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.countries import Countries
from outreach.contacts.models import Address, AddressKind, Channel, Post
from outreach.database import Database
from outreach.delivery import ledger, posting, print_runs, recording, sending
from outreach.delivery.mail_list import MailRoom
from outreach.delivery.models import Attempt, PrintRun
from outreach.delivery.outboxes import FolderOutbox, Outbox, PrintOutbox
from outreach.delivery.paper import Paper
from outreach.delivery.printing import Printed, printed
from outreach.errors import Invalid, NotFound, Refused
from outreach.letters import editing, enclosing, leaving, register
from outreach.letters.models import Letter, LetterState
from outreach.typesetting import Document, Paragraph, Style, Text, to_pdf
from outreach.typesetting.labels import SHEETS
from tests.cast import CHAIR, DANA, NOON, RENE, kenya, society
from tests.letters.desk import Desk, load_forms

TODAY = NOON.date()


def gate(session: Session, letters: leaving.Numbers, outbox: Outbox) -> Mapping[int, str]:
    reasons = leaving.reasons_to_stay(session, letters, needs_address=outbox.needs_address)
    return {**reasons, **print_runs.waiting(session, letters)}


def lives(post: Post, *lines: str) -> Address:
    return Address(post=post, kind=AddressKind.POSTAL, value="\n".join(lines), normalised="")


@dataclass
class World:
    """Three approved letters: one by post to Zurich, one by courier, one without any address."""

    database: Database
    desk: Desk
    folder: Path
    references: list[str]

    def make(self, session: Session, **options: bool) -> PrintRun:
        return self.made(session, **options)[0]

    def made(self, session: Session, **options: bool) -> tuple[PrintRun, Mapping[str, str]]:
        [campaign] = {register.find(session, one).campaign for one in self.references}
        assert campaign is not None
        pages = Paper(self.desk.archive).pages
        outbox = PrintOutbox(self.folder)
        return print_runs.make(session, campaign, outbox, gate, pages, by=DANA, at=NOON, **options)

    def printed(self, session: Session, run: PrintRun, *, countries: str = "") -> Printed:
        forms = load_forms("en")
        assert forms.print_run is not None
        named = Countries.of(session, countries) if countries else None
        room = MailRoom("Office of the Chair", forms, forms.print_run, named)
        return printed(session, print_runs.find(session, run.id), room, Paper(self.desk.archive))

    def send(self, references: Sequence[str]) -> list[str]:
        outbox = FolderOutbox(self.folder / "out")
        sent = sending.send(self.database.transaction, references, outbox, self.desk.archive, gate, by=CHAIR, now=lambda: NOON)
        return [one.detail for one in sent]


@pytest.fixture
def world(database: Database, desk: Desk, tmp_path: Path) -> World:
    with database.transaction() as session:
        posts = [society(session, f"net-{n}", f"net{n}.example", email_address=n < 2) for n in range(3)]
        posts[1].preferred_channel = Channel.COURIER
        kenya(session)
        session.add(lives(posts[0], "4 Sample Street", "8001 Zürich"))
        session.add(lives(posts[1], "Avenue de l'Exemple 9", "Nairobi", "Kenya"))
        references = desk.draft(session, desk.campaign(session, *posts)).new
        desk.approve(session, *(register.find(session, one) for one in references))
    return World(database, desk, tmp_path, references)


def states(world: World) -> list[str]:
    with world.database.reading() as session:
        return [state.value for state in session.scalars(select(Letter.state).order_by(Letter.id))]


def texts(pdf: bytes) -> list[str]:
    return [one.get_textpage().get_text_bounded().replace("\r", "") for one in pypdfium2.PdfDocument(pdf)]


def test_a_run_holds_the_approved_pages_after_a_list_and_sets_nothing_anew(world: World) -> None:
    with world.database.transaction() as session:
        run = world.make(session)
        whole = world.printed(session, run).letters()
        frozen = [world.desk.archive.fetch(one.version.pdf_sha256 or "") for one in run.letters]
    assert texts(whole)[1:] == [page for one in frozen for page in texts(one)]
    titles = [one.get_title() for one in pypdfium2.PdfDocument(whole).get_toc()]
    assert titles == ["Letters to print", *world.references]


def test_the_list_says_what_the_mail_room_needs(world: World) -> None:
    with world.database.transaction() as session:
        first = texts(world.printed(session, world.make(session)).letters())[0]
    for words in ("Office of the Chair", "Print run 1: Letters to print", "3 letters, 6 pages.", "Posted on: ____"):
        assert words in first
    for words in (*world.references, "Ms. Li Example", "8001 Zürich", "courier", "post", "Headquarters"):
        assert words in first
    assert "Enclosures" not in first, "none encloses anything"


def test_a_page_that_was_altered_is_not_printed(world: World) -> None:
    with world.database.transaction() as session:
        run = world.make(session)
        path = world.desk.archive.path(run.letters[1].version.pdf_sha256 or "")
        path.write_bytes(path.read_bytes() + b" ")
        with pytest.raises(Invalid, match="is not what was archived"):
            world.printed(session, run).letters()


def test_enclosures_follow_their_letter_in_order_and_what_is_no_page_is_named_and_lies_beside(
    database: Database, desk: Desk, tmp_path: Path
) -> None:
    def page(words: str) -> bytes:
        return to_pdf(Document(language="en", title=words, blocks=(Paragraph((Text(words),)),)), Style(timestamp=NOON))

    broken = b"%PDF-1.4 of nothing"
    files = (("b.pdf", page("The programme")), ("../note.txt", b"a text"), ("c.pdf", broken), ("a.pdf", page("The map")))
    with database.transaction() as session:
        campaign = desk.campaign(session, society(session, "net-0"), society(session, "net-1"))
        for name, content in files:
            enclosing.add(session, campaign, enclosing.keep(desk.archive, content, name), by=DANA, at=NOON)
        references = desk.draft(session, campaign).new
        desk.approve(session, *(register.find(session, one) for one in references))
        world = World(database, desk, tmp_path, references)
        ready = world.printed(session, world.make(session))
        pages = texts(ready.letters())
        beside = dict(ready.apart())
    assert [page.split("\n")[0] for page in pages if "The " in page[:4]] == ["The programme", "The map"] * 2
    assert "note* (note.txt)" in pages[0]
    assert "c* (c.pdf)" in pages[0]
    assert "What is marked *" in pages[0]
    assert beside == {"note.txt": b"a text", "c.pdf": broken}, "each file once, under a name without folders"
    assert ready.pages == len(pages) - 1


def test_labels_stand_in_the_order_of_the_list_with_the_country_as_the_profile_says(world: World) -> None:
    with world.database.transaction() as session:
        run = world.make(session)
        plain = texts(world.printed(session, run).labels(SHEETS["2x7"]))[0].split("\n")
        named = texts(world.printed(session, run, countries="fr").labels(SHEETS["2x7"]))[0].split("\n")
    assert [line for line in plain if "·" in line] == [f"{n} · {one}" for n, one in enumerate(world.references, start=1)]
    assert plain[plain.index("Nairobi") + 1] == "Kenya"
    assert named[named.index("Nairobi") + 1] == "KENYA"
    assert "Kenya" not in named
    assert "Avenue de l’Exemple 9" in named


def test_a_joint_letter_is_listed_once_and_has_a_label_for_each_addressee(world: World) -> None:
    with world.database.transaction() as session:
        run = world.make(session)
        block = run.letters[0].version.address_block
        run.letters[0].version.address_block = [*block, "", "Mr. Second Addressee", "Nairobi"]
        ready = world.printed(session, run)
        assert len(ready.lines) == 3
        labels = texts(ready.labels(SHEETS["3x8"]))[0]
    assert labels.count(world.references[0]) == 2
    assert "Mr. Second Addressee" in labels


def test_only_on_paper_takes_those_who_are_not_reached_by_mail(world: World) -> None:
    with world.database.transaction() as session:
        run = world.make(session, only_on_paper=True)
        assert [(one.letter.reference, one.channel) for one in run.letters] == [
            (world.references[1], Channel.COURIER),
            (world.references[2], Channel.POST),
        ]


def test_drafts_and_held_letters_stay_out_and_are_named(world: World) -> None:
    with world.database.transaction() as session:
        editing.edit(session, register.find(session, world.references[0]), {"subject": "Changed"}, by=DANA, at=NOON)
        register.find(session, world.references[1]).addressees[0].post.do_not_contact = "asked us"
        run, held = world.made(session)
        assert [one.letter.reference for one in run.letters] == world.references[2:]
        assert held == {world.references[1]: "not to be contacted: asked us"}


def test_what_is_printed_leaves_by_no_other_way_and_is_printed_once(world: World) -> None:
    with world.database.transaction() as session:
        world.make(session)
    assert world.send(world.references)[0] == "it is printed in run 1; say there whether it was posted"
    assert states(world) == ["approved"] * 3
    with (
        world.database.transaction() as session,
        pytest.raises(Refused, match=r"no approved letter to print .3 held: it is printed"),
    ):
        world.make(session)


def post(world: World, count: int, **said: object) -> int:
    with world.database.transaction() as session:
        run = print_runs.find(session, 1)
        return posting.post(session, run, on=TODAY, count=count, by=DANA, at=NOON, **said)  # type: ignore[arg-type]


def test_letters_have_left_when_a_person_says_how_many_were_posted(world: World) -> None:
    with world.database.transaction() as session:
        world.make(session)
    with pytest.raises(Refused, match="3 letters of print run 1 were posted, not 2; nothing was recorded"):
        post(world, 2)
    assert states(world) == ["approved"] * 3
    assert post(world, 3, note="posting list 12") == 3
    assert states(world) == ["accepted"] * 3
    with world.database.reading() as session:
        entries = list(ledger.entries(session))
        assert [(one["channel"], one["outbox"], one["dispatched_on"]) for one in entries] == [
            ("post", "print-run", TODAY),
            ("courier", "print-run", TODAY),
            ("post", "print-run", TODAY),
        ]
        assert entries[0]["reply"] == "by post on 2025-01-27, print run 1: posting list 12"
        assert str(entries[0]["recipient"]).startswith("Ms. Li Example")
    with pytest.raises(Refused, match="was closed by Dana Drafter on 27 January 2025"):
        post(world, 3)


def test_those_that_stayed_behind_are_free_for_another_run(world: World) -> None:
    with world.database.transaction() as session:
        world.make(session)
    assert post(world, 2, not_posted=[world.references[1].replace("/", "-")], channel=Channel.HAND) == 2
    assert states(world) == ["accepted", "approved", "accepted"]
    with world.database.transaction() as session:
        assert [one.letter.reference for one in world.make(session).letters] == [world.references[1]]
        assert [(letters, posted) for _run, letters, posted in print_runs.listed(session)] == [(1, 0), (3, 2)]


def test_a_letter_that_changed_after_it_was_printed_cannot_be_said_to_have_been_posted(world: World) -> None:
    with world.database.transaction() as session:
        run = world.make(session)
        letter = register.find(session, world.references[0])
        editing.edit(session, letter, {"subject": "Changed"}, by=DANA, at=NOON)
        desk_approved = register.find(session, world.references[0])
        world.desk.approve(session, desk_approved)
        session.expire_all()
        assert posting.stale(print_runs.find(session, run.id)) == [world.references[0]]
    with pytest.raises(Refused, match=r"IGF/LP/2025/0001 changed after print run 1 was made; name them among those"):
        post(world, 3)
    assert post(world, 2, not_posted=[world.references[0]]) == 2


def test_a_letter_that_went_another_way_meanwhile_is_not_recorded_twice(world: World) -> None:
    with world.database.transaction() as session:
        world.make(session)
        letter = register.find(session, world.references[2])
        recording.record_dispatch(session, letter, Channel.HAND, TODAY, by=DANA, at=NOON)
    with pytest.raises(Refused, match="IGF/LP/2025/0003 changed after"):
        post(world, 3)
    with world.database.reading() as session:
        assert len(session.scalars(select(Attempt)).all()) == 1


def test_a_run_that_was_given_up_sets_its_letters_free(world: World) -> None:
    with world.database.transaction() as session:
        run = world.make(session)
        with pytest.raises(Refused, match="Say why nothing"):
            posting.give_up(session, run, " ", by=DANA, at=NOON)
        posting.give_up(session, run, "no paper", by=DANA, at=NOON)
    assert all(detail.startswith("written to") for detail in world.send(world.references[:2]))


def test_what_cannot_be_is_refused(world: World) -> None:
    with world.database.transaction() as session:
        run = world.make(session)
        with pytest.raises(Refused, match="still to come"):
            posting.post(session, run, on=date(2025, 1, 28), count=3, by=DANA, at=NOON)
        with pytest.raises(NotFound, match="X/1 is not in print run 1"):
            posting.post(session, run, on=TODAY, count=3, not_posted=["X/1"], by=DANA, at=NOON)
        with pytest.raises(Refused):
            posting.post(session, run, on=TODAY, count=3, by=RENE, at=NOON)
        with pytest.raises(NotFound, match="no print run 9"):
            print_runs.find(session, 9)


def test_the_pages_of_a_run_come_with_few_queries_however_many_letters_it_has(world: World) -> None:
    with world.database.transaction() as session:
        world.make(session)
    with world.database.reading() as session:
        head, letters, pages = print_runs.head(session, 1)
        assert (head.campaign.slug, letters, pages) == ("wsis20-input", 3, 6)
        assert [one.position for one in print_runs.letters(session, 1, offset=1, limit=1)] == [2]


def test_the_same_run_gives_the_same_file_on_another_day(world: World) -> None:
    with world.database.transaction() as session:
        run = world.make(session)
        first = world.printed(session, run).letters(both_sides=True)
    with world.database.reading() as session:
        again = world.printed(session, print_runs.find(session, 1)).letters(both_sides=True)
    assert first == again
    with pikepdf.open(BytesIO(first)) as opened:
        assert opened.Root.ViewerPreferences.Duplex == pikepdf.Name.DuplexFlipLongEdge


def test_states_of_letters_tell_that_none_has_left_by_being_printed(world: World) -> None:
    with world.database.transaction() as session:
        world.make(session)
    assert set(states(world)) == {LetterState.APPROVED.value}
