"""Messages as Outlook, Gmail, Apple Mail and Exchange write them."""

import base64
from datetime import UTC, datetime

import pytest

from outreach.mail.reading import Correspondent, own_words, read


def mail(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


GMAIL = mail(
    "Return-Path: <maria.silva@nic.example>",
    "MIME-Version: 1.0",
    "References: <7f3a@panel.example>",
    "In-Reply-To: <7f3a@panel.example>",
    "From: =?UTF-8?Q?Maria_Jos=C3=A9_da_Silva?= <maria.silva@nic.example>",
    "Date: Mon, 3 Feb 2025 10:02:11 -0300",
    "Message-ID: <CAF=abc+1@mail.example>",
    "Subject: =?UTF-8?B?UmU6IFlvdXIgRXhjZWxsZW5jecKgLSBpbg==?= =?UTF-8?B?cHV0?=",
    'To: "Chair, IGF Leadership Panel" <chair@panel.example>',
    "Cc: MAG <mag@igf.example>, undisclosed-recipients:;",
    'Content-Type: multipart/mixed; boundary="00000000000012"',
    "",
    "--00000000000012",
    'Content-Type: multipart/alternative; boundary="00000000000010"',
    "",
    "--00000000000010",
    'Content-Type: text/plain; charset="UTF-8"',
    "Content-Transfer-Encoding: quoted-printable",
    "",
    "Dear Chair,",
    "",
    "The IGF=E2=80=99s value is its openness.",
    "",
    "On Tue, 21 Jan 2025 at 14:30, Chair, IGF Leadership Panel <",
    "chair@panel.example> wrote:",
    "",
    "> May we ask for your input?",
    ">",
    "",
    "--00000000000010",
    'Content-Type: text/html; charset="UTF-8"',
    "Content-Transfer-Encoding: quoted-printable",
    "",
    '<div dir=3D"ltr">Dear Chair,<img src=3D"https://track.example/1.gif"><script>x()</script></div>',
    "",
    "--00000000000010--",
    "--00000000000012",
    'Content-Type: application/pdf; name="Contribui=?UTF-8?B?w6fDo28=?=.pdf"',
    "Content-Disposition: attachment; filename*0*=UTF-8''Contribui%C3%A7; filename*1*=%C3%A3o%20NIC;",
    ' filename*2=".pdf"',
    "Content-Transfer-Encoding: base64",
    "X-Attachment-Id: f_m6",
    "",
    base64.b64encode(b"%PDF-1.7").decode(),
    "--00000000000012--",
)

OUTLOOK = mail(
    "From: Jane Doe <jane.doe@icc.example>",
    "To: Chair <chair@panel.example>",
    "Subject: RE: Input",
    "Date: Mon, 3 Feb 2025 09:00:00 +0000",
    "Message-ID: <AM0PR01@eurprd01.example>",
    "Content-Language: en-GB",
    "MIME-Version: 1.0",
    'Content-Type: multipart/related; type="multipart/alternative"; boundary="_004_"',
    "",
    "--_004_",
    'Content-Type: multipart/alternative; boundary="_000_"',
    "",
    "--_000_",
    'Content-Type: text/plain; charset="us-ascii"',
    "",
    "Dear Chair,",
    "",
    "We support a permanent mandate.",
    "",
    "________________________________",
    "From: Chair <chair@panel.example>",
    "Sent: 21 January 2025 14:30",
    "To: Jane Doe",
    "Subject: Input",
    "",
    "May we ask for your input?",
    "--_000_",
    'Content-Type: text/html; charset="us-ascii"',
    "",
    '<p class="MsoNormal">Dear Chair,<img src="cid:logo@x"></p>',
    "--_000_--",
    "--_004_",
    'Content-Type: image/png; name="image001.png"',
    "Content-ID: <logo@x>",
    "Content-Disposition: inline; filename=image001.png; size=8",
    "Content-Transfer-Encoding: base64",
    "",
    "iVBORw0KGgo=",
    "--_004_--",
)

APPLE = mail(
    "From: ICANN <info@icann.example>",
    "Content-Type: multipart/mixed; boundary=Apple-Mail-1",
    "Mime-Version: 1.0 (Mac OS X Mail 16.0)",
    "Subject: Input",
    "Message-Id: <A1@icann.example>",
    "Date: Mon, 03 Feb 2025 12:00:00 -0000",
    "To: chair@panel.example",
    "",
    "--Apple-Mail-1",
    "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes",
    "",
    "Our input is  ",
    " attached, as you  ",
    "asked.",
    "--Apple-Mail-1",
    "Content-Type: text/plain; x-unix-mode=0644; name=notes.txt",
    "Content-Disposition: inline; filename=notes.txt",
    "",
    "a note",
    "--Apple-Mail-1",
    "Content-Type: message/rfc822",
    "",
    "Subject: Earlier words",
    "Message-ID: <inner@x>",
    "",
    "earlier text",
    "--Apple-Mail-1",
    "Content-Type: text/plain; charset=utf-8",
    "",
    "With regards",
    "--Apple-Mail-1--",
)

REPORT = mail(
    "Return-Path: <>",
    "From: MAILER-DAEMON@mx.example",
    "Date: Mon, 3 Feb 2025 09:00:00 +0000",
    "Message-ID: <b@mx.example>",
    'Content-Type: multipart/report; report-type=delivery-status; boundary="r"',
    "",
    "--r",
    "",
    "No such person.",
    "--r",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; mx.example",
    "",
    "Final-Recipient: rfc822; gone@isoc.example",
    "Status: 5.1.1",
    "--r",
    "Content-Type: text/rfc822-headers",
    "",
    "Message-ID: <7f3a@panel.example>",
    "--r--",
)


def test_a_gmail_answer_is_read_whole():
    found = read(GMAIL)
    assert found.sender == Correspondent("Maria José da Silva", "maria.silva@nic.example")
    assert found.subject == "Re: Your Excellency - input"
    assert found.to == (Correspondent("Chair, IGF Leadership Panel", "chair@panel.example"),)
    assert found.cc == (Correspondent("MAG", "mag@igf.example"),)
    assert found.date == datetime(2025, 2, 3, 13, 2, 11, tzinfo=UTC)
    assert found.in_reply_to == found.references == ("<7f3a@panel.example>",)
    assert found.message_id == "<CAF=abc+1@mail.example>"
    assert found.html == '<div dir="ltr">Dear Chair,<img></div>'
    assert [(each.filename, each.content_type, each.content) for each in found.attachments] == [
        ("Contribuição NIC.pdf", "application/pdf", b"%PDF-1.7")
    ]
    assert (found.automatic, found.defects) == ("", ())
    assert [found.text[start:end] for start, end in own_words(found.text)] == [
        "Dear Chair,\n\nThe IGF’s value is its openness."
    ]


def test_an_outlook_answer_keeps_its_logo_apart_from_its_annexes():
    found = read(OUTLOOK)
    assert [(each.filename, each.is_inline) for each in found.attachments] == [("image001.png", True)]
    assert found.html == '<p>Dear Chair,<img src="cid:logo@x"></p>'
    assert found.language == "en-GB"
    assert [found.text[start:end] for start, end in own_words(found.text)] == ["Dear Chair,\n\nWe support a permanent mandate."]


def test_apple_mails_text_around_its_attachments_is_one_text():
    found = read(APPLE)
    assert found.text == "Our input is attached, as you asked.\n\nWith regards"
    assert [(each.filename, each.content_type) for each in found.attachments] == [
        ("notes.txt", "text/plain"),
        ("Earlier words.eml", "message/rfc822"),
    ]
    assert found.attachments[1].content == b"Subject: Earlier words\r\nMessage-ID: <inner@x>\r\n\r\nearlier text"
    assert found.date == datetime(2025, 2, 3, 12, tzinfo=UTC)
    assert found.message_id == "<A1@icann.example>"


def test_a_delivery_report_is_automatic_and_its_parts_are_kept():
    found = read(REPORT)
    assert found.automatic == "a delivery report (RFC 3464)"
    assert found.text == "No such person."
    assert [each.content_type for each in found.attachments] == ["message/delivery-status", "text/rfc822-headers"]
    assert b"Status: 5.1.1" in found.attachments[0].content


def test_a_message_with_html_alone_still_has_its_text():
    found = read(
        b"From: a@b.example\nContent-Type: text/html; charset=windows-1256\n\n<p dir=rtl>\xe3\xd1\xcd\xc8\xc7</p><p>x</p>"
    )
    assert found.text == "مرحبا\n\nx"
    assert found.html == '<p dir="rtl">مرحبا</p><p>x</p>'


def test_html_beside_a_plain_part_that_is_no_alternative_is_read_too():
    raw = mail(
        "Content-Type: multipart/mixed; boundary=x",
        "",
        "--x",
        "",
        "plain",
        "--x",
        "Content-Type: text/html",
        "",
        "<p>rich",
        "--x--",
    )
    assert read(raw).text == "plain\n\nrich"


def test_a_blank_plain_part_does_not_hide_the_html():
    raw = mail(
        "Content-Type: multipart/alternative; boundary=x",
        "",
        "--x",
        "",
        " ",
        "--x",
        "Content-Type: text/html",
        "",
        "<p>rich",
        "--x--",
    )
    assert read(raw).text.strip() == "rich"


def test_winmail_dat_is_kept():
    raw = mail(
        "Content-Type: multipart/mixed; boundary=x",
        "",
        "--x",
        "",
        "t",
        "--x",
        "Content-Type: application/ms-tnef",
        "",
        "\x78",
        "--x--",
    )
    assert [(each.filename, each.content_type) for each in read(raw).attachments] == [
        ("attachment-1.dat", "application/ms-tnef")
    ]


def test_a_digest_holds_messages_by_default():
    raw = mail("Content-Type: multipart/digest; boundary=x", "", "--x", "", "Subject: one", "", "t", "--x--")
    assert [(each.filename, each.content) for each in read(raw).attachments] == [("one.eml", b"Subject: one\r\n\r\nt")]


def test_an_encrypted_message_says_so():
    found = read(b"From: a@b.example\nContent-Type: application/pkcs7-mime; name=smime.p7m\n\nx")
    assert [each.filename for each in found.attachments] == ["smime.p7m"]
    assert any("encrypted" in each for each in found.defects)


@pytest.mark.parametrize(
    ("header", "name", "address"),
    [
        ("Doe, Jane <jane@icc.example>", "Doe, Jane", "jane@icc.example"),
        ("jane@icc.example (Jane (ICC) Doe)", "Jane ICC Doe", "jane@icc.example"),
        ('"O\'Brien \\"Ann\\"" <ann@x.example>', 'O\'Brien "Ann"', "ann@x.example"),
        ("=?iso-2022-jp?B?GyRCOzNFRBsoQg==?= <y@jp.example>", "山田", "y@jp.example"),
        ("=?gb2312?B?wO7D9w==?= <li@cn.example>", "李明", "li@cn.example"),
        ("=?koi8-r?B?6dfBzg==?= <i@ru.example>", "Иван", "i@ru.example"),
        ("=?utf-8?Q?Doe=2C_Jane?= <j@x.example>", "Doe, Jane", "j@x.example"),
        ("Jane <IMCEAEX-_O=ICC>", "Jane", ""),
        ("Jane (ICC <jane@icc.example>", "Jane", "jane@icc.example"),
        ("Jane (ICC <ja\x00ne@icc.example>", "Jane", "jane@icc.example"),
        ("<@relay.example:jane@icc.example>", "", "jane@icc.example"),
        ("Jane\u202egpj <j@x.example>", "Janegpj", "j@x.example"),
    ],
)
def test_the_sender_is_read_however_it_is_written(header, name, address):
    assert read(f"From: {header}\n\n".encode()).sender == Correspondent(name, address)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Date: 2025-02-03", None),
        ("Date: Mon, 3 Feb 99999 10:00:00 +0000", None),
        ("Date: Mon, 3 Feb 2025 10:00:00 +9999999", None),
        ("Date: 3 Feb 2025 10:00 GMT", datetime(2025, 2, 3, 10, tzinfo=UTC)),
        ("X: y", None),
    ],
)
def test_a_date_is_utc_or_a_defect(line, found):
    message = read(f"From: a@b.example\n{line}\n\n".encode())
    assert message.date == found
    assert any("Date" in each for each in message.defects) == (found is None)


def test_identifiers_survive_folding_and_missing_brackets():
    found = read(b"Message-ID: abc@x.example\nIn-Reply-To: <a@\n x> (Chair) <b@x>\nReferences: <a@x> junk <a@x><c@x>\n\n")
    assert found.message_id == "<abc@x.example>"
    assert found.in_reply_to == ("<a@x>", "<b@x>")
    assert found.references == ("<a@x>", "<c@x>")


def test_the_digest_is_that_of_the_bytes():
    assert read(b"").raw_sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
