"""Messages as Outlook stores and wraps them: .msg and winmail.dat."""

import base64
import struct

from hypothesis import given
from hypothesis import strategies as st

from outreach.mail.archives import messages_in
from outreach.mail.reading import MailClass, read
from outreach.mail.tnef import decompressed_rtf, unpacked
from tests.mail.compound import compound, listed, stored, tnef


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def msg(**more: bytes) -> bytes:
    """A message that a person saved from Outlook, with a PDF and a message enclosed."""
    top = stored({(0x0037, 0x1F): wide("Re: Your input"), (0x1000, 0x1F): wide("Dear Chair,\r\n\r\nWe agree: 同意."),
                  (0x0C1A, 0x1F): wide("Jane Doe"), (0x5D01, 0x1F): wide("jane@icc.example"),
                  (0x1035, 0x1F): wide("<a1@icc.example>"), (0x1042, 0x1F): wide("<7f3a@panel.example>")}, 32)  # fmt: skip
    to = stored({(0x3001, 0x1F): wide("Chair"), (0x39FE, 0x1F): wide("chair@panel.example"), (0x0C15, 0x03): 1}, 8)
    file = stored({(0x3707, 0x1F): wide("Ответ.pdf"), (0x370E, 0x1F): wide("application/pdf"), (0x3701, 0x102): b"%PDF-1.7"}, 8)
    inner = stored({(0x0037, 0x1F): wide("Earlier"), (0x1000, 0x1F): wide("earlier words")}, 24)
    return compound(
        {
            **top,
            **more,
            "__recip_version1.0_#00000000": to,
            "__attach_version1.0_#00000000": file,
            "__attach_version1.0_#00000001": {**stored({(0x3705, 0x03): 5}, 8), "__substg1.0_3701000D": inner},
        }
    )


def test_a_message_saved_from_outlook_is_read_whole(tmp_path):
    (tmp_path / "answer.msg").write_bytes(msg())
    [(where, raw)] = messages_in(tmp_path)
    found = read(raw)
    assert where == "answer.msg"
    assert (found.sender.name, found.sender.address, found.subject) == ("Jane Doe", "jane@icc.example", "Re: Your input")
    assert [(each.name, each.address) for each in found.to] == [("Chair", "chair@panel.example")]
    assert (found.text, found.message_id) == ("Dear Chair,\n\nWe agree: 同意.", "<a1@icc.example>")
    assert found.in_reply_to == ("<7f3a@panel.example>",)
    assert [(each.filename, each.content) for each in found.attachments] == [
        ("Ответ.pdf", b"%PDF-1.7"),
        ("Earlier.txt", b"earlier words"),
    ]


def test_the_headers_that_a_message_travelled_with_count():
    headers = "Microsoft Mail\r\nFrom: MAILER-DAEMON@mx.example\r\nAuto-Submitted: auto-replied\r\nSubject: Away\r\n\r\n"
    found = read(msg(**{"__substg1.0_007D001F": wide(headers)}))
    properties = stored({(0x007D, 0x1F): wide(headers), (0x1000, 0x1F): wide("I am away.")}, 32)
    found = read(compound(properties))
    assert (found.kind, found.subject, found.text) == (MailClass.AUTO_REPLY, "Away", "I am away.")


def test_a_damaged_outlook_message_is_a_defect():
    assert read(msg()[:2000]).defects[0] == "It is an Outlook message that cannot be read."


TEXT = tnef(
    (0x9007, struct.pack("<II", 1251, 0)),
    (0x8004, "Ответ".encode("cp1251") + b"\0"),
    (0x9003, listed((0x1000, 0x1F, wide("Мы согласны.")))),
    (0x9002, bytes(14)),
    (0x8010, "письмо.txt".encode("cp1251") + b"\0"),
    (0x800F, b"enclosed"),
    (0x9002, bytes(14)),
    (0x9005, listed((0x3707, 0x1F, wide("附件.pdf")), (0x3701, 0x102, b"%PDF"), (0x370E, 0x1E, b"application/pdf\0"))),
)


def wrapped(body: str, content: bytes) -> bytes:
    return (
        "From: Jane <jane@icc.example>\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n"
        f"{body}\n--x\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
        f"{base64.b64encode(content).decode()}\n--x--"
    ).encode()


def test_a_winmail_dat_gives_its_files_in_its_place():
    found = read(wrapped("We agree.", TEXT))
    assert found.text == "We agree."
    assert [(each.filename, each.content) for each in found.attachments] == [("письмо.txt", b"enclosed"), ("附件.pdf", b"%PDF")]


def test_a_winmail_dat_gives_the_text_where_the_message_has_none(tmp_path):
    assert read(wrapped(" ", TEXT)).text.strip() == "Мы согласны."
    (tmp_path / "winmail.dat").write_bytes(TEXT)
    [(_, raw)] = messages_in(tmp_path)
    assert (read(raw).subject, read(raw).text) == ("Ответ", "Мы согласны.")


def test_a_message_within_a_winmail_dat_gives_its_text():
    inner = bytes(16) + tnef((0x8004, b"Earlier\0"), (0x800C, b"earlier words\0"))
    whole = tnef((0x9002, bytes(14)), (0x9005, listed((0x3701, 0x0D, inner))))
    assert [(each.name, each.content) for each in unpacked(whole).files] == [("Earlier.txt", b"earlier words")]


def test_compressed_rtf_is_the_text_of_a_message_that_has_no_other():
    # The example of MS-OXRTFCP, section 3.1.1.
    packed = bytes.fromhex("2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0")
    assert decompressed_rtf(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert read(wrapped("", tnef((0x9003, listed((0x1009, 0x102, packed)))))).text.strip() == "hello world"


@given(st.binary(max_size=300), st.integers(0, len(TEXT)), st.binary(max_size=8))
def test_any_damage_to_a_winmail_dat_gives_what_can_be_read(noise, place, bytes_put):
    unpacked(b"\x78\x9f\x3e\x22\x01\x00" + noise)
    assert len(unpacked(TEXT[:place] + bytes_put + TEXT[place + len(bytes_put) :]).files) <= 3
    assert len(decompressed_rtf(noise)) < 20 * len(noise) + 20
