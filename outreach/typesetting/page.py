"""A document as one HTML file that stands alone: a way past the head, contents, its own looks, nothing from elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape

from outreach.typesetting.data import direction
from outreach.typesetting.french import localized
from outreach.typesetting.html import to_html
from outreach.typesetting.style import Style
from outreach.typesetting.tree import Block, Document, Heading, printable, words

# Dark on white everywhere at more than 7:1; lines of a readable length; what is struck is also marked by its line.
_LOOKS = """
:root{color-scheme:light}
body{margin:0 auto;max-width:42rem;padding:1.5rem 1rem 4rem;
font:1.06rem/1.55 Georgia,"Times New Roman",serif;color:#1a1a1a;background:#fff}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:#fff;padding:.3rem .6rem}
header{border-bottom:1px solid #6b6b6b;margin-bottom:1.5rem;padding-bottom:.5rem}
header p{margin:0}.mark{font-weight:bold;letter-spacing:.05em}
h1{font-size:1.6rem;line-height:1.25}
h2{font-size:1.25rem;margin-top:2.2rem}h3{font-size:1.08rem;margin-top:1.6rem}
h4{font-size:1rem;font-style:italic}
.number{display:inline-block;min-width:2.6em}.inset{margin-inline-start:2.6em}
blockquote{margin:1rem 1.8rem}blockquote footer{text-align:end;font-style:italic}
table{border-collapse:collapse;width:100%;margin:1rem 0}caption{font-weight:bold;text-align:start;padding:.3rem 0}
th,td{border-block:1px solid #8c8c8c;padding:.3rem .5rem;text-align:start;vertical-align:top}
nav ol{list-style:none;padding:0}nav li.l2{margin-inline-start:1.5rem}a{color:#0b4a8f}ins{color:#0b5a1e}del{color:#8a1c1c}
.footnotes{font-size:.92rem;border-top:1px solid #6b6b6b;margin-top:2rem;padding-top:.6rem}
@media print{nav,.skip{display:none}body{max-width:none}}
"""


def to_page(document: Document, style: Style) -> bytes:
    """`document` as the bytes of an HTML file; the same input gives the same bytes."""
    language = document.language
    blocks = tuple(_anchored(localized(document.blocks, language)))
    head = "".join(f"<p>{escape(printable(line))}</p>\n" for line in style.masthead)
    mark = f'<p class="mark">{escape(printable(style.mark))}</p>\n' if style.mark else ""
    author = f'<meta name="author" content="{escape(document.author)}">\n' if document.author else ""
    title = escape(printable(document.title))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}" dir="{direction(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n{author}'
        f"<style>{_LOOKS}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#text">{escape(style.contents or document.title)}</a>\n'
        f"<header>\n{head}{mark}</header>\n{_contents(blocks, style)}"
        f'<main id="text">\n<h1>{title}</h1>\n{to_html(blocks)}</main>\n'
        f"<footer><p>{escape(printable(style.footer))}</p></footer>\n</body>\n</html>\n"
    ).encode()


def _anchored(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks below the title: headings one level lower, without a gap between levels, each with an anchor."""
    current = 1
    for place, block in enumerate(blocks):
        if isinstance(block, Heading):
            current = min(block.level + 1, current + 1, 6)
            yield replace(block, level=current, anchor=block.anchor or f"h{place}")
        else:
            yield block


def _contents(blocks: Sequence[Block], style: Style) -> str:
    shown = [block for block in blocks if isinstance(block, Heading) and block.level <= 3]
    if not style.contents or len(shown) < 2:
        return ""
    rows = "".join(
        f'<li class="l{block.level - 1}"><a href="#{escape(block.anchor or "")}">{escape(words(block.inlines))}</a></li>\n'
        for block in shown
    )
    return f'<nav aria-label="{escape(style.contents)}">\n<ol>\n{rows}</ol>\n</nav>\n'
