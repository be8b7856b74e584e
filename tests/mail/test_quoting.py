"""The new words of an answer, as mail programs in several languages quote."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.mail.quoting import own_words, parted
from tests.counting import lines_run
from tests.mail.replies import replies


def own(text: str) -> list[str]:
    return [text[start:end] for start, end in own_words(text)]


PIECES = [
    "On 27 Jan 2025 14:30 Chair <c@panel.example> wrote:\n",
    "From: Chair\nSent: Monday\nTo: Jane\nSubject: x\n",
    "> quoted\n",
    "Best regards,\n",
    "-- \n",
    "Sent from my iPhone\n",
    "P.S. Call us.\n",
    "Jane Doe\n",
    "-----Original Message-----\n",
    "This message is confidential and intended for you.\n",
    "__________\n",
    "tel. +41 22 555 01 01\n",
]
INTRODUCTIONS = [
    "On Tue, 21 Jan 2025 at 14:30, Chair <chair@panel.example> wrote:",
    "On Tue, 21 Jan 2025 at 14:30, Chair of the IGF Leadership Panel <\nchair@panel.example> wrote:",
    "On 21 January 2025 14:30 Chair wrote :",
    "Le mar. 21 janv. 2025 à 14:30, Chair <chair@panel.example> a écrit :",
    "Le 21 janv. 2025 à 14:30, Présidente du Groupe de haut niveau\n<chair@panel.example> a écrit\xa0:",
    "El mar, 21 ene 2025 a las 14:30, Chair (<chair@panel.example>) escribió:",
    "вт, 21 янв. 2025 г. в 14:30, Chair <chair@panel.example>:",
    "21 января 2025 г., в 14:30, Chair <chair@panel.example> написал(а):",
    "في الثلاثاء، ٢١ يناير ٢٠٢٥ في 14:30 كتب Chair <chair@panel.example>:",
    "Chair <chair@panel.example> 于2025年1月21日周二 14:30写道：",
    "-----Original Message-----\nFrom: Chair",
    "----- Message d’origine -----\nDe : Chair",
    "---------- Forwarded message ---------",
    "Begin forwarded message:",
    "________________________________\nFrom: Chair <chair@panel.example>\nSent: Tuesday\nTo: Jane\nSubject: Input",
    "De : Chair <chair@panel.example>\nEnvoyé : mardi 21 janvier 2025 14:30\nÀ : Jane\nObjet : Contribution",
    "*From:* Chair\n*Date:* Tuesday\n*To:* Jane",
    "发件人: Chair\n发送时间: 2025年1月21日\n收件人: Jane\n主题: Input",
    "От: Chair\nДата: вторник\nКому: Jane\nТема: Input",
    "من: Chair\nتاريخ الإرسال: الثلاثاء\nإلى: Jane\nالموضوع: x",
]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_what_follows_an_introduction_is_not_the_writers(introduction):
    text = f"Dear Chair,\n\nOur answer.\n\n{introduction}\n\nMay we ask for your input?"
    assert own(text) == ["Dear Chair,\n\nOur answer."]


def test_answers_between_the_quoted_lines_are_all_kept():
    text = "On Tue, 21 Jan 2025, Chair <c@panel.example> wrote:\n> 1. Value?\nIts openness.\n> 2. Mandate?\n\nPermanent.\n"
    assert own(text) == ["Its openness.", "Permanent."]


@pytest.mark.parametrize(
    "text",
    [
        "In 2020 the Panel wrote:\nThe Internet We Want is open.",
        "From: our point of view this is right.",
        "From: Geneva\nwe write to you\nTo: thank you",
        "We have three points:\n- one\n- two",
        "On this we agree with what you wrote.",
        "Original message",
        "",
        "a > b",
        "----------\nour answer",
    ],
)
def test_words_that_only_look_like_a_quotation_are_the_writers(text):
    assert own(text) == ([text] if text else [])


def test_only_quoted_lines_give_nothing():
    assert own("> one\n>> two\n\n") == []


@given(st.text(st.sampled_from(" \n>abFrom: On wrote:@-_0:é\u2028"), max_size=200))
def test_spans_are_in_order_and_within_the_text_and_hold_no_quoted_line(text):
    spans = own_words(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    assert not any(line.lstrip().startswith(">") for words in own(text) for line in words.split("\n"))


def test_the_work_grows_with_the_length_and_no_faster():
    unit = "On 3 Feb 10:00\n> x\n\nFrom: a\nwords\n" + "x" * 200 + " wrote\n"
    once, many = (lines_run(lambda text=unit * times: own_words(text)) for times in (100, 800))
    # Quadratic work would be 64 times as much.
    assert many < once * 8 * 1.1


@pytest.mark.parametrize("reply", list(replies()), ids=lambda reply: reply.name)
def test_an_answer_in_nine_languages_is_taken_apart_exactly(reply):
    parts = parted(reply.text)
    cut = [[reply.text[start:end] for start, end in spans] for spans in (parts.own, parts.quoted, parts.signatures)]
    assert cut == [reply.own, reply.quoted, reply.signatures]


KEPT = [
    "Thanks, we shall do so.",
    "Thank you,\nwe shall answer next week, once the Board has met.",
    "Dear Chair,\n\nBest efforts were made by all who came to the Forum.",
    "We name as focal point:\n\nAnn Lee\nann@icc.example\n+41 22 555 01 02",
    "Our points:\n-- the mandate\n-- the funds",
    "Thanks",
    "Yes.\n\nBest of all would be a permanent mandate of the Forum.",
    "Dear Chair,\n\nThis message is about our confidence in the Forum.",
    "谢谢，我们下周回复。",
    "Merci de votre lettre.\n\nNous répondrons la semaine prochaine.",
    "Sent from my heart: all of us thank you for what the Forum has done in twenty years, and will do in the next twenty.",
]


@pytest.mark.parametrize("text", KEPT)
def test_words_that_only_look_like_a_signature_are_kept(text):
    assert parted(text).own_words == text


def test_the_writers_name_below_the_words_is_a_signature_and_nobody_elses():
    text = "We agree.\n\nJane\n\nOn 27 Jan 2025, at 14:30, Chair <c@panel.example> wrote:\n> Input?"
    assert parted(text, "Jane Doe").own_words == "We agree."
    assert parted(text, "John Roe").own_words == "We agree.\n\nJane"


def test_a_disclaimer_is_no_word_of_the_writer():
    text = "We agree.\n\nThis e-mail and any attachments are confidential and intended solely for the addressee.\nDelete it."
    assert parted(text).own_words == "We agree."


@given(st.lists(st.sampled_from([*PIECES, "a", " ", "\n", "\n\n", "> ", "x" * 50, "é"]), max_size=30).map("".join))
def test_the_spans_together_are_the_text(text):
    parts = parted(text, "Jane Doe")
    spans = sorted([*parts.own, *parts.quoted, *parts.signatures])
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[start:end].strip() for start, end in spans)
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert not "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)).strip()


@pytest.mark.parametrize("unit", [*PIECES, "Best regards,\nJane\n\nprose that goes on and on and on and on.\n"])
def test_taking_apart_takes_work_by_length_and_no_more(unit):
    once, many = (lines_run(lambda text=f"a\n{unit}\n" * times: parted(text)) for times in (30, 240))
    # Short texts are spared some of it; quadratic work would be 64 times as much.
    assert many < once * 8 * 2
