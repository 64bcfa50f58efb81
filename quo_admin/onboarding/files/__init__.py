"""Reading a list of numbers from a file: CSV in any usual encoding, or a workbook."""

from quo_admin.onboarding.files.limits import LARGEST, MAX_ROWS, TOO_LARGE, UnreadableFile
from quo_admin.onboarding.files.reading import FileNumbers, read_numbers
from quo_admin.onboarding.files.template import HEADINGS, excel_template

__all__ = [
    "HEADINGS",
    "LARGEST",
    "MAX_ROWS",
    "TOO_LARGE",
    "FileNumbers",
    "UnreadableFile",
    "excel_template",
    "read_numbers",
]
