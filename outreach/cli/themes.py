"""`outreach themes`: the codebooks side by side; their themes added, edited, merged and split, with the passages following."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import rich_click as click

from outreach.archive import write_durably
from outreach.cli.showing import NUMBER, echo_json, echo_one, echo_rows, json_option, pass_office
from outreach.inputs import codebook, coding, merging, shaping
from outreach.inputs.models import Theme, ThemeChange
from outreach.inputs.shaping import Shape
from outreach.office import Office

LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar")


@click.group()
def themes() -> None:
    """The codebooks: themes in a tree, which the office edits; passages follow.

    Example: outreach themes list
    """


@themes.command()
@json_option
@pass_office
def books(office: Office, as_json: bool) -> None:
    """List the codebooks, each with its source and how many themes it has.

    Example: outreach themes books
    """
    with office.reading() as session:
        rows = [asdict(book) for book in codebook.books(session)]
    echo_rows(rows, ["name", "title", "themes", "source"], as_json, "No codebook is loaded yet.")


@themes.command("list")
@click.option("--codebook", "book", metavar="NAME", help="Only this codebook, such as wsis20.")
@json_option
@pass_office
def list_themes(office: Office, book: str | None, as_json: bool) -> None:
    """Show the themes as a tree, with how many passages stand under each.

    Example: outreach themes list --codebook wsis20
    """
    language = office.settings.office.default_language
    with office.reading() as session:
        counts = coding.counts(session)
        rows = [theme_row(node, language) | {"passages": counts.get(node.theme.id, 0)} for node in codebook.tree(session, book)]
    if as_json:
        echo_json(rows)
        return
    shown = [row | {"code": "  " * row["depth"] + row["code"]} for row in rows]
    echo_rows(shown, ["code", "title", "passages", "codebook"], False, "No codebook is loaded yet.")


def theme_row(node: codebook.Node, language: str) -> dict[str, Any]:
    """A theme of the tree as a row, its title in `language` where it has one."""
    theme = node.theme
    return {
        "code": theme.code,
        "title": theme.titles.get(language, theme.titles.get("en", theme.code)),
        "codebook": theme.codebook,
        "depth": node.depth,
        "titles": theme.titles,
        "definition": theme.definition,
        "aliases": theme.aliases,
    }


@themes.command()
@click.argument("code")
@json_option
@pass_office
def show(office: Office, code: str, as_json: bool) -> None:
    """Show the theme CODE with its titles, definition and aliases; the code of a merged theme leads to where it went.

    Example: outreach themes show wsis20-mandate
    """
    with office.reading() as session:
        theme = codebook.find(session, code)
        parent = session.get(Theme, theme.parent_id) if theme.parent_id else None
        row = {
            "code": theme.code,
            "codebook": theme.codebook,
            **{f"title_{language}": title for language, title in theme.titles.items()},
            "definition": theme.definition,
            "aliases": theme.aliases,
            "parent": parent.code if parent else None,
            "passages": coding.counts(session).get(theme.id, 0),
        }
    echo_one(row, as_json)


@themes.command()
@click.argument("code")
@click.option("--codebook", "book", metavar="NAME", required=True, help="The codebook; a new name begins a new one.")
@click.option("--title", "titles", metavar="[LANG:]TITLE", multiple=True, required=True, help="As fr:Jeunesse; else English.")
@click.option("--under", metavar="CODE", help="The theme that it stands under.")
@click.option("--definition", default="", help="What the theme takes in.")
@click.option(
    "--alias", "aliases", metavar="WORDS", multiple=True, help="Other words for it, in any language; may be repeated."
)
@pass_office
def add(
    office: Office, code: str, book: str, titles: tuple[str, ...], under: str | None, definition: str, aliases: tuple[str, ...]
) -> None:
    """Add the theme CODE to a codebook.

    Example: outreach themes add wsis20-health --codebook wsis20 --under wsis20 --title "Digital health" --alias telemedicine
    """
    with office.transaction() as session:
        parent = codebook.find(session, under).id if under else None
        shape = Shape(titles=_titles(titles), definition=definition, aliases=aliases, parent_id=parent)
        theme = shaping.add(session, book, code, shape, by=office.actor, at=office.now())
        name = f"{theme.codebook}:{theme.code}"
    click.echo(f"{name} is added.")


def _titles(said: tuple[str, ...]) -> dict[str, str]:
    """Titles by language, of "fr:Jeunesse" or "Youth"."""
    found = {}
    for title in said:
        language, colon, rest = title.partition(":")
        known = colon and language in LANGUAGES
        found[language if known else "en"] = rest if known else title
    return found


@themes.command()
@click.argument("code")
@click.option("--title", "titles", metavar="[LANG:]TITLE", multiple=True, help="As fr:Jeunesse; else English.")
@click.option("--under", metavar="CODE", help='Another place in the tree; "" makes it a root.')
@click.option("--definition", help="What the theme takes in.")
@click.option("--alias", "aliases", metavar="WORDS", multiple=True, help="A further alias; may be repeated.")
@click.option("--drop-alias", "dropped", metavar="WORDS", multiple=True, help="An alias to take away; may be repeated.")
@pass_office
def edit(
    office: Office,
    code: str,
    titles: tuple[str, ...],
    under: str | None,
    definition: str | None,
    aliases: tuple[str, ...],
    dropped: tuple[str, ...],
) -> None:
    """Change what is said of the theme CODE; its code stays.

    Example: outreach themes edit wsis20-youth --definition "Young people in the governance of the Internet."
    """
    with office.transaction() as session:
        theme = codebook.find(session, code)
        shape = shaping.shape_of(theme)
        shape = replace(shape, titles={**shape.titles, **_titles(titles)})
        shape = replace(shape, aliases=[one for one in (*shape.aliases, *aliases) if one not in dropped])
        if definition is not None:
            shape = replace(shape, definition=definition)
        if under is not None:
            shape = replace(shape, parent_id=codebook.find(session, under).id if under else None)
        shaping.edit(session, theme, shape, by=office.actor, at=office.now())
        name = theme.code
    click.echo(f"{name} is edited.")


@themes.command()
@click.argument("code")
@click.option("--code", "new", metavar="CODE", required=True, help="The code of the new theme.")
@click.option("--title", "titles", metavar="[LANG:]TITLE", multiple=True, required=True, help="Its title; as fr:Jeunesse.")
@click.option("--under", metavar="CODE", help="The theme that it stands under; by default beside CODE.")
@click.option("--passage", "passages", type=NUMBER, multiple=True, required=True, help="A passage that follows; several.")
@pass_office
def split(office: Office, code: str, new: str, titles: tuple[str, ...], under: str | None, passages: tuple[int, ...]) -> None:
    """Split a new theme off the theme CODE; the passages named follow, with their stances.

    Example: outreach themes split wsis20-mandate --code wsis20-review --title "Review of the mandate" --passage 4
    """
    with office.transaction() as session:
        theme = codebook.find(session, code)
        parent = codebook.find(session, under).id if under else theme.parent_id
        shape = Shape(titles=_titles(titles), parent_id=parent)
        change = merging.split(session, theme, new, shape, passages, by=office.actor, at=office.now())
        said = _said(change)
    click.echo(said)


@themes.command()
@click.argument("code")
@click.argument("into")
@pass_office
def merge(office: Office, code: str, into: str) -> None:
    """Merge the theme CODE into the theme INTO: its passages and the themes below it follow, and its code leads there.

    Example: outreach themes merge wsis20-health wsis20-capacity
    """
    with office.transaction() as session:
        one, other = codebook.find(session, code), codebook.find(session, into)
        said = _said(merging.merge(session, one, other, by=office.actor, at=office.now()))
    click.echo(said)


def _said(change: ThemeChange) -> str:
    count = len(change.moved)
    passages = "1 passage follows" if count == 1 else f"{count} passages follow"
    if change.kind.value == "merged":
        return f"Change {change.id}: {change.theme.code} is merged into {change.other.code}; {passages}."
    return f"Change {change.id}: {change.other.code} is split off {change.theme.code}; {passages}."


@themes.command()
@json_option
@pass_office
def history(office: Office, as_json: bool) -> None:
    """List merges and splits, the latest first.

    Example: outreach themes history
    """
    with office.reading() as session:
        rows = [
            {
                "change": each.id,
                "theme": each.theme.code,
                "was": "merged into" if each.kind.value == "merged" else "split into",
                "other": each.other.code,
                "passages": len(each.moved),
                "by": each.changed_by,
                "at": each.changed_at,
                "undone_by": each.undone_by,
            }
            for each in merging.history(session)
        ]
    columns = ["change", "theme", "was", "other", "passages", "by", "at", "undone_by"]
    echo_rows(rows, columns, as_json, "No theme was merged or split yet.")


@themes.command()
@click.argument("change", type=NUMBER)
@pass_office
def undo(office: Office, change: int) -> None:
    """Undo CHANGE, a merge or a split: passages go back where they stood, but for those recoded since.

    Example: outreach themes undo 2
    """
    with office.transaction() as session:
        merging.undo(session, change, by=office.actor, at=office.now())
    click.echo(f"Change {change} is undone.")


@themes.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--codebook", "book", metavar="NAME", help="Only this codebook, such as wsis20.")
@pass_office
def save(office: Office, file: Path, book: str | None) -> None:
    """Write the themes to a TOML FILE, to edit and to bring in again, here or in another office.

    Example: outreach themes save our-themes.toml
    """
    with office.reading() as session:
        write_durably(file, codebook.as_toml(session, book).encode())
    click.echo(file)


@themes.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@pass_office
def load(office: Office, file: Path) -> None:
    """Bring in the themes of a TOML FILE; what it leaves out stays, and a second time changes nothing.

    Example: outreach themes load our-themes.toml
    """
    with office.transaction() as session:
        count = codebook.load(session, file, by=office.actor, at=office.now())
    click.echo(f"{count} themes are new or changed.")
