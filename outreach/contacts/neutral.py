"""Whether a letter can be written without knowing the gender: asked of protocol for a case, on an invented person."""

from typing import NamedTuple

from outreach.protocol.addressee import Addressee, Holder, OrganisationName, Unaddressable
from outreach.protocol.addressing import address
from outreach.protocol.entries import Forms

_STATE = OrganisationName(short="State", formal="State", of_short="of State", of_formal="of State", kind="member-state")


class Case(NamedTuple):
    """What the form of address of somebody of unrecorded gender depends on.

    `recorded`: the post has a title of its own; the last three say what the person's record has.
    """

    language: str
    post_kind: str
    rank: str
    recorded: bool
    titled: bool
    styled: bool
    greeted: bool


def needs_gender(case: Case, forms: Forms) -> bool:
    """Whether the language of `forms` has no form of address for the case until the gender is recorded."""
    return not _can_write(case, forms, None) and _can_write(case, forms, "female")


def _can_write(case: Case, forms: Forms, gender: str | None) -> bool:
    holder = Holder(
        full_name="Robin Example",
        family_name="Example",
        gender=gender,
        rank=case.rank or None,
        academic_title="Dr." if case.titled else "",
        style="Example" if case.styled else "",
        salutation="Dear Example," if case.greeted else "",
    )
    title = "Title" if case.recorded else ""
    post = Addressee(language=forms.language, post_kind=case.post_kind, post_title=title, organisation=_STATE, holder=holder)
    try:
        address(forms, [post])
    except Unaddressable:
        return False
    return True
