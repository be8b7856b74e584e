"""Telling mail that was sent to many: of mailing lists, and what filters on the way, or its own words, mark as spam."""

import re

from outreach.mail.classes import Opened

# Headers that lists put on what they pass on (RFC 2369, RFC 2919, and older ones).
_LISTS = (
    "list-id",
    "list-post",
    "mailing-list",
    "x-mailing-list",
    "x-mailman-version",
    "x-loop-list",
    "x-listname",
    "x-ml-name",
    "list-owner",
)
_LIST_NUMBER = re.compile(r"[0-9.]+|yes|true")
_MARKED = re.compile(
    r"\W*(?:\*{2,}|\[|\{|<|【|#+)\s*(?:possible |suspected |likely |probable |definitely )?(?:spam|junk|垃圾邮件"
    r"|spam\?|スパム|迷惑メール)\b"
)
_YES = re.compile(r"\s*(?:yes|true|spam|1)\b")
_SCL = re.compile(r"\s*([5-9])\b")

# Each group is one thing that unwanted mail says; two together are needed, since a letter may well say one.
_SAID = tuple(
    re.compile(words)
    for words in (
        r"next of kin|(?:late|deceased) (?:client|husband|father|customer)|inheritance fund|died (?:in|without"
        r"|intestate)|beneficiary of (?:this|the) fund",
        r"(?:usd?|\$|€|£|us\$) ?\d{1,3}(?:[.,]\d+)? ?(?:million|m\b|,000,000)|\d+ ?(?:%|percent) of the (?:total"
        r"|fund|money)|(?:sum|amount) of \W{0,3}(?:us)?[$€£]",
        r"(?:strictly |utmost )?(?:confidential(?:ity)?|urgent) (?:business|proposal|transaction)"
        r"|mutual(?:ly)? benefi|business proposal|transfer (?:of )?(?:this|the) (?:fund|money)|atm card|bank draft",
        r"(?:you (?:have )?won|winning (?:number|notification)|lucky winner|lottery|claim your (?:prize|reward"
        r"|winning|gift))|ganador|gewonnen haben",
        r"(?:bitcoin|btc|usdt|crypto) (?:address|wallet|investment|trading)|send .{0,30}(?:bitcoin|btc)"
        r"|recorded (?:a video|you)|your (?:webcam|password is)|i (?:have )?hacked",
        r"(?:verify|confirm|validate|update|upgrade|reactivate) your (?:\w+ )?(?:account|mailbox|e-?mail|password"
        r"|identity|details|wallet)|(?:account|mailbox) (?:has been|will be|is) (?:suspended|limited|deactivated"
        r"|closed|blocked)",
        r"click (?:here|below|the link|on the link|this link)|(?:within|in) (?:the next )?(?:24|48"
        r"|72) hours? .{0,60}(?:clos|suspend|deactivat|lose|terminat)|avoid (?:suspension|deactivation|losing)",
        r"viagra|cialis|penis|male enhancement|weight loss|replica watch|online casino|free spins|hot (?:girls"
        r"|singles)|adult dating",
        r"(?:first page|page one|rank\w*) (?:of|on) google|seo (?:service|package|expert)|backlinks|guest post"
        r"|increase (?:your )?(?:traffic|sales)|web ?design (?:service|company)",
        r"(?:unsubscribe|opt[- ]out|stop receiving|remove me)|limited time offer|act now|100% (?:free|guaranteed"
        r"|satisfied)|no obligation|risk[- ]free|money back|best prices?",
        r"发票|代开|优惠|点击(?:这里|链接)|增值税|赌场|彩票|выигр\w+|казино|заработ\w+|кредит без|скидк\w+|раскрутк\w+"
        r"|рассылк\w+ (?:по|баз)",
        r"loan (?:offer|at \d)|low interest|make money|earn \$?\d+|work from home|financial freedom|double your",
    )
)
# Nobody writes these to an office but those who sell them; the second is the test phrase that all filters know.
_SURELY = re.compile(r"代开.{0,10}发票|xjs\*c4jdbqadn1\.nsbn3\*2idnen\*gtube")
_STRONG = frozenset({3, 4, 7})
_FARTHEST = 6000


def list_reason(mail: Opened) -> str:
    """Say why a message is of a mailing list or a newsletter, or give "".

    ``Precedence: bulk`` is no reason. ``List-Unsubscribe`` alone stands also on letters that offices send through a mailer, so
    a message that answers another is none for it.
    """
    for name in _LISTS:
        value = mail.headers.first(name).strip()
        if value:
            return f"{name.title()}: {value[:80]}"
    if mail.headers.first("precedence").strip().lower() == "list":
        return "Precedence: list"
    if mail.headers.first("list-unsubscribe") and not mail.answered():
        return "List-Unsubscribe, as newsletters have"
    return "a digest of a mailing list" if mail.content_type == "multipart/digest" or "multipart/digest" in mail.kinds else ""


def spam_reason(mail: Opened) -> str:
    """Say why a message is marked as spam, or give ""; what a filter on the way has said comes first."""
    return _by_filters(mail) or _by_words(mail)


def _by_filters(mail: Opened) -> str:
    for name in (
        "x-spam-flag",
        "x-spam-status",
        "x-spam",
        "x-barracuda-spam-flag",
        "x-bogosity",
        "x-spam-flag2",
        "x-amavis-spam",
        "x-ms-exchange-organization-spam",
    ):
        value = mail.headers.first(name).lower()
        if _YES.match(value):
            return f"{name.title()}: {value.strip()[:40]}"
    if _SCL.match(mail.headers.first("x-ms-exchange-organization-scl")):
        return "X-MS-Exchange-Organization-SCL of 5 or more"
    if "sfv:spm" in mail.headers.first("x-forefront-antispam-report").lower():
        return "X-Forefront-Antispam-Report: SFV:SPM"
    if mail.headers.first("x-spam-level").count("*") >= 5 and not mail.headers.first("x-spam-status").lower().startswith("no"):
        return "X-Spam-Level of five or more"
    if mail.headers.first("x-rspamd-action").strip().lower() in {"reject", "add header", "rewrite subject", "soft reject"}:
        return f"X-Rspamd-Action: {mail.headers.first('x-rspamd-action').strip()[:40]}"
    return "marked in its subject" if _MARKED.match(mail.subject[:200].casefold()) else ""


def _by_words(mail: Opened) -> str:
    """Judge by several things that only unwanted mail says together; an answer to a letter is never judged so."""
    if mail.answered():
        return ""
    folded = " ".join(f"{mail.subject[:300]} {mail.own[:_FARTHEST]}".casefold().split())
    if _SURELY.search(folded):
        return "its words are those of unwanted mail"
    said = {number for number, words in enumerate(_SAID) if words.search(folded)}
    return "its words are those of unwanted mail" if len(said) >= 3 or (len(said) >= 2 and said & _STRONG) else ""
