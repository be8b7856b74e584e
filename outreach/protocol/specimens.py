"""How the wording of a language reads, situation by situation: for the reader who signs it off, and for whoever looks it up."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from outreach.protocol.addressee import Addressee, Holder, NoteSender, OrganisationName, Unaddressable
from outreach.protocol.addressing import Address, address
from outreach.protocol.entries import Example, ExamplePerson, Forms
from outreach.protocol.notes import address_note
from outreach.protocol.titles import post_title
from outreach.protocol.wording import choose

# Stand-ins where a language has no [example].
_PERSON = ExamplePerson(full="[name]", family="[family name]")
_STAND_INS = Example(
    source="stand-ins",
    woman=_PERSON,
    man=_PERSON,
    minister="[title]",
    state="[State]",
    of_state="[of the State]",
    organisation="[organisation]",
    sender="[sender]",
)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A letter to be written: to which post, held by whom. `key` names it; `rank` None is a rank that nobody recorded."""

    key: str
    label: str
    post_kind: str
    rank: str | None = None
    seat: str | None = None
    of: str = "member-state"
    vacant: bool = False
    joint: bool = False


def _post(key: str, label: str, **more: str | bool | None) -> Situation:
    return Situation(key=key, label=label, **{"post_kind": key, **more})  # type: ignore[arg-type]


SITUATIONS = (
    _post("head-of-state", "Head of State", rank="head-of-state"),
    _post("head-of-government", "Head of Government", rank="head-of-government"),
    _post("foreign-minister", "Minister for Foreign Affairs", rank="foreign-minister"),
    _post("minister", "Another minister", rank="minister"),
    _post("deputy-minister", "Deputy minister", post_kind="minister", rank="deputy-minister"),
    _post("permanent-representative", "Permanent Representative in New York, of ambassadorial rank", rank="ambassador"),
    _post(
        "geneva", "Permanent Representative in Geneva", post_kind="permanent-representative", rank="ambassador", seat="geneva"
    ),
    _post("no-rank", "Permanent Representative whose rank is not recorded", post_kind="permanent-representative"),
    _post("charge", "Chargé d'affaires a.i.", rank="charge"),
    _post("charge-ambassador", "Chargé d'affaires a.i. of ambassadorial rank", post_kind="charge", rank="ambassador"),
    _post("permanent-observer", "Permanent Observer", rank="ambassador", of="observer-state"),
    _post("observer-geneva", "Permanent Observer in Geneva", post_kind="permanent-observer", rank="ambassador", seat="geneva"),
    _post("head-of-delegation", "Head of the delegation of an observer", rank="ambassador", of="observer"),
    _post("two", "Two Permanent Representatives jointly", post_kind="permanent-representative", rank="ambassador", joint=True),
    _post("vacant", "Permanent Representative, nobody named", post_kind="permanent-representative", vacant=True),
    _post("secretary-general", "Secretary-General of the United Nations", rank="secretary-general", of="organisation"),
    _post("usg", "Under-Secretary-General", post_kind="person", rank="usg", of="organisation"),
    _post("asg", "Assistant Secretary-General", post_kind="person", rank="asg", of="organisation"),
    _post("un-director", "Director in the Secretariat", post_kind="director", rank="director", of="organisation"),
    *(
        _post(key, label, of="organisation")
        for key, label in (
            ("chief-executive", "Chief executive of an organisation"),
            ("president", "President of an organisation"),
            ("chair", "Chair of an organisation"),
            ("director", "Director of an organisation"),
            ("coordinator", "Coordinator"),
            ("head", "Head of an organisation"),
            ("liaison", "Liaison officer"),
            ("person", "Person without a post"),
        )
    ),
    _post(
        "organisation-secretary-general",
        "Secretary-General of an organisation",
        post_kind="secretary-general",
        of="organisation",
    ),
    _post("vacant-organisation", "Chief executive, nobody named", post_kind="chief-executive", of="organisation", vacant=True),
    _post("two-organisations", "Two chief executives jointly", post_kind="chief-executive", of="organisation", joint=True),
)
CASES = ("woman", "man", "gender not recorded")


@dataclass(frozen=True, kw_only=True)
class Specimen:
    """How one letter reads; `address` None when the language has no form for the case, `blocked` then says so.

    `title` is the post as it stands in running text.
    """

    situation: Situation
    case: str
    address: Address | None
    title: str = ""
    blocked: str = ""


def specimens(forms: Forms, situation: Situation) -> list[Specimen]:
    """Return how a letter in `situation` reads in each case; a vacant post has a single one."""
    cases = ("nobody named",) if situation.vacant else CASES
    return [_specimen(forms, situation, case) for case in cases]


def royals(forms: Forms) -> Iterator[tuple[str, Address]]:
    """Each style of [styles] with how a letter to somebody of that style reads."""
    situation = _post("royal", "Royal", post_kind="head-of-state", rank="royal")
    for style in forms.styles:
        addressee = _addressee(forms, situation, "man")
        assert addressee.holder is not None  # only a vacant post has none
        yield style, address(forms, [replace(addressee, holder=replace(addressee.holder, style=style))])


def notes(forms: Forms) -> Iterator[tuple[Situation, Address]]:
    """Each mission or ministry that may be sent a note verbale, with how the note begins and ends."""
    example = forms.example or _STAND_INS
    sender = NoteSender(name=example.sender, gender=example.sender_gender or None)
    for situation in SITUATIONS if forms.note else ():
        entry = forms.notes.get(situation.post_kind)
        mine = entry and (situation.seat is None or situation.seat in entry.seats)
        if mine and situation.key in (situation.post_kind, "geneva", "observer-geneva"):
            yield situation, address_note(forms, _addressee(forms, situation, "woman"), sender)


def _specimen(forms: Forms, situation: Situation, case: str) -> Specimen:
    addressee = _addressee(forms, situation, case)
    try:
        found = address(forms, [addressee, addressee] if situation.joint else [addressee])
        return Specimen(situation=situation, case=case, address=found, title=post_title(addressee, forms))
    except Unaddressable as reason:
        return Specimen(situation=situation, case=case, address=None, blocked=str(reason))


def _addressee(forms: Forms, situation: Situation, case: str) -> Addressee:
    example = forms.example or _STAND_INS
    titled = forms.posts[situation.post_kind].must_record_title
    gender = {"woman": "female", "man": "male"}.get(case)
    person = example.man if case == "man" else example.woman
    return Addressee(
        language=forms.language,
        post_kind=situation.post_kind,
        seat=situation.seat,
        post_title=(choose(example.minister, gender or "unknown") or "") if titled else "",
        organisation=_organisation(situation, example),
        holder=None
        if situation.vacant
        else Holder(full_name=person.full, family_name=person.family, gender=gender, rank=situation.rank),
    )


def _organisation(situation: Situation, example: Example) -> OrganisationName:
    if situation.of == "organisation":
        return OrganisationName(short=example.organisation)
    return OrganisationName(short=example.state, formal=example.state, of_formal=example.of_state, kind=situation.of)
