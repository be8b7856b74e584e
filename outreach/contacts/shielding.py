"""Text in a CSV that a spreadsheet would run: an apostrophe says that it is text, and is taken off again when it is read."""

import re

_FORMULA = re.compile(r"\s*'*[=+\-@\t\r]")
_SHIELDED = re.compile(r"'\s*'*[=+\-@\t\r]")


def shield(text: str) -> str:
    """`text` so that no spreadsheet runs it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unshield(text: str) -> str:
    """What `shield` was given."""
    return text[1:] if _SHIELDED.match(text) else text
