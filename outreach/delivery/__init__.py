"""Outboxes and the ledger: what left, when, by which way, and what became of it."""
