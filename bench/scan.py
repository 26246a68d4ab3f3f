"""Answer questions by a full scan with RapidFuzz, the baseline that pakaz is compared with.

    python bench/scan.py PHRASINGS.txt < QUESTIONS.txt

Reads one phrasing per line and prints the most similar one (`WRatio`) for each question.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rapidfuzz import fuzz, process  # noqa: TID251 - the subject of the measurement

if __name__ == "__main__":
    phrasings = Path(sys.argv[1]).read_text("utf-8").splitlines()
    for question in sys.stdin:
        best = process.extractOne(question.rstrip("\n"), phrasings, scorer=fuzz.WRatio)
        print(best[0], flush=True)
