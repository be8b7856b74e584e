"""The pages of each room, in the order of the work."""

from flask import Blueprint

from outreach.web import home

PAGES: tuple[Blueprint, ...] = (home.pages,)
