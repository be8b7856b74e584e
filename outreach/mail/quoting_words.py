"""How mail programs introduce the mail that they quote, in some twenty languages; compared after folding (see `quoting`)."""

import re

# "wrote", wherever it stands in the line: German, Dutch and Arabic put the name after it.
WROTE = re.compile(
    r"(?:^|[\s>,;\"'،])(?:wrote(?: on| at)?|writes|sent(?=:$)|a écrit|écrit|escribió|escribe|написала?|написал\(а\)|написа(?:л"
    r"|в)|пишет|пише"
    r"|schrieb(?: am)?|hat geschrieben|escreveu|schreef|geschreven|skrev|skreiv|ha scritto|napisała?|napisał\(a\)|kirjoitti"
    r"|napsala?|napsal\(a\)"
    r"|yazdı|şunu yazdı|(?:ezt )?írta|a scris|έγραψε|כתב|كتبت?|menulis|đã viết|va escriure|je napisao)(?=[\s:,;(<\"'،]|-*$)"
    r"|写道|寫道|寫了|写了|さんは書きました|が書きました|のメール|のメッセージ|님이 작성|작성"
)
# A line such as "Tue, 21 Jan 2025, 14:30 +0300 from Chair <chair@panel.example>:", as Mail.ru and others write.
FROM_WORDS = re.compile(r"\s(?:от|from|von|de|od|від)\s.{0,200}[@<]")
OPENINGS = re.compile(
    r"(?:on|at|le|el|am|em|a|il|op|den|dne|dnia|w dniu|în|la|vào|pada|в|у|на|في|بتاريخ|在|于|於|sent from|el día"
    r"|no dia)\s|[\"'<«“]|在|于|20\d\d"
)

ORIGINALS = frozenset(
    {
        *("original message", "forwarded message", "original appointment", "forwarded by", "forwarded mail"),
        *("reply message",),
        *(
            "original mail",
            "originalnachricht",
            "message d'origine",
            "message original",
            "message transféré",
            "message initial",
        ),
        *(
            "mail original",
            "courriel original",
            "message réexpédié",
            "mensaje original",
            "mensaje reenviado",
            "mensaje de origen",
        ),
        *("correo original", "mensagem original", "mensagem encaminhada", "mensagem reencaminhada"),
        *("ursprüngliche nachricht",),
        *(
            "original-nachricht",
            "weitergeleitete nachricht",
            "urspruengliche nachricht",
            "weitergeleitet von",
            "ursprüngliche mail",
        ),
        *("исходное сообщение", "пересылаемое сообщение", "пересланное сообщение", "перенаправленное сообщение"),
        *("конец",),
        *("оригинальное сообщение", "исходное письмо", "переадресованное сообщение"),
        *("начало переадресованного сообщения",),
        *("начало переадресуемого сообщения", "начало пересылаемого сообщения", "пересылаемое письмо"),
        *("الرسالة الأصلية", "رسالة معاد توجيهها", "رسالة أصلية", "رسالة مُعاد توجيهها", "الرسالة المحولة"),
        *(
            "原始邮件",
            "转发的邮件",
            "转发邮件",
            "转发邮件信息",
            "回复的原邮件",
            "回复的邮件",
            "邮件原件",
            "原始信息",
            "原始郵件",
        ),
        *(
            "轉寄的郵件",
            "轉寄郵件",
            "原始訊息",
            "被转发邮件",
            "元のメッセージ",
            "元のメール",
            "転送メッセージ",
            "転送されたメッセージ",
        ),
        *("オリジナルメッセージ", "original message / 元のメッセージ", "messaggio originale", "messaggio inoltrato"),
        *("oorspronkelijk bericht", "doorgestuurd bericht", "wiadomość oryginalna", "původní zpráva"),
        *("alkuperäinen viesti",),
        *(
            "ursprungligt meddelande",
            "oprindelig meddelelse",
            "opprinnelig melding",
            "orijinal mesaj",
            "özgün ileti",
            "원본 메일",
        ),
        *("eredeti üzenet", "mesaj original", "αρχικό μήνυμα", "הודעה מקורית", "wiadomość przekazana"),
        *("전달된 메시지",),
    }
)
FORWARDS = re.compile(
    r"(?:begin forwarded message|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado"
    r"|início da mensagem (?:re)?encaminhada"
    r"|anfang der weitergeleiteten (?:nachricht|e-mail)|beginn der weitergeleiteten nachricht"
    r"|начало переадресованного сообщения"
    r"|开始转发的邮件|下面是被转发的邮件|以下是转发的邮件|以下のメッセージを転送|転送されたメッセージ"
    r"|بداية الرسالة المعاد توجيهها"
    r"|inizio messaggio inoltrato|begin doorgestuurd bericht) ?:?"
)
ABOVE_THIS_LINE = re.compile(
    r"\W*(?:(?:please )?(?:type|write|enter) your (?:reply|response) above this line|(?:please )?reply above this line"
    r"|(?:bitte )?(?:antworten sie )?(?:nur )?(?:oberhalb|über) dieser zeile|veuillez répondre au-dessus de cette ligne"
    r"|por favor,? escriba su respuesta por encima de esta línea|пожалуйста, введите ваш ответ выше этой строки)\W*"
)

SENDERS = frozenset(
    {
        *("from", "de", "от", "от кого", "من", "发件人", "寄件者", "寄件人", "von", "da", "差出人", "送信者"),
        *("送信元", "发自", "van", "od", "från", "fra"),
        *("lähettäjä", "kimden", "보낸 사람", "expéditeur", "remitente", "remetente", "absender", "отправитель"),
        *("المرسل", "mittente"),
    }
)
OTHER_LABELS = frozenset(
    {
        *("sent", "date", "to", "cc", "bcc", "subject", "reply-to", "sent at", "sent on", "received", "importance"),
        *("attachments",),
        *("envoyé", "envoyé le", "à", "a", "objet", "copie", "pour", "destinataire", "répondre à", "date d'envoi"),
        *("pièces jointes",),
        *("enviado", "enviado el", "enviado em", "enviada em", "enviada", "fecha", "para", "asunto", "assunto"),
        *("data", "cópia", "copia"),
        *("responder a", "enviado a las", "destinatario", "destinatários", "fecha de envío"),
        *("отправлено", "отправлена", "дата", "кому", "копия", "тема", "время", "дата отправки"),
        *("تاريخ الإرسال", "تم الإرسال", "التاريخ", "إلى", "نسخة", "الموضوع", "أُرسلت", "أرسلت", "تاريخ", "مرسل"),
        *("نسخة إلى",),
        *("发送时间", "日期", "时间", "收件人", "抄送", "主题", "主旨", "發送時間", "傳送時間", "收件者", "副本"),
        *("寄件日期", "发送日期", "抄送人"),
        *("gesendet", "gesendet am", "an", "betreff", "datum", "kopie", "kopie an", "wichtigkeit"),
        *("送信日時", "送信日", "日時", "日付", "宛先", "件名", "受信者", "送信時刻"),
        *("inviato", "oggetto", "per", "verzonden", "aan", "onderwerp", "wysłano", "do", "temat", "skickat", "till"),
        *("ämne", "sendt", "til"),
        *("emne", "lähetetty", "vastaanottaja", "aihe", "gönderme", "gönderildi", "kime", "konu", "날짜"),
        *("받는 사람", "제목", "보낸 날짜"),
    }
)
