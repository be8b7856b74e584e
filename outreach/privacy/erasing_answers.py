"""Answers and mail of a person who is erased: they stay as what their organisation said, without the name and the files."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from outreach.contacts.models import Post
from outreach.inputs.models import InputText, Passage
from outreach.privacy.names import ERASED
from outreach.privacy.work import Work
from outreach.responses.models import IncomingMail, Response, ResponseAuthor


def erase(work: Work) -> None:
    """Take the person out of their answers, of the texts read from these, and of mail that came from them."""
    query = select(Response).where(Response.id.in_(work.scope.responses)).order_by(Response.id)
    for response in work.session.scalars(query.options(selectinload(Response.authors), selectinload(Response.files))):
        _answer(work, response)
    _mails(work)
    _texts(work)
    if work.scope.responses:
        work.goes.append(f"the name in {len(work.scope.responses)} answers and in the texts read from them")


def _answer(work: Work, response: Response) -> None:
    theirs = [author for author in response.authors if _is_theirs(work, author)]
    for author in theirs:
        author.name = "" if author.person_id else ERASED
        if author.organisation_id is None:
            author.organisation_id = _organisation(work, response)
    others = [author for author in response.authors if author not in theirs and (author.person_id or author.name)]
    for file in response.files:
        if others:
            work.stays.append(f"answer {response.id}: its files, since others wrote it too")
            break
        work.files[file.sha256].append(f"answer {response.id}: a file that came with it")
        file.filename = work.names.taken_out(file.filename, greeting=True)


def _is_theirs(work: Work, author: ResponseAuthor) -> bool:
    return author.person_id in work.scope.numbers or work.names.within(author.name)


def _organisation(work: Work, response: Response) -> int | None:
    """The organisation whose post the person held when the answer came: what stays is reference, date and organisation."""
    held = [holder.post_id for holder in work.scope.holders if holder.holds_on(response.received_on)]
    found = set(work.session.scalars(select(Post.organisation_id).where(Post.id.in_(held))))
    return found.pop() if len(found) == 1 else None


def _mails(work: Work) -> None:
    for mail in work.session.scalars(select(IncomingMail).where(IncomingMail.id.in_(work.scope.mails))):
        mail.sender_name = mail.sender_address = ""
        for name in ("subject", "reason", "source", "deputy"):
            setattr(mail, name, work.names.taken_out(getattr(mail, name), greeting=name == "source"))
        work.files[mail.raw_sha256].append(f"mail {mail.id}: the message as it came")
    if work.scope.mails:
        work.goes.append(f"the sender of {len(work.scope.mails)} messages that came in")


def _texts(work: Work) -> None:
    """Names become as many shaded signs, so that passages stay where they are; digests are made anew over what stands."""
    texts = list(work.session.scalars(select(InputText).where(InputText.response_id.in_(work.scope.responses))))
    for text in texts:
        text.content = work.names.shaded(text.content)
        text.sha256 = _digest(text.content)
        text.origin = work.names.taken_out(text.origin, greeting=True)
    by_id = {text.id: text for text in texts}
    for passage in work.session.scalars(select(Passage).where(Passage.text_id.in_(by_id))):
        passage.sha256 = _digest(by_id[passage.text_id].content[passage.start : passage.end])


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
