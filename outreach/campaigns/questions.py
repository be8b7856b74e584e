"""A campaign's questions: adding, changing, putting in order, taking away. Letters that stand keep what they asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns import asking
from outreach.campaigns.asking import Asking, Option
from outreach.campaigns.models import Campaign, Question, QuestionKind
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor, Role


def listed(session: Session, campaign: Campaign) -> Sequence[Question]:
    """The campaign's questions in their order."""
    query = select(Question).filter_by(campaign_id=campaign.id).order_by(Question.position, Question.id)
    return session.scalars(query).all()


def find(session: Session, campaign: Campaign, code: str) -> Question:
    """The question `code` of the campaign, or NotFound naming those there are."""
    questions = listed(session, campaign)
    for question in questions:
        if question.code == code:
            return question
    known = ", ".join(question.code for question in questions) or "none yet"
    raise NotFound(f"{campaign.slug} has no question {code!r}; it has: {known}.")


def add(
    session: Session,
    campaign: Campaign,
    questions: Sequence[Asking],
    *,
    at_position: int | None = None,
    by: Actor,
    at: datetime,
) -> list[Question]:
    """Add these questions after the last one, or from `at_position` (1 is the first) on; all of them or none.

    Raises Invalid for a question that cannot be asked so, Refused when the campaign has one of that code.
    """
    by.must_be(Role.DRAFTER, "add questions")
    new = asking.several(questions)
    standing = _locked(session, campaign)
    for question in new:
        if any(question.code == one.code for one in standing):
            raise Refused(f"{campaign.slug} has a question {question.code} already; edit that one, or choose another code.")
    if len(standing) + len(new) > asking.MOST_QUESTIONS:
        raise Refused(f"{campaign.slug} would have {len(standing) + len(new)} questions; {asking.MOST_QUESTIONS} are the most.")
    made = [
        Question(campaign_id=campaign.id, position=0, code=one.code, kind=one.kind, **_columns(one.wording, one.options))
        for one in new
    ]
    session.add_all(made)
    place = len(standing) if at_position is None else _place(at_position, len(standing) + 1)
    _number([*standing[:place], *made, *standing[place:]])
    session.flush()
    _record(session, campaign, "added questions", by, at, questions=[msgspec.to_builtins(one) for one in new])
    return made


def edit(
    session: Session,
    question: Question,
    *,
    kind: QuestionKind | None = None,
    wording: Mapping[str, str] | None = None,
    options: Sequence[Option] | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Change a question: `wording` and the wordings of `options` are laid over those that stand, a blank one takes one away.

    An option that stands already keeps its place, a new one comes last; one that is left without words is gone. Raises
    Invalid when nothing would change or the question could not be asked so. Letters that were drafted before keep what they
    asked until they are drafted anew.
    """
    before = asking.of(question)
    options_before = before.options if (kind or before.kind) is QuestionKind.CHOICE else ()
    after = Asking(
        code=before.code,
        kind=kind or before.kind,
        wording={**before.wording, **(wording or {})},
        options=_laid_over(options_before, options or ()),
    )
    rewrite(session, question, after, by=by, at=at)


def rewrite(session: Session, question: Question, after: Asking, *, by: Actor, at: datetime) -> None:
    """Ask `after` in the place of a question, under the same code; raises as `edit` does."""
    by.must_be(Role.DRAFTER, "change questions")
    after = asking.checked(msgspec.structs.replace(after, code=question.code))
    if after == asking.of(question):
        raise Invalid(f"The question {question.code} says that already; nothing was changed.")
    question.kind = after.kind
    for name, value in _columns(after.wording, after.options).items():
        setattr(question, name, value)
    session.flush()
    campaign = session.get_one(Campaign, question.campaign_id)
    _record(session, campaign, "changed a question", by, at, question=msgspec.to_builtins(after))


def _laid_over(standing: Sequence[Option], given: Sequence[Option]) -> tuple[Option, ...]:
    wordings = {option.code: option.wording for option in standing}
    for option in given:
        wordings[option.code] = {**wordings.get(option.code, {}), **option.wording}
    # Without any words an option is taken away; with words in some languages only, `checked` says which are missing.
    return tuple(Option(code=code, wording=words) for code, words in wordings.items() if any(map(str.strip, words.values())))


def move(session: Session, question: Question, to: int, *, by: Actor, at: datetime) -> None:
    """Put a question at the place `to` (1 is the first); raises Invalid when there is no such place."""
    by.must_be(Role.DRAFTER, "move questions")
    campaign = session.get_one(Campaign, question.campaign_id)
    others = [one for one in _locked(session, campaign) if one.id != question.id]
    place = _place(to, len(others) + 1)
    _number([*others[:place], question, *others[place:]])
    session.flush()
    _record(session, campaign, "moved a question", by, at, code=question.code, to=to)


def remove(session: Session, question: Question, *, by: Actor, at: datetime) -> None:
    """Take a question away; letters that asked it keep it, and so do the answers to it."""
    by.must_be(Role.DRAFTER, "remove questions")
    campaign = session.get_one(Campaign, question.campaign_id)
    gone = msgspec.to_builtins(asking.of(question))
    others = [one for one in _locked(session, campaign) if one.id != question.id]
    session.delete(question)
    _number(others)
    session.flush()
    _record(session, campaign, "removed a question", by, at, question=gone)


def _locked(session: Session, campaign: Campaign) -> list[Question]:
    """The questions in order; whoever else would change their order waits from here on."""
    session.execute(select(Campaign.id).filter_by(id=campaign.id).with_for_update())
    return list(listed(session, campaign))


def _columns(wording: Mapping[str, str], options: Sequence[Option]) -> dict[str, Any]:
    return {"wordings": dict(wording), "options": [msgspec.to_builtins(option) for option in options]}


def _place(number: int, places: int) -> int:
    if not 1 <= number <= places:
        raise Invalid(f"There is no place {number}; give one from 1 to {places}.")
    return number - 1


def _number(questions: Sequence[Question]) -> None:
    for position, question in enumerate(questions, 1):
        if question.position != position:
            question.position = position


def _record(session: Session, campaign: Campaign, verb: str, by: Actor, at: datetime, **values: Any) -> None:
    # What is loaded of the campaign no longer says how its questions stand.
    session.expire(campaign, ["questions"])
    journal.record(session, by, verb, f"campaign {campaign.slug}", at=at, **values)
