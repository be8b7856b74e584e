"""What a post is called, and the mission it stands in, in the letter's language."""

from dataclasses import dataclass

from outreach.protocol.addressee import GENDERS, POST_KINDS, Addressee, Holder, OrganisationName, Unaddressable
from outreach.protocol.cleaning import clean, legible, readable
from outreach.protocol.entries import Forms, Post, Seat
from outreach.protocol.loading import shipped
from outreach.protocol.wording import Phrase, choose

# No seat recorded means New York, where the title and mission of the [posts.<kind>] entry itself stand.
HOME_SEATS = ("", "new-york")

# A chargé runs the mission that the organisation's kind of representative would run.
MISSION_OF = {"observer-state": "permanent-observer", "observer": "head-of-delegation"}


@dataclass(frozen=True, slots=True)
class Standing:
    """The post as it stands on the letter's date: `kind` is "charge" while a chargé stands in for a representative.

    `title` is None where only a recorded title will do, `mission` None outside a mission. `home` is the kind of post that the
    mission belongs to, `entries` names where title and mission are worded.
    """

    kind: str
    post: Post
    home: str
    title: Phrase | None
    block_title: Phrase | None
    mission: str | None
    entries: tuple[str, ...]


def post_title(addressee: Addressee, forms: Forms | None = None) -> str:
    """Return the title as it stands in running text: "Permanent Representative of the Republic of Kenya to the ...".

    A vacant post takes the generic form of the language. Pass `forms` when the office has wording of its own.
    Raises Unaddressable when the record lacks what the title needs (a gender in French, the State's "of" form).
    """
    forms = forms or shipped(addressee.language)
    at = standing(forms, addressee)
    return titled(forms, addressee, at, at.title)


def block_title(forms: Forms, addressee: Addressee, at: Standing) -> str:
    """Return the title as it stands in the address block, which some languages decline; "" for a plain person."""
    return titled(forms, addressee, at, at.block_title if at.title and at.block_title else at.title)


def mission(addressee: Addressee, forms: Forms | None = None) -> str | None:
    """Return "Permanent Mission of the Republic of Kenya to the United Nations"; None for a post outside a mission."""
    forms = forms or shipped(addressee.language)
    template = standing(forms, addressee).mission
    return template and worded(forms, template, of=of_name(forms, addressee, template))


def standing(forms: Forms, addressee: Addressee) -> Standing:
    """Return which post the letter goes to; a chargé's rank makes it the chargé's, within the same mission.

    Raises Unaddressable for an unknown kind of post, and for a seat that has neither wording nor a recorded title.
    """
    kind = addressee.post_kind
    if kind not in POST_KINDS:
        raise Unaddressable(f"{naming(addressee)} has the unknown kind of post {kind!r}; use {', '.join(POST_KINDS)}.")
    home = home_of(addressee)
    here, entry = _seated(forms, addressee, home)
    title, block_title, mission_here = (here.title, here.block_title, here.mission) if here else (None, None, None)
    holder, entries = addressee.holder, (entry,) if entry else ()
    if kind == "charge" or (forms.posts[home].mission and holder and holder.rank == "charge"):
        charge = forms.posts["charge"]
        titles = (charge.title, charge.block_title) if mission_here else (None, None)
        return Standing("charge", charge, home, *titles, mission_here, ("posts.charge", *entries))
    return Standing(kind, forms.posts[home], home, title, block_title, mission_here, entries)


def case_of(holder: Holder | None) -> str:
    """Return the key of wording.CASES that `holder` calls for."""
    if holder is None:
        return "vacant"
    if holder.gender is None:
        return "titled" if legible(holder.academic_title) else "unknown"
    if holder.gender in GENDERS:
        return holder.gender
    raise Unaddressable(
        f"{readable(holder.full_name)} has the unknown gender {holder.gender!r}; record female or male, or leave it out."
    )


def naming(addressee: Addressee) -> str:
    """Return how a message to the office names this addressee: the person, else the post."""
    if addressee.holder and legible(addressee.holder.full_name):
        return readable(addressee.holder.full_name)
    organisation = f" ({readable(addressee.organisation.short)})" if addressee.organisation else ""
    return f"The post {addressee.post_kind!r}{organisation}"


def composed(template: str, **fields: str) -> str:
    """Fill `template`; an empty field leaves no double space behind."""
    return " ".join(template.format_map(fields).split())


def worded(forms: Forms, template: str, **fields: str) -> str:
    """Fill `template` and write what meets at the beginning of a word as the language does (Arabic "لال" as "لل")."""
    text = f" {composed(template, **fields)}"
    for apart, together in forms.settings.contractions.items():
        text = text.replace(f" {apart}", f" {together}")
    return text[1:]


def titled(forms: Forms, addressee: Addressee, at: Standing, phrase: Phrase | None) -> str:
    """Return the recorded title, or the one that `phrase` composes; posts in a mission are always composed."""
    recorded = _recorded_title(addressee, at, phrase)
    if recorded:
        return _recorded(forms, addressee, at.post, recorded)
    if at.post.must_record_title:
        raise Unaddressable(f"{naming(addressee)} has no title recorded; record the title of the post.")
    if phrase is None:
        return ""
    template = choose(phrase, case_of(addressee.holder))
    if template is None:
        raise unknown_gender(forms, addressee)
    within = (mission(addressee, forms) or "") if "{mission}" in template else ""
    return worded(forms, template, of=of_name(forms, addressee, template), mission=within)


def title_entries(addressee: Addressee, at: Standing) -> tuple[str, ...]:
    """Return the entries whose words stand in the title; none where the recorded title stands alone."""
    recorded = _recorded_title(addressee, at, at.title)
    alone = recorded and not _is_completed(addressee, at.post, recorded)
    return () if alone or (not recorded and at.title is None) else at.entries


def _recorded_title(addressee: Addressee, at: Standing, phrase: Phrase | None) -> str:
    recorded = clean(addressee.post_title, "title")
    return recorded if legible(recorded) and not (phrase and at.mission) else ""


def unknown_gender(forms: Forms, addressee: Addressee) -> Unaddressable:
    """Return the error for a form that the language cannot write without the gender."""
    return Unaddressable(
        f"{naming(addressee)}: the gender is not recorded, and {forms.settings.name} has no neutral form here;"
        f" record the gender, or a salutation of this person's own."
    )


def home_of(addressee: Addressee) -> str:
    """Return the kind of post that the mission belongs to: a chargé runs somebody else's."""
    if addressee.post_kind != "charge":
        return addressee.post_kind
    organisation = addressee.organisation
    return MISSION_OF.get(organisation.kind if organisation else "", "permanent-representative")


def _seated(forms: Forms, addressee: Addressee, home: str) -> tuple[Post | Seat | None, str]:
    """Where title and mission are worded, and the name of that entry; nowhere when the title is the office's record."""
    post, seat = forms.posts[home], seat_of(addressee)
    if not post.mission or seat in HOME_SEATS:
        return post, f"posts.{home}"
    if seat in post.seats:
        return post.seats[seat], f"posts.{home}.seats.{seat}"
    if legible(addressee.post_title):
        return None, ""
    raise Unaddressable(
        f"{naming(addressee)} has the seat {addressee.seat!r}, for which no title is known;"
        f" record the title of the post, or add the seat to [posts.{home}.seats]."
    )


def seat_of(addressee: Addressee) -> str:
    """Return the seat as entries name it: "new-york" for "New York"."""
    return (addressee.seat or "").strip().lower().replace(" ", "-")


def _recorded(forms: Forms, addressee: Addressee, post: Post, title: str) -> str:
    if post.recorded is None or not _is_completed(addressee, post, title):
        return title
    return worded(forms, post.recorded, title=title, of=of_name(forms, addressee, post.recorded))


def _is_completed(addressee: Addressee, post: Post, title: str) -> bool:
    organisation = addressee.organisation
    return post.recorded is not None and organisation is not None and not _holds(title, organisation)


def _holds(title: str, organisation: OrganisationName) -> bool:
    return any(name and name in title for name in (organisation.short, organisation.formal))


def of_name(forms: Forms, addressee: Addressee, template: str) -> str:
    """Return the State's or organisation's name as `{of}` in `template` takes it; "" where the template has no `{of}`."""
    if "{of}" not in template:
        return ""
    organisation = addressee.organisation
    if organisation is None:
        raise Unaddressable(f"{naming(addressee)} has no State or organisation recorded; record it.")
    name = organisation.of_formal or organisation.of_short
    if not name and forms.settings.of_is_name:
        name = organisation.formal or organisation.short
    if not legible(name):
        raise Unaddressable(
            f"{naming(addressee)}: record how the name {readable(organisation.short)!r} stands after its preposition"
            f" in {forms.settings.name}."
        )
    return clean(name, "name of the organisation")
