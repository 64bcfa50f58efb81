"""Rows of a text file: CSV with any delimiter, in the encodings that spreadsheets write."""

import csv
import io
import re

from quo_admin.onboarding.files.kinds import SAVE_AS_CSV, refuse_other_texts
from quo_admin.onboarding.files.limits import UnreadableFile

DELIMITERS = ";,\t|"
# Excel's own line about the delimiter of the rest
SEP_LINE = re.compile(r'\ufeff?\s*"?sep=(.)"?[,;\t]*\r?[\n\r]?', re.IGNORECASE)
# In a word, these bytes are letters in Mac Roman, and signs or hardly used letters in cp1252.
MAC_LETTERS = re.compile(rb"[A-Za-z][\x81\x83\x86-\x90\x98\x9a-\x9f]|[\x81\x8d\x8f\x90\x9d]")
WINDOWS_LETTERS = re.compile(rb"[A-Za-z][\xdf-\xff]")


def rows_of_text(content: bytes) -> list[list[str]]:
    """Return the cells of each row, empty rows included.

    Raises:
        UnreadableFile: not text, another kind of text, or no CSV.
    """
    text = _decoded(content)
    refuse_other_texts(text)
    named = SEP_LINE.match(text)
    text = text[named.end() :] if named else text
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = named[1] if named else max(DELIMITERS, key=head.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except (csv.Error, ValueError) as exc:
        raise UnreadableFile(f"The file could not be read as CSV ({exc}). Save it again.") from exc


def _decoded(content: bytes) -> str:
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search("[\x00-\x08\x0e-\x1f]", text):
            return text
    raise UnreadableFile(f"This is not a text file or a workbook. {SAVE_AS_CSV}")


def _encodings(content: bytes) -> list[str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    if content[1:2] == b"\0":  # without its mark; lists begin with an ASCII character
        return ["utf-16-le"]
    if content[:1] == b"\0":
        return ["utf-16-be"]
    is_mac = MAC_LETTERS.search(content) and not WINDOWS_LETTERS.search(content)
    return ["utf-8-sig", *(["mac-roman"] if is_mac else []), "cp1252", "mac-roman"]
