"""What mail systems say of mail that did not arrive, in the languages that they say it in; all folded in case.

Gathered from what the systems themselves write: Postfix, Exim, Sendmail, qmail, Exchange, Domino, GroupWise, MailEnable,
Courier, MDaemon and the large providers of Europe, Russia, China and Japan.
"""

import re

# Names of senders that are no person's.
DAEMONS = re.compile(
    r"(?:mailer[-_.]?daemon|mail[-_.]?daemon|daemon|post-?master|mmdf|uucp|mdaemon|maildelivery|delivery-subsystem"
    r"|mail\.?delivery(?:\.system)?|bounces?|ndr|dsn|microsoftexchange[0-9a-f]*)(?:[-+].*)?"
)
DAEMON_NAMES = re.compile(
    r"mail(?:er)?[ -]?(?:delivery|daemon|administrator|system|router)|delivery[ -](?:sub)?system|post ?master"
    r"|(?:system|système|system-) ?administrat|microsoft (?:outlook|exchange)|courier mail"
    r"|internet mail delivery|почтов\w+ систем"
    r"|systemadministrator|administrador del sistema|administrateur système|系统管理员|系統管理員|自动退信"
)

# How the subject of a report begins.
SUBJECTS = re.compile(
    r"(?:undeliver|non-?deliver|not delivered|delivery (?:status|fail|notif|report"
    r"|problem|error|delay|has)"
    r"|mail delivery|message delivery|returned (?:mail|to sender|message)|failure notice|mail error"
    r"|failed (?:mail|to deliver|delivery)"
    r"|(?:mail|message|e-?mail) (?:could not|couldn't|can ?not|not delivered|undeliver|status|delay"
    r"|system error|rejected|has been rejected)"
    r"|(?:permanent|temporary) delivery failure|could not (?:send|deliver)|warning: (?:message|could not"
    r"|e-?mail)|rejected mail"
    r"|unzustellbar|nicht zustellbar|unzustellbare|zustellung(?:sfehler|sverzögerung)?\b|rückläufer|übermittlung"
    r"|non remis|non[- ]distribu|échec de (?:la )?(?:remise|distribution|livraison)|message non (?:remis"
    r"|livré|distribué)|remise (?:retardée|différée)"
    r"|no (?:se puede entregar|entregad)|no se ha podido entregar|fallo (?:en|de) (?:la )?entrega"
    r"|error de entrega|entrega (?:retrasada|demorada)"
    r"|correo no entregado|mensaje no entregado|não (?:entreg|é possível entregar|foi possível entregar)"
    r"|falha (?:na|de) entrega"
    r"|mensagem não entregue|notificação de (?:status|falha)|notificación de estado|non recapitabile|mancato recapito"
    r"|не(?: )?доставлен|не удалось доставить|не удается доставить|недоставленн|сообщение не доставлено"
    r"|задержка доставки|ошибка доставки"
    r"|系统退信|退信|无法投递|未送达|未传递|传递失败|投递失败|邮件退回|邮件被退回|傳遞失敗|無法傳遞|無法投遞|未傳遞"
    r"|配信不能|配信エラー|配信遅延|送信エラー|メール(?:を|が)?配信|お届けできません|配達不能"
    r"|تعذر (?:التسليم|تسليم)|لم يتم (?:التسليم|تسليم)|فشل (?:التسليم|تسليم)|غير قابل للتسليم)"
)

FAILED = re.compile(
    r"(?:could|can|did|was|has|were)(?: ?not|n['’]t)(?: be(?:en)?)? (?:deliver|reach|receive|sent|process"
    r"|accept)|undeliver|un-?deliverable"
    r"|unable to (?:deliver|reach|process|accept|relay)|delivery (?:has |of .{0,80} )?(?:failed|failure|error"
    r"|problem|to the following)|not delivered"
    r"|failed (?:to deliver|permanently|delivery|recipient)|failed\.? .{0,40}(?:user|address|recipient)"
    r"|failure notice|permanent(?: fatal)? error|permanent failure"
    r"|(?:user|recipient|address|account|mailbox|alias) (?:is )?(?:unknown|rejected|not found|unavailable"
    r"|disabled|invalid|does ?n[o']t|not listed|inactive)"
    r"|(?:unknown|invalid|illegal|bad) (?:final delivery |local |e-?mail )?(?:user|recipient|address|mailbox|alias|host)"
    r"|no such (?:user|recipient|mailbox|address|person|account)|(?:over|exceed\w*)(?: their| its| the"
    r"| his)? (?:disk |storage |mail ?box )?quota"
    r"|mailbox (?:is |has )?(?:full|exceed)|(?:message|mail|e-?mail)(?: to \S{1,100})?(?: has been| was"
    r"| is)?(?: automatically)? (?:rejected|returned|refused|blocked|undeliver)"
    r"|returned (?:mail|to sender)|was aborted|address (?:could ?n|was ?n|not )|was(?:n't| not) found"
    r"|doesn't have an? .{1,40} account|fatal error"
    r"|konnte (?:nicht|aus folgend).{0,60}|nicht zugestellt|unzustellbar|nicht zustellbar"
    r"|zustellung .{0,80}(?:fehlgeschlagen|gescheitert|nicht möglich)"
    r"|fehler bei der zustellung|n['’]a (?:pas )?pu (?:pas )?[eê]tre|n['’]ont pas pu|pas été (?:remis|livré"
    r"|distribué|délivré)|non (?:remis|distribu|livr)"
    r"|échec (?:de|lors)|impossible de (?:remettre|délivrer|livrer|distribuer)|destinataire (?:inconnu|introuvable)"
    r"|no (?:se )?(?:ha |pudo |puede |han )?(?:podido )?(?:ser )?entrega|no pudo ser entregad|error (?:de"
    r"|en la) entrega|fall\w* (?:en|de) la entrega"
    r"|não (?:foi possível|pôde|pode|foi|p[oô]de ser) .{0,20}entreg|não entregue|falha (?:na|de|ao) entreg"
    r"|impossibile (?:recapitare|consegnare)"
    r"|non (?:è stato|recapita)|не (?:удалось|может быть|смог\w*|было|удается|получилось"
    r"|можем) ?\w{0,12} ?достав|невозможно достав|не ?доставлен|недоставлен"
    r"|ошибка доставки|无法(?:投递|发送|送达|传递|到达)|未能(?:送达|投递|发送)|(?:投递|传递|发送|传送)失败|退信|退回"
    r"|拒收|不存在"
    r"|(?:無法|无法)(?:傳遞|投遞|傳送|送達)|(?:傳遞|投遞|傳送)失敗|(?:配信|配送|配達|送信|お届け)(?:は|が"
    r"|を)?(?:でき(?:ません|なかった)|不能|に失敗)"
    r"|届け(?:ることが)?でき|宛先(?:が|は)?(?:不明|見つかり)|存在しません|(?:تعذر|فشل|لم يتم"
    r"|لم نتمكن من) ?(?:ال)?تسليم|غير قابلة? للتسليم"
    r"|onbestelbaar|niet (?:worden )?(?:bezorgd|afgeleverd)|nie (?:można|mogła|została) .{0,20}dostarcz"
    r"|teslim edilemedi|ikke leveres|inte leverera"
)

DELAYED = re.compile(
    r"(?:will|shall) (?:keep|continue|be)(?: on)? ?(?:to )?(?:be )?(?:try|retr|attempt)|(?:will|to) (?:retry"
    r"|try again)|still (?:being )?(?:retr|try|attempt)"
    r"|(?:has|have) not yet been|not yet been deliver|has(?:n't| not) been delivered yet|(?:has been|is|was"
    r"|been|are|temporarily) (?:delayed|deferred)"
    r"|delivery (?:delay|is delayed)|delayed \d+ (?:hour|day|min)|(?:do not|don't|no) need to (?:resend"
    r"|re-send|send)|no action (?:is|on your part|by you)"
    r"|warning message only|transient (?:non-fatal )?error|not been able to deliver .{0,60} yet"
    r"|further attempts|attempts will (?:continue|be made)|delayed delivery|\(delay\)|delay notice"
    r"|verzögert|weiterhin versucht|weitere zustellversuche|noch nicht zugestellt|retardée?s?\b|différée?s?\b"
    r"|pas encore été (?:remis|livré|distribué)"
    r"|nouvelles? tentatives?|retrasad[oa]|demorad[oa]|aún no se ha|(?:seguir|continuar)(?:á|emos"
    r"|emos) intentando|se volverá a intentar|atrasad[oa]"
    r"|ainda não foi|continuar(?:á|emos) (?:a )?tentando?|novas tentativas|задерж|ещ[её] не доставлен"
    r"|попытки .{0,40}(?:продолж|будут)|будут продолжен"
    r"|повторит|延迟|延遲|继续尝试|将继续|仍在尝试|重试|稍后再试|遅延|遅れて|再送|試行を続|引き続き|تأخ[يّ]?ر|سنواصل"
    r"|ستستمر|سيستمر|المحاولة مرة"
)
GAVE_UP = re.compile(
    r"gave up|giving up|given up|not going to try|will not (?:be )?(?:try|retr)|no (?:more"
    r"|further) attempts will|failed permanently|permanent"
    r"|in the queue too long|retry time ?out|has failed|(?:mail|delivery|message) failed|failure notice"
    r"|expired|action: failed|endgültig"
)
# What a later try may cure; only asked where no code is given.
TRANSIENT = re.compile(
    r"(?:mailbox|quota|inbox|disk|storage|account).{0,40}(?:full|exceed|over|limit)|(?:full|exceed\w*"
    r"|over)\b.{0,40}(?:mailbox|quota|storage)|over ?quota"
    r"|insufficient .{0,20}(?:storage|space)|timed? ?out|try (?:again )?later|temporar|grey ?list|not respond"
    r"|unreachable|connection (?:refused|lost|failed|reset)"
    r"|not reachable|too (?:many|busy|long in)|queue too long|delivery time expired|host .{0,40}(?:down"
    r"|not found: try)|voll\b|überfüllt|pleine|quota"
    r"|llen[oa]|cheia|переполнен|превышен|已满|已滿|超出|容量|いっぱい|ممتلئ"
)

# Where what is returned begins within the text.
RETURNED = re.compile(
    r"(?m)^[ \t>*=#+-]*(?:below (?:this|the next) line|(?:the )?(?:original|returned|unsent|undelivered"
    r"|rejected) (?:message|mail|text|e-?mail)"
    r"(?: (?:follow|as received|attached|header|text|below|is|included)[^\n]*)?[ :=*+#-]*$"
    r"|original message (?:follows|headers?|as)|message headers? follow|this is a copy of|a copy of (?:the"
    r"|your) (?:original )?message"
    r"|(?:the )?first .{0,30}(?:lines|bytes) of|unsent message follows|returned message|headers? (?:of"
    r"|from) the original|ursprüngliche nachricht"
    r"|message d['’]origine|mensaje original|mensagem original|исходное сообщение|ниже этой линии|原始邮件|附件中的内容"
    r"|元のメッセージ|الرسالة الأصلية"
    r"|return-path:|received: (?:from|by|\())",
    re.IGNORECASE,
)

# What stands before an address that mail did not reach, on its line.
BEFORE_FAILED = re.compile(
    r"(?:failed|undeliver\w*|unknown|invalid|rejected|bad|intended|original|final"
    r"|not deliver\w*)?[ -]*(?:final delivery |e-?mail |local )?"
    r"(?:recipients?|address(?:es)?|user(?:id)?s?|mailbox(?:es)?|account|rcpt(?: to)?|recip|empf[aä]nger"
    r"|destinataires?|destinatarios?|destinatári[oa]s?"
    r"|адресат\w*|получател\w*|收件人|收件者|宛先|受信者|المستلم)(?:\(s\)|\(es\))?\W*(?:rfc822|smtp)?\W*"
    r"|(?:deliver\w*|delivery|delivered|sent|send|reach|mail|message|livr[eé]\w*|remis\w*|entreg\w*"
    r"|zugestellt|zustellung)(?: failed| failure|ing)?"
    r"(?: \d+ attempts)?(?: (?:to|à|a|an|for|für))?(?: (?:the )?following.{0,40})?\W*(?:rfc822|smtp)?\W*"
    r"|(?:rfc822|smtp|o=.{0,30}|c=.{0,60})\W*"
)
# An address after one of these is where to ask, or who sent.
BEFORE_OTHERS = re.compile(
    r"(?:contact|from|sender|by|return-?path|reply-to|message-id|e-?mail me|mailto|write to|ask|administrator"
    r"|reporting-mta|postmaster|help|assistance"
    r"|absender|expéditeur|remitente|remetente|отправител\w*|发件人|送信者|送信元|x-[a-z-]+|received|for|id|resent-\w+"
    r"|errors-to|cc|subject)\W*"
)
NOT_RECIPIENTS = frozenset(
    {
        "postmaster",
        "mailer-daemon",
        "mailerdaemon",
        "abuse",
        "hostmaster",
        "helpdesk",
        "support",
        "admin",
        "administrator",
        "root",
        "webmaster",
    }
)
