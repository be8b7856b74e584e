"""Organisations, their posts, and who holds a post from when to when."""

# The words that contacts are found by follow whoever changes contacts, from the first import of any part of this room.
from outreach.contacts import searching as searching
