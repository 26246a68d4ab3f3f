"""Dates of limited precision: YYYY, YYYY-MM or YYYY-MM-DD."""

from __future__ import annotations

from datetime import date

#: An answer whose `as_of` date is more days ago than this may be out of date.
STALE_DAYS = 180

#: The number of digits of a year, a month and a day.
_DIGITS = (4, 2, 2)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_MAX_SPAN_DIGITS = 6
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def last_day(text: str) -> date | None:
    """Return the last day of the period that a date covers, or None for an invalid date.

    >>> last_day("2026-01-22"), last_day("2024-02"), last_day("2024-13")
    (datetime.date(2026, 1, 22), datetime.date(2024, 2, 29), None)
    """
    parts = text.split("-")
    if tuple(map(len, parts)) != _DIGITS[: len(parts)] or not all(map(_is_number, parts)):
        return None
    year, *rest = map(int, parts)
    month = rest[0] if rest else 12
    try:
        return date(year, month, rest[1] if len(rest) > 1 else _days_in(year, month))
    except ValueError:
        return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def age_days(text: str | None, today: date) -> int | None:
    """Return the days since `last_day`, at least 0, or None without a valid date."""
    day = last_day(text) if text else None
    return max(0, (today - day).days) if day else None


def is_stale(text: str | None, today: date, days: int = STALE_DAYS) -> bool:
    """Return whether a date is more than `days` days ago."""
    age = age_days(text, today)
    return age is not None and age > days


def span_days(text: str) -> int | None:
    """Return the days of a span such as ``180d``, ``8w``, ``6m`` or ``1y``, or None if invalid.

    A month counts as 30 days, a year as 365.
    """
    count, unit = text[:-1], text[-1:]
    is_span = _is_number(count) and len(count) <= _MAX_SPAN_DIGITS and unit in _DAYS
    return int(count) * _DAYS[unit] if is_span else None


def format_date(text: str) -> str:
    """Return a date in words.

    >>> format_date("2026-01-22"), format_date("2025-11"), format_date("2025")
    ('22 Jan 2026', 'Nov 2025', '2025')
    """
    year, *rest = text.split("-")
    if not rest:
        return year
    month = _MONTHS[int(rest[0]) - 1]
    return f"{int(rest[1])} {month} {year}" if len(rest) > 1 else f"{month} {year}"


def format_age(text: str, today: date) -> str:
    """Return the age of a date, in the largest unit of which at least two have passed.

    >>> today = date(2026, 11, 23)
    >>> format_age("2026-01-22", today), format_age("2026-11-01", today), format_age("2022", today)
    ('10 months ago', '22 days ago', '3 years ago')
    """
    day = last_day(text) or today
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    if months >= 24:
        return f"{months // 12} years ago"
    if months >= 2:
        return f"{months} months ago"
    days = max(0, (today - day).days)
    return f"{days} day{'' if days == 1 else 's'} ago"
