"""A paper as an OpenDocument text: what a clerk opens and goes on writing in."""

import io
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

from participatie.theming.sheets import Part, Sheet

MIME_TYPE = "application/vnd.oasis.opendocument.text"

_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "manifest": "manifest",
    }.items()
)
_FO = 'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
_DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XML = 'manifest:media-type="text/xml"'
_MANIFEST = f"""{_HEAD}<manifest:manifest {_NAMES} manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME_TYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" {_XML}/>
<manifest:file-entry manifest:full-path="styles.xml" {_XML}/>
<manifest:file-entry manifest:full-path="meta.xml" {_XML}/>
</manifest:manifest>"""


def _style(name: str, paragraph: str = "", letters: str = "", more: str = "") -> str:
    """A style of paragraphs, under the name that word processors know it by."""
    shown = name.replace("_20_", " ")
    return (
        f'<style:style style:name="{name}" style:display-name="{shown}" style:family="paragraph"'
        f"{more}><style:paragraph-properties {paragraph}/><style:text-properties {letters}/>"
        "</style:style>"
    )


_NUMBERS, _TITLE = "Table_20_Numbers", "Table_20_Heading"
_TITLE_APART = 'fo:margin-top="0.3cm" fo:margin-bottom="0.1cm"'
_BOLD = 'fo:font-weight="bold"'
_FIRST = ' style:default-outline-level="1"'
_APART = 'fo:margin-top="0.5cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"'
_LETTERS = 'fo:font-size="11pt" fo:font-family="sans-serif" fo:language="nl" fo:country="NL"'
_STYLES = "".join(
    [
        f'{_HEAD}<office:document-styles {_NAMES} {_FO} office:version="1.3"><office:styles>',
        f'<style:default-style style:family="paragraph"><style:text-properties {_LETTERS}/>',
        "</style:default-style>",
        _style("Text_20_body", 'fo:margin-bottom="0.2cm"'),
        _style("Title", letters=f'fo:font-size="24pt" {_BOLD}'),
        _style("Subtitle", 'fo:margin-bottom="0.4cm"', 'fo:font-size="14pt"'),
        _style("Heading_20_1", _APART, f'fo:font-size="15pt" {_BOLD}', _FIRST),
        _style(_TITLE, _TITLE_APART, _BOLD),
        _style(f"{_TITLE}_20_Numbers", f'fo:text-align="end" {_TITLE_APART}', _BOLD),
        _style(_NUMBERS, 'fo:text-align="end" fo:margin-bottom="0.2cm"'),
        "</office:styles></office:document-styles>",
    ]
)


def odt(sheet: Sheet) -> bytes:
    """The paper as a file; the same paper is the same bytes."""
    body = "".join(
        [
            _paragraph(sheet.title, "Title"),
            _paragraph(sheet.over, "Subtitle"),
            _paragraph(sheet.lead),
            *(_part(part, number) for number, part in enumerate(sheet.parts, 1)),
        ]
    )
    content = (
        f'{_HEAD}<office:document-content {_NAMES} office:version="1.3"><office:body>'
        f"<office:text>{body}</office:text></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        _write(archive, "mimetype", MIME_TYPE, zipfile.ZIP_STORED)  # first, and not compressed
        _write(archive, "content.xml", content)
        _write(archive, "styles.xml", _STYLES)
        _write(archive, "meta.xml", _about(sheet))
        _write(archive, "META-INF/manifest.xml", _MANIFEST)
    return file.getvalue()


def _about(sheet: Sheet) -> str:
    """What a window or a screen reader says of the file: its title and its language."""
    return (
        f'{_HEAD}<office:document-meta {_NAMES} {_DC} office:version="1.3"><office:meta>'
        f"<dc:title>{_said(f'{sheet.title}: {sheet.over}')}</dc:title>"
        "<dc:language>nl-NL</dc:language></office:meta></office:document-meta>"
    )


def _part(part: Part, number: int) -> str:
    heading = '<text:h text:style-name="Heading_20_1" text:outline-level="1">'
    lines = [f"{heading}{_said(part.heading)}</text:h>"]
    lines += [_paragraph(text) for text in part.texts]
    if part.facts:
        lines.append(_table(f"Facts{number}", (), part.facts))
    if part.rows:
        lines.append(_table(f"Table{number}", part.head, part.rows))
    return "".join([*lines, *(_paragraph(f"____________________ {name}") for name in part.signs)])


def _table(name: str, head: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    """A table; a column of nothing but numbers stands at the right."""
    titles, lines = tuple(head), list(rows)
    numbers = [all(map(_is_number, cells)) for cells in zip(*lines, strict=False)]
    body = [_row(line, [_NUMBERS if one else "Text_20_body" for one in numbers]) for line in lines]
    heads = [f"{_TITLE}_20_Numbers" if one else _TITLE for one in numbers]
    top = (
        f"<table:table-header-rows>{_row(titles, heads)}</table:table-header-rows>"
        if titles
        else ""
    )
    return (
        f'<table:table table:name="{name}"><table:table-column'
        f' table:number-columns-repeated="{len(numbers)}"/>{top}{"".join(body)}</table:table>'
    )


def _row(cells: Iterable[str], styles: Iterable[str]) -> str:
    inside = "".join(
        f'<table:table-cell office:value-type="string">{_paragraph(cell, style)}</table:table-cell>'
        for cell, style in zip(cells, styles, strict=True)
    )
    return f"<table:table-row>{inside}</table:table-row>"


def _is_number(cell: str) -> bool:
    """Whether a cell is an amount or a number."""
    return cell.removeprefix("€").strip().replace(".", "").replace(",", "").isdecimal()


def _paragraph(text: str, style: str = "Text_20_body") -> str:
    return f'<text:p text:style-name="{style}">{_said(text)}</text:p>'


def _said(text: str) -> str:
    """`text` as XML can hold it: no control characters."""
    return escape("".join(c for c in text if c.isprintable() or c == "\N{NO-BREAK SPACE}"))


def _write(
    archive: zipfile.ZipFile, name: str, text: str, kind: int = zipfile.ZIP_DEFLATED
) -> None:
    info = zipfile.ZipInfo(name)  # the same date for all
    info.compress_type = kind
    archive.writestr(info, text.encode())
