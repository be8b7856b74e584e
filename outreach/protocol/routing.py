"""Where a letter is delivered, as the address block says it: the addressee's own lines, or the body that hands it on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from outreach.protocol.addressee import Addressee, Unaddressable
from outreach.protocol.cleaning import clean, legible
from outreach.protocol.entries import Forms
from outreach.protocol.titles import home_of, mission, naming, of_name, standing, worded


@dataclass(frozen=True)
class Route:
    """The last lines of an address, and the names of the entries that word them."""

    lines: tuple[str, ...] = ()
    used: tuple[str, ...] = ()


def route(forms: Forms, addressee: Addressee) -> Route:
    """Where a letter to `addressee` is delivered: its postal lines, else "Through: ..." with those of the body named there.

    Raises Unaddressable when the language has no such line, or the body no name.
    """
    body = addressee.through
    if body is None:
        return Route(_postal(addressee))
    if forms.through is None:
        raise Unaddressable(
            f"{naming(addressee)} is reached through another body, and {forms.settings.name} has no words for that;"
            f" add the entry [through]."
        )
    name, used = _body(forms, replace(body, holder=None))
    return Route((worded(forms, forms.through.line, body=name), *_postal(body)), ("through", *used))


def is_shared(routes: Sequence[Route], addressees: Sequence[Addressee]) -> bool:
    """Whether one body hands the letter on to all of several addressees: then the address names it once, for all."""
    return len(routes) > 1 and len(set(routes)) == 1 and addressees[0].through is not None


def _postal(addressee: Addressee) -> tuple[str, ...]:
    return tuple(line for raw in addressee.postal_lines if (line := clean(raw, "postal line")))


def _body(forms: Forms, body: Addressee) -> tuple[str, tuple[str, ...]]:
    """What the body is called, and the entries that say so: its mission, its ministry, else its organisation."""
    if name := mission(body, forms):
        return name, standing(forms, body).entries
    kind = home_of(body)
    home = forms.notes.get(kind)
    if home and home.block:
        return worded(forms, home.block, of=of_name(forms, body, home.block)), (f"notes.{kind}",)
    organisation = body.organisation
    name = clean(organisation.formal or organisation.short, "name of the organisation") if organisation else ""
    if not legible(name):
        raise Unaddressable(f"{naming(body)}, by which the letter is handed on, has no name; record its organisation's.")
    return name, ()
