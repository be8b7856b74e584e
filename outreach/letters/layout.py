"""The layouts of a letter: PDF to print and keep, DOCX to edit, HTML and text to mail."""

from outreach.letters.layout_docx import letter_docx
from outreach.letters.layout_mail import letter_html, letter_text
from outreach.letters.layout_pdf import letter_pdf, shipped_letterhead

__all__ = ["letter_docx", "letter_html", "letter_pdf", "letter_text", "shipped_letterhead"]
