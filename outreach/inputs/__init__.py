"""Texts of answers, passages of them under themes, and who may be named."""
