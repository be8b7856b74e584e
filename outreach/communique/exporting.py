"""Exporting a version: Markdown, DOCX and PDF of one document tree, in the working or the clean edition, after a last look."""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO

from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import digest_of
from outreach.communique import counting, gathering, guarding, shelf
from outreach.communique.composing import Composer, Edition
from outreach.communique.drafting import Writer
from outreach.communique.models import CommuniqueVersion, Exported, VersionState
from outreach.communique.naming import Naming
from outreach.communique.secrets import Haystack, Secret, secrets
from outreach.communique.templating import Wording
from outreach.config import SenderSettings
from outreach.errors import Refused
from outreach.journal import Actor, Role
from outreach.protocol.dates import date_line
from outreach.typesetting import Document, Style, to_docx, to_markdown, to_pdf
from outreach.typesetting.page import to_page
from outreach.typesetting.pdf import page_count

EDITION = "outreach-edition"
FORMATS = ("md", "docx", "pdf")
# One file each; a ZIP holds one of every other with a list of their digests.
ALL_FORMATS = (*FORMATS, "html", "zip")
EDITIONS = (Edition.WORKING, Edition.CLEAN)


@dataclass(frozen=True)
class Prepared:
    """A version ready to be written as a file, and the words that no file may hold."""

    document: Document
    style: Style
    hidden: Sequence[Secret]

    def file(self, kind: str, name: str, **properties: str) -> bytes:
        """The bytes of one format, after the last look; `properties` stand in a DOCX file. Raises Refused for a leak."""
        if kind == "zip":
            return self._bundle(name)
        content = _bytes(self.document, replace(self.style, properties={**self.style.properties, **properties}), kind)
        guarding.must_not_leak(self.hidden, name, guarding.parts_of(content, kind, self.document))
        return content

    def _bundle(self, name: str) -> bytes:
        stem = name.removesuffix(".zip")
        files = {f"{stem}.{kind}": self.file(kind, f"{stem}.{kind}") for kind in ALL_FORMATS if kind != "zip"}
        lines = "".join(f"{digest_of(content)}  {each}\n" for each, content in files.items())
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
            for each, content in {**files, "MANIFEST.sha256": lines.encode()}.items():
                # Fixed times: the same version gives the same bytes.
                package.writestr(zipfile.ZipInfo(each, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
        return packed.getvalue()


def export(
    session: Session,
    version: CommuniqueVersion,
    wording: Wording,
    sender: SenderSettings,
    *,
    formats: Iterable[str],
    edition: Edition,
    day: date,
    suffix: str = "",
    by: Actor,
    at: datetime,
) -> dict[str, bytes]:
    """The files of `version` by their names (with `suffix`), as `sender` issues them; `day` is the date that it bears.

    Counts and annexes are as of the version's making; attributions, withdrawals and what is set aside count as they stand
    now. Raises Refused when a quotation was altered or may no longer appear, or when anybody would be named who may not be.
    """
    by.must_be(Role.DRAFTER, "export a communiqué")
    prepared = prepare(session, version, wording, sender, edition=edition, day=day, at=at)
    stem = f"{_stem(edition)}{suffix}"
    files = {f"{stem}.{kind}": prepared.file(kind, f"{stem}.{kind}") for kind in dict.fromkeys(formats)}
    _record(session, version, edition, files, by, at)
    return files


def prepare(
    session: Session,
    version: CommuniqueVersion,
    wording: Wording,
    sender: SenderSettings,
    *,
    edition: Edition,
    day: date,
    at: datetime,
) -> Prepared:
    """`version` as it would be written at an instant; nothing is recorded. Raises Refused as `export` does."""
    sender = sender.in_language(wording.language)
    guarding.must_be_verbatim(session, version)
    campaigns = shelf.campaigns_of(session, version.communique)
    material = gathering.gather(session, campaigns, until=version.made_at)
    extracts = {extract.passage_id: extract for extract in material.extracts if extract.may_appear}
    guarding.must_still_appear(version, extracts)
    naming = Naming(material, wording.words, wording.language)
    figures = counting.count(session, campaigns, until=version.made_at)
    before = shelf.before(session, version)
    composer = Composer(
        version=version,
        writer=Writer(wording, naming, figures, day),
        extracts=extracts,
        texts_before={row.paragraph_id: row.text for row in before.wordings} if before else None,
        edition=edition,
    )
    marks = marks_of(version, wording, at)
    document = composer.document(place=sender.place, author=", ".join(sender.masthead[:1]), marks=marks)
    style = style_of(version, composer, sender, marks)
    hidden = secrets(session, campaigns, material)
    own = _own_words(wording, sender)
    guarding.must_name_nobody([one for one in hidden if not (one.acronym and one.stands_in(own))], version, extracts, naming)
    hidden = [one for one in hidden if not one.stands_in(own)]
    guarding.must_not_name_in_words(hidden, version)
    prepared = Prepared(document, style, hidden)
    if edition is not Edition.WORKING:
        _must_fit(prepared, version, wording)
    return prepared


def _must_fit(prepared: Prepared, version: CommuniqueVersion, wording: Wording) -> None:
    """Raise Refused when the text has more pages than its template allows."""
    most = wording.about.pages
    if most is None:
        return
    pages = page_count(to_pdf(prepared.document, prepared.style))
    if pages > most:
        raise Refused(f"{version.title} (version {version.number}) has {pages} pages and may have {most}; shorten it.")


def marks_of(version: CommuniqueVersion, wording: Wording, at: datetime) -> tuple[str, ...]:
    """What copies of a version say at its head and on each page: an embargo until it is over, and that speech counts."""
    embargo = version.embargo_until
    until = f"{wording.words.embargoed} {date_line(embargo.date(), wording.language)}, {embargo:%H:%M} UTC" if embargo else ""
    marks = (until if embargo and embargo > at else "", wording.words.delivery if version.against_delivery else "")
    return tuple(filter(None, marks))


def style_of(version: CommuniqueVersion, composer: Composer, sender: SenderSettings, marks_above: Sequence[str] = ()) -> Style:
    """How the document looks: the sender's masthead, the marks that it needs, and which version it is."""
    words = composer.writer.wording.words
    working = composer.edition is Edition.WORKING
    marks = [words.specimen] if sender.specimen else []
    marks += [words.review] if composer.edition is Edition.REVIEW else []
    marks += [words.draft.upper()] if composer.edition is Edition.CLEAN and version.state is not VersionState.ADOPTED else []
    state = "" if version.state is VersionState.ADOPTED else f" ({words.draft})"
    return Style(
        timestamp=version.made_at,
        masthead=tuple(line for line in (*sender.masthead, sender.masthead_note) if line),
        running_header=version.title,
        footer=" · ".join([f"{words.version} {version.number}{state}, {composer.writer.date_shown}", *marks_above]),
        contents=words.contents if composer.writer.wording.about.annexes and composer.edition is not Edition.REVIEW else "",
        # By it a working edition is known although somebody saved it anew.
        properties={EDITION: composer.edition.value},
        mark=" · ".join([*marks, words.working] if working else marks) or None,
        line_numbers=working or composer.edition is Edition.REVIEW,
    )


def _stem(edition: Edition) -> str:
    return "communique-working" if edition is Edition.WORKING else "communique"


def _own_words(wording: Wording, sender: SenderSettings) -> Haystack:
    """What the office itself says whoever answered: it points at nobody, but would be found in every file."""
    return Haystack("\n".join([wording.source, *sender.masthead, sender.masthead_note, sender.place]))


def _bytes(document: Document, style: Style, kind: str) -> bytes:
    if kind == "md":
        # Markdown has no pages: what stands on each page stands once at the head.
        head = ["  \n".join(style.masthead), f"**{style.mark}**" if style.mark else "", f"*{style.footer}*"]
        return "\n\n".join([*(part for part in head if part), to_markdown(document)]).encode()
    return {"docx": to_docx, "pdf": to_pdf, "html": to_page}[kind](document, style)


def _record(
    session: Session, version: CommuniqueVersion, edition: Edition, files: dict[str, bytes], by: Actor, at: datetime
) -> None:
    digests = {name: digest_of(content) for name, content in files.items()}
    session.add_all(
        Exported(
            version_id=version.id, edition=edition.value, filename=name, digest=digest, exported_by=by.name, exported_at=at
        )
        for name, digest in digests.items()
    )
    subject = f"communiqué {version.communique.slug} version {version.number} ({version.language})"
    journal.record(session, by, "exported", subject, at=at, edition=edition, sha256=digests)
