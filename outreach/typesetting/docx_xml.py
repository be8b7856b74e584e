"""How outside values enter WordprocessingML: as escaped text or as a quoted attribute, nowhere else."""

from html import escape

from outreach.typesetting.tree import printable


def shown(text: str) -> str:
    """`text` as the content of an element."""
    return escape(printable(text), quote=False)


def quoted(value: str) -> str:
    """`value` as an attribute, with its quotation marks."""
    return f'"{escape(printable(value))}"'
