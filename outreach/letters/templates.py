"""Letter templates: folders with `letter.toml` and one Markdown file a language, of the office and of the package."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from outreach.errors import Invalid, NotFound
from outreach.letters import marking, wording
from outreach.letters.models import RelationKind
from outreach.letters.values import GIVEN

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
LONGEST_NAME = 80  # characters, as many as a letter keeps


class Tongue(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `letter.toml` says of one language: `awaits` names whose approval its wording still awaits."""

    awaits: str = ""


class LetterTemplate(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `letter.toml` says: for whom the template is, and what a campaign must give.

    `form` says whether it makes letters or notes verbales; `relation` is how its letters stand to the one they name as
    `earlier` ("reminds", "corrects"). With `event`, a calendar entry goes with each letter; it says, by language, what the page
    calls it. `pages` is how many pages each may have.
    """

    title: str
    form: Literal["letter", "note-verbale"] = "letter"
    post_kinds: tuple[str, ...]
    seats: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    values: dict[str, str] = {}
    enclosures: tuple[str, ...] = ()
    relation: RelationKind | None = None
    event: dict[str, str] = {}
    languages: dict[str, Tongue] = {}
    pages: Annotated[int, Meta(ge=1, le=20)] | None = None


@dataclass(frozen=True)
class Shelved:
    """A template as it lies in a folder."""

    name: str
    folder: Path
    about: LetterTemplate
    languages: tuple[str, ...]

    @property
    def places(self) -> dict[str, str]:
        """The values that the office gives, with what each is."""
        return {**{name: words for name, words in self.about.values.items() if name not in GIVEN}, **marking.PLACES}

    def wording(self, language: str) -> wording.Wording:
        """The template in `language`; raises NotFound naming the languages it has."""
        if language not in self.languages:
            has = ", ".join(self.languages)
            raise NotFound(f"The template {self.name} is not there in {language!r}; it has: {has}.")
        tongue = self.about.languages.get(language, Tongue())
        return replace(wording.read(self.name, language, self.folder / f"{language}.md"), awaits=tongue.awaits)


def names(folders: Sequence[Path]) -> list[str]:
    """The names of all templates in these folders."""
    found = {path.parent.name for folder in folders for path in folder.glob("*/letter.toml")}
    return sorted(found)


def is_name(name: str) -> bool:
    """Whether a template may be called so: a plain name, which becomes that of a folder."""
    return bool(_NAME.fullmatch(name)) and len(name) <= LONGEST_NAME


def find(name: str, folders: Sequence[Path]) -> Shelved:
    """The template `name`, from the first folder that has it; raises NotFound, or Invalid when it cannot be read."""
    for folder in folders:
        path = folder / name / "letter.toml"
        if _NAME.fullmatch(name) and path.is_file():
            return _read(name, path)
    raise NotFound(f"There is no letter template {name!r}; there are: {', '.join(names(folders))}.")


def _read(name: str, path: Path) -> Shelved:
    try:
        about = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8-sig")), LetterTemplate)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise Invalid(f"{path} cannot be read ({error}); mend that entry.") from error
    languages = tuple(sorted(file.stem for file in path.parent.glob("*.md")))
    if not languages:
        raise Invalid(f"{path.parent} has no wording; write at least en.md beside letter.toml.")
    return Shelved(name, path.parent, about, languages)
