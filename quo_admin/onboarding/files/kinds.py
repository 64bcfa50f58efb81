"""What a file is, by its content: names of files are often wrong."""

import re
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from quo_admin.onboarding.files.limits import LARGEST_UNPACKED, UnreadableFile

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # files of Office before 2007, and encrypted newer ones
XLS_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
SAVE_AS_CSV = "Open it in your spreadsheet, save it as a workbook or CSV, then choose that file."
COPY = "Copy its numbers, and paste them as a list."
PROTECTED = "The workbook is protected. Remove its password, and save it again."
UNPACK = "Unpack it, then choose the file in it."
BINARY = {  # by the first bytes
    b"%PDF": ("a PDF", COPY),
    b"\x89PNG": ("an image", COPY),
    b"\xff\xd8\xff": ("an image", COPY),
    b"GIF8": ("an image", COPY),
    b"RIFF": ("an image", COPY),
    b"{\\rtf": ("a text document (RTF)", COPY),
    b"\x1f\x8b": ("a compressed file", UNPACK),
    b"7z\xbc\xaf": ("a compressed file", UNPACK),
    b"Rar!": ("a compressed file", UNPACK),
}
IN_ZIP = {  # by the beginning of a name in it
    "word/": ("a Word document", COPY),
    "ppt/": ("a presentation", COPY),
    "Index": ("an Apple Numbers file", "In Numbers, export it to Excel or CSV."),
    "content.xml": ("an OpenDocument file, but not a spreadsheet", COPY),
}
TEXT = {  # by a pattern of its beginning
    r"<\?xml.*office:spreadsheet": ("an Excel 2003 XML file", SAVE_AS_CSV),
    r"<!doctype html|<(html|head|body|meta|style|table|div)\b|<\?xml.*<html": (
        "a web page (HTML), even if its name ends in .xls",
        SAVE_AS_CSV,
    ),
    r"<\?xml": ("an XML file", COPY),
    r"begin:vcard": ("a file of contacts (vCard)", COPY),
    r"\{\s*[\"}]|\[\s*[\[{\"]": ("a JSON file", COPY),
}


def is_workbook(content: bytes) -> bool:
    """Whether this is a workbook of a size that may be unpacked.

    Raises:
        UnreadableFile: it is another file than a workbook or text, encrypted, or too large.
    """
    if content.startswith(ZIP):
        return _is_zipped_workbook(content)
    if content.startswith(OLE):
        if ENCRYPTED in content:
            raise UnreadableFile(PROTECTED)
        if not any(stream in content for stream in XLS_STREAMS):
            raise _refusal("an Office file, but not a workbook", COPY)
        return True
    for beginning, (what, advice) in BINARY.items():
        if content.startswith(beginning):
            raise _refusal(what, advice)
    if content[4:8] == b"ftyp":
        raise _refusal("an image or a video", COPY)
    return False


def refuse_other_texts(text: str) -> None:
    """Raise UnreadableFile for a text that is no list, such as a web page."""
    beginning = text[:2000].lstrip()
    for pattern, (what, advice) in TEXT.items():
        if re.match(pattern, beginning, re.IGNORECASE | re.DOTALL):
            raise _refusal(what, advice)


def _is_zipped_workbook(content: bytes) -> bool:
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = {part.filename: part.file_size for part in archive.infolist()}
    except (BadZipFile, OSError, ValueError, NotImplementedError) as exc:
        raise UnreadableFile("The file is damaged. Save it again, then choose it.") from exc
    if not (parts.keys() & {"xl/workbook.xml", "xl/workbook.bin"} or _is_ods(content)):
        for beginning, (what, advice) in IN_ZIP.items():
            if any(name.startswith(beginning) for name in parts):
                raise _refusal(what, advice)
        raise _refusal("a ZIP archive", UNPACK)
    if (unpacked := sum(parts.values())) > LARGEST_UNPACKED:
        raise UnreadableFile(
            f"The workbook unpacks to {unpacked / 1024**2:,.0f} MB; the limit is "
            f"{LARGEST_UNPACKED / 1024**2:,.0f} MB. Copy only the column of numbers to a new one."
        )
    return True


def _is_ods(content: bytes) -> bool:
    """Whether the first part, which is not compressed, names the type of a spreadsheet.

    Source: OpenDocument 1.3, part 2, section 3.3.
    """
    return b"application/vnd.oasis.opendocument.spreadsheet" in content[:200]


def _refusal(what: str, advice: str) -> UnreadableFile:
    return UnreadableFile(f"This file is {what}. {advice}")
