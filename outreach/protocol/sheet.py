"""All wording of a language in one table, for the reader who approves it."""

from dataclasses import dataclass

from outreach.protocol.greeting import filled
from outreach.protocol.wording import CASES, Forms

# Stand-ins that show where a recorded value goes; a reader judges the words around them.
SAMPLE = {"name": "[name]", "family": "[family name]", "courtesy": "", "style": "[style]", "spoken_style": "[style]"}


@dataclass(frozen=True)
class Row:
    """One form for one case ("female", "male", "titled", "unknown", "vacant"), with where its wording comes from."""

    form: str
    ranks: tuple[str, ...]
    case: str
    name_line: str
    salutation: str
    opening: str
    close: str
    source: str
    awaits: str


def sheet(forms: Forms) -> list[Row]:
    """Return every form in every case that the language can write, with stand-ins such as "[family name]"."""
    rows = (_row(forms, name, case) for name in forms.forms for case in CASES)
    return [row for row in rows if row is not None]


def _row(forms: Forms, name: str, case: str) -> Row | None:
    form = forms.forms[name]
    if (case == "vacant") != (name in {post.vacant for post in forms.posts.values()}):
        return None
    fields = SAMPLE | {"courtesy": "[title]" if case == "titled" else (forms.settings.courtesy.choose(case) or "")}
    vocative = filled(form.vocative, case, fields)
    if vocative is None:
        return None
    return Row(
        form=name,
        ranks=form.ranks,
        case=case,
        name_line=filled(form.name_line, case, fields) or "",
        salutation=filled(form.salutation, case, {"vocative": vocative}) or "",
        opening=form.opening,
        close=filled(form.close, case, {"vocative": vocative}) or "",
        source=form.source,
        awaits=form.awaits,
    )
