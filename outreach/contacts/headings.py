"""Which column of a list is which field: by heading, in English or French, whatever its case, accents and spaces."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from outreach.contacts.cells import shown
from outreach.contacts.naming import fold
from outreach.contacts.rows import Line, Said, stray
from outreach.errors import Invalid

IGNORE = "-"
REFUSED_BECAUSE = "refused_because"

# The fields of a row, in the order in which a worksheet shows them.
COLUMNS = (
    *("organisation", "acronym", "group", "regional_group", "country", "domain", "tags"),
    *("post", "seat", "title", "full_name", "given_name", "family_name", "gender", "rank", "salutation", "confirmed_on"),
    *("email", "phone", "address", "language", "channel", "through", "liaison", "copy_liaison", "do_not_contact"),
    *("post_do_not_contact", "organisation_do_not_contact"),
)


class Unclear(Invalid):
    """Somebody must say which field a column is."""

    to_type = '--map "HEADING=FIELD" says it, --map "HEADING=-" leaves a column out.'


_SYNONYMS = """
organisation: organization, name of organisation, organisation name, organization name, company, institution
organisation: member state, organisme, nom de l'organisation, État membre
acronym: abbreviation, sigle, acronyme
group: stakeholder group, stakeholder, groupe, groupe de parties prenantes, partie prenante
regional_group: region, regional, région, groupe régional
country: country code, pays, code pays
domain: website, web site, web, url, site, site web, domaine
tags: tag, labels, keywords, étiquettes, mots clés
post: kind of post, position, function, role, poste, fonction
seat: duty station, location, lieu d'affectation
title: job title, functional title, titre, intitulé, titre du poste
full_name: name, contact, contact name, contact person, holder, nom complet, nom et prénom, prénom et nom, titulaire
given_name: given names, first name, first names, forename, prénom, prénoms
family_name: last name, surname, family, nom, nom de famille
gender: sex, civility, civilité, genre, sexe
rank: rang
salutation: greeting, formule d'appel, appel
confirmed_on: confirmed, date confirmed, confirmé le, date de confirmation
email: e-mail, emails, e-mails, email address, e-mail address, email addresses, courriel, courriels
email: adresse électronique, adresse e-mail, adresse email
phone: telephone, tel, phone number, telephone number, mobile, téléphone, tél, numéro de téléphone
address: postal address, mailing address, adresse, adresse postale
language: language of correspondence, langue, langue de correspondance
channel: preferred channel, channels, voie, canal, voie d'envoi
through: sent through, sous couvert de, s/c, s/c de
liaison: liaison contact, liaison officer, contact de liaison, chargé de liaison
copy_liaison: copy to liaison, copie au contact de liaison
do_not_contact: do not contact reason, ne pas contacter
"""

_FIELDS = {fold(column): column for column in (*COLUMNS, REFUSED_BECAUSE)}
for _line in _SYNONYMS.strip().splitlines():
    _column, _, _others = _line.partition(":")
    _FIELDS |= {fold(other): _column for other in _others.split(",")}


def known(heading: str) -> str | None:
    """The field that `heading` stands for, or None."""
    return _FIELDS.get(fold(heading))


@dataclass(frozen=True)
class Columns:
    """The columns of a list: for each the field that it is, None for one left out; `by_person` tells rows that are cards."""

    heads: Sequence[str]
    fields: Sequence[str | None]
    by_person: bool = False

    def said(self, line: Line) -> Said:
        """What a row says."""
        texts = {name: text for name, text in zip(self.fields, line.cells, strict=False) if name and text}
        faults = [line.fault] if line.fault else []
        return Said(texts, faults + stray(self.heads, line.cells), line.notes, line.left_out)


def understand(
    heads: Sequence[str], mapping: Mapping[str, str], also: Callable[[str], str | None] = lambda heading: None
) -> list[str | None]:
    """The field of each column, None for one that is ignored; `mapping` (theirs -> ours or `-`) comes before synonyms.

    `also` knows further headings. Raises Invalid for a heading that nothing stands for, for two columns of one field, and for a
    mapping that fits nothing.
    """
    said = chosen(heads, mapping)
    fields: list[str | None] = []
    for head in heads:
        field = said.get(fold(head)) or known(head) or also(head)
        fields.append(None if field in (IGNORE, REFUSED_BECAUSE) or not head.strip() else field or "")
    must_be_known(heads, fields)
    _must_differ(heads, fields)
    return fields


def must_be_known(heads: Sequence[str], fields: Sequence[str | None]) -> None:
    """Raise Invalid when a field is blank, which means that nobody knows what the column is."""
    unknown = [shown(head) for head, field in zip(heads, fields, strict=True) if field == ""]
    if unknown:
        raise Unclear(
            f"No field is known for the column{'s' * (len(unknown) > 1)} {_several(unknown)}; "
            f"say which field {'each' if len(unknown) > 1 else 'it'} is, or leave {'them' if len(unknown) > 1 else 'it'} out. "
            f"Fields: {', '.join(COLUMNS)}."
        )


def _several(words: Sequence[str], most: int = 20) -> str:
    rest = len(words) - most
    return ", ".join(words[:most]) + (f" and {rest:,} more" if rest > 0 else "")


def chosen(heads: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """What `mapping` says of these headings, folded; raises Invalid for one that is not there, and for a field that is none."""
    theirs = {fold(head) for head in heads}
    found: dict[str, str] = {}
    for heading, field in mapping.items():
        if fold(heading) not in theirs:
            raise Unclear(f"The file has no column {shown(heading)}; check the spelling.")
        ours = IGNORE if field == IGNORE else known(field)
        if ours is None:
            raise Unclear(f"{shown(field)} is no field; a column is one of {', '.join(COLUMNS)}, or left out.")
        found[fold(heading)] = ours
    return found


def _must_differ(heads: Sequence[str], fields: Sequence[str | None]) -> None:
    seen: dict[str, int] = {}
    for number, field in enumerate(fields, 1):
        if not field:
            continue
        if field in seen:
            first = seen[field]
            raise Unclear(
                f"Columns {first} ({shown(heads[first - 1])}) and {number} ({shown(heads[number - 1])}) are both {field}; "
                f"rename one, or leave one out."
            )
        seen[field] = number
