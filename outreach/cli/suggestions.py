"""`outreach inputs suggest`: which themes a text may bear on, for a person to judge."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import rich_click as click

from outreach.cli.main import Face, Partly
from outreach.cli.showing import echo_json, json_option
from outreach.errors import Invalid
from outreach.inputs import codebook, describing, encoding, suggesting
from outreach.inputs.codebook import ThemeEntry
from outreach.inputs.suggesting import Suggester
from outreach.office import package_folder

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--themes", "themes_file", type=_FILE, help="A codebook as TOML; else the office's own, and what it learned.")
@click.option("--codebook", "book", metavar="NAME", help="Only this codebook, such as wsis20.")
@click.option("--most", type=click.IntRange(1, 50), default=suggesting.MOST, show_default=True, help="How many themes a text.")
@click.option("--plain", is_flag=True, help="By words alone, also where the extra `themes` is installed.")
@json_option
@click.pass_obj
def suggest(
    face: Face, files: tuple[Path, ...], themes_file: Path | None, book: str | None, most: int, plain: bool, as_json: bool
) -> None:
    """Suggest themes for the text in each FILE (UTF-8), best first, with the words that speak for them; nothing is filed.

    With --themes no office is needed. A score runs from 0 to 1 and orders the themes of one text; it is no probability.
    With --json each line is an object with `path` and `suggestions` (`theme`, `score`, `words`), or `path` and `error`.

    Example: outreach inputs suggest out/replies/post-2025-02-27.txt --codebook wsis20
    """
    encoder = None if plain else encoding.encoder()
    if themes_file:
        themes = describing.described(_only(codebook.read(themes_file), book), _shipped())
    else:
        with face.office.reading() as session:
            themes = describing.of_office(session, book, _shipped())
    suggester = Suggester(themes, encoder)
    failed = sum(not _said(file, suggester, most, as_json) for file in files)
    if failed:
        raise Partly(f"{failed} of {len(files)} could not be read; the others are done.")


def _only(entries: Sequence[ThemeEntry], book: str | None) -> Sequence[ThemeEntry]:
    chosen = [entry for entry in entries if book in (None, entry.codebook)]
    if not chosen:
        raise Invalid(f"The file has no codebook {book}; it has {', '.join(sorted({entry.codebook for entry in entries}))}.")
    return chosen


def _shipped() -> Sequence[ThemeEntry]:
    return codebook.read(package_folder("seeds") / "themes.toml")


def _said(file: Path, suggester: Suggester, most: int, as_json: bool) -> bool:
    """Print what is suggested for one file; False when it could not be read, which is said instead."""
    try:
        text = _text(file)
    except Invalid as error:
        if as_json:
            echo_json([{"path": str(file), "error": str(error)}], lines=True)
        else:
            click.echo(f"{error}", err=True)
        return False
    rows: list[dict[str, Any]] = [
        {"theme": one.theme, "score": one.score, "words": list(one.words)} for one in suggester.suggest(text, most=most)
    ]
    if as_json:
        echo_json([{"path": str(file), "suggestions": rows}], lines=True)
        return True
    click.echo(f"{file}:" if rows else f"{file}: nothing speaks for a theme.")
    for row in rows:
        click.echo(f"  {row['score']:.2f}  {row['theme']}: {'; '.join(row['words'])}")
    return True


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{file} is no text in UTF-8; save it as plain text first.") from error
    except OSError as error:
        raise Invalid(f"{file} cannot be read ({error.strerror}); check the name.") from error
