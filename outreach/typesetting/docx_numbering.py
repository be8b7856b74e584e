"""Lists as WordprocessingML has them: flat paragraphs, each with a numbering and a level; whoever shows them counts."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from outreach.typesetting.docx_opening import DocxFile, W, at, number, value


@dataclass(frozen=True)
class Place:
    """A paragraph's place in a list.

    Paragraphs of one `group` and `level` count on; `restart` is where its numbering begins anew when it is first used.
    `indent` is that of the text (twentieths of a point); `irregular` says that the list is counted otherwise than 1, 2, 3.
    """

    numbering: str
    group: str
    level: int
    bullets: bool
    start: int
    restart: int | None
    indent: int
    irregular: bool


@dataclass
class Numbering:
    """The numberings of a file."""

    file: DocxFile
    numberings: dict[str, Element] = field(init=False)
    abstract: dict[str, Element] = field(init=False)

    def __post_init__(self) -> None:
        root = self.file.numbering
        self.numberings = {one.get(f"{W}numId", ""): one for one in root.findall(f"{W}num")}
        self.abstract = {one.get(f"{W}abstractNumId", ""): one for one in root.findall(f"{W}abstractNum")}

    def place(self, paragraph: Element, style: str) -> Place | None:
        """Where `paragraph`, of the style with this id, stands in a list; None outside of lists."""
        own, styled = at(paragraph, "pPr/numPr"), self.file.styled(style, "pPr/numPr")
        given = value(own, "numId") or value(styled, "numId")
        if given not in self.numberings:
            return None
        level = min(number(value(own, "ilvl") or value(styled, "ilvl")), 8)
        group = value(self.numberings[given], "abstractNumId")
        override = self._level(self.numberings[given], "lvlOverride", level)
        form = at(override, "lvl")
        if form is None:
            form = self._level(self._abstract(group), "lvl", level)
        kind = value(form, "numFmt", "decimal")
        if form is None or kind == "none":
            return None
        restart = value(override, "startOverride")
        return Place(
            numbering=given,
            group=group,
            level=level,
            bullets=kind == "bullet",
            start=number(value(form, "start"), 1),
            restart=number(restart, 1) if restart else None,
            indent=self._indent(paragraph, form),
            irregular=kind not in ("bullet", "decimal"),
        )

    def _abstract(self, group: str) -> Element | None:
        """The definition of a group; one that only names a style is where that style's numbering is."""
        found = self.abstract.get(group)
        link = value(found, "numStyleLink")
        if not link:
            return found
        linked = self.numberings.get(value(self.file.styled(link, "pPr/numPr"), "numId"))
        return self.abstract.get(value(linked, "abstractNumId"))

    def _level(self, element: Element | None, name: str, level: int) -> Element | None:
        found = () if element is None else element.findall(f"{W}{name}")
        return next((one for one in found if one.get(f"{W}ilvl") == str(level)), None)

    def _indent(self, paragraph: Element, form: Element) -> int:
        own = at(paragraph, "pPr/ind")
        found = own if own is not None else at(form, "pPr/ind")
        return 0 if found is None else number(found.get(f"{W}left") or found.get(f"{W}start") or "")
