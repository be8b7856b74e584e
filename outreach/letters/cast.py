"""Awkward addressees, all invented, to try a template on before it is sent to anybody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from outreach.contacts.addressing import Reach
from outreach.contacts.models import Channel, StakeholderGroup
from outreach.protocol.addressee import Holder, OrganisationName

OF_STATES = ("permanent-representative", "permanent-observer", "head-of-delegation", "foreign-minister", "minister")
_PLAIN = Holder(full_name="Ana Example", family_name="Example", gender="female")
_AMBASSADOR = Holder(full_name="Amina Example", family_name="Example", gender="female", rank="ambassador")
_LONG = (
    "Deputy Director for the Coordination of the Follow-up to and Implementation of Outcomes, and for Their Annual Review Too"
)
# A State that exists, for its name must be declined and carry its preposition (db/seeds/state_names.csv).
_STATE = {
    "en": ("Kenya", "the Republic of Kenya", "of Kenya", "of the Republic of Kenya"),
    "fr": ("Kenya", "la République du Kenya", "du Kenya", "de la République du Kenya"),
    "es": ("Kenya", "la República de Kenya", "de Kenya", "de la República de Kenya"),
    "ru": ("Кения", "Республика Кения", "Кении", "Республики Кения"),
    "zh": ("肯尼亚", "肯尼亚共和国", "肯尼亚", "肯尼亚共和国"),
    "ar": ("كينيا", "جمهورية كينيا", "كينيا", "جمهورية كينيا"),
}
_OBSERVER = {
    "en": ("Holy See", "the Holy See", "of the Holy See", "of the Holy See"),
    "fr": ("Saint-Siège", "le Saint-Siège", "du Saint-Siège", "du Saint-Siège"),
    "es": ("Santa Sede", "la Santa Sede", "de la Santa Sede", "de la Santa Sede"),
    "ru": ("Святой Престол", "Святой Престол", "Святого Престола", "Святого Престола"),
    "zh": ("罗马教廷", "罗马教廷", "罗马教廷", "罗马教廷"),
    "ar": ("الكرسي الرسولي", "الكرسي الرسولي", "الكرسي الرسولي", "الكرسي الرسولي"),
}


@dataclass(frozen=True)
class Member:
    """One of the cast: what is awkward about it, and the posts that the letter goes to; `plain` when nothing is."""

    name: str
    posts: tuple[Reach, ...]
    plain: bool = False


def cast(kinds: Sequence[str], language: str) -> tuple[Member, ...]:
    """The cast for a template that is written to these kinds of post, with their names in `language`."""
    states = [kind for kind in OF_STATES if kind in kinds]
    others = [kind for kind in kinds if kind not in OF_STATES]
    return (
        *(_of_states(states, language) if states else ()),
        *(_of_organisations(others, language) if others else ()),
        *_of_either((others or states)[0], language),
    )


def find(name: str, kinds: Sequence[str], language: str) -> Member:
    """The member of the cast called `name`, else the first."""
    everybody = cast(kinds, language)
    return next((member for member in everybody if member.name == name), everybody[0])


def _of_states(kinds: Sequence[str], language: str) -> Iterator[Member]:
    kind = kinds[0]
    yield Member("an ambassador", (_state(kind, language),), plain=True)
    second = Holder(full_name="Jonas Example", family_name="Example", gender="male", rank="ambassador")
    yield Member("two ambassadors jointly", (_state(kind, language), _state(kind, language, holder=second, number=2)))
    yield Member("a post of a State without a holder", (_state(kind, language, holder=None),))
    if "permanent-observer" in kinds:
        yield Member("an observer", (_state("permanent-observer", language, _OBSERVER, kind_of="observer-state"),))


def _of_organisations(kinds: Sequence[str], language: str) -> Iterator[Member]:
    yield Member("the head of an organisation", (_body(kinds[0], language),), plain=True)
    second = Holder(full_name="Bo Sample", family_name="Sample", gender="male")
    yield Member("two organisations jointly", (_body(kinds[0], language), _body(kinds[0], language, holder=second, number=2)))
    yield Member("a post without a holder", (_body(kinds[0], language, holder=None),))


def _of_either(kind: str, language: str) -> Iterator[Member]:
    def member(name: str, **changes: Any) -> Member:
        holder = changes.pop("holder", _PLAIN)
        return Member(name, (_any(kind, language, holder=holder, **changes),))

    yield member("no gender recorded", holder=Holder(full_name="Robin Example", family_name="Example"))
    yield member("a name of one word", holder=Holder(full_name="Suryadi", family_name="", gender="male"))
    arabic = Holder(full_name="ليلى المثال", family_name="المثال", gender="female")
    yield member("a name written from right to left", holder=arabic)
    yield member("a title of 120 signs", title=_LONG)
    yield member("no e-mail address", emails=())
    yield member("a royal without a style", holder=Holder(full_name="Max Example", family_name="", gender="male", rank="royal"))
    signs = Holder(full_name='Zoë <Ana> & "Ñandú" 🙂', family_name='& "Ñandú" <b>', gender="female")
    yield member("signs that could be markup, and a picture", holder=signs)


def _any(kind: str, language: str, *, holder: Holder, **changes: Any) -> Reach:
    if kind not in OF_STATES:
        return _body(kind, language, holder=holder, **changes)
    return _state(kind, language, holder=replace(holder, rank=holder.rank or "ambassador"), **changes)


def _state(
    kind: str,
    language: str,
    names: dict[str, tuple[str, str, str, str]] = _STATE,
    *,
    kind_of: str = "member-state",
    number: int = 1,
    **changes: Any,
) -> Reach:
    short, formal, of_short, of_formal = names.get(language, names["en"])
    name = OrganisationName(short=short, formal=formal, of_short=of_short, of_formal=of_formal, kind=kind_of)
    seat = "capital" if kind in ("foreign-minister", "minister") else "new-york"
    found = {"seat": seat, "holder": _AMBASSADOR, **changes}
    return _reach(number, f"a-state/{kind}/{seat}", kind, language, name, **found)


def _body(kind: str, language: str, *, number: int = 1, **changes: Any) -> Reach:
    name = OrganisationName(short="Open Net Society & Sons", kind="organisation")
    found = {"holder": _PLAIN, "title": "Director", **changes}
    return _reach(number, f"an-organisation/{kind}", kind, language, name, **found)


def _reach(number: int, key: str, kind: str, language: str, name: OrganisationName, **changes: Any) -> Reach:
    plain = Reach(
        post_id=number,
        key=key,
        kind=kind,
        seat="",
        organisation_id=number,
        organisation_key=key.partition("/")[0],
        organisation_name=name.short,
        domain="example.example",
        group=StakeholderGroup.GOVERNMENT if name.kind == "member-state" else StakeholderGroup.TECHNICAL_COMMUNITY,
        regional_group=None,
        language=language,
        language_assumed=False,
        channel=Channel.EMAIL,
        emails=(f"office{number}@example.example",),
        postal=("Sample Street 4", "New York, NY 10017"),
        names={language: name},
    )
    return replace(plain, **changes)
