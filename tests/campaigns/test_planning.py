"""Making campaigns, and giving one addressee something of its own."""

import pytest
from sqlalchemy.orm import Session

from outreach.campaigns import planning
from outreach.campaigns.choosing import Chosen
from outreach.contacts import editing
from outreach.errors import Invalid, NotFound, OutreachError, Refused
from tests.cast import DANA, KIM, NOON, RENE, kenya, society
from tests.letters.desk import Desk


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk.at(tmp_path_factory.mktemp("desk"))


NOBODY = Chosen((), ())


def new(session: Session, slug: str, chosen: Chosen = NOBODY, **changes: object) -> None:
    words = {
        "title": "T",
        "template": "thanks",
        "sender": "chair",
        "selection": "all",
        "deadline": None,
        "by": DANA,
        "at": NOON,
    }
    planning.new(session, slug, chosen=chosen, **{**words, **changes})  # type: ignore[arg-type]


def test_a_campaign_keeps_its_addressees_as_rows(session: Session, desk: Desk) -> None:
    post = society(session)
    campaign = desk.campaign(session, post)
    session.refresh(campaign)
    assert [row.post.key for row in campaign.addressees] == ["open-net/chief-executive/headquarters"]
    assert [(one.slug, number) for one, number in planning.listed(session)] == [("wsis20-input", 1)]


@pytest.mark.parametrize("slug", ["", "Has Capitals", "../up", "-dash", "a" * 81, "ünicode"])
def test_a_name_that_is_none_is_refused(session: Session, slug: str) -> None:
    with pytest.raises(Invalid, match="is no campaign name"):
        new(session, slug)


def test_a_name_is_taken_once(session: Session, desk: Desk) -> None:
    desk.campaign(session, society(session))
    with pytest.raises(Refused, match="already a campaign wsis20-input"):
        new(session, "wsis20-input")


def test_a_campaign_to_nobody_is_refused(session: Session) -> None:
    with pytest.raises(Refused, match="Nobody is left to write to"):
        new(session, "empty")


def test_a_reader_makes_no_campaign(session: Session) -> None:
    with pytest.raises(Refused, match="may not make campaigns"):
        new(session, "mine", by=RENE)


def test_an_unknown_campaign_is_refused_with_those_that_exist(session: Session, desk: Desk) -> None:
    desk.campaign(session, society(session))
    with pytest.raises(NotFound, match="there are: wsis20-input"):
        planning.find(session, "wsis30")


def test_a_post_is_included_once_and_only_if_it_may_be_contacted(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session))
    post = kenya(session)
    planning.include(session, campaign, post, by=KIM, at=NOON)
    with pytest.raises(Refused, match="already among the addressees"):
        planning.include(session, campaign, post, by=KIM, at=NOON)
    other = society(session, "quiet-net", "quiet.example")
    other.do_not_contact = "asked"
    with pytest.raises(Refused, match="not to be contacted: asked"):
        planning.include(session, campaign, other, by=KIM, at=NOON)


def test_an_empty_value_takes_an_earlier_one_back(session: Session, desk: Desk) -> None:
    post = society(session)
    campaign = desk.campaign(session, post)
    row = planning.addressee(session, campaign, post)
    planning.personalise(session, row, {"language": "fr"}, {"personal": "Merci.", "other": "x"}, by=DANA, at=NOON)
    planning.personalise(session, row, {}, {"personal": ""}, by=DANA, at=NOON)
    assert (row.language, row.values) == ("fr", {"other": "x"})


def test_a_post_outside_the_campaign_has_nothing_of_its_own(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session))
    with pytest.raises(OutreachError, match="is not among the addressees of wsis20-input"):
        planning.addressee(session, campaign, kenya(session))


def test_a_post_whose_holder_is_not_to_be_contacted_is_not_included(session: Session, desk: Desk) -> None:
    post = kenya(session)
    campaign = desk.campaign(session, society(session))
    holder = editing.add_holder(session, post, full_name="Ada Example", by=KIM, at=NOON)
    editing.do_not_contact(session, holder.person, "asked by letter", since=NOON.date(), by=KIM, at=NOON)
    with pytest.raises(Refused, match="not to be contacted: asked by letter"):
        planning.include(session, campaign, post, by=KIM, at=NOON)


def test_addressees_stand_by_their_organisations_names_page_by_page(session: Session, desk: Desk) -> None:
    names = ("Cedar Net", "Open Union", "Alder Forum", "Birch 100% Society", "Elm Body")
    posts = [society(session, f"net-{n}") for n in range(len(names))]
    for post, name in zip(posts, names, strict=True):
        post.organisation.name = name
    session.flush()
    campaign = desk.campaign(session, *posts)

    def shown(text: str = "", offset: int = 0, limit: int = 9) -> list[str]:
        rows = planning.addressees(session, campaign, text=text, offset=offset, limit=limit)
        return [row.post.organisation.name for row in rows]

    assert shown() == sorted(names)
    assert shown(offset=0, limit=2) + shown(offset=2, limit=2) + shown(offset=4, limit=2) == sorted(names)
    assert shown(offset=6) == []
    assert shown(text="o") == ["Alder Forum", "Birch 100% Society", "Elm Body", "Open Union"]
    assert shown(text="100%") == ["Birch 100% Society"]
    assert shown(text="%") == ["Birch 100% Society"]
    assert planning.count_addressees(session, campaign) == 5


def test_an_addressee_is_known_by_its_number_in_its_own_campaign_only(session: Session, desk: Desk) -> None:
    post = society(session)
    first, second = desk.campaign(session, post), desk.campaign(session, post, slug="second")
    row = planning.addressee(session, first, post)
    assert planning.addressee_numbered(session, first, row.id) is row
    with pytest.raises(NotFound, match="no longer among those of second"):
        planning.addressee_numbered(session, second, row.id)
