"""How list items and sub-paragraphs are counted: 1. 2. 3., (a) (b) ... (z) (aa), in French and Spanish a) b)."""

from outreach.typesetting.tree import NumberedList


def letters(number: int) -> str:
    """`number` (from 1) in letters: a ... z, aa, ab ..."""
    done = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        done = chr(ord("a") + rest) + done
    return done


def number_marks(block: NumberedList, pattern: str) -> list[str]:
    """The printed mark of each item, by a `pattern` that holds "1" or "a"."""
    numbers = range(block.start, block.start + len(block.items))
    if "a" in pattern:
        return [pattern.replace("a", letters(number)) for number in numbers]
    return [pattern.replace("1", str(number)) for number in numbers]
