"""Names of attachments are labels of a stranger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.mail.filenames import safe_filename


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\Input.docx", "Input.docx"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nb\x00.pdf", "ab.pdf"),
        ("Rapport : v2?.pdf", "Rapport _ v2_.pdf"),
        (".bashrc", "bashrc"),
        ("con.txt", "_con.txt"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("رسالة.pdf", "رسالة.pdf"),
        ("..", "attachment.pdf"),
        ("", "attachment.pdf"),
    ],
)
def test_a_name_is_made_safe_and_stays_readable(name, safe):
    assert safe_filename(name, "application/pdf") == safe


def test_a_long_name_is_cut_before_its_suffix():
    found = safe_filename("ж" * 300 + ".docx")
    assert found.endswith("ж.docx")
    assert len(found.encode()) <= 180


def test_what_is_no_real_suffix_is_cut_with_the_rest():
    assert len(safe_filename("a." + "x" * 300).encode()) == 180


@given(st.text(max_size=300))
def test_no_name_is_a_path_or_empty_or_too_long(name):
    found = safe_filename(name)
    assert found
    assert found not in {".", ".."}
    assert not set('/\\:\x00\n\r"') & set(found)
    assert len(found.encode()) <= 180
    assert safe_filename(found) == found
