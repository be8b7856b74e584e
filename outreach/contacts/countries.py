"""The country of a postal address, named as the post asks: last, in capitals, in a language that the post which takes it reads.

Universal Postal Union, S42 and Convention Manual: the country of destination in capital letters on the last line, in the
language of the country that the mail leaves from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.models import Organisation, OrganisationKind, OrganisationName
from outreach.contacts.naming import fold

STATES = (OrganisationKind.MEMBER_STATE, OrganisationKind.OBSERVER_STATE)
# How addresses call countries besides their UN names; what is written here is only read, never printed.
_CALLED: Mapping[str, tuple[str, ...]] = {
    "BO": ("Bolivia", "Bolivie"),
    "CI": ("Ivory Coast",),
    "CV": ("Cape Verde", "Cap-Vert"),
    "CZ": ("Czech Republic", "République tchèque", "República Checa"),
    "GB": ("UK", "United Kingdom", "Great Britain", "England", "Scotland", "Wales", "Royaume-Uni", "Reino Unido"),
    "IR": ("Iran",),
    "KR": ("South Korea", "Korea", "Corée du Sud", "Corea del Sur"),
    "LA": ("Laos",),
    "MD": ("Moldova", "Moldavie"),
    "NL": ("Netherlands", "The Netherlands", "Holland", "Pays-Bas", "Países Bajos"),
    "RU": ("Russia", "Russie", "Rusia", "Россия"),
    "SY": ("Syria", "Syrie", "Siria"),
    "SZ": ("Swaziland",),
    "TR": ("Turkey", "Turquie", "Turquía"),
    "TZ": ("Tanzania", "Tanzanie"),
    "US": ("USA", "U.S.A.", "US", "U.S.", "United States", "États-Unis", "Estados Unidos"),
    "VE": ("Venezuela",),
    "VN": ("Vietnam",),
}
# The capital of a dotted i keeps its dot in this name.
_CAPITALS = {"Türkiye": "TÜRKİYE"}


@dataclass(frozen=True)
class Countries:
    """The States that an address may end with, by the ways they are called, and their names in one language."""

    language: str
    codes: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def of(cls, session: Session, language: str) -> "Countries":
        """The States of the directory, to be named in `language`; one query."""
        codes, names = {fold(word): code for code, words in _CALLED.items() for word in words}, {}
        query = select(Organisation.country, Organisation.name, OrganisationName).join(OrganisationName)
        wanted = (Organisation.country != "", Organisation.kind.in_(STATES), Organisation.merged_into_id.is_(None))
        for code, filed, name in session.execute(query.where(*wanted)):
            codes |= {fold(word): code for word in (filed, name.short, name.formal, name.running) if word}
            if name.language == language:
                names[code] = name.short
        return cls(language, codes, names)

    def ending(self, lines: Sequence[str], seat: str = "") -> tuple[tuple[str, ...], str]:
        """An address without its country, and the line that names it in capitals; empty where none is known.

        The country is the last line when it names one, else `seat`, the two letters of where the addressee is at home.
        """
        code = self.codes.get(fold(lines[-1])) if lines else None
        rest = tuple(lines[:-1] if code else lines)
        name = self.names.get(code or seat, "")
        # Without a name in the language the address says what it says.
        return (rest, _CAPITALS.get(name, name.upper())) if name else (tuple(lines), "")
