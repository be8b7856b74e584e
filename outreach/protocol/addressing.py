"""The whole form of a letter to one addressee, or to several jointly."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.protocol.addressee import Addressee, Unaddressable
from outreach.protocol.entries import Forms
from outreach.protocol.greeting import Greeting, filled, greet
from outreach.protocol.routing import is_shared, route

# Courtesy titles, the date and the words of the layout stand in every letter.
EVERY_LETTER = ("settings", "dates", "words")


@dataclass(frozen=True)
class Address:
    """What a letter takes from protocol.

    `block` holds the lines of the address; an empty line stands between joint addressees. `opening` begins the first
    sentence ("I have the honour to") and stands nowhere else. `vocative` is the one the close repeats. `warnings` are
    sentences for whoever approves the letter. `formal`: the style of ST/DCS/4/Rev.1, para 104. `used` names every entry of
    the language's wording that the letter takes words from.
    """

    block: tuple[str, ...]
    salutation: str
    opening: str
    close: str
    vocative: str
    warnings: tuple[str, ...]
    formal: bool
    used: tuple[str, ...]


def address(forms: Forms, addressees: Sequence[Addressee]) -> Address:
    """Return how a letter to `addressees`, in the order given, is addressed, begun and closed.

    Several addressees are addressed jointly. Those who share a vocative get its plural ("Excellencies"); different
    vocatives are listed in order ("Excellency, Madam"). Where forms differ, salutation, opening and close are those of
    the first addressee who is addressed formally, and a warning asks for a look. In a joint letter a person's own
    salutation gives its vocative to the list, and an own close stands only when all share it.

    Raises Unaddressable, naming the person and what to record, when no correct form can be written.
    """
    if not addressees:
        raise Unaddressable("The letter has no addressee; choose at least one.")
    greetings = [greet(forms, addressee) for addressee in addressees]
    lead = _lead(greetings)
    block, routed = _block(forms, greetings, addressees)
    used = tuple(dict.fromkeys((*EVERY_LETTER, *(name for greeting in greetings for name in greeting.used), *routed)))
    vocative = greetings[0].vocative if len(greetings) == 1 else _joint_vocative(forms, greetings)
    return Address(
        block=block,
        salutation=_salutation(forms, greetings, lead, vocative),
        opening=lead.form.opening,
        close=_close(forms, greetings, lead, vocative),
        vocative=vocative,
        warnings=(*_warnings(greetings), *awaiting(forms, used)),
        formal=lead.form.formal,
        used=used,
    )


def awaiting(forms: Forms, used: Sequence[str]) -> list[str]:
    """Return the sentence that names the entries among `used` that await a reader, one for each reader."""
    readers: dict[str, list[str]] = {}
    for name, whom in forms.awaiting(used).items():
        readers.setdefault(whom, []).append(f"[{name}]")
    return [f"The {forms.settings.name} wording {', '.join(names)} awaits {whom}." for whom, names in readers.items()]


def _lead(greetings: list[Greeting]) -> Greeting:
    # A neutral form leads only when nobody has a better one: its close may carry no vocative.
    return min(greetings, key=lambda each: (not each.form.formal, each.case in ("unknown", "titled")))


def _joint_vocative(forms: Forms, greetings: list[Greeting]) -> str:
    shared: dict[str, list[Greeting]] = {}
    for greeting in greetings:
        shared.setdefault(greeting.vocative, []).append(greeting)
    vocatives = [spoken for vocative, group in shared.items() for spoken in _spoken(vocative, group)]
    conjunction = greetings[0].form.conjunction if len({each.name for each in greetings}) == 1 else None
    if len(vocatives) == 1:
        return vocatives[0]
    comma = forms.settings.comma
    return comma.join(vocatives[:-1]) + (conjunction or comma) + vocatives[-1]


def _spoken(vocative: str, group: list[Greeting]) -> list[str]:
    first = group[0]
    plural = filled(first.form.joint, first.case, {}) if len(group) > 1 and first.form.joint else None
    return [plural] if plural else [vocative] * len(group)


def _salutation(forms: Forms, greetings: list[Greeting], lead: Greeting, vocative: str) -> str:
    if len(greetings) == 1 and lead.salutation:
        return lead.salutation
    salutation = filled(lead.form.salutation, lead.case, {"vocative": vocative})
    if salutation is None:
        raise _incomplete(forms, lead, "salutation")
    return salutation


def _close(forms: Forms, greetings: list[Greeting], lead: Greeting, vocative: str) -> str:
    own = {greeting.close for greeting in greetings}
    if len(own) == 1 and lead.close:
        return lead.close
    phrase = (lead.form.joint_close if len(greetings) > 1 else None) or lead.form.close
    close = filled(phrase, lead.case, {"vocative": vocative})
    if close is None:
        raise _incomplete(forms, lead, "close")
    return close


def _incomplete(forms: Forms, lead: Greeting, key: str) -> Unaddressable:
    return Unaddressable(
        f"{lead.block[0]}: {forms.settings.name} has no `{key}` in [forms.{lead.name}] for this case ({lead.case});"
        f" record the gender, or add the wording."
    )


def _block(forms: Forms, greetings: list[Greeting], addressees: Sequence[Addressee]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines of the address, and the entries that word where it is delivered."""
    routes = [route(forms, addressee) for addressee in addressees]
    used = tuple(name for each in routes for name in each.used)
    if is_shared(routes, addressees):
        parts = [*(greeting.block for greeting in greetings), routes[0].lines]
    else:
        parts = [greeting.block + each.lines for greeting, each in zip(greetings, routes, strict=True)]
    lines = [line for part in parts for line in ("", *part)]
    return tuple(lines[1:]), used


def _warnings(greetings: list[Greeting]) -> tuple[str, ...]:
    warnings = dict.fromkeys(warning for greeting in greetings for warning in greeting.warnings)
    if len({greeting.vocative for greeting in greetings}) > 1 and len({greeting.name for greeting in greetings}) > 1:
        warnings["The joint addressees are of different ranks; read the salutation and the close."] = None
    return tuple(warnings)
