"""A name that may not be told is put into every field of text that the office has, and stands in no byte of what leaves."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import JSON, Column, Connection, Enum, MetaData, String, Table, Text, cast, literal, select, text, update

from outreach import schema
from outreach.communique.composing import Edition
from outreach.communique.exporting import ALL_FORMATS
from outreach.communique.models import CommuniqueVersion
from outreach.contacts.models import OrganisationName, Person
from outreach.inputs import setting_aside
from outreach.inputs.models import AttributionLevel
from outreach.responses.models import ResponseAuthor
from tests.cast import DANA, NOON
from tests.communique.world import TECHNICAL, World
from tests.every_table import fill

SECRET = "Quorndale"
# The register chains its rows, and is no part of what leaves.
NOT_PLANTED = frozenset({"journal_entries", "journal_values", "journal_head", "alembic_version"})
# What the machinery finds rows by, or checks them with: a name there would be another row, not another word.
MACHINERY = frozenset({"sha256", "digest", "language", "codebook", "code", "basis", "template", "slug", "key", "name_key"})
# What is printed by design: planted in the rows of the one who may not be named alone, or the words of the text itself.
PRINTED = {
    "organisations": {"name", "designation_note", "acronym", "domain"},
    "organisation_names": {"short", "formal", "running"},
    "persons": {"full_name", "given_name", "family_name"},
    "response_authors": {"name"},
    "responses": {"on_behalf_of"},
    "input_texts": {"content"},
    "themes": {"titles"},
    "communique_versions": {"title"},
    "communique_wordings": {"text"},
}


_AFTER = "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 100000) FROM pg_sequences"


def texts_of(table: Table) -> Iterator[Column[Any]]:
    """The columns of a table that hold text which somebody may have typed or sent."""
    for column in table.columns:
        is_text = isinstance(column.type, String | Text | JSON) and not isinstance(column.type, Enum)
        left = column.name in MACHINERY or column.name.endswith("sha256") or column.foreign_keys or column.primary_key
        too_short = (getattr(column.type, "length", None) or 200) < len(SECRET) + 6
        if is_text and not (left or too_short) and column.name not in PRINTED.get(table.name, ()):
            yield column


def plant(connection: Connection) -> int:
    """Put the name into all of them, in every row of every table; gives how many fields that were."""
    count = 0
    for table in schema.METADATA.sorted_tables:
        if table.name in NOT_PLANTED:
            continue
        for column in texts_of(table):
            value: Any = literal(f"{SECRET} ") + cast(next(iter(table.primary_key.columns)), String)
            if isinstance(column.type, JSON):
                stands = connection.execute(select(column).limit(1)).scalar()
                value = [SECRET] if isinstance(stands, list) else {"words": SECRET}
            connection.execute(update(table).values({column: value}))
            count += 1
    return count


def unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """A file and everything packed in it, by name: parts of packages, streams and texts of a PDF."""
    yield name, content
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for part in package.namelist():
                yield from unpacked(f"{name}/{part}", package.read(part))
    elif content[:5] == b"%PDF-":
        with pikepdf.open(io.BytesIO(content)) as pdf:
            for number, thing in enumerate(pdf.objects):
                packed = isinstance(thing, pikepdf.Stream)
                yield f"{name}/{number}", thing.read_bytes() if packed else repr(thing).encode()
        for number, page in enumerate(pypdfium2.PdfDocument(content)):
            yield f"{name}/page {number}", page.get_textpage().get_text_range().encode()


def secret_answer(world: World, level: AttributionLevel | None) -> int:
    """An answer of somebody whose every name is the secret, with a passage that is used and one that is set aside."""
    organisation = world.organisation(f"{SECRET} Institute", TECHNICAL, acronym="QDLX", domain="quorndale.example")
    organisation.designation_note = f"{SECRET} is a designation."
    forms = {"short": SECRET, "formal": f"The {SECRET} Institute", "running": f"the {SECRET} Institute"}
    organisation.names = [OrganisationName(language=language, **forms) for language in ("en", "fr")]
    person = Person(full_name=f"Q. {SECRET}", given_name="Q.", family_name=SECRET)
    world.session.add(person)
    answer = world.answer(organisation, "The Forum must go on.\n\nIt must be dull.", level, person=person, name=SECRET)
    answer.response.on_behalf_of = f"the Friends of {SECRET}"
    answer.response.authors.append(ResponseAuthor(organisation=None, person=None, name=f"Also {SECRET}"))
    world.mark(answer, "The Forum must go on.")
    setting_aside.set_aside(world.session, world.mark(answer, "It must be dull."), SECRET, by=DANA, at=NOON)
    return answer.response_id


@pytest.mark.parametrize("level", [AttributionLevel.GROUP, AttributionLevel.CONFIDENTIAL, None])
def test_a_secret_name_in_every_field_that_exists_is_in_no_byte_of_any_export(
    world: World, level: AttributionLevel | None
) -> None:
    secret_answer(world, level)
    world.said(world.organisation("Alder Net"), "Make it last.")
    version = world.draft()
    number = version.id
    world.session.flush()
    connection = world.session.connection()
    fill(connection, "elsewhere")
    if connection.dialect.name == "postgresql":
        # Rows were filled in with their numbers; what is numbered from now on comes after them.
        connection.execute(text(_AFTER))
    planted = plant(connection)
    world.session.expire_all()
    assert planted > 120, "a field of text was forgotten"
    version = world.session.get_one(CommuniqueVersion, number)
    for edition in Edition:
        files = world.export(version, edition, ALL_FORMATS)
        assert len(files) >= len(ALL_FORMATS)
        for name, content in files.items():
            for place, part in unpacked(name, content):
                assert SECRET.casefold() not in place.casefold()
                found = part.decode("utf-8", "replace").casefold() + part.decode("utf-16-be", "replace").casefold()
                for word in (SECRET.casefold(), "qdlx"):
                    assert word not in found, (place, word)
            if name.endswith(".md"):
                assert ("The Forum must go on." in content.decode()) is (level is AttributionLevel.GROUP)
                assert "Make it last" in content.decode()


def test_what_is_printed_by_design_are_columns_that_there_are() -> None:
    tables: MetaData = schema.METADATA
    for table, columns in PRINTED.items():
        assert columns <= set(tables.tables[table].columns.keys()), table
