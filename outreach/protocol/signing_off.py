"""Signing off: somebody who reads the language has found wording right that awaited a reader.

A sign-off holds the digest of the very words that were read, so it stops counting when they change. It stands in a file of
the office that people can read, protocol/<language>.signed-off.toml, for forms of address and letter templates alike:

    record = SignOff(by="Lucía Example", on=date(2025, 3, 3), digests={"forms.ambassador": digest_of(words)})
    add(record, "es", office_folder)
    read("es", [office_folder]).of("forms.ambassador", digest_of(words))    # the record; None once the words have changed

Names: an entry as it stands in the forms file ("forms.ambassador"), a template as "templates.<name>".
"""

import hashlib
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from outreach.archive import write_durably
from outreach.errors import Invalid
from outreach.protocol.cleaning import FORBIDDEN

_HEAD = """\
# Who has read wording that awaited a reader, and found it right. `outreach protocol sign-off` writes this file.
# Each digest is of the very words that were read: when they change it no longer fits, and the sign-off no longer counts.
"""
_LONGEST = 1000  # characters
Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class SignOff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who read what: `by` is the reader's name, `digests` gives for each name of wording the digest of its words.

    `evidence` says how the reader's word was given ("mail of 3 March 2025"), `file` is the SHA-256 of a file in the office's
    archive that shows it.
    """

    by: str
    on: date
    digests: dict[str, Digest]
    evidence: str = ""
    file: Digest | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    signed_off: tuple[SignOff, ...] = ()


@dataclass(frozen=True)
class SignOffs:
    """All sign-offs of one language, in the order they were given."""

    records: tuple[SignOff, ...] = ()

    def of(self, name: str, digest: str) -> SignOff | None:
        """The latest sign-off of exactly these words of `name`; None when nobody signed them off."""
        return next((each for each in reversed(self.records) if each.digests.get(name) == digest), None)


def digest_of(words: str) -> str:
    """The SHA-256 of `words`, whose line ends count as one character whatever the system."""
    return hashlib.sha256(words.replace("\r\n", "\n").encode()).hexdigest()


def file_of(language: str, folder: Path) -> Path:
    """Where the sign-offs of `language` stand in an office's folder."""
    return folder / "protocol" / f"{language}.signed-off.toml"


def read(language: str, folders: Sequence[Path]) -> SignOffs:
    """The sign-offs of `language` in these office folders; raises Invalid, naming the file, for one that cannot be read."""
    files = (file_of(language, folder) for folder in folders)
    return SignOffs(tuple(record for file in files if file.is_file() for record in _records(file)))


def add(record: SignOff, language: str, folder: Path) -> Path:
    """Write `record` at the end of the office's file, whose earlier records stay as they are; gives the file.

    Raises Invalid for a record without a name or words, or with a name or evidence that is no single line.
    """
    checked = _checked(record)
    file = file_of(language, folder)
    before = ""
    if file.is_file():
        _records(file)
        before = file.read_text(encoding="utf-8-sig").rstrip("\n") + "\n"
    write_durably(file, f"{before or _HEAD}\n{_block(checked)}".encode())
    return file


def _records(file: Path) -> tuple[SignOff, ...]:
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8-sig")), _File).signed_off
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as fault:
        raise Invalid(f"{file} cannot be read ({fault}); mend that entry, or take it out and sign off again.") from fault


def _checked(record: SignOff) -> SignOff:
    for text, what in (
        (record.by, "name of the reader"),
        (record.evidence, "evidence"),
        *((n, "name") for n in record.digests),
    ):
        if FORBIDDEN.search(text) or len(text) > _LONGEST:
            raise Invalid(f"The {what} must be one line of at most {_LONGEST} characters; type it again.")
    if not any(map(str.isalnum, record.by)):
        raise Invalid("Say who read the wording; a sign-off needs a name.")
    if not record.digests:
        raise Invalid("There is nothing to sign off; name wording that awaits a reader.")
    by, evidence = (" ".join(text.split()) for text in (record.by, record.evidence))
    return SignOff(by=by, on=record.on, digests=dict(record.digests), evidence=evidence, file=record.file)


def _block(record: SignOff) -> str:
    lines = [f"by = {_quoted(record.by)}", f"on = {record.on.isoformat()}"]
    lines += [f"{key} = {_quoted(text)}" for key, text in (("evidence", record.evidence), ("file", record.file)) if text]
    digests = [f"{_quoted(name)} = {_quoted(digest)}" for name, digest in record.digests.items()]
    return "\n".join(["[[signed-off]]", *lines, "", "[signed-off.digests]", *digests, ""])


def _quoted(text: str) -> str:
    # Without line breaks and control characters, which were refused, a JSON string is a TOML string.
    return json.dumps(text, ensure_ascii=False)
