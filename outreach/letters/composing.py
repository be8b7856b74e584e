"""Composing one letter: a template, the posts it is addressed to, and a sender become the words of a version.

Pure: nothing is looked up here, so ten thousand are composed as one is.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from outreach.archive import digest_of
from outreach.config import SenderSettings, Settings
from outreach.contacts.addressing import Reach
from outreach.errors import Invalid, NotFound
from outreach.letters import citing, heading, marking, meeting, noting, reply_form_files, routing, translating, values
from outreach.letters.composed import Composed
from outreach.letters.enclosing import Enclosed
from outreach.letters.meeting import Meeting
from outreach.letters.models import RecipientKind
from outreach.letters.register import file_stem
from outreach.letters.reply_form import FORM_ENTRY, NOTHING_ASKED, Questionnaire, ReplyForm
from outreach.letters.templates import Shelved
from outreach.letters.tokens import Random
from outreach.letters.tongues import Tongues
from outreach.letters.values import is_one_line
from outreach.letters.wishing import Wish
from outreach.letters.wording import BlankValue, Wording
from outreach.protocol import forms as protocol


class Unwritable(Invalid):
    """A letter that cannot be drafted; the message names the value, the contact and the template."""


@dataclass(frozen=True)
class Sender:
    """Who writes: a profile of the settings, and the addresses that letters come from and are answered to."""

    settings: Settings
    profile: SenderSettings

    def layout(self, language: str, enclosures: Sequence[str], copies: Sequence[str]) -> dict[str, Any]:
        """What stands on the page besides the text; kept with the version, so that it opens later as it was."""
        profile = self.profile.in_language(language)
        return {
            "masthead": list(profile.masthead),
            "masthead_note": profile.masthead_note,
            "footer": list(profile.footer),
            "place": profile.place,
            "on_behalf": profile.on_behalf,
            "specimen": profile.specimen,
            **({"address_at_foot": True} if profile.address_at_foot else {}),
            "signatories": [{"name": s.name, "lines": list(s.lines)} for s in profile.signatories],
            **heading.mark(language, self.speaks(language)),
            "enclosures": list(enclosures),
            "copies": list(copies),
        }

    def speaks(self, language: str) -> bool:
        """Whether the letterhead and the signature are in `language`: the profile itself is in the office's first one."""
        return language == self.settings.office.default_language or language in self.profile.languages


class Composer:
    """Composes letters of one template, day and sender; forms of address are read once a language.

    Raises Refused for a template of notes verbales when the sender may not issue them.
    """

    def __init__(
        self,
        template: Shelved,
        sender: Sender,
        *,
        dated: date,
        deadline: date | None,
        forms: Callable[[str], protocol.Forms],
        keep: Callable[[bytes], str] = digest_of,
        random: Random = secrets.token_bytes,
        questionnaire: Questionnaire = NOTHING_ASKED,
    ) -> None:
        """`keep` puts away what is made with a letter and gives its digest; left out, it is not kept, only looked at.

        `random` gives new letters their tokens.
        """
        if template.about.form == noting.NOTE:
            noting.must_be_entitled(sender.profile, template.name)
        self.template = template
        self.sender = sender
        self.dated = dated
        self.deadline = deadline
        self.random = random
        self.questionnaire = questionnaire
        self._forms = forms
        self._keep = keep
        self._tongues = Tongues(template, sender.settings, sender.profile, forms, questionnaire)
        # The same for thousands of letters of a run.
        self._wording = cache(template.wording)
        self._asked = cache(questionnaire.asked)
        self._date_line = cache(lambda day, language: protocol.date_line(day, language, forms(language)))

    def compose(self, reference: str, posts: Sequence[Reach], wish: Wish) -> Composed:
        """The letter `reference` to these posts (jointly when several).

        Raises Unwritable naming contact, template and what is missing.
        """
        wanted, key = wish.language or posts[0].language, posts[0].key
        try:
            language, is_wanted = self._tongues.choose(wanted)
        except Invalid as error:
            raise Unwritable(f"{key}: {error}") from error
        warnings = () if is_wanted else (f"The letter is in {language}, since {wanted} is not written here: {key}.",)
        return self._compose(language, reference, posts, wish, warnings)

    def _compose(self, language: str, reference: str, posts: Sequence[Reach], wish: Wish, warnings: Sequence[str]) -> Composed:
        where = " and ".join(post.key for post in posts)
        try:
            forms = self._forms(language)
            found = self._address(forms, [post.addressee(language) for post in posts])
            wording = self._wording(language)
            invited = meeting.read(wish.values) if self.template.about.event else None
            given = self._given(forms, reference, wish, invited) | {"opening": found.opening}
            subject, body = wording.write(self._values(forms, wording, posts, wish, given))
            form = self._form(forms, _one_line(subject, where), found.block, wish)
            copies = routing.named(forms, posts, wish.copies)
            into, replies = self._tongues.translation(wish, language), marking.other_form(wish.values, self.template.about.form)
            layout = self._layout(forms, wish, invited, form, copies.lines, into)
            translation = self._compose(into, reference, posts, translating.wish(wish, into), ()) if into else None
        except Unwritable:
            raise
        except BlankValue as error:
            raise Unwritable(f"{where}: {error}.") from error
        except (Invalid, NotFound, protocol.NoNote) as error:
            raise Unwritable(f"{where}: {error}") from error
        return Composed(
            language=language,
            subject=subject,
            address_block=found.block,
            salutation=found.salutation,
            body=body,
            close=found.close,
            recipients=self._recipients(posts, routing.copies(posts, wish.copies), where),
            layout=layout,
            template=self.template.name,
            template_sha256=wording.sha256,
            warnings=(
                *warnings,
                *found.warnings,
                *_awaiting(forms, wording, form),
                *_warnings(posts, wish),
                *self._too_early(wish),
                *noting.personal(layout, body, language),
                *heading.doubt(layout),
                *replies,
                *translating.doubts(translation, self._forms),
            ),
            enclosures=wish.enclosures,
            wording={
                **forms.used((*found.used, *copies.used, *([FORM_ENTRY] if form else []))),
                wording.entry: _used(forms, wording),
            },
            holders=tuple((post.post_id, post.holder_id) for post in posts),
            meeting=invited,
            cites=wish.earlier.letter_id if wish.earlier else None,
            reply_to=self._reply_to(wish) if self.sender.settings.mail.reply_pattern else "",
            form=form,
            translation=translation,
        )

    def _reply_to(self, wish: Wish) -> str:
        return self.sender.settings.mail.reply_address(wish.tokens.address)

    def _form(self, forms: protocol.Forms, subject: str, addressee: Sequence[str], wish: Wish) -> ReplyForm | None:
        if not self.questionnaire.questions or forms.reply_form is None:
            return None
        language, deadline = forms.language, wish.deadline or self.deadline
        return ReplyForm(
            language=language,
            masthead=self.sender.profile.in_language(language).masthead,
            addressee=tuple(addressee),
            subject=subject,
            return_to=self._reply_to(wish),
            deadline=self._date_line(deadline, language) if deadline else "",
            page_of=forms.words.page_of,
            asked=self._asked(language),
            words=forms.reply_form,
        )

    def finished(self, composed: Composed, reference: str, keep: Callable[[bytes], str] | None = None) -> Composed:
        """`composed` with the `reference` in the place kept for it, and with the calendar entry of its meeting enclosed."""
        whole = translating.enclosed(composed.settled(reference), reference, self.dated, self._forms, keep or self._keep)
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

    def with_form(
        self, composed: Composed, reference: str, answer_token: str, keep: Callable[[bytes], str] | None = None
    ) -> Composed:
        """`composed`, as it stands but for the files of its reply form, with those among its enclosures."""
        if composed.form is None:
            return composed
        files = reply_form_files.make(composed.form, reference, self.dated, answer_token, keep or self._keep)
        return replace(composed, enclosures=(*composed.enclosures, *files))

    def _layout(
        self,
        forms: protocol.Forms,
        wish: Wish,
        invited: Meeting | None,
        form: ReplyForm | None,
        copies: Sequence[str],
        into: str,
    ) -> dict[str, Any]:
        """What stands around the text, with the words of the language as the office has them today."""
        titles = [*self._titles(wish), *([self._entry_title(forms.language)] if invited else [])]
        titles += [translating.title(forms, self._forms(into))] if into else []
        titles += form.titles if form else ()
        classification = marking.confidential(wish.values, forms)
        return {
            **self.sender.layout(forms.language, titles, copies),
            "words": forms.words.labels(),
            "dates": forms.dates.as_written(),
            **({"classification": classification} if classification else {}),
            **({"translation": into} if into else {}),
            **(noting.layout(self.sender.profile, forms) if self._is_note else {}),
        }

    @property
    def _is_note(self) -> bool:
        return self.template.about.form == noting.NOTE

    def _address(self, forms: protocol.Forms, addressees: Sequence[protocol.Addressee]) -> protocol.Address:
        if self._is_note:
            return noting.address(forms, addressees, self.sender.profile)
        return protocol.address(forms, addressees)

    def _entry_title(self, language: str) -> str:
        titles = self.template.about.event
        return titles.get(language) or next(iter(titles.values()))

    def _titles(self, wish: Wish) -> list[str]:
        """What the page says is enclosed: what the template promises, and the files that it does not name."""
        return list(dict.fromkeys((*self.template.about.enclosures, *(file.title for file in wish.enclosures))))

    def _warnings(self, posts: Sequence[Reach], wish: Wish) -> list[str]:
        return [*_warnings(posts, wish), *self._too_early(wish)]

    def _too_early(self, wish: Wish) -> list[str]:
        deadline = wish.deadline or self.deadline
        if deadline is None or deadline > self.dated:
            return []
        return [f"The deadline, {self._date_line(deadline, 'en')}, is not after the letter's date."]

    def _given(self, forms: protocol.Forms, reference: str, wish: Wish, invited: Meeting | None) -> dict[str, Any]:
        """The values that the office does not write."""
        language, deadline, earlier = forms.language, wish.deadline or self.deadline, wish.earlier
        if earlier is None and (cited := citing.named(wish.values)):
            raise Invalid(f"there is no letter {cited}, which its value {citing.VALUE} names; give that letter's reference.")
        given: dict[str, Any] = {
            "reference": reference,
            "reply_to": self._reply_to(wish),
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
        everybody += [(RecipientKind.CC, address) for address in copies]
        for _kind, address in everybody:
            if self.sender.settings.mail.is_own(address):
                raise Unwritable(f"{where}: {address} is the office's own inbox and cannot be a recipient; answers would loop.")
        return tuple((kind, address, "") for kind, address in everybody)


def _used(forms: protocol.Forms, wording: Wording) -> protocol.Used:
    """What a letter records of the template's own wording, as it does of the forms of address."""
    signed = forms.signed.of(wording.entry, wording.sha256)
    return {"digest": wording.sha256, "awaits": "" if signed else wording.awaits}


def _awaiting(forms: protocol.Forms, wording: Wording, form: ReplyForm | None) -> list[str]:
    awaited = {wording.entry: _used(forms, wording)["awaits"], **(forms.awaiting([FORM_ENTRY]) if form else {})}
    return [f"The {forms.settings.name} wording [{name}] awaits {whom}." for name, whom in awaited.items() if whom]


def _one_line(subject: str, where: str) -> str:
    if not is_one_line(subject):
        raise Unwritable(f"{where}: the subject must be one line of text; mend the template or the values in it.")
    return subject


def _warnings(posts: Sequence[Reach], wish: Wish) -> list[str]:
    found = wish.earlier.doubts(post.post_id for post in posts) if wish.earlier else []
    for post in posts:
        if not post.emails:
            found.append(f"No e-mail address, the letter can leave on paper only: {post.key}.")
        if post.language_assumed:
            found.append(f"The language is assumed, not confirmed: {post.key}.")
    return [*found, *routing.doubts(posts)]
