"""What leaves: three formats of one text, verbatim, and without a trace of who may not be named."""

import zipfile
from dataclasses import replace
from io import BytesIO

import msgspec
import pypdfium2
import pytest
from sqlalchemy import select, update

from outreach.communique.composing import Edition, roman
from outreach.communique.exporting import export
from outreach.communique.guarding import parts_of
from outreach.communique.models import CommuniqueVersion, ParagraphKind, Wording
from outreach.communique.secrets import Haystack, Secret, folded
from outreach.contacts.models import OrganisationName, Person, RegionalGroup
from outreach.errors import Refused
from outreach.inputs import setting_aside
from outreach.inputs.models import AttributionLevel, InputText, Passage, Stance
from outreach.journal import Entry, EntryValues
from outreach.responses.models import IncomingMail, MailState, ResponseState
from outreach.typesetting import Document, Style, to_pdf
from tests.cast import DANA, KIM, NOON, RENE
from tests.communique.world import CIVIL, GOVERNMENT, SENDER, World

GROUP, CONFIDENTIAL = AttributionLevel.GROUP, AttributionLevel.CONFIDENTIAL


def text_of(name: str, content: bytes) -> str:
    """All that a reader, or a curious reader, finds in a file."""
    if name.endswith(".docx"):
        with zipfile.ZipFile(BytesIO(content)) as package:
            return "\n".join(package.read(part).decode("utf-8", "replace") for part in package.namelist())
    if name.endswith(".pdf"):
        pdf = pypdfium2.PdfDocument(content)
        pages = "\n".join(page.get_textpage().get_text_range() for page in pdf)
        return f"{pages}\n{pdf.get_metadata_dict()}\n{content.decode('latin-1')}"
    return content.decode()


def altered(world: World, version: CommuniqueVersion) -> CommuniqueVersion:
    world.session.flush()
    world.session.expire_all()
    return version


@pytest.mark.parametrize("level", [GROUP, CONFIDENTIAL, None])
@pytest.mark.parametrize("edition", list(Edition))
def test_no_trace_of_who_may_not_be_named_is_in_any_file(
    world: World, level: AttributionLevel | None, edition: Edition
) -> None:
    organisation = world.organisation("Zanzibar Quorum", acronym="ZQX", domain="zanzibar-quorum.example")
    organisation.names = [OrganisationName(language="fr", short="Quorum de Zanzibar")]
    person = Person(full_name="Quirina Xylander", given_name="Quirina", family_name="Xylander")
    world.session.add(person)
    hidden = world.said(organisation, "The Forum must go on.", level, person=person)
    world.session.add(
        IncomingMail(
            raw_sha256="0" * 64,
            sender_address="quirina@private.example",
            sender_name="Quirina X.",
            taken_in_at=NOON,
            source="test",
            state=MailState.FILED,
            reason="",
            response_id=hidden.text.response_id,
        )
    )
    world.said(world.organisation("Alder Net"), "Make it last.")
    files = world.export(world.draft(), edition)
    assert len(files) == 3
    for name, content in files.items():
        text = folded(text_of(name, content))
        for secret in ("zanzibar", "zqx", "quorum", "quirina", "xylander", "private.example", "head@"):
            assert secret not in text, (name, secret)
        assert ("the forum must go on." in text) is (level is GROUP)
        assert "make it last." in text


def test_the_person_behind_an_organisation_is_not_named_anywhere(world: World) -> None:
    person = Person(full_name="Quirina Xylander", given_name="Quirina", family_name="Xylander")
    world.session.add(person)
    world.said(world.organisation("Alder Net"), "As Ms. Xylander says, go on.", AttributionLevel.ORGANISATION, person=person)
    with pytest.raises(Refused, match=r"passage \d+ \(quoted under paragraph 7\) holds 'Ms. Xylander'"):
        world.export(world.draft())


@pytest.mark.parametrize(
    "words", ["We at Zanzibar Quorum say so.", "Write to zanzibar-quorum.example.", "ZQX agrees.", "Le Quórum  de\nZanzíbar."]
)
def test_words_in_which_the_author_names_themselves_are_refused_with_their_passage(world: World, words: str) -> None:
    organisation = world.organisation("Zanzibar Quorum", acronym="ZQX", domain="zanzibar-quorum.example")
    organisation.names = [OrganisationName(language="fr", short="Quorum de Zanzibar")]
    passage = world.said(organisation, words, GROUP)
    with pytest.raises(Refused, match=f"passage {passage.id} .*who may not be named; set the passage aside"):
        world.export(world.draft())


def test_whoever_is_named_by_another_answer_is_no_secret(world: World) -> None:
    organisation = world.organisation("Zanzibar Quorum")
    world.said(organisation, "Openly: make it last.")
    world.said(organisation, "Between us: pay for it.", GROUP)
    text = world.markdown(world.draft())
    assert "> Between us: pay for it.\n>\n> — a contributor\n" in text
    assert "> Openly: make it last.\n>\n> — Zanzibar Quorum\n" in text


@pytest.mark.parametrize("state", [ResponseState.WITHDRAWN, ResponseState.SUPERSEDED])
def test_whoever_withdrew_is_not_named_by_another(world: World, state: ResponseState) -> None:
    gone = world.said(world.organisation("Zanzibar Quorum"), "Openly: make it last.")
    gone.text.response.state = state
    world.said(world.organisation("Alder Net"), "We agree with Zanzibar Quorum.")
    with pytest.raises(Refused, match="'Zanzibar Quorum'"):
        world.export(world.draft())


def test_a_name_in_a_template_of_the_office_is_found_in_the_file(world: World) -> None:
    world.said(world.organisation("Zanzibar Quorum"), "Go on.", GROUP)
    world.said(world.organisation("Alder Net"), "Make it last.")
    version = world.draft()
    row = next(row for row in version.wordings if row.basis == "template:call_engage")
    row.text += " The Panel thanks *Zanzibar* Quorum."
    for name in ("md", "docx", "pdf"):
        with pytest.raises(Refused, match=rf"communique\.{name} \(.*'Zanzibar Quorum'"):
            world.export(altered(world, version), formats=(name,))


def test_the_metadata_of_a_pdf_is_looked_through(world: World) -> None:
    world.said(world.organisation("Zanzibar Quorum", acronym="ZQX"), "Go on.", GROUP)
    world.said(world.organisation("Alder Net"), "Make it last.")
    version = world.draft()
    version.title = "Communiqué to ZQX"
    for name in ("md", "docx", "pdf"):
        with pytest.raises(Refused, match=rf"communique\.{name} \(.*'ZQX'"):
            world.export(altered(world, version), formats=(name,))
    document = Document(language="en", title="", author="")
    pdf = to_pdf(replace(document, title="Communiqué & annexes"), Style(timestamp=NOON))
    assert "Communiqué & annexes" in parts_of(pdf, "pdf", document)["metadata"]


def test_the_vocabularies_of_a_format_point_at_nobody(world: World) -> None:
    world.said(world.organisation("World of Webs", acronym="W3C", domain="w3.org"), "Go on.", GROUP)
    assert len(world.export(world.draft())) == 3


def test_an_acronym_of_the_office_itself_points_at_nobody(world: World) -> None:
    world.said(world.organisation("Body of the Forum", acronym="IGF"), "The IGF must go on.", GROUP)
    assert "The IGF must go on." in world.markdown(world.draft())


def test_a_quotation_that_was_changed_is_refused(world: World) -> None:
    passage = world.said(world.organisation("Alder Net"), "Make it last.")
    version = world.draft()
    row = next(row for row in version.wordings if row.paragraph.kind is ParagraphKind.QUOTATION)
    row.text = "Make it last!"
    with pytest.raises(Refused, match=f"the quotation of passage {passage.id} under paragraph 7 is not what was received"):
        world.export(altered(world, version))


def test_a_text_that_was_changed_is_refused(world: World) -> None:
    passage = world.said(world.organisation("Alder Net"), "Make it last.")
    version = world.draft()
    world.session.execute(update(InputText).values(content="Make it fast."))
    with pytest.raises(Refused, match=f"paragraph 7 quotes passage {passage.id}, but the text"):
        world.export(altered(world, version))


def test_a_changed_text_and_a_quotation_to_match_are_still_refused(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    version = world.draft()
    world.session.execute(update(InputText).values(content="Make it fast."))
    world.session.execute(update(Wording).where(Wording.text == "Make it last.").values(text="Make it fast."))
    with pytest.raises(Refused, match="the text it stands in was altered"):
        world.export(altered(world, version))


def test_words_put_in_quotation_marks_must_be_in_the_sources(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it\nlast, please.")
    version = world.draft()
    row = next(row for row in version.wordings if row.basis == "counts:supports")
    row.text = "One contributor said “make it last”:"
    with pytest.raises(Refused, match="paragraph 7 puts words in quotation marks that are not in passages"):
        world.export(altered(world, version))
    row.text = "One contributor said “Make it last”:"
    assert world.export(altered(world, version))


@pytest.mark.parametrize("how", ["confidential", "withdrawn", "set aside"])
def test_a_quotation_that_may_no_longer_appear_is_refused(world: World, how: str) -> None:
    world.said(world.organisation("Birch Net"), "Stay.")
    passage = world.said(world.organisation("Alder Net"), "Make it last.")
    version = world.draft()
    if how == "confidential":
        world.allow(passage.text, CONFIDENTIAL)
    elif how == "withdrawn":
        passage.text.response.state = ResponseState.WITHDRAWN
    else:
        setting_aside.set_aside(world.session, passage, "a joke", by=DANA, at=NOON)
    with pytest.raises(Refused, match=f"passage {passage.id}, quoted under paragraph 7, may no longer appear"):
        world.export(altered(world, version))


def test_what_is_allowed_less_since_the_draft_is_told_less(world: World) -> None:
    passage = world.said(world.organisation("Alder Net"), "Make it last.")
    version = world.draft()
    world.allow(passage.text, GROUP)
    assert "Alder" not in world.markdown(altered(world, version))


def test_the_working_edition_has_sources_states_line_numbers_and_its_mark(world: World) -> None:
    first = world.said(world.organisation("Alder Net"), "Make it last.")
    world.draft()
    second = world.said(world.organisation("Birch Net"), "Please do.")
    text = world.markdown(world.draft(), Edition.WORKING)
    assert "**WORKING EDITION**" in text
    assert f"· counts:supports · passages {first.id}, {second.id} · changed]" in text
    assert f"· extract · passages {second.id} · new]" in text
    assert f"· extract · passages {first.id} · unchanged]" in text
    files = world.export(world.draft(), Edition.WORKING)
    assert sorted(files) == ["communique-working.docx", "communique-working.md", "communique-working.pdf"]
    assert "WORKING EDITION" in text_of("x.docx", files["communique-working.docx"])
    assert "lnNumType" in text_of("x.docx", files["communique-working.docx"])


def test_the_clean_edition_has_none_of_that(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    files = world.export(world.draft())
    assert sorted(files) == ["communique.docx", "communique.md", "communique.pdf"]
    for name, content in files.items():
        text = text_of(name, content)
        assert "WORKING" not in text
        assert "counts:" not in text
        assert "lnNumType" not in text


def test_a_specimen_sender_marks_every_format(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    sender = msgspec.structs.replace(SENDER, specimen=True)
    for name, content in world.export(world.draft(), sender=sender).items():
        assert "SPECIMEN" in text_of(name, content).replace(" ", ""), name


def test_the_same_version_gives_the_same_bytes(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    version = world.draft()
    assert world.export(version) == world.export(version)


def test_what_comes_in_after_a_version_leaves_it_as_it_was(world: World) -> None:
    alder = world.organisation("Alder Net")
    letter = world.letter(alder)
    world.said(alder, "Make it last.", letter=letter)
    version = world.draft()
    before = world.markdown(version)
    late = world.said(world.organisation("Late Net"), "Me too.", stance=Stance.OPPOSES, letter=letter)
    late.coded_at = late.text.response.logged_at = NOON.replace(hour=13)
    world.session.flush()
    assert world.markdown(version) == before


def test_paragraphs_are_numbered_without_a_gap_and_chapters_in_roman(world: World) -> None:
    for code in ("wsis20-mandate", "wsis20-funding", "wsis20-youth"):
        for name in ("Alder", "Birch"):
            world.said(world.organisation(f"{name} {code[7:]}"), f"{name} on {code}.", AttributionLevel.ATTRIBUTED, code)
    body = world.markdown(world.draft()).partition("# Annex I")[0]
    numbers = [int(line.partition(".")[0]) for line in body.splitlines() if line[:1].isdigit()]
    assert numbers == list(range(1, len(numbers) + 1))
    heads = [line[2:] for line in body.splitlines() if line.startswith("# ")][1:]
    assert heads == [
        "Preamble",
        "I. Permanent mandate",
        "II. Sustainable funding and Secretariat",
        "III. Youth",
        "IV. Call to Member States",
    ]
    assert [roman(n) for n in (4, 9, 14, 40, 88)] == ["IV", "IX", "XIV", "XL", "LXXXVIII"]


def test_an_export_stands_in_the_journal_with_the_digests_of_its_files(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    files = world.export(world.draft())
    entry, side = world.session.execute(
        select(Entry, EntryValues).join(EntryValues, EntryValues.seq == Entry.seq).order_by(Entry.seq.desc()).limit(1)
    ).one()
    assert (entry.verb, entry.subject) == ("exported", "communiqué wsis20 version 1 (en)")
    assert set(side.values()["sha256"]) == set(files)


def test_states_and_rivals_of_like_names_are_told_apart() -> None:
    text = Haystack("Guinea-Bissau, the Nigerien delegation, who wrote; 国际互联网协会说")
    assert Secret("Guinea", 1).stands_in(text)
    assert not Secret("Niger", 1).stands_in(text)
    assert not Secret("WHO", 1, acronym=True).stands_in(text)
    assert Secret("互联网协会", 1).stands_in(text)
    assert Secret("GUINEA BISSAU".replace(" ", "-"), 1).stands_in(text)


def test_a_state_is_hidden_as_well_as_anybody(world: World) -> None:
    world.said(world.organisation("Alderland", GOVERNMENT, region=RegionalGroup.WEOG), "Make it last.", GROUP)
    world.said(world.organisation("Birch Rights", CIVIL), "Do.")
    text = world.markdown(world.draft())
    assert "Alderland" not in text
    assert "Government" not in text.partition("# Annex III")[0].partition("# I. ")[2]


def test_who_only_reads_may_not_export(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    version = world.draft()
    with pytest.raises(Refused, match="may not export a communiqué"):
        export(
            world.session,
            version,
            world.wording(),
            SENDER,
            formats=("md",),
            edition=Edition.CLEAN,
            day=NOON.date(),
            by=RENE,
            at=NOON,
        )


def test_the_sources_of_every_paragraph_are_kept(world: World) -> None:
    passage: Passage = world.said(world.organisation("Alder Net"), "Make it last.")
    version = world.draft()
    found = {row.basis: [s.passage_id for s in row.sources] for row in version.wordings if row.sources}
    assert found == {"counts:theme": [passage.id], "counts:supports": [passage.id], "extract": [passage.id]}
    assert version.made_by == DANA.name
    assert version.made_by != KIM.name
