"""Mail made to break a reader, or broken on its way: it is read as far as it goes, fast, and never raises."""

import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.mail.reading import own_words, read

HEAD = b"From: a@b.example\nDate: Mon, 3 Feb 2025 10:00:00 +0000\nMessage-ID: <a@b>\n"


def test_an_unterminated_multipart_gives_what_there_is():
    found = read(
        HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhello\n--x\nContent-Type: application/pdf\n\n%PDF"
    )
    assert (found.text, found.attachments[0].content) == ("hello", b"%PDF")
    assert found.defects == ("A multipart/mixed has no end; the message may be cut off.",)


def test_a_multipart_without_its_boundary_is_read_as_text():
    found = read(HEAD + b"Content-Type: multipart/mixed; boundary=x\n\nhello")
    assert found.text == "hello"
    assert "has no parts" in found.defects[0]


def test_an_inner_container_with_the_outer_ones_boundary_costs_no_attachment():
    inner = b"--x\nContent-Type: multipart/alternative; boundary=x\n\n--x\n\nhello\n--x--\n"
    found = read(
        HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n" + inner + b"--x\nContent-Type: image/gif\n\nGIF\n--x--\n"
    )
    assert (found.text, [each.content for each in found.attachments]) == ("hello", [b"GIF"])


def test_line_breaks_in_encoded_names_make_no_headers():
    found = read(b"From: =?utf-8?Q?Jane=0D=0ABcc:_spy@x.example?= <j@x.example>\nSubject: =?utf-8?B?YQ0KYg==?=\n\n")
    assert found.sender.name == "Jane Bcc: spy@x.example"
    assert "\n" not in found.subject
    assert "\r" not in found.subject


def test_an_attachment_name_is_a_label_and_no_path():
    kind = b'Content-Type: application/pdf; name="..\\\\..\\\\x"\n'
    disposition = b'Content-Disposition: attachment;\n filename="../../etc/pass\x1bwd"\n'
    assert [each.filename for each in read(HEAD + kind + disposition + b"\nx").attachments] == ["passwd"]
    assert [each.filename for each in read(HEAD + kind + b"\nx").attachments] == ["x"]


def test_headers_that_run_into_the_text_lose_no_words():
    found = read(b"From: a@b.example\nDear Chair, this is no header\nand more")
    assert found.text == "Dear Chair, this is no header\nand more"
    assert found.sender.address == "a@b.example"
    assert any("without an empty line" in each for each in found.defects)


def test_folded_lines_that_lost_their_blanks_cost_no_headers():
    found = read(
        b"Received: from x\nby y; Mon, 3 Feb 2025\nFrom: a@b.example\nContent-Type: multipart/mixed;\nboundary=x\n"
        b"Subject: s\n\n--x\n\nhello\n--x--"
    )
    assert (found.sender.address, found.subject, found.text) == ("a@b.example", "s", "hello")


def test_lines_that_end_as_on_old_macs_are_lines():
    found = read(b"From: a@b.example\rSubject: s\r\rhello\rthere")
    assert (found.sender.address, found.subject, found.text) == ("a@b.example", "s", "hello\nthere")


def test_a_truncated_base64_gives_its_beginning():
    found = read(HEAD + b"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjcK!!JVBE\nRi0x\nLj")
    assert found.attachments[0].content.startswith(b"%PDF-1.7\n%PDF")
    assert "ends in the middle" in found.defects[0]


def test_an_unknown_transfer_encoding_is_named():
    found = read(HEAD + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x")
    assert (found.text, "x-uuencode" in found.defects[0]) == ("begin 644 x", True)


def test_two_senders_are_a_defect():
    assert "more than one From" in " ".join(read(b"From: a@b.example\nFrom: c@d.example\n\n").defects)


def nested(depth: int) -> bytes:
    opened = b"".join(b"--%d\nContent-Type: multipart/mixed; boundary=%d\n\n" % (level, level + 1) for level in range(depth))
    return HEAD + b"Content-Type: multipart/mixed; boundary=0\n\n" + opened + b"--%d\n\ndeep\n" % depth


def test_nesting_is_followed_for_fifty_levels_and_no_further():
    assert read(nested(40)).text == "deep"
    found = read(nested(60))
    assert found.text == ""
    assert any("more than 50 levels" in each for each in found.defects)


def test_a_thousand_parts_are_read_and_no_more():
    found = read(HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\nContent-Type: image/png\n\ny\n" * 5000)
    assert len(found.attachments) == 999
    assert any("more than 1000 parts" in each for each in found.defects)


DEEP = b"Content-Type: text/html\n\n"
TRAPS = {
    "deep nesting": nested(20_000) + b"\n" * 200_000,
    "one long line of boundaries": HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\n" + b"--x" * 300_000,
    "a huge header": b"From: " + b"(" * 500_000 + b"\nSubject: " + b"=?" * 500_000 + b"\n\n",
    "a list of half addresses": b"To: " + b"a@b,c," * 20_000 + b"\nCc: " + b"x," * 50_000 + b"\n\n",
    "open quotes and angles": b"From: " + b'"\\' * 200_000 + b"\nTo: " + b"<" * 200_000 + b"\n\n",
    "many header lines": b"X: y\n" * 50_000 + b"\n",
    "headers that lost their blanks": b"From: a\n" + b"x\n" * 100_000 + b"Subject: y\n\n",
    "many parameters": b"Content-Type: text/plain" + b';a="\\";' * 100_000 + b"\n\nx",
    "parameter sections": b"Content-Type: text/plain" + b"".join(b";a*%d*=x" % n for n in range(9999)) + b"\n\nx",
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\n",
    "punycode": b"Content-Type: text/plain; charset=punycode\n\n" + b"a" * 200_000 + b"-" + b"z" * 200_000,
    "deep html": DEEP + b"<div>" * 50_000,
    "deep html inside svg": DEEP + b"<svg>" + b"<td>" * 50_000,
    "html with many attributes": DEEP + b"<p " + b" ".join(b"a%d" % n for n in range(100_000)) + b">",
    "html of open brackets": DEEP + b"<" * 500_000,
    "a long date": b"Date: " + b"1 " * 200_000 + b"\n\n",
    "a long message-id": b"Message-ID: " + b"<" * 300_000 + b"\nReferences: " + b"a@" * 200_000 + b"\n\n",
    "introductions": b"\n\n" + b"on 3 feb 10:00\n" * 20_000 + b"\n" * 20_000 + b"From: x\n" * 20_000,
    "blank lines in html": DEEP + b"<br>" * 100_000,
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_costs_little_time(name):
    start = time.process_time()
    own_words(read(TRAPS[name]).text)
    assert time.process_time() - start < 3


MIME_PIECES = [
    b'From: ', b'Subject: ', b'Date: ', b'Content-Type: ', b'multipart/mixed; boundary=x',
    b'multipart/alternative; boundary="x"', b'text/plain; charset=', b'text/html', b'message/rfc822',
    b'utf-7', b'utf-16', b'iso-2022-jp', b'hz', b'big5', b'\n', b'\r\n', b'\r', b'\n\n', b'--x', b'--x--',
    b'Content-Transfer-Encoding: ', b'base64', b'quoted-printable',
    b'Content-Disposition: attachment; filename', b'=', b'*0*=', b"*=utf-8''%d8", b'*1=', b';', b'"', b'\\',
    b'=?utf-8?q?=d8?=', b'=?utf-7?b?KzJBQS0=?=', b'=?x?b?A?=', b'<', b'>', b'(', b')', b'@', b'a', b',',
    b':', b' ', b'\t', b'\x00', b'\xff', b'\xd8\x00', b'+2AA-', b'<p>', b'<!--', b'<td>', b'<blockquote>',
    b'<pre>', b'<li>', b'&#xd800;', b'Mon, 3 Feb 2025 10:00:00 +0000', b'-9999',
    b'format=flowed; delsp=yes', b'Message-ID: <', b'> ', b'\x1b$B', b'Auto-Submitted: ', b'X-Autoreply: ',
    b'To: ', b'References: ', b'CON',
]  # fmt: skip


@settings(max_examples=600, deadline=1000)
@given(st.binary(max_size=300) | st.lists(st.sampled_from(MIME_PIECES) | st.binary(max_size=4), max_size=40).map(b"".join))
def test_any_bytes_are_read(raw):
    found = read(raw)
    people = [each.name + each.address for each in (found.sender, *found.reply_to, *found.to, *found.cc)]
    visible = [
        found.subject,
        found.message_id,
        found.automatic,
        *people,
        *found.references,
        *found.defects,
        found.sender.name,
        found.text,
        found.html,
        found.language,
        *(each.filename for each in found.attachments),
    ]
    for value in visible:
        value.encode()
        assert not {"\x1b", "\x00"} & set(value)
        assert "\r" not in value
    assert all("/" not in each.filename and each.filename and len(each.filename.encode()) <= 200 for each in found.attachments)
    assert "<script" not in found.html
    for start, end in own_words(found.text):
        assert found.text[start:end].strip()


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200).filter(str.strip),
    st.text(st.characters(categories=("L", "N")), min_size=1, max_size=100),
    st.lists(st.tuples(st.sampled_from(["a.pdf", "ü.csv", "x" * 90 + ".doc"]), st.binary(max_size=200)), max_size=3),
)
def test_what_the_standard_library_builds_is_read_the_same(text, subject, files):
    message = EmailMessage()
    message["From"], message["Subject"] = "José <a@b.example>", subject
    message.set_content(text)
    message.add_alternative("<p>x</p>", subtype="html")
    for filename, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=filename)
    found = read(message.as_bytes())
    assert (found.sender.name, found.subject) == ("José", subject)
    assert found.text == text.replace("\ufeff", "").strip("\n")
    assert found.html.strip() == "<p>x</p>"
    assert [(each.filename, each.content) for each in found.attachments] == files
