"""Answers questions as a full scan with RapidFuzz does; what pakaz is measured beside.

    python bench/scan.py PHRASINGS.txt < QUESTIONS.txt

Reads a list of phrasings and prints for each question the one most like it (`WRatio`).
"""

from __future__ import annotations

import sys
from pathlib import Path

from rapidfuzz import fuzz, process  # noqa: TID251 - it is measured here

if __name__ == "__main__":
    phrasings = Path(sys.argv[1]).read_text("utf-8").splitlines()
    for question in sys.stdin:
        found = process.extractOne(question.rstrip("\n"), phrasings, scorer=fuzz.WRatio)
        print(found[0], flush=True)
