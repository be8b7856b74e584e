"""An office: its folder, settings, database, archive and clock put together; what a face holds."""

import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy import Select
from sqlalchemy.orm import Session

from outreach import config, journal, schema, workdays
from outreach.accounts import people
from outreach.archive import Archive
from outreach.campaigns import asking
from outreach.campaigns.models import Campaign
from outreach.communique import staying
from outreach.contacts.countries import Countries
from outreach.contacts.doubts import Ground
from outreach.database import Database, connect, office_url, without_password
from outreach.delivery import embargoing, limiting, pausing, print_runs, resting
from outreach.delivery.outboxes import Outbox
from outreach.delivery.ways import Ways
from outreach.errors import NotFound, Refused
from outreach.journal import Actor
from outreach.letters import leaving, templates
from outreach.letters.checking import Checks
from outreach.letters.composing import Composer, Sender
from outreach.letters.freezing import Press
from outreach.letters.rehearsing import Rehearsal
from outreach.letters.reply_form import Questionnaire
from outreach.letters.tokens import Random
from outreach.privacy import erasing
from outreach.protocol import forms as protocol
from outreach.protocol import signing_off
from outreach.protocol.loading import Stamp
from outreach.protocol.signing_off import SignOffs

if TYPE_CHECKING:
    from outreach.delivery.paper import Paper
    from outreach.delivery.printing import Printed

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present instant in UTC."""
    return datetime.now(UTC)


def package_folder(name: str) -> Path:
    """A folder that ships with the package: `letters`, `communique` or `office` of the templates, or `seeds`."""
    home = files("outreach._db") if name in {"seeds", "demo"} else files("outreach._templates")
    return Path(str(home / name))


@dataclass
class Office:
    """One office, open. `transaction()` also writes the journal's head outside the database."""

    folder: Path
    settings: config.Settings
    acting: str | None = None
    clock: Clock = system_clock
    # Out of sight: it may hold a password.
    url: str | None = field(default=None, repr=False)
    random: Random = secrets.token_bytes
    _forms: dict[str, tuple[Stamp, protocol.Forms]] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, folder: Path, *, acting: str | None = None, clock: Clock = system_clock, url: str | None = None) -> Self:
        """Open the office in `folder`; raises NotFound when there is none, Refused when its schema is another release's."""
        office = cls(folder, config.read(folder), acting, clock, url)
        office.must_be_current()
        return office

    @cached_property
    def database(self) -> Database:
        """The office's database, by `OUTREACH_DATABASE_URL` or the settings."""
        return Database(connect(office_url(self.url or self.settings.database.url, self.folder)))

    @property
    def sqlite_file(self) -> Path:
        """The file that an SQLite office keeps its rows in."""
        return Path(self.database.engine.url.database or "")

    @cached_property
    def archive(self) -> Archive:
        """The content-addressed files of this office."""
        return Archive(self.folder / "files")

    @cached_property
    def actor(self) -> Actor:
        """Who acts."""
        with self.reading() as session:
            return people.acting(session, self.acting)

    def where_acts(self, name: str) -> Self:
        """The same office, on the same database, where the person of that name acts."""
        other = replace(self, acting=name)
        other.database = self.database
        return other

    @property
    def head_file(self) -> Path:
        """The journal's head outside the database."""
        return self.folder / "journal.head"

    def now(self) -> datetime:
        """The present instant (UTC)."""
        return self.clock()

    def today(self) -> date:
        """The date at the office's place."""
        return self.now().astimezone(self.settings.zone()).date()

    def working_days(self, days: int, start: date | None = None, countries: Sequence[str] = ()) -> workdays.Counted:
        """The deadline `days` working days after `start` (today), by the holidays of `countries`, else of the settings'."""
        office = self.settings.office
        return workdays.after(days, start or self.today(), countries or office.working_days_of, office.time_zone)

    def last_working_day(self) -> date:
        """The last working day before today, by the holidays of the settings."""
        return workdays.before(self.today(), self.settings.office.working_days_of)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session to look."""
        with self.database.reading() as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session to act: all of it is kept, or nothing; then the journal's head is written outside."""
        # Read before anything is done: a head that cannot be read is told of while nothing has changed yet.
        self._head_outside()
        with self.database.transaction() as session:
            yield session
            head = journal.head(session)
            outside = self._head_outside()
            grown = outside is None or journal.continues(session, outside)
        # Two processes may end at once: the longer journal's head stands. (Should the shorter one win by a hair, it is
        # still true, and the next transaction writes the longer one.) A head that this journal did not grow from stays:
        # it alone still shows that an older copy of the database was put back.
        outside = self._head_outside()
        if grown and (outside is None or outside.count < head.count):
            head.write(self.head_file)

    def _head_outside(self) -> journal.Head | None:
        return journal.Head.read(self.head_file) if self.head_file.exists() else None

    def finish_erasing(self) -> int:
        """Take away the files of erasures that were committed, and what the database still holds of old pages; gives how many.

        An erasure may have been cut off before this: it is done again whenever one is asked for.
        """
        with self.transaction() as session:
            count = erasing.remove_files(session, self.archive)
        self.database.settle()
        return count

    def template_folders(self, kind: str) -> tuple[Path, ...]:
        """Where templates of `kind` ("letters", "communique") are looked up: the office's own folder first."""
        return (self.folder / "templates" / kind, package_folder(kind))

    def sender(self, name: str) -> Sender:
        """The sender profile `name` with the office's addresses."""
        return Sender(self.settings, self.settings.sender(name))

    def composer(self, campaign: Campaign, dated: date, template: str = "") -> Composer:
        """What composes the letters of `campaign`, dated `dated`, from its template and the office's forms of address.

        Another `template` writes what the campaign sends besides, which asks for no answer by a day.
        """
        return Composer(
            templates.find(template or campaign.template, self.template_folders("letters")),
            self.sender(campaign.sender),
            dated=dated,
            deadline=None if template else campaign.deadline,
            forms=self.forms,
            keep=self.archive.keep,
            random=self.random,
            questionnaire=Questionnaire(tuple(map(asking.of, campaign.questions))),
        )

    def rehearsal(self, template: templates.Shelved, sender: str) -> Rehearsal:
        """What tries `template` as this office would send it today, from the sender profile `sender`."""
        return Rehearsal(template, self.sender(sender), self.press, dated=self.today(), forms=self.forms)

    def forms(self, language: str) -> protocol.Forms:
        """The forms of address in `language`, the office's own over the shipped; read again when a file of theirs changes."""
        stamp = protocol.stamp(language, self.folder)
        if language not in self._forms or self._forms[language][0] != stamp:
            self._forms[language] = (stamp, protocol.load(language, (self.folder,)))
        return self._forms[language][1]

    def ground(self) -> Ground:
        """What the directory is checked against: today, the languages of the office, its forms of address."""
        office = self.settings.office
        return Ground(on=self.today(), languages=office.languages, own=office.default_language, forms=self.forms)

    def form_hints(self) -> frozenset[str]:
        """What stands in the fields of reply forms, in any language, until something is written there."""
        forms = (self.forms(language).reply_form for language in protocol.languages((self.folder,)))
        return frozenset(hint for words in forms if words for hint in words.hints)

    def signed_off(self, language: str) -> SignOffs:
        """What readers of `language` have signed off."""
        return signing_off.read(language, (self.folder,))

    @cached_property
    def press(self) -> Press:
        """What makes the files of letters; an office's own letterhead stands in `templates/letters/_letterhead`."""
        own = self.folder / "templates" / "letters" / "_letterhead"
        return Press(self.settings.mail, own if own.is_dir() else None)

    @cached_property
    def checks(self) -> Checks:
        """What letters are held against before they are approved."""
        return Checks(self.settings, self.press, self.forms, self._page_limit, self.signed_off)

    def _page_limit(self, template: str) -> int | None:
        """How many pages a letter of a template may have; of one that is no longer there, any number."""
        try:
            return templates.find(template, self.template_folders("letters")).about.pages
        except NotFound:
            return None

    @cached_property
    def ways(self) -> Ways:
        """The ways out as the settings name them."""
        return Ways(self.settings, self.folder, self.now)

    def outbox(self, name: str | None, campaign: Campaign) -> Outbox:
        """The outbox `name`, else the one of the settings; files go to `out/<outbox>/<campaign>`."""
        return self.ways.outbox(name, campaign.slug)

    def paper(self) -> "Paper":
        """What letters are on paper; it holds what it has read of their enclosures, so it is made for one use."""
        # Loaded when something is printed: the library takes as long to load as some commands take in all.
        from outreach.delivery.paper import Paper

        return Paper(self.archive)

    def print_run(self, session: Session, number: int) -> "Printed":
        """A print run with its list, in the office's first language; countries are named as its sender's profile says."""
        from outreach.delivery import printing
        from outreach.delivery.mail_list import MailRoom

        run = print_runs.find(session, number)
        forms = self.forms(self.settings.office.default_language)
        if forms.print_run is None:
            raise NotFound(f"The {forms.settings.name} wording has no entry [print_run]; add it to the office's protocol file.")
        language = self.settings.sender(run.campaign.sender).country_on_labels
        countries = Countries.of(session, language) if language else None
        room = MailRoom(self.settings.office.name, forms, forms.print_run, countries)
        return printing.printed(session, run, room, self.paper())

    def must_stay(self, session: Session, letters: leaving.Numbers, outbox: Outbox) -> Mapping[int, str]:
        """The gate, asked for a plan and again before each claim: why letters must stay although approved, by letter id."""
        if paused := pausing.reason(session):
            return dict.fromkeys(session.scalars(letters) if isinstance(letters, Select) else letters, paused)
        at = self.now()
        reasons = {
            **embargoing.reasons(session, letters, at),
            **leaving.reasons_to_stay(session, letters, needs_address=outbox.needs_address),
            **print_runs.waiting(session, letters),
            **staying.reasons(session, letters, self.archive.fetch),
        }
        if outbox.leaves_at_once:
            reasons = {
                **resting.reasons(session, letters, self.settings.sending, at),
                **leaving.of_another_day(session, letters, self.today()),
                **reasons,
            }
            reasons |= limiting.reasons(session, letters, reasons.keys(), self.settings.sending, outbox.name, at)
        return reasons

    def must_be_current(self) -> None:
        """Raise Refused, with what to do, unless the database has this release's schema."""
        stands, newest = self._revision(), schema.newest()
        if stands != newest:
            raise Refused(
                f"The database stands at schema {stands or 'none'}, this release needs {newest}; run `outreach upgrade`."
            )

    def _revision(self) -> str | None:
        # Asked before connecting, which would make an empty file.
        if self._is_sqlite and not self.sqlite_file.exists():
            raise NotFound(f"{self.sqlite_file} is missing; bring it back from a backup.")
        stands = schema.revision(self.database.engine)
        if stands is None and (outside := self._head_outside()) and outside.count:
            raise Refused(
                f"The database is empty, but {self.head_file} knows of {outside.count} entries of the journal; "
                f"bring the database back from a backup."
            )
        if stands is not None and not schema.knows(stands):
            raise Refused(f"The database stands at schema {stands}, which a newer release made; install that release.")
        return stands

    def upgrade(self) -> Path | None:
        """Bring the database to this release's schema, keeping a copy first; gives the copy, or None if nothing was to do.

        Raises NotFound when an SQLite file is missing, Refused when a newer release made the schema or no copy can be kept.
        """
        stands = self._revision()
        if stands == schema.newest():
            return None
        stamp = self.now().strftime("%Y%m%dT%H%M%SZ")
        copy = self.folder / "backups" / f"before-upgrade-from-{stands or 'empty'}-{stamp}"
        copy.parent.mkdir(exist_ok=True)
        copy = _copy_sqlite(self.sqlite_file, copy) if self._is_sqlite else _dump_postgresql(self.database, copy)
        schema.upgrade(self.database.engine)
        return copy

    @property
    def _is_sqlite(self) -> bool:
        return self.database.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Let go of the database."""
        self.database.engine.dispose()


def _copy_sqlite(source: Path, copy: Path) -> Path:
    copy = copy.with_suffix(".db")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    return copy


def _dump_postgresql(database: Database, copy: Path) -> Path:
    copy = copy.with_suffix(".dump")
    program = shutil.which("pg_dump")
    if program is None:
        raise Refused("pg_dump is not installed, so no copy can be kept before the upgrade; install it and try again.")
    url = database.engine.url.set(drivername="postgresql")
    # The password goes by the environment: arguments are seen by everybody on the machine.
    password = url.password or url.query.get("password")
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    call = [program, "--format=custom", f"--file={copy}", f"--dbname={without_password(url).render_as_string()}"]
    done = subprocess.run(call, capture_output=True, text=True, env=environment)
    if done.returncode:
        copy.unlink(missing_ok=True)
        raise Refused(f"pg_dump could not keep a copy, so nothing was upgraded: {' '.join(done.stderr.split())}")
    return copy
