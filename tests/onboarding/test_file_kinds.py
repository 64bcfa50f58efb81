"""Files of other kinds: workbooks of every kind, other encodings, and what is no list."""

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from quo_admin.onboarding import files
from quo_admin.onboarding.files import MAX_ROWS, UnreadableFile, kinds, read_numbers, workbook
from quo_admin.onboarding.files.template import MAIN, OFFICE, PACKAGE, PARTS

NUMBERS = Path(__file__).parents[1] / "data" / "numbers"


def texts(content):
    return [entry.text for entry in read_numbers(content).entries]


def zipped(parts):
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return content.getvalue()


def xlsx(*sheets, more=None):
    """A workbook with this XML as the rows of its sheets."""
    places = range(1, len(sheets) + 1)
    listed = "".join(f'<sheet name="Tab {n}" sheetId="{n}" r:id="r{n}"/>' for n in places)
    related = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in places
    )
    main = f'xmlns="{MAIN}"'
    parts = PARTS | {
        "xl/workbook.xml": (
            f'<workbook {main} xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>'
        ),
    }
    for n, rows in zip(places, sheets, strict=True):
        sheet = f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>"
        parts[f"xl/worksheets/sheet{n}.xml"] = sheet
    return zipped(parts | (more or {}))


def row(n, *values):
    cells = (f'<c r="{"ABC"[c]}{n}" t="str"><v>{value}</v></c>' for c, value in enumerate(values))
    return f'<row r="{n}">{"".join(cells)}</row>'


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_workbooks_are_read_like_csv(ending):
    found = read_numbers((NUMBERS / f"locations.{ending}").read_bytes())

    assert [(entry.row, entry.text) for entry in found.entries] == [
        (2, "12085550138"),
        (3, "(916) 555-0166"),
        (4, "+1 503 555 0109 ext. 4"),
    ]
    assert found.notes == [
        "Read from the sheet “Sheet”.",
        "The first row is a heading: “Location, Direct number, Opened”.",
    ]


def test_first_sheet_with_numbers_is_read_and_named():
    found = read_numbers(
        xlsx(row(1, "About"), row(5, "Desk", "+12085550138"), row(1, "2085550138"))
    )

    assert [(entry.row, entry.text) for entry in found.entries] == [(5, "+12085550138")]
    assert found.notes == ["Read from the sheet “Tab 2”.", "No numbers in “Tab 1”."]


def test_workbook_without_numbers_is_a_list_of_names():
    assert texts(xlsx("", row(1, "Name") + row(2, "Front desk"))) == ["Front desk"]


@pytest.mark.parametrize("sheets", [[""], ["", '<row r="1"><c r="A1" s="1"/></row>']])
def test_empty_workbook_is_rejected(sheets):
    with pytest.raises(UnreadableFile, match="is empty"):
        read_numbers(xlsx(*sheets))


def test_million_empty_rows_do_not_count():
    empty = "".join(f'<row r="{n}" s="1"/>' for n in range(2, 1_000_000))
    content = xlsx(row(1, "+12085550138") + empty + row(1_048_576, "+19165550166"))

    found = read_numbers(content)

    assert [entry.row for entry in found.entries] == [1, 1_048_576]


@pytest.mark.parametrize("heading", ["", row(1, "Phone")])
def test_workbook_over_fifty_thousand_rows_is_rejected(heading):
    rows = "".join(row(n, f"+1208{n:07}") for n in range(2, MAX_ROWS + 3))

    with pytest.raises(UnreadableFile, match=r"50,001 rows; the limit is 50,000"):
        read_numbers(xlsx(heading + rows))


def test_cells_far_apart_are_rejected_in_little_memory():
    far = '<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>'

    with pytest.raises(UnreadableFile, match="far more cells than a list"):
        read_numbers(xlsx(row(1, "+12085550138") + far))


def test_zip_bomb_is_rejected_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(kinds, "LARGEST_UNPACKED", 1_000_000)
    monkeypatch.setattr(files.reading, "sheets", lambda content: pytest.fail("unpacked"))

    with pytest.raises(UnreadableFile, match=r"unpacks to 2 MB; the limit is 1 MB"):
        read_numbers(xlsx(row(1, "4155550134"), more={"xl/media/bomb": b"0" * 2_000_000}))


def test_zip_bomb_that_lies_about_its_size_is_rejected():
    content = xlsx(row(1, "x" * 150_000_000))
    at = content.rindex(b"PK\x01\x02")
    lying = bytearray(content)
    lying[at + 24 : at + 28] = struct.pack("<I", 1000)  # of the last part, which is the sheet

    with pytest.raises(UnreadableFile, match="could not be read"):
        read_numbers(bytes(lying))


def test_formulas_count_with_their_results_and_are_named_without():
    result = '<row r="1"><c r="A1" t="str"><f>B1</f><v>+12085550138</v></c></row>'
    nothing = '<row r="1"><c r="A1"><f>"+1"&amp;B1</f></c></row>'

    assert texts(xlsx(result)) == ["+12085550138"]
    with pytest.raises(UnreadableFile, match="formulas without results"):
        read_numbers(xlsx(nothing))


def test_macros_are_ignored_and_named():
    found = read_numbers(xlsx(row(1, "+12085550138"), more={"xl/vbaProject.bin": "Sub Open()"}))

    assert found.notes == ["Read from the sheet “Tab 1”.", "Its macros were ignored."]


def test_reader_has_no_access_to_secrets(monkeypatch):
    environment = {}

    def start(*args, env, **kwargs):
        environment.update(env)
        raise InterruptedError

    monkeypatch.setattr(workbook.subprocess, "Popen", start)
    with pytest.raises(InterruptedError):
        read_numbers(xlsx(row(1, "+12085550138")))

    assert environment.keys() <= set(workbook.ENVIRONMENT)


OLE = kinds.OLE + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n\x00", "a PDF. Copy its numbers"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "an image"),
        (b"\xff\xd8\xff\xe0\x00", "an image"),
        (b"\0\0\0\x18ftypheic", "an image or a video"),
        (b"\x1f\x8b\x08\x00", "a compressed file. Unpack it"),
        (b"{\\rtf1 4155550134}", "a text document"),
        (
            b"\xef\xbb\xbf<!DOCTYPE html><table>",
            r"a web page \(HTML\), even if its name ends in .xls",
        ),
        ("<HTML><table><td>4155550134".encode("utf-16"), r"a web page \(HTML\)"),
        (b"  <table><tr><td>4155550134</td>", "save it as a workbook or CSV"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "2003",
        ),
        (b"<?xml version='1.0'?><list/>", "an XML file"),
        (b"BEGIN:VCARD\nTEL:4155550134", "a file of contacts"),
        (b'[{"number": "4155550134"}]', "a JSON file"),
        (zipped({"word/document.xml": "<w/>"}), "a Word document"),
        (zipped({"ppt/presentation.xml": "<p/>"}), "a presentation"),
        (zipped({"Index/Document.iwa": "x"}), "an Apple Numbers file. In Numbers, export it"),
        (
            zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}),
            "OpenDocument",
        ),
        (zipped({"numbers.csv": "4155550134"}), "a ZIP archive. Unpack it"),
        (b"PK\x03\x04damaged", "damaged"),
        (zipped({"xl/workbook.xml": "<workbook"}), "could not be read"),
        (OLE, "an Office file, but not a workbook"),
        (OLE + "Workbook".encode("utf-16-le"), "could not be read"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected. Remove its password"),
    ],
)
def test_other_file_is_named_with_what_to_do(content, words):
    with pytest.raises(UnreadableFile, match=words):
        read_numbers(content)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("excel-formula", ['="+12085550138"', '="(916) 555-0166"']),
        ("excel-scientific", ["1.2085550138E+10", "1.9165550166e10"]),
        ("excel-scientific-cut", ["1.20856E+10"]),
        ("extensions", ["(208) 555-0138 ext. 12", "916-555-0166 x3", "+1 503 555 0109 #7"]),
        ("sep-line", ["(208) 555-0138"]),
        ("heading-plural", ["+12085550138, +19165550166"]),
    ],
)
def test_entries_of_lists_from_spreadsheets(name, expected):
    assert texts((NUMBERS / f"{name}.csv").read_bytes()) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16", "cp1252", "mac-roman"])
def test_names_are_read_in_any_encoding_of_spreadsheets(encoding):
    names = ["Émilie’s desk", "Café", "Zoë"]

    assert texts("\r".join(["Name", *names]).encode(encoding)) == names


def test_first_row_is_only_a_heading_without_any_number():
    assert texts(b"Mobile\n4155550134\n") == ["4155550134"]
    assert texts(b"555-0134\n4155550134\n") == ["555-0134", "4155550134"]
    assert texts(b"Front desk\nBilling\n") == ["Front desk", "Billing"]
    assert texts(b"PNone\n4155550134\n") == ["PNone", "4155550134"]


def test_rows_without_a_number_are_kept_apart():
    found = read_numbers(b"Name,Phone\nFront desk,4155550134\nBilling,\n")

    assert [(entry.row, entry.text) for entry in found.empty] == [(3, "Billing")]
