"""The Excel template: a workbook with one sheet, whose cells are text.

As text, a number keeps its plus and all its digits.
Source: ECMA-376, part 1, sections 12.3 (parts), 18.3.1.4 (cells), 18.8.30 (49 is "@", text).
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

HEADINGS = ["number", "name"]  # the name is for people
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1"'
    f' Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="Numbers" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/>'
    '<xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>',
}
COLUMNS = '<cols><col min="1" max="2" width="28" style="1" customWidth="1"/></cols>'


def excel_template(examples: Iterable[Sequence[str | None]]) -> bytes:
    """Return the workbook, with a row of headings and the examples."""
    rows = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in [HEADINGS, *examples])
    sheet = f'<worksheet xmlns="{MAIN}">{COLUMNS}<sheetData>{rows}</sheetData></worksheet>'
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, xml in (PARTS | {"xl/worksheets/sheet1.xml": sheet}).items():
            archive.writestr(name, XML + xml)
    return content.getvalue()


def _cell(text: str | None) -> str:
    shown = escape(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text or ""))
    return f'<c s="1" t="inlineStr"><is><t>{shown}</t></is></c>'
