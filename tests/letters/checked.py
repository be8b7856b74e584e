"""Letters as they are checked, made without a database; each test changes what it is about."""

from dataclasses import replace
from typing import Any

from outreach.contacts.addressing import Reach
from outreach.contacts.models import Channel, StakeholderGroup
from outreach.letters import rules, vocatives
from outreach.letters.cases import Case
from outreach.letters.vocatives import Spoken
from outreach.protocol import forms as protocol
from tests.cast import NOON
from tests.letters.desk import load_forms

INBOX = "inputs@leadership-panel.example"
KENYA = protocol.OrganisationName(
    short="Kenya",
    formal="the Republic of Kenya",
    of_short="of Kenya",
    of_formal="of the Republic of Kenya",
    kind="member-state",
)
KENYA_FR = protocol.OrganisationName(
    short="Kenya",
    formal="la République du Kenya",
    of_short="du Kenya",
    of_formal="de la République du Kenya",
    kind="member-state",
)
AMBASSADOR = protocol.Holder(full_name="Ada Kamau", family_name="Kamau", gender="female", rank="ambassador")
MISSION = Reach(
    post_id=1,
    key="kenya/permanent-representative/new-york",
    kind="permanent-representative",
    seat="new-york",
    organisation_id=1,
    organisation_key="kenya",
    organisation_name="Kenya",
    domain="mission.example",
    group=StakeholderGroup.GOVERNMENT,
    regional_group=None,
    language="en",
    language_assumed=False,
    channel=Channel.EMAIL,
    emails=("mission@mission.example",),
    holder=AMBASSADOR,
    names={"en": KENYA, "fr": KENYA_FR},
)
LAYOUT: dict[str, Any] = {
    "masthead": ["IGF Leadership Panel"],
    "masthead_note": "",
    "footer": [],
    "place": "",
    "on_behalf": "",
    "specimen": False,
    "signatories": [{"name": "The Chair", "lines": ["IGF Leadership Panel"]}],
    "enclosures": [],
    "copies": [],
}


def case(*posts: Reach, language: str = "en", **changes: Any) -> Case:
    """A letter to these posts (Kenya's mission by default), right in every way but for `changes`."""
    to = posts or (MISSION,)
    found = protocol.address(load_forms(language), [post.addressee(language) for post in to])
    right = Case(
        letter_id=1,
        reference="IGF/LP/2025/0001",
        state="draft",
        made_by="Dana Drafter",
        number=1,
        digest="0" * 64,
        dated=NOON.date(),
        language=language,
        template="member-state",
        template_sha256="1" * 64,
        subject="The value of the Forum",
        address_block=found.block,
        salutation=found.salutation,
        body=f"{found.opening} seek your views.\n\nThe Forum needs them.\n",
        close=found.close,
        layout=LAYOUT,
        noted=(),
        wording={},
        to=tuple(dict.fromkeys(address for post in to for address in post.emails)),
        copies=(),
        files=(),
        campaign_files=(),
        standing_copies=(),
        posts=to,
        own_language="",
        deadline=None,
        values={},
        found=found,
        trouble="",
    )
    return replace(right, **changes)


def held_by(post: Reach = MISSION, **holder: Any) -> Reach:
    """The post with its holder changed."""
    assert post.holder is not None
    return replace(post, holder=replace(post.holder, **holder))


def kinds(case: Case) -> list[str]:
    """The kinds of what is found in a letter by itself."""
    spoken = Spoken.of(load_forms(case.language))
    return [one.kind for one in (*vocatives.of_case(case, spoken), *rules.of_case(case, INBOX))]


def sentences(case: Case) -> str:
    """What is found, in words."""
    spoken = Spoken.of(load_forms(case.language))
    return "\n".join(one.says for one in (*vocatives.of_case(case, spoken), *rules.of_case(case, INBOX)))
