"""What spreadsheets make of a phone number, and the number that it was."""

import re

FORMULA = re.compile(r'=\s*"(.*)"|=\s*(\+?\d+)', re.DOTALL)  # keeps a plus or a leading zero
AMOUNT = re.compile(r"(\+?\d{7,})[.,]0+")
SCIENTIFIC = re.compile(r"\+?(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")


def original_text(cell: str) -> str:
    """Return what was typed: ``="+12085550138"`` → "+12085550138", "1.2085550138E+10" →
    "12085550138". If digits are missing, the text stays as it is.
    """
    cell = cell.removeprefix("'")  # which tells a spreadsheet that the rest is text
    if match := FORMULA.fullmatch(cell):
        return (match[1] or match[2] or "").replace('""', '"')
    if match := AMOUNT.fullmatch(cell):
        return match[1]
    if (match := SCIENTIFIC.fullmatch(cell)) and not has_lost_digits(cell):
        return match[1] + (match[2] or "")
    return cell


def has_lost_digits(cell: str) -> bool:
    """Whether this is a long number in scientific notation with fewer digits than it had.

    The last digits may have been zeros, but nobody can tell.
    """
    match = SCIENTIFIC.fullmatch(cell)
    return match is not None and len(match[2] or "") != int(match[3]) >= 6
