"""A cast of answers as mail programs write them, in nine languages: with the words that are new, quoted, of a signature."""

from collections.abc import Iterator
from dataclasses import dataclass

ASKED = {
    "en": "May we ask for your input?\nThe deadline is 3 March.",
    "fr": "Pouvons-nous vous demander votre contribution ?\nLe délai est le 3 mars.",
    "es": "¿Podemos pedirle su aporte?\nEl plazo es el 3 de marzo.",
    "pt": "Podemos pedir a sua contribuição?\nO prazo é 3 de março.",
    "de": "Dürfen wir um Ihren Beitrag bitten?\nDie Frist ist der 3. März.",
    "ru": "Просим Вас направить вклад.\nСрок: 3 марта.",
    "zh": "请贵方提供意见。\n截止日期为3月3日。",
    "ja": "ご意見をお願いいたします。\n締切は3月3日です。",
    "ar": "نرجو منكم تقديم مساهمتكم.\nالموعد النهائي هو 3 مارس.",
}
OWN = {
    "en": "Dear Chair,\n\nThe value of the IGF is its openness:\n- it is open to all\n- it binds nobody\n\nOn this we "
    "agree with what you wrote.",
    "fr": "Madame la Présidente,\n\nLa valeur du Forum est son ouverture :\n- il est ouvert à tous\n- il n'engage "
    "personne\n\nLe rapport que vous avez écrit le montre.",
    "es": "Estimada Presidenta:\n\nEl valor del Foro es su apertura:\n- está abierto a todos\n- no obliga a nadie\n\nEl "
    "texto que usted escribió lo muestra.",
    "pt": "Senhora Presidente,\n\nO valor do Fórum é a sua abertura:\n- é aberto a todos\n- não obriga ninguém\n\nEm "
    "suma, concordamos com o que escreveu.",
    "de": "Sehr geehrte Frau Vorsitzende,\n\nder Wert des Forums ist seine Offenheit:\n- es steht allen offen\n- es "
    "bindet niemanden\n\nAm Ende steht, was Sie schrieb und wir teilen.",
    "ru": "Уважаемая г-жа Председатель,\n\nценность Форума в его открытости:\n- он открыт для всех\n- он никого не "
    "связывает\n\nВ этом мы согласны с тем, что вы написали.",
    "zh": "尊敬的主席：\n\n论坛的价值在于其开放性：\n- 对所有人开放\n- 不具约束力\n\n在这一点上我们同意您的意见。",
    "ja": "議長殿\n\nフォーラムの価値は開放性にあります：\n- 誰にでも開かれています\n- "
    "拘束力はありません\n\n以上の点でご意見に賛成いたします。",
    "ar": "سعادة الرئيسة،\n\nقيمة المنتدى في انفتاحه:\n- مفتوح للجميع\n- غير ملزم لأحد\n\nفي هذا نتفق مع ما كتبتم.",
}
CLOSINGS = {
    "en": "Best regards,\nJane Doe\nSecretary-General, ICC\nTel: +41 22 555 01 01\nwww.icc.example",
    "fr": "Bien cordialement,\nJeanne Dupont\nSecrétaire générale\nTél. : +33 1 55 55 01 01",
    "es": "Atentamente,\n\nJuana Pérez\nSecretaria General\nTel.: +34 91 555 01 01",
    "pt": "Com os melhores cumprimentos,\nJoana Silva\nSecretária-Geral",
    "de": "Mit freundlichen Grüßen\n\nJohanna Groß\nReferatsleiterin\nTelefon: +49 30 555 01",
    "ru": "С уважением,\nЖанна Иванова\nначальник отдела\nтел. +7 495 555-01-01",
    "zh": "此致\n敬礼\n\n王珍\n秘书处\n电话：+86 10 5555 0101",
    "ja": "敬具\n\n山田花子\n国際部\n電話：03-5555-0101",
    "ar": "مع خالص التحية،\nجميلة أحمد\nالأمينة العامة\nهاتف: 5555-0101",
}
MOBILE = {
    "en": "Sent from my iPhone",
    "fr": "Envoyé de mon iPhone",
    "es": "Enviado desde mi iPhone",
    "pt": "Enviado do meu iPhone",
    "de": "Von meinem iPhone gesendet",
    "ru": "Отправлено с iPhone",
    "zh": "发自我的iPhone",
    "ja": "iPhoneから送信",
    "ar": "أُرسلت من الـ iPhone",
}
# Over lines marked with ">": Gmail, Apple Mail, Thunderbird, Yahoo, Lotus Notes, Netease, Mail.ru and Yandex.
MARKED = {
    "en": [
        "On Mon, 27 Jan 2025 at 14:30, Chair, IGF Leadership Panel <chair@panel.example> wrote:",
        "On Mon, Jan 27, 2025 at 2:30 PM Chair of the IGF Leadership Panel and its\nOffice <chair@panel.example> wrote:",
        "On 27 Jan 2025, at 14:30, Chair <chair@panel.example> wrote:",
        "On 1/27/25 2:30 PM, Chair wrote:",
        "On Monday, January 27, 2025 at 02:30:00 PM GMT+1, Chair <chair@panel.example> wrote:",
        "At 2025-01-27 14:30:00, \"Chair\" <chair@panel.example> wrote:",
        "Chair <chair@panel.example> wrote on 27/01/2025 14:30:11:",
        "Monday, January 27, 2025 2:30 PM +03:00 from Chair <chair@panel.example>:",
        "On Monday, January 27th, 2025 at 2:30 PM, Chair <chair@panel.example> wrote:",
    ],
    "fr": [
        "Le lun. 27 janv. 2025 à 14:30, Chair <chair@panel.example> a écrit :",
        "Le 27 janv. 2025 à 14:30, Présidente du Groupe de haut niveau\n<chair@panel.example> a écrit\xa0:",
        "Le 27/01/2025 à 14:30, Chair a écrit :",
        "Le lundi 27 janvier 2025 à 14:30:00 UTC+1, Chair <chair@panel.example> a écrit :",
    ],
    "es": [
        "El lun, 27 ene 2025 a las 14:30, Chair (<chair@panel.example>) escribió:",
        "El 27 ene 2025, a las 14:30, Chair <chair@panel.example> escribió:",
        "El 27/1/25 a las 14:30, Chair escribió:",
    ],
    "pt": [
        "Em seg., 27 de jan. de 2025 às 14:30, Chair <chair@panel.example> escreveu:",
        "Em 27/01/2025 14:30, Chair escreveu:",
        "No dia 27/01/2025, às 14:30, Chair <chair@panel.example> escreveu:",
    ],
    "de": [
        "Am Mo., 27. Jan. 2025 um 14:30 Uhr schrieb Chair <chair@panel.example>:",
        "Am 27.01.25 um 14:30 schrieb Chair:",
        "> Am 27.01.2025 um 14:30 schrieb Chair <chair@panel.example>:",
        "Chair <chair@panel.example> schrieb am 27.01.2025 14:30:11:",
    ],
    "ru": [
        "пн, 27 янв. 2025 г. в 14:30, Chair <chair@panel.example>:",
        "27 янв. 2025 г., в 14:30, Chair <chair@panel.example> написал(а):",
        "27.01.2025 14:30, Chair пишет:",
        "Понедельник, 27 января 2025, 14:30 +03:00 от Chair <chair@panel.example>:",
        "27.01.2025, 14:30, \"Chair\" <chair@panel.example>:",
    ],
    "zh": [
        "Chair <chair@panel.example> 于2025年1月27日周一 14:30写道：",
        "在 2025-01-27 14:30:00，\"Chair\" <chair@panel.example> 写道：",
        "在 2025/1/27 14:30, Chair 写道:",
        "Chair <chair@panel.example> 於 2025年1月27日 週一 下午2:30寫道：",
    ],
    "ja": [
        "2025年1月27日(月) 14:30 Chair <chair@panel.example>:",
        "2025/01/27 14:30、Chair <chair@panel.example>のメール:",
        "On 2025/01/27 14:30, Chair wrote:",
    ],
    "ar": [
        "في الاثنين، ٢٧ يناير ٢٠٢٥ في 2:30 م تمت كتابة ما يلي بواسطة Chair <chair@panel.example>:",
        "في ٢٧‏/١‏/٢٠٢٥، الساعة ٢:٣٠ م، كتب Chair <chair@panel.example>:",
        "بتاريخ 27/1/2025 14:30، كتب Chair:",
    ],
}  # fmt: skip
# What stands over a quotation without marks: Outlook, Exchange on the web, Lotus Notes, QQ, Samsung, forwards.
UNMARKED = {
    "en": [
        "________________________________\nFrom: Chair <chair@panel.example>\nSent: Monday, 27 January 2025 14:30\nTo: "
        "Jane Doe\nSubject: Input",
        "-----Original Message-----\nFrom: Chair\nSent: 27 January 2025 14:30",
        "From:\tChair <chair@panel.example>\nTo:\tjane@icc.example\nDate:\t27/01/2025 14:30\nSubject:\tInput",
        "*From:* Chair <chair@panel.example>\n*Date:* Monday, 27 January 2025 at 14:30\n*To:* Jane Doe\n*Subject:* Input",
        "---- On Mon, 27 Jan 2025 14:30:00 +0100 Chair <chair@panel.example> wrote ----",
        "---------- Forwarded message ---------\nFrom: Chair <chair@panel.example>",
    ],
    "fr": [
        "De : Chair <chair@panel.example>\nEnvoyé : lundi 27 janvier 2025 14:30\nÀ : Jeanne Dupont\nObjet : Contribution",
        "-----Message d'origine-----\nDe : Chair",
        "---------- Message transféré ---------",
    ],
    "es": [
        "De: Chair <chair@panel.example>\nEnviado el: lunes, 27 de enero de 2025 14:30\nPara: Juana Pérez\nAsunto: Aporte",
        "-----Mensaje original-----\nDe: Chair",
    ],
    "pt": [
        "De: Chair <chair@panel.example>\nEnviada em: segunda-feira, 27 de janeiro de 2025 14:30\nPara: Joana "
        "Silva\nAssunto: Contribuição",
        "-----Mensagem original-----\nDe: Chair",
    ],
    "de": [
        "Von: Chair <chair@panel.example>\nGesendet: Montag, 27. Januar 2025 14:30\nAn: Groß, Johanna\nBetreff: Beitrag",
        "-----Ursprüngliche Nachricht-----\nVon: Chair",
        "-------- Weitergeleitete Nachricht --------\nBetreff: Beitrag",
    ],
    "ru": [
        "От: Chair <chair@panel.example>\nОтправлено: 27 января 2025 г. 14:30\nКому: Жанна Иванова\nТема: Вклад",
        "-------- Исходное сообщение --------\nОт: Chair",
        "-------- Пересылаемое сообщение --------",
    ],
    "zh": [
        "发件人: Chair <chair@panel.example>\n发送时间: 2025年1月27日 14:30\n收件人: 王珍\n主题: 意见",
        "------------------ 原始邮件 ------------------\n发件人: \"Chair\" <chair@panel.example>;",
        "-----邮件原件-----\n发件人: Chair",
    ],
    "ja": [
        "差出人: Chair <chair@panel.example>\n送信日時: 2025年1月27日 14:30\n宛先: 山田花子\n件名: ご意見",
        "-----Original Message-----\nFrom: Chair",
        "-----元のメッセージ-----\n差出人: Chair",
    ],
    "ar": [
        "من: Chair <chair@panel.example>\nتاريخ الإرسال: 27 يناير 2025 14:30\nإلى: جميلة أحمد\nالموضوع: مساهمة",
        "-----الرسالة الأصلية-----\nمن: Chair",
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """A text with what is new in it, span by span, what is quoted, and what is a signature; line breaks as they stand."""

    name: str
    text: str
    own: list[str]
    quoted: list[str]
    signatures: list[str]


def marked(words: str) -> str:
    return "\n".join(f"> {line}" for line in words.split("\n"))


def replies() -> Iterator[Reply]:
    """The whole cast."""
    for language, own in OWN.items():
        closing, asked = CLOSINGS[language], ASKED[language]
        for number, head in enumerate(MARKED[language]):
            earlier = f"{head}\n\n{marked(asked)}"
            name = f"{language} marked {number}"
            yield Reply(f"{name} top", f"{own}\n\n{closing}\n\n{earlier}\n", [own], [earlier], [closing])
            yield Reply(f"{name} bottom", f"{earlier}\n\n{own}\n\n{closing}\n", [own], [earlier], [closing])
            first, second = marked(asked).split("\n")
            text = f"{head}\n{first}\n\n{own}\n\n{second}\n\n{closing}\n"
            # What is said under the last question closes with a name.
            yield Reply(f"{name} inline", text, [own], [f"{head}\n{first}", second], [closing])
        for number, head in enumerate(UNMARKED[language]):
            earlier = f"{head}\n\n{asked}"
            yield Reply(f"{language} unmarked {number}", f"{own}\n\n{closing}\n\n{earlier}", [own], [earlier], [closing])
            short = f"{own}\n\n{MOBILE[language]}\n\n{earlier}"
            yield Reply(f"{language} mobile {number}", short, [own], [earlier], [MOBILE[language]])
        yield Reply(f"{language} delimiter", f"{own}\n\n-- \n{closing}\n", [own], [], [f"-- \n{closing}"])
        yield Reply(f"{language} nothing", own, [own], [], [])
        postscript = {"ru": "З.Ы. Позвоните нам.", "ja": "追伸：お電話ください。", "de": "PS: Rufen Sie uns an."}
        said = postscript.get(language, "P.S. Call us.")
        yield Reply(f"{language} postscript", f"{own}\n\n{closing}\n\n{said}\n", [own, said], [], [closing])
