"""What a page shows of the record: no more than it needs, and every author told exactly as in the whole text."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.communique import gathering, listing, shelf, using
from outreach.communique.models import CommuniqueVersion, ParagraphKind
from outreach.communique.naming import Naming
from outreach.contacts.models import RegionalGroup
from outreach.inputs import setting_aside
from outreach.inputs.models import AttributionLevel as Level
from outreach.inputs.models import Passage, Theme
from outreach.responses.models import Response
from tests.cast import DANA, NOON
from tests.communique.world import CIVIL, GOVERNMENT, World
from tests.counting import asked


def fill(world: World) -> None:
    """Answers with every level, groups of two and of three, a passage stricter than its answer, and one set aside."""
    for n in range(3):
        world.said(world.organisation(f"Technical {n}"), f"Technical words {n}.", Level.GROUP)
        world.said(world.organisation(f"Ministry {n}", GOVERNMENT, region=RegionalGroup.AFRICAN), f"State words {n}.")
    for n in range(2):
        world.said(world.organisation(f"Civil {n}", CIVIL), f"Civil words {n}.", Level.GROUP)
    stricter = world.answer(world.organisation("Civil Union", CIVIL), "Open words. Words by group. Secret words.")
    world.mark(stricter, "Open words.")
    world.allow(stricter, Level.GROUP, world.mark(stricter, "Words by group."))
    world.allow(stricter, Level.CONFIDENTIAL, world.mark(stricter, "Secret words."))
    world.said(None, "Nobody's words.", Level.ATTRIBUTED)
    world.said(world.organisation("Silent Body"), "Words not allowed yet.", None)
    aside = world.said(world.organisation("Aside Body"), "Words set aside.", Level.GROUP)
    setting_aside.set_aside(world.session, aside, "off the point", by=DANA, at=NOON)
    whole = world.answer(world.organisation("Aside Union"), "An answer set aside.")
    world.mark(whole, "An answer set aside.")
    response = world.session.get_one(Response, whole.response_id)
    setting_aside.set_aside(world.session, response, "sent twice", by=DANA, at=NOON)


def numbers(session: Session) -> list[int]:
    return list(session.scalars(select(Passage.id).order_by(Passage.id)))


def test_each_author_is_told_on_a_page_as_in_the_whole_text(world: World) -> None:
    fill(world)
    campaigns, words = [world.campaign.id], world.wording().words
    whole = gathering.gather_of(world.session, campaigns, until=NOON)
    told = {one.passage_id: (Naming(whole, words, "en").of_extract(one), one.level, one.words) for one in whole.extracts}
    assert len(told) == 13
    for number in numbers(world.session):
        part = gathering.gather_around(world.session, campaigns, [number], until=NOON)
        shown = [one for one in part.extracts if one.passage_id == number]
        assert [(Naming(part, words, "en").of_extract(one), one.level, one.words) for one in shown] == (
            [told[number]] if number in told else []
        )


def test_a_page_reads_no_answers_but_those_that_it_shows_and_those_told_by_group(world: World) -> None:
    fill(world)
    number = world.session.scalars(select(Passage.id).order_by(Passage.id)).all()[1]
    part = gathering.gather_around(world.session, [world.campaign.id], [number], until=NOON)
    said = {one.words for one in part.extracts}
    assert "State words 0." in said
    assert not said & {"State words 1.", "Words not allowed yet.", "Nobody's words."}


def test_the_list_of_passages_says_how_each_is_to_be_treated(world: World) -> None:
    fill(world)
    campaigns = [world.campaign.id]
    whole = gathering.gather_of(world.session, campaigns, until=NOON)
    levels = listing.levels(world.session, campaigns, until=NOON)
    # In the list an author who may be named but is not known is not told by group yet; whether words may leave is the same.
    assert list(levels) == [one.passage_id for one in whole.extracts]
    assert [levels[one.passage_id] is not Level.CONFIDENTIAL for one in whole.extracts] == [
        one.may_appear for one in whole.extracts
    ]


def test_passages_are_found_by_theme_and_by_words_in_any_case(world: World) -> None:
    fill(world)
    session, campaigns = world.session, [world.campaign.id]
    world.said(world.organisation("Other"), "On another theme: 100% words.", Level.ATTRIBUTED, "wsis20-youth")
    other = session.scalars(select(Theme.id).filter_by(code="wsis20-youth")).one()
    assert len(listing.levels(session, campaigns, until=NOON, theme=other)) == 1
    assert len(listing.levels(session, campaigns, until=NOON, words="STATE WORDS")) == 3
    assert len(listing.levels(session, campaigns, until=NOON, words="100%")) == 1
    assert listing.levels(session, campaigns, until=NOON, words="Open words. Words by") == {}
    assert listing.levels(session, campaigns, until=NOON, theme=other, words="state") == {}


def test_what_became_of_the_record_takes_no_more_queries_however_much_there_is(world: World) -> None:
    fill(world)
    version = world.draft()
    few = queries(world, version)
    for n in range(20):
        world.said(world.organisation(f"Further {n}"), f"Further words {n}.")
    assert queries(world, world.draft()) == few <= 5


def queries(world: World, version: CommuniqueVersion) -> int:
    with asked(world.session.get_bind()) as said:
        using.of_version(world.session, version)
    return len(said)


def test_a_version_is_read_in_parts_that_make_the_whole(world: World) -> None:
    fill(world)
    session, whole = world.session, world.draft()
    cover = shelf.cover(session, "wsis20", 1, "en")
    parts = [row for start in range(0, 400, 7) for row in shelf.leaf(session, cover, offset=start, limit=7)]
    assert [row.id for row in parts] == [row.id for row in whole.wordings]
    for place, row in enumerate(whole.wordings):
        assert shelf.wording(session, cover, row.paragraph_id) is row
        assert shelf.place_of(session, row) == place
        earlier = [one for one in whole.wordings[:place] if one.paragraph.kind is ParagraphKind.PARAGRAPH]
        assert shelf.numbered_before(session, row) == len(earlier)
    chapters = [(n, row.text) for n, row in enumerate(whole.wordings) if row.paragraph.kind is ParagraphKind.CHAPTER]
    assert [(one.place, one.heading) for one in shelf.contents(session, cover)] == chapters
