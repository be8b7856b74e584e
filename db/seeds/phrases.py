"""The phrases a letter needs around the name of a State: "the Bahamas", "du Kenya", "del Perú".

Names and articles are data; only what a language does with them mechanically is here. Russian declines its names, so
its genitives are data too.
"""

import unicodedata

LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar")

# The article of the full name is that of the first word, once the article is known to belong there.
_FORMAL_ARTICLES = {
    "fr": {
        "Commonwealth": "le",
        "Confédération": "la",
        "Fédération": "la",
        "Grand-Duché": "le",
        "Principauté": "la",
        "République": "la",
        "Royaume": "le",
        "Sultanat": "le",
        "Union": "l'",
        "État": "l'",
        "États": "les",
        "États-Unis": "les",
    },
    "es": {
        "Commonwealth": "el",
        "Confederación": "la",
        "Estado": "el",
        "Estados": "los",
        "Gran": "el",
        "Principado": "el",
        "Reino": "el",
        "República": "la",
        "Unión": "la",
    },
}


def key_of(english: str) -> str:
    """Return the lasting key for an English short name, without what stands in brackets: `cote-divoire`, `bolivia`."""
    bare = english.split(" (")[0].replace("'", "")
    folded = unicodedata.normalize("NFKD", bare).encode("ascii", "ignore").decode()
    return "-".join(folded.lower().replace("-", " ").split())


def with_article(article: str, name: str) -> str:
    """Join an article to a name; French "l'" takes no space."""
    if not article:
        return name
    return article + name if article.endswith("'") else f"{article} {name}"


def formal_with_article(language: str, formal: str) -> str:
    """Put the article before a full name that came without one.

    Raises KeyError when the first word is not one whose article is known: the name then belongs in the corrections.
    """
    articles = _FORMAL_ARTICLES.get(language)
    return with_article(articles[formal.split()[0]], formal) if articles else formal


def running(short: str, formal: str, article: str) -> str:
    """Return the name as it stands inside a sentence.

    An inverted name ("Iran (Islamic Republic of)") is put in its natural order, which is that of the full name.
    """
    return formal if "(" in short else with_article(article, short)


def of(language: str, phrase: str) -> str:
    """Return "of" and the phrase, contracted as the language requires. Not for Russian."""
    if language == "en":
        return f"of {phrase}"
    if language == "fr":
        return _of_french(phrase)
    if language == "es":
        return f"del {phrase[3:]}" if phrase.startswith("el ") else f"de {phrase}"
    return phrase


def of_short_french(short: str, article: str, *, keeps_article: bool) -> str:
    """Return the French "of" with a short name.

    A feminine or elided article falls ("d'Albanie", "de France") unless usage keeps it ("de la Barbade", "de l'Inde").
    """
    falls = article in ("la", "l'") and not keeps_article
    return _of_french(short if falls else with_article(article, short))


def _of_french(phrase: str) -> str:
    for article, contracted in (("le ", "du "), ("les ", "des ")):
        if phrase.startswith(article):
            return contracted + phrase.removeprefix(article)
    # "l'Équateur" keeps its own elision: it is "de l'Équateur".
    if phrase.startswith("l'"):
        return f"de {phrase}"
    # Haïti is the one State without an article whose h is mute; Hongrie and Honduras have a sounded h.
    mute = unicodedata.normalize("NFKD", phrase)[0].lower() in "aeiou" or phrase.startswith("Haïti")
    return f"d'{phrase}" if mute else f"de {phrase}"
