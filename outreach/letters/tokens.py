"""What a letter is known by to those who answer it, drawn at random: a word in its reply address, and a secret of its own.

The word in the address is written in Crockford's base 32, in which of each pair that is easily mistaken (1 and l, 0 and o) only
one stands: whoever reads or types the other means the same letter. 80 random bits cannot be guessed. The secret has 128: it
stands in the reply form and in a header of the message, so that the approved bytes hold it, and nowhere else; by it a returned
form, or one day a page to answer on, is known to come from whoever got the letter.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

Random = Callable[[int], bytes]
ADDRESS_LENGTH = 16  # characters of 5 bits
HEADER = "X-Outreach-Answer-Token"
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ADDRESS_BYTES, _ANSWER_BYTES = 10, 16
_MISREAD = str.maketrans("ilo", "110")
_RUN = re.compile(rf"(?<![a-z0-9])[{_ALPHABET}]{{{ADDRESS_LENGTH}}}(?![a-z0-9])")


class Tokens(NamedTuple):
    """The word in a letter's reply address, and its secret; both empty where a letter has none."""

    address: str = ""
    answer: str = ""

    def __repr__(self) -> str:
        # A secret in a log is none.
        return f"Tokens(address={self.address!r})"


NO_TOKENS = Tokens()


def draw(random: Random) -> Tokens:
    """Tokens for a new letter; `random` gives as many random bytes as it is asked for."""
    number = int.from_bytes(random(_ADDRESS_BYTES), "big")
    word = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(ADDRESS_LENGTH)))
    return Tokens(word, random(_ANSWER_BYTES).hex())


def address_tokens(address: str) -> list[str]:
    """The words in an e-mail address that may be those of a letter, however they were typed."""
    local = address.rpartition("@")[0].lower().translate(_MISREAD)
    return _RUN.findall(local)
