"""The letterhead and the signature of a letter: in its own language where the sender's profile says them in it."""

from collections.abc import Mapping
from typing import Any

from outreach.letters.vouching import language_name

_OTHER = "letterhead_not_in"


def mark(language: str, speaks: bool) -> dict[str, str]:
    """What the layout of a letter keeps when its sender does not speak `language`; nothing when it does."""
    return {} if speaks else {_OTHER: language}


def doubt(layout: Mapping[str, Any]) -> list[str]:
    """The sentence for whoever approves a letter whose letterhead is in another language; none for others."""
    if _OTHER not in layout:
        return []
    language = layout[_OTHER]
    return [
        f"The letterhead and the signature are not in {language_name(language)}: say them in the sender's table"
        f" languages.{language} in outreach.toml, then draft it anew."
    ]
