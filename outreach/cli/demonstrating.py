"""`outreach demo`: the whole work once, as a user would do it, with the commands that a user would type."""

import contextlib
import io
import json
import shlex
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import rich_click as click

from outreach import config, demonstration
from outreach.archive import write_durably
from outreach.cli.main import Face, main
from outreach.communique import reviewing
from outreach.demonstration import Reply, Sent
from outreach.errors import OutreachError, Refused
from outreach.founding import found
from outreach.office import Office, package_folder
from outreach.returning import Hand, returned

KEEPER = "Demonstration Keeper"
TO_ORGANISATIONS = (
    "group:technical-community,private-sector,civil-society,academia,intergovernmental,igf not kind:igf-body; tag:demo"
)
TO_STATES = "kind:member-state"


@dataclass
class Rehearsal:
    """The demonstration at work: the office, its clock, and every command that it ran."""

    folder: Path
    now: datetime = demonstration.BEGINS
    commands: int = 0
    sent: dict[str, Sent] = field(default_factory=dict)

    def run(self, *words: str, show: bool = True) -> str:
        """Run one command in the office, shown as it would be typed, with what it says; gives what it said."""
        self.commands += 1
        if show:
            click.echo(click.style(f"\n$ outreach {shlex.join(words)}", bold=True))
        said = _said([*words], Face(str(self.folder), clock=lambda: self.now))
        if show:
            click.echo(said.rstrip())
        return said

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """Run a list command for its rows."""
        return list(json.loads(self.run(*words, "--json", show=False)))


def _said(words: Sequence[str], face: Face) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = main.main(list(words), prog_name="outreach", obj=face, standalone_mode=False)
    if code:
        raise Refused(f"The demonstration stopped at `outreach {shlex.join(words)}`: {out.getvalue().strip()}")
    return out.getvalue()


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default="demo-office")
def demo(folder: Path) -> None:
    """Run the whole work once in FOLDER on the real directory, with invented answers, and say what to open.

    Its clock starts on 27 January 2025. Run again it starts afresh; it never touches an office that is no demonstration.

    Example: outreach demo demo-office
    """
    began = time.monotonic()
    rehearsal = make(folder)
    _say_what_there_is(rehearsal, time.monotonic() - began)


def make(folder: Path, *, quiet: bool = False) -> "Rehearsal":
    """Run the whole work once in `folder`; `quiet` shows nothing of it."""
    with contextlib.redirect_stdout(io.StringIO()) if quiet else contextlib.nullcontext():
        _clear(folder)
        rehearsal = Rehearsal(folder)
        _found(rehearsal)
        for act in (_campaigns, _letters, _summary, _answers, _reading, _inputs, _communique):
            act(rehearsal)
    return rehearsal


def _clear(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not _is_demonstration(folder):
        raise Refused(f"{folder} holds something that is no demonstration office; it was not touched. Name another folder.")
    click.echo(f"{folder} holds an earlier demonstration; it starts afresh.")
    shutil.rmtree(folder)


def _is_demonstration(folder: Path) -> bool:
    try:
        return config.read(folder).office.demo
    except OutreachError:
        return False


def _found(rehearsal: Rehearsal) -> None:
    founded = found(rehearsal.folder, keeper=KEEPER, clock=lambda: rehearsal.now, changes=demonstration.SETTINGS)
    founded.office.close()
    counts = founded.directory.told() if founded.directory else "no directory"
    click.echo(f"An office in {rehearsal.folder}, with the directory: {counts}.")
    shelf = package_folder("demo")
    for name in ("respondents.csv", "addresses.csv"):
        shutil.copy(shelf / name, rehearsal.folder / name)
        rehearsal.run("contacts", "import", str(rehearsal.folder / name), "--write", show=False)
    shutil.copy(shelf / "questions.toml", rehearsal.folder / "questions.toml")
    shutil.copy(shelf / "minutes.toml", rehearsal.folder / "minutes.toml")
    rehearsal.run("engagements", "import", str(rehearsal.folder / "minutes.toml"))
    click.echo("Invented respondents and demonstration addresses (.example) are imported.")
    _confirm(rehearsal)


def _confirm(rehearsal: Rehearsal) -> None:
    """The office made sure who holds the posts that it is about to write to."""
    held = sum(1 for row in rehearsal.rows("contacts", "list", "--tag", "demo") if row["holder"])
    rehearsal.run("contacts", "confirm", "--tag", "demo", "--count", str(held), "--from-note", "invented for the demonstration")


def _campaigns(rehearsal: Rehearsal) -> None:
    asked = ("--questions", str(rehearsal.folder / "questions.toml"))
    for name, template, who, questions in (
        ("wsis20-input", "input-request", TO_ORGANISATIONS, asked),
        ("member-state", "member-state", TO_STATES, ()),
    ):
        words = ("--template", template, "--deadline", demonstration.DEADLINE, "--to", who)
        rehearsal.run("campaigns", "new", name, *words, *questions)


def _letters(rehearsal: Rehearsal) -> None:
    for campaign in ("wsis20-input", "member-state"):
        rehearsal.run("letters", "draft", campaign, "--date", demonstration.BEGINS.date().isoformat())
        count = len(rehearsal.rows("letters", "list", "--campaign", campaign, "--state", "draft"))
        checked = json.loads(rehearsal.run("letters", "check", campaign, "--json", show=False))
        confirmed = ("--confirm-warnings", str(checked["confirm_warnings"]))
        rehearsal.run("letters", "approve", "--campaign", campaign, "--count", str(count), *confirmed)
    rehearsal.run("send", "wsis20-input", "--outbox", "folder", "--really")
    for campaign in ("wsis20-input", "member-state"):
        rehearsal.run("letters", "export", "--campaign", campaign)
    for row in rehearsal.rows("letters", "list", "--campaign", "wsis20-input"):
        letter = json.loads(rehearsal.run("letters", "show", row["reference"], "--json", show=False))
        rehearsal.sent[row["organisation"]] = Sent(reference=row["reference"], message_id=letter["message_id"])


def _summary(rehearsal: Rehearsal) -> None:
    """The two-page summary before the Panel, which meets on 11 February; two members write in their copies."""
    rehearsal.now = demonstration.SUMMARY
    shutil.copy(package_folder("demo") / "panel.csv", rehearsal.folder / "panel.csv")
    rehearsal.run("contacts", "import", str(rehearsal.folder / "panel.csv"), "--write", show=False)
    one = ("--communique", "summary")
    rehearsal.run("communique", "draft", "--template", "summary", *one)
    into = str(rehearsal.folder / "out" / "summary")
    rehearsal.run("communique", "export", *one, "--edition", "clean", "--into", into)
    who = ("--to", "igf-leadership-panel", "--until", demonstration.REVIEWED)
    drafters = [word for name in demonstration.DRAFTERS for word in ("--drafter", name)]
    rehearsal.run("communique", "review", "open", "1", *who, *drafters, *one)
    _send(rehearsal, "review-summary-1-en")
    rehearsal.now = demonstration.RETURNED
    for name, copy in demonstration_copies(rehearsal.folder):
        path = rehearsal.folder / "out" / "review" / name
        write_durably(path, copy)
        rehearsal.run("communique", "take-in", str(path))
    rehearsal.run("communique", "review", "show", "1", *one)


def _send(rehearsal: Rehearsal, campaign: str) -> None:
    """Check, approve and send the drafted letters of a campaign."""
    count = len(rehearsal.rows("letters", "list", "--campaign", campaign, "--state", "draft"))
    checked = json.loads(rehearsal.run("letters", "check", campaign, "--json", show=False))
    confirmed = ("--confirm-warnings", str(checked["confirm_warnings"]))
    rehearsal.run("letters", "approve", "--campaign", campaign, "--count", str(count), *confirmed)
    rehearsal.run("send", campaign, "--outbox", "folder", "--really")


def demonstration_copies(folder: Path) -> list[tuple[str, bytes]]:
    """The copies of two members of the Panel as they come back: one with changes, one with a comment."""
    with contextlib.closing(Office.open(folder, clock=lambda: demonstration.RETURNED)) as office, office.reading() as session:
        [review] = reviewing.of_communique(session, "summary")
        return [
            (
                f"copy-{one.number:02}-back.docx",
                returned(office.archive.fetch(one.copy_sha256), Hand(one.name, office.now()), **said),
            )
            for one, said in zip(review.reviewers, demonstration.SAID, strict=False)
        ]


def _answers(rehearsal: Rehearsal) -> None:
    rehearsal.now = demonstration.ENDS
    inbox = rehearsal.folder / "out" / "replies"
    answers = demonstration.replies(package_folder("demo") / "replies.toml")
    for name, raw in demonstration.messages(answers, rehearsal.sent):
        write_durably(inbox / name, raw)
    rehearsal.run("responses", "import", str(inbox))
    _accept_known_persons(rehearsal, answers)
    rehearsal.run("responses", "waiting")


def _accept_known_persons(rehearsal: Rehearsal, answers: Sequence[Reply]) -> None:
    """A person recognises who wrote from a private address; strangers and machines stay waiting."""
    known = {answer.from_address: answer for answer in answers if not (answer.machine or answer.stranger)}
    for mail in rehearsal.rows("responses", "waiting"):
        answer = known.get(mail["sender"])
        if answer and not mail["automatic"]:
            rehearsal.run("responses", "accept", str(mail["mail"]), rehearsal.sent[answer.from_organisation].reference)


def _reading(rehearsal: Rehearsal) -> None:
    """The office reads what came: what each answer is, how its author may be named, which one replaces which."""
    answers = demonstration.replies(package_folder("demo") / "replies.toml")
    numbers = _numbers(rehearsal)
    before: dict[str, int] = {}
    for answer in answers:
        number = numbers.get((answer.from_organisation, answer.day.isoformat()))
        if number is None:
            continue
        rehearsal.run("responses", "sort", str(number), "--kind", answer.kind, show=False)
        _attribute(rehearsal, number, answer)
        if answer.supersedes:
            rehearsal.run("responses", "supersede", str(before[answer.from_organisation]), str(number))
        before[answer.from_organisation] = number
    for answer in demonstration.replies(package_folder("demo") / "hand.toml"):
        _log_by_hand(rehearsal, answer)
    rehearsal.run("responses", "list", "--campaign", "wsis20-input")
    rehearsal.run("responses", "open")


def _numbers(rehearsal: Rehearsal) -> dict[tuple[str, str], int]:
    rows = rehearsal.rows("responses", "list")
    return {(row["authors"][0], row["received"]): row["number"] for row in rows if row["state"] != "superseded"}


def _attribute(rehearsal: Rehearsal, number: int, answer: Reply) -> None:
    if answer.attribution:
        evidence = answer.attribution_evidence or "as the answer says"
        said = ("--evidence", evidence, "--on", answer.day.isoformat())
        rehearsal.run("responses", "attribution", str(number), answer.attribution, *said, show=False)


def _log_by_hand(rehearsal: Rehearsal, answer: Reply) -> None:
    letter = rehearsal.sent[answer.from_organisation]
    typed = rehearsal.folder / "out" / "replies" / f"{answer.channel}-{answer.day.isoformat()}.txt"
    write_durably(typed, answer.body.strip().encode() + b"\n")
    words = [
        "responses",
        "log",
        letter.reference,
        "--kind",
        answer.kind,
        "--by",
        answer.channel,
        "--on",
        answer.day.isoformat(),
    ]
    words += ["--text", str(typed), "--subject", answer.subject.replace("{reference}", letter.reference)]
    if answer.attribution:
        words += ["--attribution", answer.attribution, "--evidence", answer.attribution_evidence]
    rehearsal.run(*words)


def _inputs(rehearsal: Rehearsal) -> None:
    """Passages of the substantive answers under themes."""
    numbers = _numbers(rehearsal)
    marked = 0
    for file in ("replies.toml", "hand.toml"):
        for answer in demonstration.replies(package_folder("demo") / file):
            number = numbers.get((answer.from_organisation, answer.day.isoformat()))
            for passage in answer.passages if number else ():
                themes = [word for theme in passage.themes for word in ("--theme", theme)]
                stance = ["--stance", passage.stance] if passage.stance else []
                quoted = ["--quote", passage.quote, "--memo", passage.memo]
                rehearsal.run("inputs", "add", str(number), *quoted, *themes, *stance, show=marked == 0)
                marked += 1
    click.echo(f"... and {marked - 1} passages more.")
    rehearsal.run("inputs", "coverage")


def _communique(rehearsal: Rehearsal) -> None:
    into = str(rehearsal.folder / "out" / "communique")
    every = [word for kind in ("md", "docx", "pdf") for word in ("--format", kind)]
    rehearsal.run("communique", "draft", "--campaign", "wsis20-input")
    for edition in ("clean", "working"):
        rehearsal.run("communique", "export", *every, "--edition", edition, "--into", into)
    rehearsal.run("status")
    rehearsal.run("journal", "verify")


def _say_what_there_is(rehearsal: Rehearsal, seconds: float) -> None:
    out = rehearsal.folder / "out"
    letters = {campaign: len(list((out / "letters" / campaign).glob("*.pdf"))) for campaign in ("wsis20-input", "member-state")}
    click.echo(
        f"""
Done in {seconds:.0f} seconds with {rehearsal.commands} commands. Everything is in {rehearsal.folder}; open for example

  {_first(out / "letters" / "member-state")}   a letter to a Permanent Representative
  {_first(out / "letters" / "wsis20-input")}   a letter to an organisation
  {out / "letters"}   {sum(letters.values())} letters as PDF, DOCX and .eml: {_counted(letters)}
  {out / "folder" / "wsis20-input"}   wsis20-input as it left; member-state is approved and unsent
  {out / "replies"}   the answers that came
  {out / "summary" / "communique.pdf"}   the summary of recommendations; {out / "review"}: copies as they came back
  {out / "communique" / "communique.pdf"}   the communiqué with its annexes (.docx, .md; communique-working.* with sources)

Then try:

  outreach --office {rehearsal.folder} status
  outreach --office {rehearsal.folder} responses waiting
  outreach --office {rehearsal.folder} send member-state --outbox print
  outreach --office {rehearsal.folder} letters show IGF/LP/2025/0001
  outreach init my-office     an office of your own"""
    )


def _first(folder: Path) -> Path:
    return min(folder.glob("*.pdf"))


def _counted(letters: dict[str, int]) -> str:
    return ", ".join(f"{number} {campaign}" for campaign, number in letters.items())
