"""Dates as a knowledge base writes them: YYYY, YYYY-MM or YYYY-MM-DD."""

from __future__ import annotations

import re

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def is_date(text: str) -> bool:
    """Tell whether `text` is a date that exists."""
    found = _DATE.fullmatch(text)
    if not found:
        return False
    year, month, day = (int(part) if part else 1 for part in found.groups())
    return year >= 1 and 1 <= month <= 12 and 1 <= day <= _days_in(year, month)


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def spoken(date: str) -> str:
    """Return a valid date as a person reads it.

    >>> spoken("2026-01-22"), spoken("2025-11"), spoken("2025")
    ('22 Jan 2026', 'Nov 2025', '2025')
    """
    year, *rest = date.split("-")
    if not rest:
        return year
    month = _MONTHS[int(rest[0]) - 1]
    return f"{int(rest[1])} {month} {year}" if len(rest) > 1 else f"{month} {year}"
