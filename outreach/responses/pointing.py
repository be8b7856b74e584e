"""What a mail may point to letters with: identifiers that it answers, addresses it was sent to, words like references."""

import re
from typing import NamedTuple

from outreach.letters.tokens import address_tokens
from outreach.mail.reading import IncomingMessage, own_words

# A long mail, or one made to be long, is searched for references this far.
_FARTHEST = 100_000
_MOST_WORDS = 500
_MOST_IDENTIFIERS = 200
_MOST_ADDRESSES = 200
_LONGEST_REFERENCE = 120
# Whole runs only, so that 0001 is never found in 00012. A reference holds a year and a serial: five digits at least.
_RUN = re.compile(r"[A-Za-z0-9/._()]++")
_FEWEST_DIGITS = 5
# Where the headers of an attached message end, at the latest.
_HEAD = 20_000
_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")


class Signs(NamedTuple):
    """What a mail may point with: identifiers that it answers or only shows, tokens in the addresses it was for, words like
    references.
    """

    answered: list[str]
    shown: list[str]
    tokens: list[str]
    named: list[str]


def signs_of(message: IncomingMessage) -> Signs:
    """All that a mail may point with."""
    return Signs(identifiers(message), shown(message), tokens(message), possible_references(message))


def identifiers(message: IncomingMessage) -> list[str]:
    """The Message-IDs that a mail answers, nearest first; of an endless thread only the latest."""
    # A report on a letter that did not arrive names it inside.
    reported = [message.verdict.original_message_id] if message.verdict.original_message_id else []
    named = [*reported, *message.in_reply_to, *reversed(message.references[-_MOST_IDENTIFIERS:])]
    return list(dict.fromkeys(named))[:_MOST_IDENTIFIERS]


def shown(message: IncomingMessage) -> list[str]:
    """Message-IDs that stand in the text, quoted parts and all, or in a message that was attached."""
    attached = (one.content[:_HEAD] for one in message.attachments if one.content_type == "message/rfc822")
    texts = [message.text[:_FARTHEST], *(head.decode("ascii", "replace") for head in attached)]
    found = dict.fromkeys(each for text in texts for each in _MESSAGE_ID.findall(text))
    return list(found)[:_MOST_IDENTIFIERS]


def tokens(message: IncomingMessage) -> list[str]:
    """The tokens of letters that may stand in the addresses that a mail was for."""
    addressed = (*message.delivered_to, *message.to, *message.cc)[:_MOST_ADDRESSES]
    return list(dict.fromkeys(token for each in addressed for token in address_tokens(each.address)))


def possible_references(message: IncomingMessage) -> list[str]:
    """The words of the subject and of the writer's own text that may be references of letters, in order."""
    text = message.text[:_FARTHEST]
    own = " ".join(text[start:end] for start, end in own_words(text))
    return words_like_references(f"{message.subject[:_FARTHEST]} {own}")


def words_like_references(text: str) -> list[str]:
    """The words of `text` that may be references of letters, in order."""
    found: dict[str, None] = {}
    for run in _RUN.findall(text):
        # Most runs are plain words: told apart first, since counting digits takes most of the time.
        if not run.isalpha() and len(run) <= _LONGEST_REFERENCE + 4 and sum(map(str.isdigit, run)) >= _FEWEST_DIGITS:
            # Punctuation around a reference is no part of it, but a pattern may end in a bracket.
            found.update(dict.fromkeys([run, run.rstrip("."), run.strip("._()/")]))
        if len(found) >= _MOST_WORDS:
            break
    return list(found)
