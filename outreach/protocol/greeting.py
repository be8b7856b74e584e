"""How one addressee is greeted: which form the rank calls for, and the vocative it gives."""

from dataclasses import dataclass, replace

from outreach.protocol.addressee import RANKS, Addressee, Holder, Unaddressable
from outreach.protocol.cleaning import clean, legible, readable
from outreach.protocol.entries import Form, Forms
from outreach.protocol.titles import Standing, block_title, case_of, composed, naming, standing, title_entries, unknown_gender
from outreach.protocol.wording import Phrase, choose

MARKS = ",:;.!،，：！ "


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """One addressee, resolved; `salutation` and `close` are this person's own, or "". `used` names the entries it took."""

    name: str
    form: Form
    case: str
    block: tuple[str, ...]
    warnings: tuple[str, ...]
    used: tuple[str, ...]
    vocative: str = ""
    salutation: str = ""
    close: str = ""


def greet(forms: Forms, addressee: Addressee) -> Greeting:
    """Resolve one addressee; raises Unaddressable when the record does not allow a correct letter."""
    if addressee.language != forms.language:
        raise Unaddressable(
            f"{naming(addressee)} is recorded in the language {addressee.language!r}, and the letter is in"
            f" {forms.settings.name}; give both in one language."
        )
    holder = addressee.holder
    if holder is None:
        return _vacant(forms, addressee, "The post is vacant")
    if not holder.confirmed and forms.settings.unconfirmed == "post":
        why = f"{naming(addressee)} is not confirmed as the holder, so the letter names the post only"
        return _vacant(forms, replace(addressee, holder=None), why)
    return _held(forms, addressee, holder)


def filled(phrase: Phrase, case: str, fields: dict[str, str]) -> str | None:
    """Fill the template that `phrase` has for `case`; None where the language has none."""
    template = choose(phrase, case)
    return None if template is None else composed(template, **fields)


def _vacant(forms: Forms, addressee: Addressee, why: str) -> Greeting:
    at = standing(forms, addressee)
    title = block_title(forms, addressee, at)
    if not title:
        raise Unaddressable(f"{naming(addressee)} has neither a holder nor a title; record one of them.")
    name = at.post.vacant
    vocative = filled(forms.forms[name].vocative, "vacant", {})
    if vocative is None:
        raise Unaddressable(f"{forms.settings.name} has no vocative for a vacant post in [forms.{name}]; add it.")
    line = composed(forms.settings.vacant_line, title=title)
    return Greeting(
        name=name,
        form=forms.forms[name],
        case="vacant",
        block=_block(addressee, at, line),
        warnings=(f"{why}: {line}; it is addressed as {vocative!r}.",),
        used=(f"forms.{name}", *title_entries(addressee, at)),
        vocative=vocative,
    )


def _held(forms: Forms, addressee: Addressee, holder: Holder) -> Greeting:
    at = standing(forms, addressee)
    name = _form_for(forms, at, holder)
    case = case_of(holder)
    fields = _fields(forms, addressee, holder, case)
    greeting = Greeting(
        name=name,
        form=forms.forms[name],
        case=case,
        block=_block(addressee, at, _name_line(forms, addressee, name, fields), block_title(forms, addressee, at)),
        warnings=tuple(_doubts(forms, addressee, at, holder)),
        used=(f"forms.{name}", *title_entries(addressee, at)),
        close=clean(holder.close, "close"),
    )
    if legible(holder.salutation):
        return _own(forms, greeting, clean(holder.salutation, "salutation"))
    spoken = (
        (f"styles.{fields['style']}",) if fields["spoken_style"] and "{spoken_style}" in str(greeting.form.vocative) else ()
    )
    return replace(greeting, vocative=_vocative(forms, addressee, greeting, fields), used=greeting.used + spoken)


def _form_for(forms: Forms, at: Standing, holder: Holder) -> str:
    """The recorded rank decides, not the post; without a rank the post's own form stands."""
    if holder.rank is None:
        return at.post.form
    if holder.rank not in forms.by_rank:
        raise Unaddressable(
            f"{readable(holder.full_name)} has the unknown rank {holder.rank!r}; use {', '.join(RANKS)}, or leave it out."
        )
    return forms.by_rank[holder.rank]


def _fields(forms: Forms, addressee: Addressee, holder: Holder, case: str) -> dict[str, str]:
    name = clean(holder.full_name, "name")
    if not legible(name):
        raise Unaddressable(f"{naming(addressee)} has a holder without a name; record the name, or end the holding.")
    style = clean(holder.style, "style")
    if holder.rank == "royal" and not legible(style):
        raise Unaddressable(f"{name} is a royal without a style; record it, such as His or Her Royal Highness.")
    # Never the last word of the full name: an unrecorded family name means the whole name is used.
    family = clean(holder.family_name, "family name")
    title = clean(holder.academic_title, "academic title")
    return {
        "name": name,
        "family": family if legible(family) else name,
        "courtesy": title if legible(title) else (forms.settings.courtesy.choose(case) or ""),
        "style": style,
        "spoken_style": forms.styles[style].vocative if style in forms.styles else "",
    }


def _name_line(forms: Forms, addressee: Addressee, form: str, fields: dict[str, str]) -> str:
    if fields["style"]:
        return composed(forms.settings.style_line, **fields)
    holder_case = case_of(addressee.holder)
    line = filled(forms.forms[form].name_line, holder_case, fields)
    if line is None:
        raise unknown_gender(forms, addressee)
    courtesy = fields["courtesy"]
    # What begins a line begins with a capital: "Г-ну", where the middle of a line has "г-ну".
    return courtesy[:1].upper() + line[1:] if courtesy and line.startswith(courtesy) else line


def _vocative(forms: Forms, addressee: Addressee, greeting: Greeting, fields: dict[str, str]) -> str:
    vocative = filled(greeting.form.vocative, greeting.case, fields)
    if vocative is None:
        raise unknown_gender(forms, addressee)
    if not legible(vocative):
        raise Unaddressable(
            f"{naming(addressee)} has the style {fields['style']!r}, and [styles] does not say how it is spoken to in"
            f" {forms.settings.name}; add it there, or record a salutation of this person's own."
        )
    return vocative


def _own(forms: Forms, greeting: Greeting, salutation: str) -> Greeting:
    """A person's own salutation; one that begins personally ("Dear ") makes it a personal letter, whatever the rank."""
    vocative = salutation.rstrip(MARKS)
    mark = "".join(salutation[len(vocative) :].split()) or forms.settings.mark
    greeting = replace(greeting, salutation=vocative + mark, vocative=vocative)
    for beginning in forms.settings.personal:
        if vocative == beginning.strip():
            raise Unaddressable(
                f"{greeting.block[0]} has the salutation {salutation!r}, which names nobody; complete it, or empty it."
            )
        spoken = vocative.removeprefix(beginning)
        if spoken != vocative:
            used = (*greeting.used, "forms.personal")
            return replace(greeting, vocative=spoken, name="personal", form=forms.forms["personal"], used=used)
    return greeting


def _block(addressee: Addressee, at: Standing, *head: str) -> tuple[str, ...]:
    """Name, title, organisation unless a line above already names it; where it is delivered follows (`routing`)."""
    lines = [line for line in head if line]
    organisation = addressee.organisation
    if organisation is not None and at.post.organisation_line:
        name = clean(organisation.formal or organisation.short, "name of the organisation")
        if legible(name) and not any(name in line for line in lines):
            lines.append(name)
    return tuple(lines)


def _doubts(forms: Forms, addressee: Addressee, at: Standing, holder: Holder) -> list[str]:
    doubts = []
    if holder.full_name.lstrip().startswith(forms.settings.honorifics):
        doubts.append(f"The name of {naming(addressee)} begins with an honorific; record the name without it.")
    if not holder.confirmed:
        doubts.append(f"{naming(addressee)} is not confirmed as the holder of the post; confirm it before sending.")
    if legible(holder.salutation):
        return doubts
    if holder.rank is None and at.post.expects_rank:
        doubts.append(f"{naming(addressee)} has no rank recorded, and is not addressed as of ambassadorial rank.")
    if holder.gender is None:
        doubts.append(f"{naming(addressee)}: the gender is not recorded, so a neutral form is used.")
    return doubts
