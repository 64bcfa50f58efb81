"""How large a file of numbers may be. All limits are ours."""

LARGEST = 5 * 1024 * 1024  # bytes: some 100,000 rows of text
TOO_LARGE = "The file is larger than 5 MB. Keep only the column of numbers."
MAX_ROWS = 50_000
LARGEST_UNPACKED = 100 * 1024 * 1024  # bytes: a workbook of 50,000 rows and 30 columns


class UnreadableFile(ValueError):
    """The file has no list of numbers. The text tells the user what to do."""
