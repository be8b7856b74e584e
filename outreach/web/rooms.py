"""The pages of each room, in the order of the work."""

from flask import Blueprint

from outreach.web import (
    answers,
    campaigns_values,
    communique_reviewing,
    contacts,
    deadlines,
    delivery_servers,
    delivery_work,
    engagements,
    home,
    inputs_coverage,
    letters_addressing,
    mailboxes,
    protocol,
    questions,
    responses,
    waiting,
    wordings,
)

PAGES: tuple[Blueprint, ...] = (
    home.pages,
    contacts.pages,
    # Rooms with several files have one blueprint, complete once all are imported.
    campaigns_values.pages,
    questions.pages,
    wordings.pages,
    letters_addressing.pages,
    protocol.pages,
    delivery_work.pages,
    delivery_servers.pages,
    responses.pages,
    deadlines.pages,
    answers.pages,
    engagements.pages,
    waiting.pages,
    mailboxes.pages,
    inputs_coverage.pages,
    communique_reviewing.pages,
)
