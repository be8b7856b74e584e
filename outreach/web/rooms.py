"""The pages of each room, in the order of the work."""

from flask import Blueprint

from outreach.web import campaigns, contacts, delivery, home, inputs, letters_acting, responses, waiting

PAGES: tuple[Blueprint, ...] = (
    home.pages,
    contacts.pages,
    campaigns.pages,
    letters_acting.pages,
    delivery.pages,
    responses.pages,
    waiting.pages,
    inputs.pages,
)
