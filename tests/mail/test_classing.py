"""What a message is, before anything counts as an answer: reports, delays, automatic answers, receipts, lists, spam, people."""

from datetime import date
from email.message import EmailMessage

import pytest

from outreach.mail.reading import MailClass, read

OURS = "chair@panel.example"


def letter(text: str, subject: str = "Re: Your input", sender: str = "Jane Doe <jane@icc.example>", **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, OURS, subject
    message["Date"] = "Mon, 3 Feb 2025 10:00:00 +0000"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def report(
    fields: str, words: str = "Sorry.", returned: str = "Message-ID: <7f3a@panel.example>\nTo: gone@isoc.example"
) -> bytes:
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example
To: {OURS}
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=r

--r

{words}
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

{fields}
--r
Content-Type: text/rfc822-headers

{returned}
--r--
""".encode()


def failed(raw: bytes) -> list[tuple[str, str, bool]]:
    return [(each.address, each.status, each.permanent) for each in read(raw).verdict.failed]


FIELDS = [
    ("Final-Recipient: rfc822; gone@isoc.example\nAction: failed\nStatus: 5.1.1", ("gone@isoc.example", "5.1.1", True)),
    (
        "Original-Recipient: rfc822;gone@isoc.example\nFinal-Recipient: rfc822;x17@cloud.example\nAction: failed\nStatus: "
        "5.2.2",
        ("gone@isoc.example", "5.2.2", True),
    ),
    ("Final-Recipient: <gone@isoc.example>\nAction: error\nStatus: 4.4.7", ("gone@isoc.example", "4.4.7", False)),
    (
        "Final-Recipient: rfc822;gone@isoc.example\nAction: failed (again)\nStatus: 5.0.0\n"
        "Diagnostic-Code: smtp; 550 5.7.1\n <gone@isoc.example>: blocked",
        ("gone@isoc.example", "5.7.1", True),
    ),
    (
        "Final-Recipient: utf-8; \\x{7528}\\x{6237}@isoc.example\nAction: failed\nStatus: 5.1.6",
        ("用户@isoc.example", "5.1.6", True),
    ),
    ("Final-Recipient: rfc822;gone@isoc.example\nAction: failed\nStatus: 5.1.10 (none)", ("gone@isoc.example", "5.1.10", True)),
]


@pytest.mark.parametrize(("fields", "found"), FIELDS)
def test_a_delivery_report_names_the_address_the_code_and_the_letter(fields, found):
    raw = report(fields)
    assert (read(raw).kind, failed(raw)) == (MailClass.BOUNCE, [found])
    assert read(raw).verdict.original_message_id == "<7f3a@panel.example>"
    assert found[0] in read(raw).verdict.why


def test_a_report_on_several_recipients_names_those_that_failed():
    raw = report(
        "Final-Recipient: rfc822;a@isoc.example\nAction: failed\nStatus: 5.1.1\n\n"
        "Final-Recipient: rfc822;b@isoc.example\nAction: relayed\nStatus: 2.0.0\n\n"
        "Final-Recipient: rfc822;c@isoc.example\nAction: delayed\nStatus: 4.4.1"
    )
    assert failed(raw) == [("a@isoc.example", "5.1.1", True)]


def test_a_delay_is_no_failure_and_never_permanent():
    raw = report("Final-Recipient: rfc822;a@isoc.example\nAction: delayed\nStatus: 5.4.1")
    assert (read(raw).kind, failed(raw)) == (MailClass.DELAY, [("a@isoc.example", "5.4.1", False)])


def test_a_report_that_it_was_delivered_is_a_receipt():
    assert read(report("Final-Recipient: rfc822;a@isoc.example\nAction: delivered\nStatus: 2.0.0")).kind == MailClass.RECEIPT


# What systems write that follow no standard: subject, sender, words, what is found.
WILD = {
    "qmail": (
        "failure notice",
        "MAILER-DAEMON@mail.example",
        "Hi. This is the qmail-send program at mail.example.\nI'm afraid I wasn't able to deliver your message to the "
        "following "
        "addresses.\nThis is a permanent error; I've given up. Sorry it didn't work "
        "out.\n\n<gone@isoc.example>:\n203.0.113.9 does "
        "not like recipient.\nRemote host said: 550 5.1.1 no mailbox here\n\n--- Below this line is a copy of the "
        "message.\n\n"
        "Return-Path: <chair@panel.example>\nMessage-ID: <7f3a@panel.example>\nTo: gone@isoc.example\n",
        ("gone@isoc.example", "5.1.1", True),
    ),
    "exim": (
        "Mail delivery failed: returning message to sender",
        "Mail Delivery System <Mailer-Daemon@mx.example>",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        "delivered to one "
        "or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  "
        "gone@isoc.example\n    SMTP "
        "error from remote mail server after RCPT TO:<gone@isoc.example>:\n    host mx.isoc.example [192.0.2.1]: 550 "
        "5.1.1 unknown\n",
        ("gone@isoc.example", "5.1.1", True),
    ),
    "a full mailbox": (
        "Undeliverable: Your input",
        "System Administrator <postmaster@corp.example>",
        "Your message\n\n  To:      gone@isoc.example\n  Subject: Your input\n\ndid not reach the following recipient(s):\n\n"
        "gone@isoc.example on Mon, 3 Feb 2025 10:00:00 +0000\n    The recipient's mailbox is full\n",
        ("gone@isoc.example", "", False),
    ),
    "Outlook in German": (
        "Unzustellbar: Ihr Beitrag",
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@corp.example>",
        "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\ngone@isoc.example\nDie eingegebene "
        "Adresse "
        "konnte nicht gefunden werden. Die Nachricht konnte nicht zugestellt werden.\n",
        ("gone@isoc.example", "", True),
    ),
    "Exchange in French": (
        "Non remis : Votre contribution",
        "postmaster@corp.example",
        "Votre message n'a pas pu être remis aux destinataires suivants :\n\n gone@isoc.example\n  550 5.1.10 "
        "Destinataire introuvable\n",
        ("gone@isoc.example", "5.1.10", True),
    ),
    "Spanish": (
        "No se puede entregar: Su contribución",
        "postmaster@correo.example",
        "No se ha podido entregar el mensaje a estos destinatarios:\n\n<gone@isoc.example>: 550 5.1.1 usuario desconocido\n",
        ("gone@isoc.example", "5.1.1", True),
    ),
    "Mail.ru": (
        "Недоставленное сообщение",
        "mailer-daemon@mail.example",
        "Это письмо создано автоматически сервером Mail.Ru.\nК сожалению, ваше письмо не может быть доставлено одному или "
        "нескольким "
        "получателям:\n\ngone@isoc.example\nПользователь не найден (no such user)\n",
        ("gone@isoc.example", "", True),
    ),
    "QQ": (
        "系统退信/Systems bounce",
        "PostMaster@qq.example",
        "您的邮件被退回。\n无法发送到 gone@isoc.example\n退信原因：收件人邮件地址不存在 550 Mailbox not found\n",
        ("gone@isoc.example", "550", True),
    ),
    "Japanese": (
        "配信不能のお知らせ",
        "MAILER-DAEMON@docomo.example",
        "次の宛先にメールを配信できませんでした。\n<gone@isoc.example>\n宛先不明です。\n",
        ("gone@isoc.example", "", True),
    ),
    "Portuguese": (
        "Falha na entrega",
        "Mailer-Daemon@correio.example",
        "Não foi possível entregar a sua mensagem ao destinatário:\n\ngone@isoc.example\n  550 5.1.1 utilizador desconhecido\n",
        ("gone@isoc.example", "5.1.1", True),
    ),
    "Arabic": (
        "تعذر التسليم: مساهمتكم",
        "postmaster@corp.example",
        "تعذر تسليم رسالتك إلى المستلمين التاليين:\n\ngone@isoc.example\n550 5.1.1\n",
        ("gone@isoc.example", "5.1.1", True),
    ),
}


@pytest.mark.parametrize("system", WILD)
def test_reports_that_follow_no_standard_are_known(system):
    subject, sender, words, found = WILD[system]
    raw = letter(words, subject, sender)
    assert (read(raw).kind, failed(raw)) == (MailClass.BOUNCE, [found])


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Warning: could not send message for past 4 hours", "THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND"),
        ("Delayed Mail (still being retried)", "It will be retried until it is 5 days old."),
        ("Zustellung verzögert", "Die Zustellung ist verzögert. Es wird weiterhin versucht."),
        ("Remise retardée", "La remise est retardée ; de nouvelles tentatives suivront."),
        ("Задержка доставки", "Доставка задерживается. Попытки доставки будут продолжены."),
        ("Delivery Status Notification (Delay)", "邮件延迟，服务器将继续尝试。"),
    ],
)
def test_a_delay_is_told_from_a_failure_by_its_words(subject, words):
    raw = letter(f"{words}\n\n<late@isoc.example>: connection timed out\n", subject, "MAILER-DAEMON@mx.example")
    assert (read(raw).kind, failed(raw)) == (MailClass.DELAY, [("late@isoc.example", "", False)])


AWAY = [
    ("Automatic reply: Your input", "I am out of the office until 10 March 2025. In urgent matters please contact Ann Lee "
    "at ann@icc.example.",
     date(2025, 3, 10), "Ann Lee <ann@icc.example>"),
    ("Abwesenheitsnotiz: Ihr Schreiben", "Ich bin bis zum 14.02.2025 nicht im Büro. Bitte wenden Sie sich an Frau Anna "
    "Groß (anna@icc.example).",
     date(2025, 2, 14), "Frau Anna Groß <anna@icc.example>"),
    ("Réponse automatique : "
    "Contribution", "Je suis absente jusqu'au 7 mars. En cas d'urgence, veuillez contacter M. Luc Roy, luc@icc.example.",
     date(2025, 3, 7), "M. Luc Roy <luc@icc.example>"),
    ("Respuesta automática: Aporte", "Estaré fuera de la oficina hasta el 5 de marzo. Puede escribir a Ana Gil "
    "<ana@icc.example>.",
     date(2025, 3, 5), "Ana Gil <ana@icc.example>"),
    ("Resposta automática: Contribuição", "Estou de férias até 20 de fevereiro de 2025. Contacte Rui Sá (rui@icc.example).",
     date(2025, 2, 20), "Rui Sá <rui@icc.example>"),
    ("Автоматический ответ: Запрос", "Я в отпуске до 15 марта 2025 г. Обращайтесь к Ивану Петрову: ivan@icc.example.",
     date(2025, 3, 15), "Ивану Петрову <ivan@icc.example>"),
    ("自动回复: 意见", "我正在休假，2025年3月5日返回。如有急事请联系李明 "
    "liming@icc.example。", date(2025, 3, 5), "李明 <liming@icc.example>"),
    ("自動応答: ご意見", "2月10日まで不在にしております。お急ぎの場合は山田（yamada@icc.example）までご連絡ください。",
     date(2025, 2, 10), ""),
    ("رد تلقائي: مساهمتكم", "أنا خارج المكتب حتى 9 مارس 2025. يرجى الاتصال بـ أحمد ahmad@icc.example", date(2025, 3, 9), ""),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "words", "back", "deputy"), AWAY)
def test_an_absence_says_who_is_back_when_and_whom_to_ask(subject, words, back, deputy):
    verdict = read(letter(words, subject)).verdict
    assert (verdict.kind, verdict.returns_on) == (MailClass.AUTO_REPLY, back)
    assert "@icc.example" in verdict.deputy
    assert deputy in verdict.deputy


@pytest.mark.parametrize(
    "words",
    [
        "Thank you for your e-mail. I am on annual leave until 3 March with no access to mail. For urgent matters please "
        "contact Ann Lee.",
        "This is an automated response. We have received your message under number 4711.",
        "Dies ist eine automatisch generierte Nachricht. Bitte antworten Sie nicht auf diese E-Mail.",
        "Ceci est un message automatique. Nous avons bien reçu votre courriel.",
        "Это автоматический ответ. Ваше письмо получено.",
        "这是自动回复邮件，您的来信已收到。",
    ],
)
def test_an_automatic_answer_without_headers_is_known_by_its_words(words):
    assert read(letter(words)).kind == MailClass.AUTO_REPLY


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Read: Your input", "Your message\n\n To: Jane\n Subject: Your input\n\nwas read on 3 February 2025 10:00:00."),
        ("Gelesen: Ihr Schreiben", "Ihre Nachricht wurde am 3. Februar 2025 gelesen."),
        ("Lu : Contribution", "Votre message a été lu le 3 février 2025."),
        ("Прочитано: Запрос", "Сообщение прочитано 3 февраля."),
        ("已读: 意见", "您的邮件已读。"),
    ],
)
def test_a_read_receipt_in_words_is_one(subject, words):
    assert read(letter(words, subject)).kind == MailClass.RECEIPT


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("List-Id", "IGF <members.igf.example>"),
        ("Mailing-List", "list members@igf.example"),
        ("List-Unsubscribe", "<mailto:x@igf.example>"),
        ("Precedence", "list"),
    ],
)
def test_mail_of_a_list_is_no_answer(header, value):
    assert read(letter("Dear members, the next call is on Monday.", "Next call", **{header: value})).kind == MailClass.LIST


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Spam-Flag", "YES"),
        ("X-Spam-Status", "Yes, score=9.1"),
        ("X-MS-Exchange-Organization-SCL", "6"),
        ("X-Forefront-Antispam-Report", "CIP:192.0.2.1;SFV:SPM;"),
        ("X-Rspamd-Action", "add header"),
    ],
)
def test_what_a_filter_marked_is_spam(header, value):
    assert read(letter("Buy.", "Offer", **{header: value})).kind == MailClass.SPAM


def test_an_advance_fee_letter_is_spam_by_its_words():
    words = (
        "I am a barrister and the next of kin of my late client is unknown. The sum of US$ 12.5 million waits for you: "
        "40% of the "
        "total. This confidential business proposal needs your bank details for the transfer of this fund."
    )
    assert read(letter(words, "Dear beneficiary")).kind == MailClass.SPAM


HUMAN = {
    "a forwarded report": ("Fwd: Undelivered Mail Returned to "
    "Sender", "Dear Chair, your letter came back to us; see below. We answer anyway."),
    "words about delivery": ("Re: Your "
    "input", "Your last letter could not be delivered to jane@icc.example; please use this address."),
    "an absence in a letter": (
        "Re: Your input",
        "Dear Chair,\n\nI am out of the office until 3 March, but here is our position: we support a permanent mandate "
        "and ask that "
        "the Secretariat be funded. " + "The IGF is where all meet as "
        "equals. " * 20 + "\n\nPlease contact Ann Lee for details.",
    ),
    "a reply to an automatic answer": ("Re: Automatic reply: Your input", "Thank you, I am back now. Our answer is yes."),
    "a Precedence of bulk": ("Re: Your input", "Dear Chair, we agree."),
    "an answer about a lottery": ("Re: Your "
    "input", "We won the lottery of small islands: click here to see how the fund works. US$ 3 million came."),
    "reading": ("Read: your letter of 3 February", "I have read it with interest and shall answer next week."),
}  # fmt: skip


@pytest.mark.parametrize("case", HUMAN)
def test_a_persons_letter_is_never_taken_for_a_machines(case):
    subject, words = HUMAN[case]
    raw = letter(words, subject, Precedence="bulk", In_Reply_To="<7f3a@panel.example>")
    assert read(raw).kind == MailClass.HUMAN


def test_a_postmaster_who_writes_a_letter_is_a_person():
    raw = letter("Dear Chair, we run the mail of the ministry and are glad to help.", "Your letter", "postmaster@gov.example")
    assert read(raw).kind == MailClass.HUMAN
