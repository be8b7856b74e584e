"""The words of a letter before it has a row, and the digest that fixes them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from outreach.letters.enclosing import Enclosed
from outreach.letters.meeting import Meeting
from outreach.letters.models import LetterVersion, RecipientKind, day_in_files
from outreach.letters.reply_form import ReplyForm
from outreach.protocol import forms as protocol

# Stands for the reference while a new letter is composed: only a letter known to be writable takes one.
# Private-use characters, which no reference may hold and no typeface has.
PLACEHOLDER = "\ue000reference\ue001"


@dataclass(frozen=True)
class Composed:
    """The words of a letter, before it has a reference in them or a row.

    `meeting` is what it invites to, if to anything; `cites` the number of the earlier letter that it is about; `form` what its
    reply form says; `reply_to` the letter's own address for answers, or empty where they go to the inbox; `holders` whom the
    letter addresses: the number of each post and of its holder, None where it is vacant; `translation` is the same letter in
    the language of its courtesy translation, which goes with it.
    """

    language: str
    subject: str
    address_block: tuple[str, ...]
    salutation: str
    body: str
    close: str
    recipients: tuple[tuple[RecipientKind, str, str], ...]
    layout: Mapping[str, Any]
    template: str
    template_sha256: str
    warnings: tuple[str, ...]
    enclosures: tuple[Enclosed, ...] = ()
    wording: Mapping[str, protocol.Used] = field(default_factory=dict)
    meeting: Meeting | None = None
    cites: int | None = None
    reply_to: str = ""
    form: ReplyForm | None = None
    holders: tuple[tuple[int, int | None], ...] = ()
    translation: "Composed | None" = None

    def settled(self, reference: str) -> "Composed":
        """The same words with the reference that was taken in the place kept for it."""
        translation = self.translation and self.translation.settled(reference)
        if PLACEHOLDER not in self.body and PLACEHOLDER not in self.subject:
            return self if translation is self.translation else replace(self, translation=translation)
        subject, body = (text.replace(PLACEHOLDER, reference) for text in (self.subject, self.body))
        return replace(self, subject=subject, body=body, translation=translation)

    def version(self, dated: date) -> LetterVersion:
        """These words as a version that no database knows, for whoever makes its page."""
        return LetterVersion(
            number=1,
            dated=dated,
            language=self.language,
            subject=self.subject,
            address_block=list(self.address_block),
            salutation=self.salutation,
            body=self.body,
            close=self.close,
            layout=dict(self.layout),
            made_at=day_in_files(dated),
        )

    def digest(self, reference: str, dated: date) -> str:
        """Fixes everything a reader sees, everybody it goes to, and whom it addresses."""
        fixed = {**vars(self), "warnings": None, "reference": reference, "dated": dated.isoformat()}
        # All stand in the words, or in files among the enclosures: the calendar entry, the courtesy translation.
        del fixed["meeting"], fixed["cites"], fixed["translation"]
        fixed["form"] = self.form.fixed() if self.form else None
        for name in ("enclosures", "reply_to", "form"):
            # A letter without them has the digest that it had before letters could have any.
            if not fixed[name]:
                del fixed[name]
        return hashlib.sha256(json.dumps(fixed, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
