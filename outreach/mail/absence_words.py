"""How automatic answers, absences and receipts are worded, in nine languages and some neighbours'; all folded in case."""

import re

# A subject that begins so is a machine's.
AUTOMATIC_SUBJECT = re.compile(
    r"(?:auto(?:matic|mated|matically generated)?[ -]?(?:reply|response"
    r"|answer|responder|acknowledg\w+)\b(?! to)"
    r"|out[ -]of[ -](?:the[ -])?office\b(?! (?:hours|meeting|work))|ooo\b ?[:\-]|vacation (?:reply|response"
    r"|message|notice|auto)|away (?:from (?:my|the) (?:mail|desk|office)|notice|message)"
    r"|automatische (?:antwort|abwesenheit|empfangs|eingangs|r[üu]ckmeldung)\w*|abwesenheit(?:snotiz|sinfo"
    r"|smeldung|sbenachrichtigung|sassistent|snachricht)?\b ?(?::|-|$|von|bis)"
    r"|auto(?:matische)?antwort|außer haus|ausser haus|nicht im b[üu]ro"
    r"|réponse automatique|reponse automatique|message (?:automatique|d['’]absence)|absent?(?:e"
    r"|ce)? du bureau|absence ?(?::|$)|notification d['’]absence|avis d['’]absence"
    r"|(?:auto)?respuesta autom[áa]tica|autorrespuesta|fuera de (?:la )?oficina|mensaje autom[áa]tico"
    r"|aviso de ausencia|ausen(?:te|cia) ?(?::|$|temporal)"
    r"|resposta autom[áa]tica|fora do escrit[óo]rio|mensagem autom[áa]tica|aus[êe]ncia ?(?::|$|tempor)"
    r"|aviso de aus[êe]ncia|risposta automatica|fuori (?:sede|ufficio)"
    r"|автоматический ответ|автоответ|автоматическое (?:уведомление|сообщение)|нет на (?:работе|месте)"
    r"|вне офиса|отсутств\w+ (?:на работе|на рабочем|в офисе)"
    r"|自动回复|自動回覆|自动答复|自動答覆|自動回信|自动应答|不在办公室|外出回复|休假通知|自動応答|自動返信|自動送信"
    r"|不在(?:通知|のお知らせ|連絡|のため|です|$|:|：)|休暇(?:中|の(?:お知らせ|ため))"
    r"|(?:ال)?رد (?:ال)?(?:تلقائي|آلي|اوتوماتيكي)|خارج المكتب|رسالة (?:تلقائية|آلية)|automatisch antwoord"
    r"|afwezig|autosvar|automaattinen|automatyczna odpowiedź"
    r"|odpowiedź automatyczna|automatická odpov|otomatik yanıt|automatiskt svar|automatisk svar|poza biurem"
    r"|válasz automatikus|automatikus válasz)"
)

# Words by which a text says that a machine sends it.
SAYS_AUTOMATIC = re.compile(
    r"(?:this|the following) (?:is|e-?mail is|message is|reply is|was)(?: an?| being)? (?:auto\w*|computer"
    r"|system)[ -]?(?:generated |sent )?(?:reply|response|message|e-?mail|acknowledg\w+|notification"
    r"|generated|sent|by)"
    r"|(?:do not|don't|please do not) reply to this|(?:mailbox|address|inbox) is not (?:monitored|attended"
    r"|read)|unattended mailbox|auto(?:matic|-)?(?:reply|response)\b"
    r"|(?:dies(?:e|es)? (?:ist|e-?mail|nachricht|mail).{0,40}automatisch)|automatisch (?:generierte?"
    r"|erstellte?|erzeugte?|versandte?)|nicht auf diese (?:e-?mail|nachricht|mail)"
    r"|(?:ceci est|ce (?:message|courriel|mail) (?:est|a été)) .{0,30}automati|(?:message|réponse"
    r"|courriel) (?:généré|envoyé)\w* automatiquement|ne (?:pas )?(?:répond\w+) (?:pas )?à ce"
    r"|(?:este (?:es|mensaje|correo)|esta (?:es|respuesta)) .{0,40}autom[áa]tic|no respond\w+ a este|(?:esta"
    r"|este) (?:é|mensagem|e-?mail) .{0,40}autom[áa]tic|não respond\w+ a (?:este|esta)"
    r"|(?:это|данное) .{0,40}(?:автоматическ|создано автомат|сгенерир)|автоматически(?:й ответ|е сообщение)"
    r"|не отвечайте на (?:это|данное)"
    r"|自动(?:回复|发送|生成|答复)|自動(?:回覆|發送|返信|送信|応答|配信)|请勿(?:直接)?回复|請勿(?:直接)?回覆|(?:رد"
    r"|رسالة|إشعار) (?:تلقائي|آلي)|لا ترد على هذ"
)

# Words by which a person is away.
AWAY = re.compile(
    r"(?:i am|i'm|i’m|i will be|i'll be|we are|i have been|am)(?: \w+){0,3} (?:out of (?:the |my )?(?:office"
    r"|country|town)|away|on (?:\w+ )?(?:leave|vacation|holidays?|mission|travel|duty travel|sabbatical"
    r"|business trip)|travell?ing|absent|not in the office|unavailable)"
    r"|(?:currently|presently|temporarily) (?:out of (?:the )?office|away|on (?:\w+ )?(?:leave|vacation"
    r"|mission|travel))|out of (?:the )?office (?:until|from|till|through|with|and)"
    r"|(?:limited|no|sporadic|intermittent|infrequent|without) access to (?:my )?(?:e-?mail|mail|internet)"
    r"|will (?:be )?(?:return|back)\w* (?:to|in|on|at) |in my absence|no longer (?:work\w*|with|employed|at"
    r"|part of)"
    r"|(?:ich bin|bin ich|wir sind)(?: \w+){0,8} (?:nicht (?:im|in|am|erreichbar)|abwesend|außer haus"
    r"|ausser haus|im urlaub|auf dienstreise|in elternzeit|wieder (?:im|erreichbar|da))|nicht im b[üu]ro"
    r"|im urlaub|meiner abwesenheit|(?:nicht mehr|derzeit nicht) (?:bei|im|erreichbar)"
    r"|(?:je suis|je serai|nous sommes)(?: \w+){0,5} (?:absente?s?|en (?:congés?|mission|déplacement|vacances"
    r"|voyage)|hors du bureau|de retour)|(?:absente?|en congés?) (?:du|jusqu|à partir|pour)|mon absence"
    r"|ne (?:suis|travaille) (?:pas|plus)"
    r"|(?:estoy|estaré|me encuentro|me encontraré|estamos)(?: \w+){0,5} (?:fuera|ausente|de (?:vacaciones"
    r"|viaje|permiso|licencia|baja)|en (?:misión|comisión))|fuera de la oficina|mi ausencia|ya no trabajo"
    r"|(?:estou|estarei|encontro-me|estamos)(?: \w+){0,5} (?:fora|ausente|de (?:férias|licença)|em (?:missão"
    r"|viagem|férias))|fora do escritório|minha ausência|(?:já )?não trabalho mais"
    r"|(?:я|меня)?(?: \w+){0,4} ?(?:нахожусь|буду|нет|отсутству\w+)(?: \w+){0,6} (?:в отпуске|в командировке"
    r"|на (?:рабочем )?месте|на работе|в офисе|отсутств\w+|вне офиса|на больничном)|(?:в отпуске"
    r"|в командировке|отсутствую)|моего отсутствия|больше не работа"
    r"|我(?:目前|现在|现|正|将|將|已|於|于|从|從|在)?.{0,24}(?:休假|外出|出差|不在|度假|出国|請假|请假|离职|離職)"
    r"|不在办公室|正在(?:休假|度假|出差)|无法及时(?:回复|查看)|不能及时回复"
    r"|(?:休暇|不在|出張|休業|夏季休|年末年始|退職)(?:中|を?いただい|を?頂い|にし|とな|の(?:ため|間)|して|いたし)"
    r"|不在と(?:な|し)|席を外し|返信(?:が|は)?(?:遅|でき)"
    r"|(?:أنا|إنني|سأكون|أكون|نحن)(?: \S+){0,5} (?:خارج|غائب|في (?:إجازة|مهمة|سفر)|غير متواجد|غير موجود)"
    r"|خارج المكتب|في إجازة|خلال (?:فترة )?غيابي|(?:im |ik ben )?afwezig|fuori (?:ufficio|sede)"
)

# What an absence names besides: whom to ask meanwhile.
DEPUTY = re.compile(
    r"(?:(?:please |kindly |you (?:may|can) )?(?:contact|get in touch with|reach out to|write to|refer to"
    r"|turn to|reach|e-?mail|call)(?: (?:my colleagues?|my deputy|my assistant|the|our))?"
    r"|(?:wenden sie sich|kontaktieren sie|wende dich|schreiben sie)(?: (?:bitte"
    r"|in dringenden fällen))*(?: an)?(?: (?:meine\w*|unsere\w*) (?:kolleg\w+|vertretung|stellvertret\w+))?"
    r"|vertret(?:ung|en) (?:durch|von|wird|übernimmt|erfolgt durch)|vertritt mich"
    r"|(?:(?:veuillez|merci de|vous pouvez|prière de|bien vouloir)(?: bien)?(?: vouloir)?[ ,]*)(?:contacter"
    r"|vous adresser à|écrire à|prendre contact avec|joindre)(?: (?:ma|mon) (?:collègue|adjointe?"
    r"|assistante?))?|contactez"
    r"|(?:favor (?:de )?)?(?:contact\w+|comun[ií]\w+|dirigirse|dir[ií]jase|escrib\w+|póngase en contacto"
    r"|ponerse en contacto)(?:se)?(?: (?:a|con|por favor)\b)*(?: mi (?:colega|compañer\w+|asistente))?"
    r"|(?:entre em contat?o|entrar em contat?o|contat(?:e|ar|o)|contacte|dirija-se|escreva)(?: (?:com|a|para"
    r"|por favor))*(?: (?:a |o )?(?:minha|meu) colega)?"
    r"|(?:обращайтесь|обращаться|свяжитесь|связаться|пишите|обратитесь)(?:,? пожалуйста,?)?(?: (?:к|с"
    r"|по адресу|на))?(?: мо\w+ (?:коллег\w+|заместител\w+))?"
    r"|(?:请|請|可)?(?:与|與|和)?(?:联系|聯繫|聯絡|联络|咨询)(?:我的同事|同事)?|(?:يرجى|الرجاء|يمكنكم)? ?(?:الاتصال"
    r"|التواصل|مراسلة"
    r"|التوجه)(?: (?:ب|مع|إلى|على))?)"
    r"[ \t:]*(?P<who>.{2,160})",
    re.IGNORECASE,
)
DEPUTY_BEFORE = re.compile(
    r"(?P<who>[^\n、。]{2,80}?)(?:まで|に)(?:ご連絡|お問い合わせ|ご相談|メール)|(?:与|與|和"
    r"|向)(?P<cn>[^\n，。]{2,60}?)(?:联系|聯繫|聯絡|联络)"
)

BACK = re.compile(
    r"(?:back|return\w*|resum\w*|available again|reachable again)(?: \w+){0,4}?(?: on| by| from)?"
    r"|wieder(?: \w+){0,3}(?: ab)?|zurück|ab dem|de retour|retour(?:ne|nerai)?|reprends"
    r"|regres\w+|vuelv\w+|de vuelta|reincorpor\w+|retorn\w+|volt(?:o|arei|a)|de volta|regress\w+|верн\w+"
    r"|выхожу|выйду|приступлю|返回|回来|回到|返岗|復帰|出社|出勤|سأعود|العودة|أعود"
)
UNTIL = re.compile(
    r"until|till|til\b|through|thru|up to| to |bis|jusqu|au |hasta|al |até|ao |a |до|по |至|到|直到|まで|から|~|〜|–|—"
    r"|-|حتى|إلى|لغاية|inclusive|fino"
)

RECEIPT_SUBJECT = re.compile(
    r"(?:(?P<sure>read receipt|return receipt|receipt:|not read:|disposition notification|lesebestätigung"
    r"|empfangsbestätigung \(|accusé de lecture|confirmation de lecture|confirmación de lectura"
    r"|recibo de lectura|confirmação de leitura|recibo de leitura|ricevuta di (?:lettura|ritorno)"
    r"|conferma di lettura|уведомление о прочтении|отчет о прочтении|подтверждение прочтения"
    r"|已读回执|阅读回执|閱讀回條|讀取回條|已讀回條|開封確認|開封通知|إيصال قراءة|إيصال القراءة|اشعار قراءة"
    r"|kwitowanie|leesbevestiging)"
    r"|(?:read|gelesen|ungelesen|lu|non lu|leíd[oa]|no leíd[oa]|lid[oa]|não lid[oa]|letto|прочитано|прочтено"
    r"|не прочитано|已读|已讀|未读|未讀|開封済み|開封済|未開封|مقروءة|تمت القراءة|gelezen|läst|læst|przeczytane"
    r"|delivered|zugestellt|remis|entregado|entregue|доставлено|已传递|配信済み) ?[:：])"
)
RECEIPT_WORDS = re.compile(
    r"(?:was|were|has been) (?:read|displayed|opened|deleted without being read|received by|delivered)"
    r"|(?:this is a|return) receipt|gelesen|geöffnet|angezeigt|a été (?:lu|affiché|ouvert|remis|supprimé)"
    r"|fue (?:leíd|mostrad|abiert|eliminad|entregad)"
    r"|se (?:ha )?ley|foi (?:lid|exibid|abert|exclu|entregue)|è stato (?:letto|visualizzato)|прочит|прочт"
    r"|просмотр|открыт|已读|已讀|阅读|閱讀|已(?:被)?(?:查看|显示|打开)|開封|表示され|既読|تمت? قراءة|قُرئت|gelezen"
)

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero ene janeiro gennaio января январь янв يناير كانون_الثاني",
            "february feb februar feber février févr fév febrero fevereiro fev febbraio февраля февраль фев فبراير شباط",
            "march mar märz mär maerz mars marzo março марта март مارس آذار",
            "april apr avril avr abril abr aprile апреля апрель апр أبريل ابريل نيسان",
            "may mai mayo maio maggio мая май مايو أيار",
            "june jun juni juin junio junho giugno июня июнь يونيو حزيران",
            "july jul juli juillet juil julio julho luglio июля июль يوليو تموز",
            "august aug août aout agosto ago августа август авг أغسطس اغسطس آب",
            "september sep sept septembre septiembre setiembre setembro set settembre сентября сентябрь сен سبتمبر أيلول",
            "october oct oktober okt octobre octubre outubro out ottobre октября октябрь окт أكتوبر اكتوبر",
            "november nov novembre noviembre novembro ноября ноябрь ноя نوفمبر",
            "december dec dezember dez décembre déc diciembre dic dezembro dicembre декабря декабрь дек ديسمبر",
        ),
        start=1,
    )
    for name in names.split()
}
