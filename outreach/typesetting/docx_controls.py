"""Fields to fill in: Word's content controls, each known by its tag, written into a DOCX file and read from one that came back.

A control is part of the text and not protected against it: Word, LibreOffice and their kin let one write into it, and save its
tag. (ECMA-376 part 1, 17.5.2; the box to tick is Microsoft's extension of 2010, [MS-DOCX] 2.6.1.)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from outreach.typesetting.data import direction
from outreach.typesetting.docx_opening import DocxFile, W, at, value
from outreach.typesetting.docx_styles import DocxStyle
from outreach.typesetting.docx_xml import quoted, shown

WORD_2010 = "http://schemas.microsoft.com/office/word/2010/wordml"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
# Programs that do not know the box leave it as the sign that stands in it.
NAMESPACES = f'xmlns:w14="{WORD_2010}" xmlns:mc="{COMPATIBILITY}" mc:Ignorable="w14"'
HINT_STYLE = DocxStyle("PlaceholderText", "Placeholder Text", run='<w:color w:val="6B6B6B"/>', based="", kind="character")
_W14 = f"{{{WORD_2010}}}"
_TICKED, _OPEN = "\N{BALLOT BOX WITH X}", "\N{BALLOT BOX}"
_TICKS = frozenset({_TICKED, "\N{BALLOT BOX WITH CHECK}", "\N{CHECK MARK}", "\N{HEAVY CHECK MARK}", "x", "X"})
_SIGNS = '<w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic" w:cs="MS Gothic" w:hint="eastAsia"/>'
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "\N{NON-BREAKING HYPHEN}"}
_GONE = frozenset({f"{W}del", f"{W}moveFrom", f"{W}sdtPr", f"{W}rPr", f"{W}pPr"})
_ON = frozenset({"1", "true", "on"})


@dataclass(frozen=True, kw_only=True)
class Control:
    """A field: its tag, what a screen reader calls it, and the hint that stands in it until something is written.

    With `items` (value and words) one of them is chosen; `is_box` is a box to tick.
    """

    tag: str
    title: str
    hint: str = ""
    items: tuple[tuple[str, str], ...] = ()
    is_box: bool = False


def control_run(control: Control, number: int, language: str) -> str:
    """The control as a run of a paragraph; `number` sets the controls of one file apart."""
    kind, content = _box() if control.is_box else _field(control, language)
    # The lock keeps the field itself from being deleted; what stands in it can be written.
    properties = (
        f"<w:alias w:val={quoted(control.title[:60])}/><w:tag w:val={quoted(control.tag)}/>"
        f'<w:id w:val="{number}"/><w:lock w:val="sdtLocked"/>{kind}'
    )
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def _box() -> tuple[str, str]:
    states = "".join(
        f'<w14:{name} w14:val="{ord(sign):04X}" w14:font="MS Gothic"/>'
        for name, sign in (("checkedState", _TICKED), ("uncheckedState", _OPEN))
    )
    kind = f'<w14:checkbox><w14:checked w14:val="0"/>{states}</w14:checkbox>'
    return kind, f"<w:r><w:rPr>{_SIGNS}</w:rPr><w:t>{_OPEN}</w:t></w:r>"


def _field(control: Control, language: str) -> tuple[str, str]:
    rtl = "<w:rtl/>" if direction(language) == "rtl" else ""
    content = f'<w:r><w:rPr><w:rStyle w:val="{HINT_STYLE.id}"/>{rtl}</w:rPr><w:t>{shown(control.hint)}</w:t></w:r>'
    if not control.items:
        return "<w:showingPlcHdr/><w:richText/>", content
    items = "".join(f"<w:listItem w:displayText={quoted(words)} w:value={quoted(each)}/>" for each, words in control.items)
    return f"<w:showingPlcHdr/><w:dropDownList>{items}</w:dropDownList>", content


@dataclass(frozen=True)
class Filled:
    """What stands in a control of a file: the words (lines as they are), the value of the item that they are, or the tick.

    `text` is empty while only the hint stands there. `chosen` is None unless an item of a list was chosen.
    """

    tag: str
    text: str
    chosen: str | None = None
    ticked: bool | None = None


def controls_of(file: DocxFile) -> tuple[Filled, ...]:
    """The tagged controls of an opened file, in its order; deletions that are tracked count as accepted."""
    return tuple(_filled(control) for control in file.body.iter(f"{W}sdt") if value(control, "sdtPr/tag"))


def chosen_in(element: Element) -> str | None:
    """The value of the item that is chosen in the first list to choose from within `element`; None where there is none."""
    found = (_filled(control) for control in element.iter(f"{W}sdt") if _items(control) is not None)
    return next((each.chosen for each in found), None)


def words_of(element: Element) -> str:
    """The words within `element`, line by line; a hint that still stands in its field is none of them. A tab stays a tab."""
    text = "".join(_pieces(element))
    return "\n".join(line.strip(" ") for line in text.split("\n")).strip("\n")


def is_tick(text: str) -> bool:
    """Whether `text` is the sign of a box that is ticked, or what people type for one."""
    return text.strip(" []()") in _TICKS


def _filled(control: Element) -> Filled:
    tag, text = value(control, "sdtPr/tag"), words_of(control)
    box = control.find(f"{W}sdtPr/{_W14}checkbox")
    if box is not None:
        return Filled(tag, text, ticked=_is_ticked(box, text))
    items = _items(control)
    return Filled(tag, text, chosen=_chosen(items, text) if items is not None else None)


def _items(control: Element) -> Element | None:
    items = at(control, "sdtPr/dropDownList")
    return items if items is not None else at(control, "sdtPr/comboBox")


def _shows_hint(control: Element) -> bool:
    hint = at(control, "sdtPr/showingPlcHdr")
    return hint is not None and hint.get(f"{W}val", "1") in _ON


def _is_ticked(box: Element, text: str) -> bool:
    """By the box's own state, or by a sign that somebody typed over it."""
    state = box.find(f"{_W14}checked")
    return (state is not None and state.get(f"{_W14}val", "1") in _ON) or is_tick(text)


def _chosen(items: Element, text: str) -> str | None:
    known = {_squeezed(_display(item)): item.get(f"{W}value", "") for item in items.iter(f"{W}listItem")}
    return known.get(_squeezed(text)) or None


def _display(item: Element) -> str:
    return item.get(f"{W}displayText", "") or item.get(f"{W}value", "")


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()


def _pieces(element: Element) -> Iterator[str]:
    if element.tag == f"{W}sdt" and _shows_hint(element):
        return
    for child in element:
        if child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag not in _GONE:
            yield from _pieces(child)
            if child.tag == f"{W}p":
                yield "\n"
