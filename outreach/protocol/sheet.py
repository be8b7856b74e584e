"""All wording of a language in one table, for the reader who approves it."""

from dataclasses import dataclass, replace

from outreach.protocol.entries import Forms
from outreach.protocol.greeting import filled
from outreach.protocol.wording import CASES

# Stand-ins that show where a recorded value goes; a reader judges the words around them.
HELD = tuple(case for case in CASES if case != "vacant")
SAMPLE = {"name": "[name]", "family": "[family name]", "courtesy": "", "style": "[style]", "spoken_style": "[style]"}


@dataclass(frozen=True)
class Row:
    """One form as it reads in `cases` ("female", "male", "titled", "unknown", "vacant"), with its standing."""

    form: str
    ranks: tuple[str, ...]
    cases: tuple[str, ...]
    name_line: str
    salutation: str
    opening: str
    close: str
    source: str
    awaits: str


def sheet(forms: Forms) -> list[Row]:
    """Return every form in every case that the language can write, with stand-ins such as "[family name]".

    Cases that read alike share a row.
    """
    vacant = {post.vacant for post in forms.posts.values()}
    rows: dict[tuple[str, ...], Row] = {}
    for name in forms.forms:
        for case in ("vacant",) if name in vacant else HELD:
            row = _row(forms, name, case)
            if row is not None:
                text = (name, row.name_line, row.salutation, row.close)
                rows[text] = replace(row, cases=(*rows[text].cases, case)) if text in rows else row
    return list(rows.values())


def _row(forms: Forms, name: str, case: str) -> Row | None:
    form = forms.forms[name]
    fields = SAMPLE | {"courtesy": "[title]" if case == "titled" else (forms.settings.courtesy.choose(case) or "")}
    vocative = filled(form.vocative, case, fields)
    if vocative is None:
        return None
    return Row(
        form=name,
        ranks=form.ranks,
        cases=(case,),
        name_line="" if case == "vacant" else filled(form.name_line, case, fields) or "",
        salutation=filled(form.salutation, case, {"vocative": vocative}) or "",
        opening=form.opening,
        close=filled(form.close, case, {"vocative": vocative}) or "",
        source=form.source,
        awaits=form.awaits,
    )
