"""The instant that a document bears."""

from datetime import UTC, datetime

from outreach.typesetting import Document, Style, from_markdown, to_docx, to_pdf


def test_an_instant_with_microseconds_is_borne_to_the_second() -> None:
    document = Document(language="en", title="T", author="A", blocks=from_markdown("Words."))
    whole, fraction = (Style(timestamp=datetime(2025, 3, 1, 9, 30, 15, micro, tzinfo=UTC)) for micro in (0, 123456))
    assert to_pdf(document, fraction) == to_pdf(document, whole)
    assert to_docx(document, fraction) == to_docx(document, whole)
