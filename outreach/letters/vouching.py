"""Wording that awaits a reader: a letter may be drafted with it, and approved once somebody who reads the language vouches.

Each version keeps what it took words from (`LetterVersion.wording`): the name of the entry, the digest of its words, and whom
it awaited when the letter was drafted. What had a source then needs nobody.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from babel import Locale, UnknownLocaleError
from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import Archive
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor, Role
from outreach.letters.papers import EVIDENCE, paper
from outreach.letters.wording import Wording
from outreach.protocol import signing_off
from outreach.protocol.entries import Forms, Used
from outreach.protocol.signing_off import SignOff, SignOffs

Signed = Callable[[str], SignOffs]


class NothingRead(Invalid):
    """A sign-off that names no wording."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """What a reader said: who, on which day, and how it was given; `file` is a label and the content that shows it."""

    reader: str
    on: date
    evidence: str = ""
    file: tuple[str, bytes] | None = None


def nobody(_language: str) -> SignOffs:
    """No sign-offs: what awaits a reader then goes on awaiting one."""
    return SignOffs()


def awaited(wording: Mapping[str, Used], language: str, signed: Signed) -> str:
    """Which wording of a letter awaits a reader, and nobody has signed off as it stands there: a sentence with the command.

    `wording` is what its version keeps. Empty when it awaits nobody.
    """
    awaiting = {name: used["digest"] for name, used in wording.items() if used["awaits"]}
    given = signed(language) if awaiting else SignOffs()
    names = [name for name, digest in awaiting.items() if given.of(name, digest) is None]
    if not names:
        return ""
    listed = ", ".join(f"[{name}]" for name in names)
    commands = " and ".join(dict.fromkeys(f"`{_command(name)}`" for name in names))
    return (
        f"The {language_name(language)} wording {listed} awaits a reader; once somebody who reads it has found it right,"
        f" record that with {commands}."
    )


def _command(name: str) -> str:
    template = name.removeprefix("templates.")
    return "outreach protocol sign-off" if template == name else f"outreach templates sign-off {template}"


def language_name(language: str) -> str:
    """The English name of `language`, else its code."""
    try:
        return Locale.parse(language).english_name or language
    except (UnknownLocaleError, ValueError):
        return language


def to_sign_off(forms: Forms, names: Iterable[str] = (), *, code: str = "") -> dict[str, str]:
    """The entries that a reader would sign off now, with their digests: those among `names` (all when empty) that await one.

    `code` is that of the sheet which was read. Raises NotFound for an entry that is not there, Refused when none awaits a
    reader, or when the wording has changed since the sheet was made.
    """
    chosen = tuple(names)
    for name in chosen:
        if name not in forms.entries:
            raise NotFound(f"{forms.settings.name} has no entry [{name}].", to_type="`outreach protocol entries` lists them.")
    if code and code != forms.code:
        raise Refused(
            f"The {forms.settings.name} wording has changed since the sheet {code} was made (it is {forms.code} now);"
            " make the sheet anew and have that one read."
        )
    awaiting = forms.awaiting(chosen or None)
    if not awaiting:
        which = ", ".join(f"[{name}]" for name in chosen)
        what = f"The {forms.settings.name} wording {which}".rstrip()
        raise Refused(f"{what} awaits no reader: it has a source or was signed off as it stands.")
    return {name: forms.digests[name] for name in awaiting}


def standing(wording: Wording, signed: SignOffs) -> str:
    """How the wording of a template stands, in a line: whom it awaits, or who has signed it off."""
    if record := signed.of(wording.entry, wording.sha256):
        return f"signed off by {record.by} on {record.on.isoformat()}"
    return f"awaits {wording.awaits or 'nobody'}"


def template_to_sign_off(wording: Wording, signed: SignOffs) -> dict[str, str]:
    """The wording of a template that a reader would sign off now, with its digest; raises Refused when it awaits none."""
    if not wording.awaits or signed.of(wording.entry, wording.sha256):
        language = language_name(wording.language)
        raise Refused(
            f"The {language} wording [{wording.entry}] awaits no reader: it never did, or was signed off as it stands."
        )
    return {wording.entry: wording.sha256}


def sign_off(
    session: Session,
    language: str,
    digests: Mapping[str, str],
    word: Word,
    *,
    folder: Path,
    archive: Archive,
    today: date,
    by: Actor,
    at: datetime,
) -> SignOff:
    """Record that a reader of `language` found right the wording with these digests (by name); gives the record.

    It is written into the office's protocol folder and the journal. Raises Refused unless `by` is a keeper, Invalid for a day
    that has not come, and for what `signing_off.add` and `papers.paper` refuse.
    """
    by.must_be(Role.KEEPER, "sign off wording")
    if word.on > today:
        raise Invalid(f"{word.on.isoformat()} has not come yet; give the day on which {word.reader} signed off.")
    evidence = paper(word.file[1], word.file[0], EVIDENCE) if word.file else None
    file = archive.keep(evidence.content) if evidence else None
    record = SignOff(by=word.reader, on=word.on, digests=dict(digests), evidence=word.evidence, file=file)
    journal.record(
        session,
        by,
        "wording signed off",
        f"protocol {language}",
        at=at,
        reader=word.reader,
        on=word.on,
        names=list(digests),
        digest=journal.digest_of_rows([{"name": name, "digest": digest} for name, digest in digests.items()]),
        evidence=word.evidence,
        evidence_file=file,
    )
    # Last, so that a refusal by the journal leaves no sign-off behind.
    signing_off.add(record, language, folder)
    return record
