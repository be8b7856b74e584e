"""`outreach inputs`: passages under themes, and what became of every answer."""

from pathlib import Path
from typing import Any

import rich_click as click

from outreach.cli.coverage import coverage
from outreach.cli.inputs_exchanging import alike, export_coding, import_coding, link, translate
from outreach.cli.showing import NUMBER, echo_json, echo_rows, json_option, pass_office, said
from outreach.cli.suggestions import suggest
from outreach.cli.themes import theme_row
from outreach.inputs import codebook, coding, setting_aside, texts
from outreach.inputs.models import InputText, Passage, Stance
from outreach.office import Office
from outreach.responses import shelf

WIDTH = 100


@click.group()
def inputs() -> None:
    """What the answers say: passages under themes, and what became of every answer.

    Example: outreach inputs coverage
    """


@inputs.command()
@click.option("--codebook", "book", metavar="NAME", help="Only this codebook, such as wsis20.")
@click.option(
    "--load", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="First bring in this TOML file."
)
@json_option
@pass_office
def themes(office: Office, book: str | None, file: Path | None, as_json: bool) -> None:
    """Show the codebook as a tree, and bring in an edited one.

    Example: outreach inputs themes --codebook wsis20
    """
    if file:
        with office.transaction() as session:
            count = codebook.load(session, file, by=office.actor, at=office.now())
        click.echo(f"{count} themes are new or changed.", err=True)
    language = office.settings.office.default_language
    with office.reading() as session:
        rows = [theme_row(node, language) for node in codebook.tree(session, book)]
    if as_json:
        echo_json(rows)
        return
    echo_rows([row | {"code": "  " * row["depth"] + row["code"]} for row in rows], ["code", "title", "codebook"], False)


@inputs.command()
@click.argument("response", type=NUMBER)
@click.option(
    "--theme", "codes", metavar="CODE", multiple=True, required=True, help="A theme; give several if it bears on several."
)
@click.option("--quote", metavar="WORDS", help="The words to mark; they must occur exactly once.")
@click.option("--from", "start", type=NUMBER, help="Instead: the place of the first character, from 0.")
@click.option("--to", "end", type=NUMBER, help="Instead: the place after the last character.")
@click.option("--text", "number", type=NUMBER, help="Which text of the response, where it has several.")
@click.option("--stance", type=click.Choice([stance.value for stance in Stance]), help="What the words do with the theme.")
@click.option("--memo", default="", help="A note for the office; it never leaves.")
@pass_office
def add(
    office: Office,
    response: int,
    codes: tuple[str, ...],
    quote: str | None,
    start: int | None,
    end: int | None,
    number: int | None,
    stance: str | None,
    memo: str,
) -> None:
    """Mark words of RESPONSE (its number) under one theme or more.

    Example: outreach inputs add 5 --from 0 --to 40 --theme wsis20-mandate --stance supports
    """
    if (quote is None) == (start is None or end is None):
        raise click.UsageError("Give either --quote WORDS, or both --from N and --to N.")
    with office.transaction() as session:
        text = coding.find_text(session, shelf.get(session, response), number)
        place = coding.find_words(text, quote) if quote is not None else coding.span_of(text.content, start or 0, end or 0)
        chosen = codebook.find_all(session, codes)
        passage = coding.mark(
            session,
            text,
            place.start,
            place.end,
            chosen,
            stance=Stance(stance) if stance else None,
            memo=memo,
            by=office.actor,
            at=office.now(),
        )
        under = ", ".join(theme.code for theme in chosen)
    click.echo(f"Passage {passage.id} of response {response}, {place.start} to {place.end}, stands under {under}.")
    if quote is None and (place.start, place.end) != (start, end):
        click.echo("White space at its ends was left out.")


@inputs.command("list")
@click.option("--theme", "code", metavar="CODE", help="Only passages under this theme.")
@click.option("--response", type=NUMBER, metavar="NUMBER", help="Only passages of this response.")
@json_option
@pass_office
def list_passages(office: Office, code: str | None, response: int | None, as_json: bool) -> None:
    """List passages with their words, themes and stances.

    Example: outreach inputs list --theme wsis20-mandate
    """
    with office.reading() as session:
        theme = codebook.find(session, code) if code else None
        of = shelf.get(session, response) if response is not None else None
        aside = {row.passage_id for row in setting_aside.all_in_force(session)}
        rows = [_passage_row(passage, aside) for passage in coding.passages(session, theme=theme, response=of)]
    if not as_json:
        rows = [row | {"words": _shortened(row["words"])} for row in rows]
    echo_rows(rows, ["passage", "response", "themes", "stance", "used", "words"], as_json, "No passage is marked yet.")


def _passage_row(passage: Passage, aside: set[int | None]) -> dict[str, Any]:
    return {
        "passage": passage.id,
        "response": passage.text.response_id,
        "text": passage.text_id,
        "from": passage.start,
        "to": passage.end,
        "themes": [row.theme.code for row in passage.themes],
        "stance": list(dict.fromkeys(row.stance.value for row in passage.themes if row.stance)),
        "used": passage.id not in aside,
        "words": coding.words(passage),
        "memo": passage.memo,
        "marked_by": passage.coded_by,
    }


def _shortened(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= 60 else line[:59] + "…"


@inputs.command()
@click.argument("response", type=NUMBER)
@json_option
@pass_office
def show(office: Office, response: int, as_json: bool) -> None:
    """Show the texts of RESPONSE, each line with the place of its first character, and the passages marked in them.

    Example: outreach inputs show 1
    """
    with office.reading() as session:
        of = shelf.get(session, response)
        kept = [_text_row(text) for text in texts.of_response(session, of.id)]
        aside = {row.passage_id for row in setting_aside.all_in_force(session)}
        passages = [_passage_row(passage, aside) for passage in coding.passages(session, response=of)]
    if as_json:
        echo_json({"response": response, "texts": kept, "passages": passages})
        return
    if not kept:
        click.echo(f"Response {response} has no text yet.")
    for text in kept:
        _echo_text(text)
    echo_rows(passages, ["passage", "text", "from", "to", "themes", "stance", "used"], False, "No passage is marked yet.")


def _text_row(text: InputText) -> dict[str, Any]:
    return {
        "text": text.id,
        "origin": text.origin,
        "language": text.language,
        "translates": text.translation_of_id,
        "content": text.content,
    }


def _echo_text(text: dict[str, Any]) -> None:
    language = f", language {text['language']}" if text["language"] else ""
    language += f", translates text {text['translates']}" if text["translates"] else ""
    click.echo(f"Text {text['text']}: {said(text['origin'])}{language}, {len(text['content'])} characters\n")
    for start, line in numbered_lines(text["content"]):
        click.echo(f"{start:>7}  {said(line)}".rstrip())
    click.echo()


def numbered_lines(content: str, width: int = WIDTH) -> list[tuple[int, str]]:
    """The lines of `content`, long ones broken at spaces, each with the place of its first character (code points)."""
    lines = []
    place = 0
    for line in content.split("\n"):
        start = 0
        while len(line) - start > width:
            cut = line.rfind(" ", start + 1, start + width) + 1 or start + width
            lines.append((place + start, line[start:cut]))
            start = cut
        lines.append((place + start, line[start:]))
        place += len(line) + 1
    return lines


@inputs.command("set-aside")
@click.option("--response", type=NUMBER, metavar="NUMBER", help="The response to set aside.")
@click.option("--passage", type=NUMBER, metavar="NUMBER", help="The passage to set aside.")
@click.option("--why", metavar="TEXT", help="The reason; it stays in the office.")
@click.option("--take-back", is_flag=True, help="Use it after all.")
@pass_office
def set_aside(office: Office, response: int | None, passage: int | None, why: str | None, take_back: bool) -> None:
    """Leave a response or a passage out of the communiqué, with the reason, or take that back.

    Example: outreach inputs set-aside --response 15 --why "Acknowledges receipt and says nothing on the matter."
    """
    if (response is None) == (passage is None):
        raise click.UsageError("Name either --response NUMBER or --passage NUMBER.")
    if (why is None) != take_back:
        raise click.UsageError("Give the reason with --why TEXT, or --take-back.")
    with office.transaction() as session:
        what = shelf.get(session, response) if response is not None else coding.find(session, passage or 0)
        if take_back:
            setting_aside.take_back(session, what, by=office.actor, at=office.now())
        else:
            setting_aside.set_aside(session, what, why or "", by=office.actor, at=office.now())
    name = f"Response {response}" if response is not None else f"Passage {passage}"
    click.echo(f"{name} is used again." if take_back else f"{name} is set aside.")


for command in (coverage, suggest, export_coding, import_coding, alike, translate, link):
    inputs.add_command(command)
