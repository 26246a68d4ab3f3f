"""Dates as a knowledge base writes them: YYYY, YYYY-MM or YYYY-MM-DD."""

from __future__ import annotations

from datetime import date

#: An answer that is known to hold for a day longer ago than this may have been overtaken.
STALE_DAYS = 180

#: Digits of a year, a month and a day.
_DIGITS = (4, 2, 2)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_LONGEST_SPAN = 6
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def last_day(text: str) -> date | None:
    """Return the last day that a date means, or None where it is no date or does not exist.

    >>> last_day("2026-01-22"), last_day("2024-02"), last_day("2024-13")
    (datetime.date(2026, 1, 22), datetime.date(2024, 2, 29), None)
    """
    parts = text.split("-")
    if tuple(map(len, parts)) != _DIGITS[: len(parts)] or not all(map(_is_number, parts)):
        return None
    year, *told = map(int, parts)
    month = told[0] if told else 12
    try:
        return date(year, month, told[1] if len(told) > 1 else _days_in(year, month))
    except ValueError:
        return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def age_days(text: str | None, today: date) -> int | None:
    """Return the days from the last day of a date until today, at least 0; None without a date."""
    day = last_day(text) if text else None
    return max(0, (today - day).days) if day else None


def is_stale(text: str | None, today: date, days: int = STALE_DAYS) -> bool:
    """Tell whether a date lies more than so many days back."""
    age = age_days(text, today)
    return age is not None and age > days


def span_days(text: str) -> int | None:
    """Return the days in a span such as ``180d``, ``8w``, ``6m`` or ``1y``, or None.

    A month counts as 30 days, a year as 365.
    """
    count, unit = text[:-1], text[-1:]
    is_span = _is_number(count) and len(count) <= _LONGEST_SPAN and unit in _DAYS
    return int(count) * _DAYS[unit] if is_span else None


def spoken(text: str) -> str:
    """Return a date as a person reads it.

    >>> spoken("2026-01-22"), spoken("2025-11"), spoken("2025")
    ('22 Jan 2026', 'Nov 2025', '2025')
    """
    year, *rest = text.split("-")
    if not rest:
        return year
    month = _MONTHS[int(rest[0]) - 1]
    return f"{int(rest[1])} {month} {year}" if len(rest) > 1 else f"{month} {year}"


def ago(text: str, today: date) -> str:
    """Return how long ago a date was, in the largest unit of which two or more have passed.

    >>> today = date(2026, 11, 23)
    >>> ago("2026-01-22", today), ago("2026-11-01", today), ago("2022", today)
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
