"""Stakeholder outreach and correspondence: contacts, campaigns, letters, delivery, responses, inputs, communiqué."""

__version__ = "0.1.0"
