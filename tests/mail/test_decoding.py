"""Charsets as mails carry them, right and wrong."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.mail.decoding import codec_of, decoded, from_base64, header_text, parameters, unflowed


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("utf-8", "utf-8", "Türkiye"),
        ("ISO-8859-1", "latin-1", "Côte d'Ivoire"),
        ('"windows-1256"', "cp1256", "السفير"),
        ("koi8-r", "koi8-r", "Посол"),
        ("windows-1251", "cp1251", "Посол"),
        ("gb2312", "gb18030", "阁下镕"),
        ("GB18030", "gb18030", "阁下"),
        ("Big5", "big5hkscs", "閣下"),
        ("iso-2022-jp", "iso2022_jp", "閣下"),
        ("x-sjis", "cp932", "閣下①"),
        ("ks_c_5601-1987", "cp949", "각하"),
        ("iso-8859-8-i", "iso-8859-8", "שלום"),
        ("windows-874", "cp874", "ฯพณฯ"),
        ("utf-16", "utf-16", "Élan"),
    ],
)
def test_a_charset_is_known_by_the_name_that_mails_use(label, codec, text):
    assert decoded(text.encode(codec), label) == text


@pytest.mark.parametrize("label", ["", "us-ascii", "iso-8859-1", "windows-1252", "x-unknown", "gibberish", "hex", "punycode"])
def test_utf8_under_another_label_is_read_as_utf8(label):
    assert decoded("L’été à Genève".encode(), label) == "L’été à Genève"


@pytest.mark.parametrize("label", ["", "utf-8", "us-ascii", "x-unknown"])
def test_western_bytes_under_a_wrong_label_are_read_as_windows_1252(label):
    assert decoded(b"L\x92\xe9t\xe9 \xe0 Gen\xe8ve", label) == "L’été à Genève"


def test_one_damaged_byte_does_not_spoil_a_whole_text():
    assert decoded("Посол Республики".encode() + b"\xff", "utf-8") == "Посол Республики\ufffd"


@pytest.mark.parametrize(
    "label", ["hex", "base64", "punycode", "idna", "unicode_escape", "\x00", "é" * 100, "zlib", "undefined"]
)
def test_what_is_no_charset_of_mail_is_not_used(label):
    assert codec_of(label) is None


def test_a_character_cut_between_two_encoded_words_is_whole():
    assert header_text("=?utf-8?B?w6nD?=\r\n =?utf-8?B?qQ==?= x =?iso-8859-1?Q?=E9?=") == "éé x é"


def test_words_that_are_not_encoded_stay():
    assert header_text("Re: =?x and =?utf-8?Z?a?= 2 = 3?") == "Re: =?x and =?utf-8?Z?a?= 2 = 3?"


def test_parameters_are_read_in_every_way_they_are_written():
    value = (
        'Text/Plain ; a=1; b="x;\\"y"; c*=utf-8\'fr\'%C3%A9; d*1=2; d*0=1; '
        "e=\"=?utf-8?Q?=C3=A9?=\"; f=old; f*=utf-8''new; g=My file"
    )
    kind, found = parameters(value)
    assert kind == "text/plain"
    assert found == {"a": "1", "b": 'x;"y', "c": "é", "d": "12", "e": "é", "f": "new", "g": "My file"}


@given(st.binary(max_size=200), st.integers(0, 3))
def test_base64_without_its_end_gives_all_but_the_last_bytes(data, missing):
    text = base64.b64encode(data)
    found, _ = from_base64(text[: len(text) - missing] if missing else text)
    assert data.startswith(found)
    assert len(found) >= len(data) - 3


def test_flowed_lines_are_joined_and_quotations_keep_their_depth():
    text = "> one \n> two\n>> deeper \nmine \nand on\n\n-- \nname \n stuffed"
    assert unflowed(text, delsp=False) == "> one two\n>> deeper \nmine and on\n\n-- \nname stuffed"


SAID = {
    "cp1251": "Уважаемая г-жа Председатель, мы согласны с вами.",
    "koi8-r": "Уважаемая г-жа Председатель, мы согласны с вами.",
    "gb18030": "尊敬的主席，我们同意您的意见，谢谢。",
    "big5": "尊敬的主席，我們同意您的意見，謝謝。",
    "iso2022_jp": "議長殿、ご意見に賛成いたします。",
    "shift_jis": "議長殿、ご意見に賛成いたします。",
    "euc_jp": "議長殿、ご意見に賛成いたします。",
    "cp1256": "سعادة الرئيسة، نتفق مع ما كتبتم.",
    "cp949": "의장님께, 우리는 동의합니다.",
    "cp1253": "Αγαπητή Πρόεδρε, συμφωνούμε.",
    "cp1252": "Madame la Présidente, nous sommes d’accord à cet égard. Größe",
}


@pytest.mark.parametrize("codec", SAID)
@pytest.mark.parametrize("label", ["", "us-ascii", "iso-8859-1", "utf-8", "windows-1252"])
def test_words_under_no_label_or_a_wrong_one_are_read_as_what_they_are(codec, label):
    assert decoded(SAID[codec].encode(codec), label) == SAID[codec]
