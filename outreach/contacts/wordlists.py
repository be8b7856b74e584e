"""Words that offices write in their lists, in English and French, for what is stored under one word."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from outreach.contacts.models import Channel, Gender, RegionalGroup, StakeholderGroup
from outreach.contacts.naming import fold
from outreach.protocol.addressee import POST_KINDS, RANKS

Word = TypeVar("Word", bound=StrEnum)


def _table(own: Mapping[str, str], others: str) -> dict[str, str]:
    """`others` has a line for each stored word: `word: synonym, synonym`; a stored word always stands for itself."""
    table = {fold(word): word for word in own}
    for line in others.strip().splitlines():
        word, _, synonyms = line.partition(":")
        table |= {fold(synonym): word.strip() for synonym in synonyms.split(",")}
    return table


def _choices(kind: type[Word], others: str) -> dict[str, Word]:
    return {synonym: kind(word) for synonym, word in _table(dict.fromkeys(kind, ""), others).items()}


GROUPS = _choices(
    StakeholderGroup,
    """
    government: governments, governmental, member state, state, gouvernement, gouvernements, État membre, pouvoirs publics
    intergovernmental: intergovernmental organisation, intergovernmental organization, igo, intergouvernemental, oig
    private-sector: business, industry, company, secteur privé, entreprise, entreprises
    civil-society: ngo, ngos, non-governmental organisation, société civile, ong
    technical-community: technical, tech community, communauté technique
    academia: academic, university, research, monde universitaire, université, recherche
    press: media, presse, médias
    igf: igf body, fgi
    """,
)

REGIONAL_GROUPS = _choices(
    RegionalGroup,
    """
    african: africa, african group, african states, afrique, groupe africain, États d'Afrique
    asia-pacific: asia and the pacific, asia pacific group, asian group, asie pacifique, asie et pacifique
    eastern-european: eastern europe, eastern european group, eeg, europe orientale, europe de l'est
    grulac: latin america and the caribbean, latin american and caribbean group, lac, amérique latine et caraïbes
    weog: western european and others, western europe and others, europe occidentale et autres États
    """,
)

GENDERS = _choices(
    Gender,
    """
    female: f, woman, ms, mrs, miss, femme, féminin, madame, mme, mademoiselle, mlle
    female: frau, weiblich, señora, sra, señorita, srta, mujer, femenino
    male: m, man, mr, mister, homme, masculin, monsieur, herr, männlich, señor, sr, hombre, masculino
    """,
)

CHANNELS = _choices(
    Channel,
    """
    email: e-mail, courriel
    post: postal, letter, by post, courrier, poste, voie postale
    courier: coursier, porteur
    hand: by hand, en main propre, remise
    portal: web form, portail
    telephone: phone, téléphone
    meeting: réunion
    """,
)

# What address books call the places where somebody is reached, in English, French, German and Spanish.
WHERE_SAID = _table(
    {},
    """
    work: work, business, office, bureau, travail, professionnel, professionnelle, geschäftlich, dienstlich, beruflich, arbeit
    work: büro, trabajo, laboral, oficina, profesional
    home: home, personal, private, domicile, personnel, personnelle, privé, privée, maison, privat, zuhause
    home: particular, domicilio, casa, hogar, dom
    other: other, autre, weitere, weiterer, weiteres, weiteres r, weiteres e, andere, sonstige, otro, otra
    """,
)

RANKS_SAID = _table(
    dict.fromkeys(RANKS, ""),
    """
    head-of-state: chef d'État
    head-of-government: prime minister, chef de gouvernement, premier ministre
    foreign-minister: minister for foreign affairs, minister of foreign affairs, ministre des affaires étrangères
    minister: ministre
    deputy-minister: vice minister, vice-ministre
    ambassador: ambassadeur, ambassadrice, ambassador extraordinary and plenipotentiary
    charge: chargé d'affaires, chargé d'affaires ai, chargé d'affaires a i, chargée d'affaires
    secretary-general: secrétaire général, secrétaire générale
    usg: under secretary general, secrétaire général adjoint
    asg: assistant secretary general, sous secrétaire général
    """,
)

KINDS_SAID = _table(
    dict.fromkeys(POST_KINDS, ""),
    """
    permanent-representative: pr, représentant permanent, représentante permanente
    permanent-observer: observateur permanent, observatrice permanente
    foreign-minister: minister for foreign affairs, minister of foreign affairs, ministre des affaires étrangères
    charge: chargé d'affaires
    head-of-government: prime minister, premier ministre
    liaison: liaison officer, contact, focal point, point focal
    """,
)

SEATS_SAID = _table(
    {},
    """
    new-york: new york, ny, nyc, new york city
    geneva: geneva, genève
    capital: capital, capitale
    headquarters: headquarters, hq, siège
    """,
)

LANGUAGES_SAID = _table(
    {},
    """
    ar: ar, arabic, arabe
    en: en, english, anglais
    es: es, spanish, espagnol, español
    fr: fr, french, français
    ru: ru, russian, russe
    zh: zh, chinese, chinois
    """,
)

# Parts of a title, in the order in which they decide what kind of post it is.
_KINDS_BY_TITLE = (
    ("person", "vice", "deputy", "assistant", "adjoint", "adjointe", "adviser", "advisor", "assistante"),
    ("charge", "charge d affaires", "chargee d affaires"),
    ("permanent-representative", "permanent representative", "representant permanent", "representante permanente"),
    ("permanent-observer", "permanent observer", "observateur permanent", "observatrice permanente"),
    ("foreign-minister", "foreign affairs", "foreign minister", "affaires etrangeres"),
    ("head-of-government", "prime minister", "premier ministre", "premiere ministre"),
    ("minister", "minister", "ministre"),
    ("chief-executive", "chief executive", "ceo", "president directeur general", "presidente directrice generale"),
    ("secretary-general", "secretary general", "secretaire general", "secretaire generale"),
    ("head-of-delegation", "head of delegation", "head of the delegation", "chef de la delegation", "chef de delegation"),
    ("president", "president", "presidente"),
    ("chair", "chair", "chairman", "chairwoman", "chairperson"),
    ("director", "director", "directeur", "directrice"),
    ("coordinator", "coordinator", "co ordinator", "coordonnateur", "coordonnatrice"),
    ("liaison", "liaison", "focal point", "point focal"),
    ("head", "head", "chef"),
)


@lru_cache(maxsize=1024)
def kind_by_title(title: str) -> str:
    """The kind of post that a title names; `person` where no word of it tells."""
    said = f" {fold(title)} "
    found = (kind for kind, *parts in _KINDS_BY_TITLE if any(f" {part} " in said for part in parts))
    return next(found, "person")
