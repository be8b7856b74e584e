"""What a post is called, and the mission it stands in, in the letter's language."""

from dataclasses import dataclass

from outreach.protocol.addressee import GENDERS, POST_KINDS, Addressee, Holder, OrganisationName, Unaddressable
from outreach.protocol.cleaning import clean, legible, readable
from outreach.protocol.loading import shipped
from outreach.protocol.wording import Forms, Phrase, Post, choose

# No seat recorded means New York, where the title and mission of the [posts.<kind>] entry itself stand.
HOME_SEATS = ("", "new-york")

# A chargé runs the mission that the organisation's kind of representative would run.
MISSION_OF = {"observer-state": "permanent-observer", "observer": "head-of-delegation"}


@dataclass(frozen=True, slots=True)
class Standing:
    """The post as it stands on the letter's date: `kind` is "charge" while a chargé stands in for a representative.

    `title` is None where only a recorded title will do, `mission` None outside a mission.
    """

    kind: str
    post: Post
    title: Phrase | None
    mission: str | None


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
    return titled(forms, addressee, at, at.post.block_title if at.title and at.post.block_title else at.title)


def mission(addressee: Addressee, forms: Forms | None = None) -> str | None:
    """Return "Permanent Mission of the Republic of Kenya to the United Nations"; None for a post outside a mission."""
    forms = forms or shipped(addressee.language)
    template = standing(forms, addressee).mission
    return template and composed(template, of=_of(forms, addressee, template))


def standing(forms: Forms, addressee: Addressee) -> Standing:
    """Return which post the letter goes to; a chargé's rank makes it the chargé's, within the same mission.

    Raises Unaddressable for an unknown kind of post, and for a seat that has neither wording nor a recorded title.
    """
    kind = addressee.post_kind
    if kind not in POST_KINDS:
        raise Unaddressable(f"{naming(addressee)} has the unknown kind of post {kind!r}; use {', '.join(POST_KINDS)}.")
    home = forms.posts[_home(addressee)]
    title, mission_here = _seated(home, addressee)
    if kind == "charge" or (home.mission and addressee.holder and addressee.holder.rank == "charge"):
        charge = forms.posts["charge"]
        return Standing("charge", charge, charge.title if mission_here else None, mission_here)
    return Standing(kind, home, title, mission_here)


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


def titled(forms: Forms, addressee: Addressee, at: Standing, phrase: Phrase | None) -> str:
    """Return the recorded title, or the one that `phrase` composes; posts in a mission are always composed."""
    recorded = clean(addressee.post_title, "title")
    if legible(recorded) and not (phrase and at.mission):
        return _recorded(forms, addressee, at.post, recorded)
    if at.post.must_record_title:
        raise Unaddressable(f"{naming(addressee)} has no title recorded; record the title of the post.")
    if phrase is None:
        return ""
    template = choose(phrase, case_of(addressee.holder))
    if template is None:
        raise unknown_gender(forms, addressee)
    within = (mission(addressee, forms) or "") if "{mission}" in template else ""
    return composed(template, of=_of(forms, addressee, template), mission=within)


def unknown_gender(forms: Forms, addressee: Addressee) -> Unaddressable:
    """Return the error for a form that the language cannot write without the gender."""
    return Unaddressable(
        f"{naming(addressee)}: the gender is not recorded, and {forms.settings.name} has no neutral form here;"
        f" record the gender, or a salutation of this person's own."
    )


def _home(addressee: Addressee) -> str:
    if addressee.post_kind != "charge":
        return addressee.post_kind
    organisation = addressee.organisation
    return MISSION_OF.get(organisation.kind if organisation else "", "permanent-representative")


def _seated(post: Post, addressee: Addressee) -> tuple[Phrase | None, str | None]:
    seat = (addressee.seat or "").strip().lower().replace(" ", "-")
    if not post.mission or seat in HOME_SEATS:
        return post.title, post.mission
    if seat in post.seats:
        return post.seats[seat].title, post.seats[seat].mission
    if legible(addressee.post_title):
        return None, None
    raise Unaddressable(
        f"{naming(addressee)} has the seat {addressee.seat!r}, for which no title is known;"
        f" record the title of the post, or add the seat to [posts.{_home(addressee)}.seats]."
    )


def _recorded(forms: Forms, addressee: Addressee, post: Post, title: str) -> str:
    organisation = addressee.organisation
    if post.recorded is None or organisation is None or _holds(title, organisation):
        return title
    return composed(post.recorded, title=title, of=_of(forms, addressee, post.recorded))


def _holds(title: str, organisation: OrganisationName) -> bool:
    return any(name and name in title for name in (organisation.short, organisation.formal))


def _of(forms: Forms, addressee: Addressee, template: str) -> str:
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
