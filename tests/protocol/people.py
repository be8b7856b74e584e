"""Standing addressees for the tests of protocol; each function returns a fresh value that a test may vary."""

from dataclasses import replace
from typing import Any

from outreach.protocol.forms import Addressee, Holder, OrganisationName

KENYA = {
    "en": OrganisationName(
        short="Kenya",
        formal="Republic of Kenya",
        of_short="of Kenya",
        of_formal="of the Republic of Kenya",
        kind="member-state",
    ),
    "fr": OrganisationName(
        short="Kenya",
        formal="République du Kenya",
        of_short="du Kenya",
        of_formal="de la République du Kenya",
        kind="member-state",
    ),
    "es": OrganisationName(
        short="Kenya",
        formal="República de Kenya",
        of_short="de Kenya",
        of_formal="de la República de Kenya",
        kind="member-state",
    ),
    "ru": OrganisationName(
        short="Кения",
        formal="Республика Кения",
        of_short="Кении",
        of_formal="Республики Кения",
        kind="member-state",
    ),
    "zh": OrganisationName(short="肯尼亚", formal="肯尼亚共和国", kind="member-state"),
    "ar": OrganisationName(
        short="كينيا", formal="جمهورية كينيا", of_short="كينيا", of_formal="جمهورية كينيا", kind="member-state"
    ),
}
HOLY_SEE = OrganisationName(
    short="Holy See", formal="Holy See", of_short="of the Holy See", of_formal="of the Holy See", kind="observer-state"
)
EUROPEAN_UNION = OrganisationName(
    short="European Union", of_short="of the European Union", of_formal="of the European Union", kind="observer"
)
ISOC = OrganisationName(short="ISOC", formal="Internet Society")


def lokaale(**changes: Any) -> Holder:
    """A man of ambassadorial rank."""
    return replace(Holder(full_name="Ekitela Lokaale", family_name="Lokaale", gender="male", rank="ambassador"), **changes)


def janina(**changes: Any) -> Holder:
    """A woman of ambassadorial rank."""
    return replace(Holder(full_name="Suela Janina", family_name="Janina", gender="female", rank="ambassador"), **changes)


def representative(holder: Holder | None, language: str = "en", **changes: Any) -> Addressee:
    """The Permanent Representative of Kenya in New York."""
    post = Addressee(language=language, post_kind="permanent-representative", organisation=KENYA[language], holder=holder)
    return replace(post, **changes)


def executive(holder: Holder | None, language: str = "en", **changes: Any) -> Addressee:
    """The chief executive of an organisation, with a recorded title."""
    post = Addressee(
        language=language,
        post_kind="chief-executive",
        post_title="President and Chief Executive Officer",
        organisation=ISOC,
        holder=holder,
    )
    return replace(post, **changes)
