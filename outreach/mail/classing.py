"""What a message is: report, delay, automatic answer, receipt, list, spam, or a person's words; decided in this order."""

from outreach.mail import absence, bounces, bulk
from outreach.mail.automation import automatic_reason, receipt_reason
from outreach.mail.classes import MailClass, Opened, Verdict


def classed(mail: Opened, raw: bytes) -> Verdict:
    """Give the class of a message, why, and what it reports on."""
    return bounces.bounce(mail, raw) or _receipt(mail) or _automatic(mail) or _many(mail) or _human(mail)


def _receipt(mail: Opened) -> Verdict | None:
    why = receipt_reason(mail.kinds)
    if not why and absence.is_receipt(mail.bare_subject, mail.text):
        why = "a read receipt by its subject"
    return _verdict(mail, MailClass.RECEIPT, why) if why else None


def _automatic(mail: Opened) -> Verdict | None:
    why = automatic_reason(mail.headers, mail.kinds)
    if why.startswith("Auto-Submitted: auto-generated") and bulk.list_reason(mail):
        return None
    if not why and mail.headers.first("auto-submitted").strip().lower() != "no":
        why = absence.is_automatic(mail.bare_subject, mail.own, has_files=_has_files(mail))
    if not why:
        return None
    return Verdict(
        kind=MailClass.AUTO_REPLY,
        why=why,
        original_message_id=_answered_id(mail),
        returns_on=absence.returns_on(mail.own, mail.sent_on),
        deputy=absence.deputy(mail.own),
    )


def _many(mail: Opened) -> Verdict | None:
    spam = bulk.spam_reason(mail)
    why = bulk.list_reason(mail)
    if why and not spam:
        return _verdict(mail, MailClass.LIST, why)
    return _verdict(mail, MailClass.SPAM, spam) if spam else None


def _human(mail: Opened) -> Verdict:
    return _verdict(mail, MailClass.HUMAN, "nothing shows that a machine sent it")


def _verdict(mail: Opened, kind: MailClass, why: str) -> Verdict:
    return Verdict(kind=kind, why=why, original_message_id=_answered_id(mail))


def _answered_id(mail: Opened) -> str:
    """The message that this one is about: what a receipt or report names, else what the reply headers do."""
    named = bounces.original_id(mail) if mail.kinds[0] == "multipart/report" else ""
    return named or mail.answered_id


def _has_files(mail: Opened) -> bool:
    return any(
        leaf.disposition == "attachment" or (leaf.filename and not leaf.content_type.startswith("image/"))
        for leaf in mail.leaves
    )
