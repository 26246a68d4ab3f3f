"""Makes the table of countries: their names, peoples, capitals and large cities.

The program reads the table, never these sources; run this only to make it anew:

    python3 -m venv /tmp/countries && /tmp/countries/bin/pip install -e . babel
    /tmp/countries/bin/python tools/countries.py src/pakaz_cli/data/countries.txt

Names of countries, and of the cities that time zones are named after, come from Unicode CLDR in the
languages of LANGUAGES; tools/demonyms.txt adds peoples, capitals, large cities and spellings in
Roman Urdu and Azerbaijani.

A line is the first stem of a name and what follows: the code of the country (ISO 3166-1), then,
where the name has more words, a colon and their stems with underscores between them (`new
IN:delhi NZ:zealand`). Lines that start with `=` have the names of a country (`=IN bharat india
new_delhi`). Lines are in the order of their first words.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale
from babel.core import get_global

from pakaz_cli.search import english
from pakaz_cli.text.words import split_words, stem

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES = ("en", "ur", "az", "tr", "hi_Latn")
DEMONYMS = Path(__file__).parent / "demonyms.txt"
#: Parts of names that are left out, and names of several countries.
_PARTS = frozenset(("and", "ve", "və", "und", "the"))
#: What is more often another word: financial, in Urdu.
NOT_COUNTRIES = frozenset({("mali",)})
#: A country of more time zones than this has some that are named after small towns.
_FEW_ZONES = 2


def names() -> Iterator[tuple[str, str, bool]]:
    """Yield each code with a name, and whether it is one even if English has such a word.

    The names that matter most come first.
    """
    own = [line.split() for line in DEMONYMS.read_text("utf-8").splitlines()]
    codes = {code for code, *_ in own}
    for code, *written in own:
        yield from ((code, name.replace("-", " "), True) for name in written)
    for language in LANGUAGES:
        locale = Locale.parse(language)
        for code, name in locale.territories.items():
            if code in codes:
                yield code, name, language == "en"
        for zone, known in locale.time_zones.items():
            code = get_global("zone_territories").get(zone)
            zones = get_global("territory_zones").get(code, ())
            if code in codes and "city" in known and len(zones) <= _FEW_ZONES:
                yield code, known["city"], False


def is_word(stems: list[str]) -> bool:
    """Tell whether a name in another language, or of a city, is a word of English."""
    return len(stems) == 1 and bool(stems[0] in english.STOP_WORDS or english.kin(stems[0]))


def table() -> list[str]:
    """Return the lines of the table."""
    countries: dict[tuple[str, ...], str] = {}
    for code, name, is_sure in names():
        stems = [stem(word) for word in split_words(name.partition("(")[0].partition(",")[0])]
        stems = [one for one in stems if one not in _PARTS] if len(stems) > 2 else stems
        if not stems or len("".join(stems)) < 2:
            continue
        if tuple(stems) not in NOT_COUNTRIES and (is_sure or not is_word(stems)):
            countries.setdefault(tuple(stems), code)
    lines: dict[str, set[str]] = defaultdict(set)
    for (first, *others), code in countries.items():
        lines[first].add(f"{code}:{'_'.join(others)}" if others else code)
        lines[f"={code}"].add("_".join((first, *others)))
    return [f"{first} {' '.join(sorted(lines[first]))}" for first in sorted(lines)]


def main() -> None:
    """Write the table."""
    Path(sys.argv[1]).write_text("\n".join(table()) + "\n", "utf-8")


if __name__ == "__main__":
    main()
