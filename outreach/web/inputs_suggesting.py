"""Suggested themes on the desk: what a text may bear on, for a person to judge."""

from typing import Any

from flask import render_template, request

from outreach.inputs import codebook, describing, encoding, texts
from outreach.inputs.suggesting import Suggester
from outreach.journal import Role
from outreach.office import package_folder
from outreach.responses import shelf
from outreach.web.guarding import needs
from outreach.web.inputs import pages as pages
from outreach.web.inputs import title_of
from outreach.web.seeing import office

MOST = 8


@pages.get("/texts/<int:number>/suggestions")
@needs(Role.READER)
def suggestions(number: int) -> Any:
    """Themes that a text may bear on, with the words that speak for them."""
    with office().reading() as session:
        text = texts.get(session, number)
        known = codebook.read(package_folder("seeds") / "themes.toml")
        described = describing.of_office(session, known=known)
        # Meaning is asked for by a link: making it takes seconds the first time.
        by_meaning = request.args.get("by") == "meaning"
        suggester = Suggester(described, encoding.encoder() if by_meaning else None)
        themes = {one.theme: node.theme for one, node in zip(described, codebook.tree(session), strict=True)}
        found = [(themes[one.theme], one) for one in suggester.suggest(text.content, most=MOST)]
        response = shelf.get(session, text.response_id)
        return render_template(
            "inputs/suggestions.html",
            text=text,
            found=found,
            response=response,
            authors=shelf.author_names(response),
            title=title_of,
            by_meaning=by_meaning,
            can_mean=encoding.installed(),
        )
