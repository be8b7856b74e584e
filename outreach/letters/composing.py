"""Composing one letter: a template, the posts it is addressed to, and a sender become the words of a version.

Pure: nothing is looked up here, so ten thousand are composed as one is.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from outreach.archive import digest_of
from outreach.config import SenderSettings, Settings
from outreach.contacts.addressing import Reach
from outreach.errors import Invalid, NotFound
from outreach.letters import citing, meeting, values
from outreach.letters.enclosing import Enclosed
from outreach.letters.meeting import Meeting
from outreach.letters.models import RecipientKind
from outreach.letters.register import file_stem
from outreach.letters.templates import Shelved
from outreach.letters.wishing import Wish
from outreach.letters.wording import BlankValue, Wording
from outreach.protocol import forms as protocol

# Stands for the reference while a new letter is composed: only a letter known to be writable takes one.
# Private-use characters, which no reference may hold and no typeface has.
PLACEHOLDER = "\ue000reference\ue001"


class Unwritable(Invalid):
    """A letter that cannot be drafted; the message names the value, the contact and the template."""


@dataclass(frozen=True)
class Sender:
    """Who writes: a profile of the settings, and the addresses that letters come from and are answered to."""

    settings: Settings
    profile: SenderSettings

    def layout(self, enclosures: Sequence[str], copies: Sequence[str]) -> dict[str, Any]:
        """What stands on the page besides the text; kept with the version, so that it opens later as it was."""
        profile = self.profile
        return {
            "masthead": list(profile.masthead),
            "masthead_note": profile.masthead_note,
            "footer": list(profile.footer),
            "place": profile.place,
            "on_behalf": profile.on_behalf,
            "specimen": profile.specimen,
            "signatories": [{"name": s.name, "lines": list(s.lines)} for s in profile.signatories],
            "enclosures": list(enclosures),
            "copies": list(copies),
        }


@dataclass(frozen=True)
class Composed:
    """The words of a letter, before it has a reference in them or a row.

    `meeting` is what it invites to, if to anything; `cites` the number of the earlier letter that it is about.
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

    def settled(self, reference: str) -> "Composed":
        """The same words with the reference that was taken in the place kept for it."""
        if PLACEHOLDER not in self.body and PLACEHOLDER not in self.subject:
            return self
        subject, body = (text.replace(PLACEHOLDER, reference) for text in (self.subject, self.body))
        return replace(self, subject=subject, body=body)

    def digest(self, reference: str, dated: date) -> str:
        """Fixes everything a reader sees and everybody it goes to."""
        fixed = {**vars(self), "warnings": None, "reference": reference, "dated": dated.isoformat()}
        # Both stand in the words, and the meeting in the calendar entry, which is among the enclosures.
        del fixed["meeting"], fixed["cites"]
        if not self.enclosures:
            # A letter without files has the digest that it had before letters could have any.
            del fixed["enclosures"]
        return hashlib.sha256(json.dumps(fixed, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Composer:
    """Composes letters of one template, day and sender; forms of address are read once a language."""

    def __init__(
        self,
        template: Shelved,
        sender: Sender,
        *,
        dated: date,
        deadline: date | None,
        forms: Callable[[str], protocol.Forms],
        keep: Callable[[bytes], str] = digest_of,
    ) -> None:
        """`keep` puts away what is made with a letter and gives its digest; left out, it is not kept, only looked at."""
        self.template = template
        self.sender = sender
        self.dated = dated
        self.deadline = deadline
        self._forms = forms
        self._keep = keep
        self._usable: dict[str, bool] = {}
        # The same for thousands of letters of a run.
        self._wording = cache(template.wording)
        self._date_line = cache(lambda day, language: protocol.date_line(day, language, forms(language)))

    def compose(self, reference: str, posts: Sequence[Reach], wish: Wish) -> Composed:
        """The letter `reference` to these posts (jointly when several).

        Raises Unwritable naming contact, template and what is missing.
        """
        where = " and ".join(post.key for post in posts)
        language, warnings = self._language(posts[0], wish)
        try:
            forms = self._forms(language)
            found = protocol.address(forms, [post.addressee(language) for post in posts])
            wording = self._wording(language)
            invited = meeting.read(wish.values) if self.template.about.event else None
            given = self._given(forms, reference, wish, invited) | {"opening": found.opening}
            subject, body = wording.write(self._values(forms, wording, posts, wish, given))
        except BlankValue as error:
            raise Unwritable(f"{where}: {error}.") from error
        except (Invalid, NotFound) as error:
            raise Unwritable(f"{where}: {error}") from error
        return Composed(
            language=language,
            subject=_one_line(subject, where),
            address_block=found.block,
            salutation=found.salutation,
            body=body,
            close=found.close,
            recipients=self._recipients(posts, wish.copies, where),
            layout=self._layout(forms, wish, invited),
            template=self.template.name,
            template_sha256=wording.sha256,
            warnings=(*warnings, *found.warnings, *_awaiting(forms, wording), *_warnings(posts, wish), *self._too_early(wish)),
            enclosures=wish.enclosures,
            wording={**forms.used(found.used), wording.entry: _used(forms, wording)},
            meeting=invited,
            cites=wish.earlier.letter_id if wish.earlier else None,
        )

    def finished(self, composed: Composed, reference: str, keep: Callable[[bytes], str] | None = None) -> Composed:
        """`composed` with the `reference` in the place kept for it, and with the calendar entry of its meeting enclosed."""
        whole = composed.settled(reference)
        if whole.meeting is None:
            return whole
        mail = self.sender.settings.mail
        content = meeting.entry(
            whole.meeting,
            identity=f"{file_stem(whole.meeting.replaces or reference)}@{mail.id_domain}",
            dated=self.dated,
            subject=whole.subject,
            reference=reference,
            organiser=mail.inbox,
            organiser_name=mail.from_name,
        )
        title = self._entry_title(whole.language)
        file = Enclosed(title, f"{file_stem(reference)}.ics", meeting.CONTENT_TYPE, (keep or self._keep)(content))
        return replace(whole, enclosures=(*whole.enclosures, file))

    def _layout(self, forms: protocol.Forms, wish: Wish, invited: Meeting | None) -> dict[str, Any]:
        """What stands around the text, with the words of the language as the office has them today."""
        titles = [*self._titles(wish), *([self._entry_title(forms.language)] if invited else [])]
        return {
            **self.sender.layout(titles, wish.copies),
            "date_line": self._date_line(self.dated, forms.language),
            "words": forms.words.labels(),
        }

    def _language(self, post: Reach, wish: Wish) -> tuple[str, list[str]]:
        wanted = wish.language or post.language
        if self._can_write(wanted):
            return wanted, []
        default = self.sender.settings.office.default_language
        if not self._can_write(default):
            raise Unwritable(
                f"{post.key}: the template {self.template.name} has no wording in {wanted} or {default}; write one."
            )
        return default, [f"The letter is in {default}, since {wanted} is not written here: {post.key}."]

    def _entry_title(self, language: str) -> str:
        titles = self.template.about.event
        return titles.get(language) or next(iter(titles.values()))

    def _titles(self, wish: Wish) -> list[str]:
        """What the page says is enclosed: what the template promises, and the files that it does not name."""
        return list(dict.fromkeys((*self.template.about.enclosures, *(file.title for file in wish.enclosures))))

    def _too_early(self, wish: Wish) -> list[str]:
        deadline = wish.deadline or self.deadline
        if deadline is None or deadline > self.dated:
            return []
        return [f"The deadline, {self._date_line(deadline, 'en')}, is not after the letter's date."]

    def _can_write(self, language: str) -> bool:
        if language not in self._usable:
            offered = language in self.sender.settings.office.languages and language in self.template.languages
            self._usable[language] = offered and self._has_forms(language)
        return self._usable[language]

    def _has_forms(self, language: str) -> bool:
        try:
            return bool(self._forms(language))
        except NotFound:
            return False

    def _given(self, forms: protocol.Forms, reference: str, wish: Wish, invited: Meeting | None) -> dict[str, Any]:
        """The values that the office does not write."""
        language, deadline, earlier = forms.language, wish.deadline or self.deadline, wish.earlier
        if earlier is None and (cited := citing.named(wish.values)):
            raise Invalid(f"there is no letter {cited}, which its value {citing.VALUE} names; give that letter's reference.")
        given: dict[str, Any] = {
            "reference": reference,
            "reply_to": self.sender.settings.mail.inbox,
            "date": self._date_line(self.dated, language),
        }
        if deadline:
            given["deadline"] = self._date_line(deadline, language)
        if earlier:
            given[citing.VALUE] = {"reference": earlier.reference, "date": self._date_line(earlier.dated, language)}
        if invited:
            given["event"] = invited.shown(forms)
        return given

    def _values(
        self, forms: protocol.Forms, wording: Wording, posts: Sequence[Reach], wish: Wish, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        ground = values.Ground(
            language=forms.language,
            posts=posts,
            of_is_name=forms.settings.of_is_name,
            date_line=self._date_line,
        )
        return values.made(ground, wording.required | wording.optional, wish.values, given)

    def _recipients(
        self, posts: Sequence[Reach], copies: Sequence[str], where: str
    ) -> tuple[tuple[RecipientKind, str, str], ...]:
        to = dict.fromkeys(address for post in posts for address in post.emails)
        everybody = [(RecipientKind.TO, address) for address in to]
        everybody += [(RecipientKind.CC, address) for address in copies if address not in to]
        inbox = self.sender.settings.mail.inbox.casefold()
        for _kind, address in everybody:
            if address.casefold() == inbox:
                raise Unwritable(f"{where}: {address} is the office's own inbox and cannot be a recipient; answers would loop.")
        return tuple((kind, address, "") for kind, address in everybody)


def _used(forms: protocol.Forms, wording: Wording) -> protocol.Used:
    """What a letter records of the template's own wording, as it does of the forms of address."""
    signed = forms.signed.of(wording.entry, wording.sha256)
    return {"digest": wording.sha256, "awaits": "" if signed else wording.awaits}


def _awaiting(forms: protocol.Forms, wording: Wording) -> list[str]:
    whom = _used(forms, wording)["awaits"]
    return [f"The {forms.settings.name} wording [{wording.entry}] awaits {whom}."] if whom else []


def _one_line(subject: str, where: str) -> str:
    if not subject or not subject.isprintable():
        raise Unwritable(f"{where}: the subject must be one line of text; mend the template or the values in it.")
    return subject


def _warnings(posts: Sequence[Reach], wish: Wish) -> list[str]:
    found = wish.earlier.doubts(post.post_id for post in posts) if wish.earlier else []
    for post in posts:
        if not post.emails:
            found.append(f"No e-mail address, the letter can leave on paper only: {post.key}.")
        if post.language_assumed:
            found.append(f"The language is assumed, not confirmed: {post.key}.")
    return found
