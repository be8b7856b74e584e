"""The pages of each room, in the order of the work."""

from flask import Blueprint

from outreach.web import campaigns, communique, contacts, delivery, home, inputs, letters_paper, responses, waiting

PAGES: tuple[Blueprint, ...] = (
    home.pages,
    contacts.pages,
    campaigns.pages,
    # One blueprint in three files, complete once all are imported.
    letters_paper.pages,
    delivery.pages,
    responses.pages,
    waiting.pages,
    inputs.pages,
    communique.pages,
)
