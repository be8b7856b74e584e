"""Coverage on the desk: what became of every answer, and how the answers spread over themes and groups."""

from typing import Any

from flask import render_template, request

from outreach.communique import accounting
from outreach.contacts.models import RegionalGroup, StakeholderGroup
from outreach.inputs import codebook
from outreach.inputs.coverage import Account
from outreach.journal import Role
from outreach.responses import browsing, shelf
from outreach.web.guarding import needs
from outreach.web.inputs_exchanging import pages as pages
from outreach.web.seeing import office, page_of, window

UNUSED = "unused"


@pages.get("/")
@needs(Role.READER)
def index() -> Any:
    """What became of every substantive answer."""
    wanted = request.args.get("account", "")
    offset, limit = window()
    with office().reading() as session:
        found = accounting.ledger(session)
        rows = [row for row in found.coverage.rows if wanted in ("", row.account.value, found.use(row.response_id))]
        page = page_of(rows[offset : offset + limit])
        whole = browsing.by_number(session, [row.response_id for row in page.items])
        return render_template(
            "inputs/coverage.html",
            page=page,
            found=found,
            wanted=wanted,
            accounts=list(Account),
            responses=whole,
            authors=shelf.author_names,
        )


@pages.get("/balance")
@needs(Role.READER)
def balance() -> Any:
    """How the answers spread over the themes, by stakeholder and regional group."""
    with office().reading() as session:
        books = codebook.books(session)
        wanted = request.args.get("book", "")
        book = wanted if any(each.name == wanted for each in books) else None
        found = accounting.balance(session, book)
    groups = [group for group in (*StakeholderGroup, *RegionalGroup) if found.total.groups[group]]
    language = office().settings.office.default_language
    return render_template(
        "inputs/balance.html", found=found, groups=groups, books=books, book=book, title=lambda line: _title(line, language)
    )


def _title(line: accounting.Line, language: str) -> str:
    return line.titles.get(language) or line.titles.get("en", line.code)
