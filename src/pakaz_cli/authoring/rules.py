"""The authoring rules of ``kb check --strict``, beyond what a knowledge base needs to be usable.

Each finding has a stable code, documented in docs/knowledge-base.md.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pakaz_cli.model import Finding, Level
from pakaz_cli.search import similarity
from pakaz_cli.search.engine import search
from pakaz_cli.search.index import Index
from pakaz_cli.search.leave_one_out import LeaveOneOut
from pakaz_cli.text import markdown
from pakaz_cli.text.dates import last_day
from pakaz_cli.text.display import visible
from pakaz_cli.text.words import split_words, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from pakaz_cli.knowledge.load import CheckResult
    from pakaz_cli.knowledge.strict_yaml import Node, Pair
    from pakaz_cli.model import KnowledgeBase

#: The maximum length of an answer, which a reader takes in at a glance.
MAX_ANSWER_WORDS = 140
#: The maximum similarity of two phrasings of different entries (token sort ratio, 0 to 100).
MAX_SIMILARITY = 95
#: The maximum number of pairs of similar phrasings that are reported.
MAX_PAIRS = 1_000
#: The maximum number of phrasings of an entry that are asked as questions.
MAX_ASKED = 100

#: The optional fields that each mapping should have.
_RECOMMENDED = {
    "knowledge base": ("title", "updated", "sectors"),
    "sector": ("name", "note"),
    "source": ("publisher", "url"),
    "entry": ("sector", "variants", "as_of", "sources"),
}
_CODES = {"as_of": "missing-date", "sources": "missing-source"}
_SENTENCE_ENDS = (".", "!", "?", ":", "…", "۔", "।")
_CLOSING = "\"'”’»)*]"


def lint(checked: CheckResult, today: date) -> tuple[Finding, ...]:
    """Return the findings of a check and those of the authoring rules, by line.

    A knowledge base with errors, of which some may not have been read, gets no further findings.
    """
    if checked.base is None or checked.root is None:
        return checked.findings
    document = _Document(checked.root)
    pairs = _pairs(document.phrasings)
    rules = (
        _missing(document),
        _unused_sources(document),
        _future_dates(document, today),
        _answers(document),
        _characters(checked.root),
        _repeated(document.phrasings),
        _shared(pairs),
        _answered_elsewhere(document.phrasings, checked.base, pairs),
        _contradictions(document.phrasings, document.counterexamples),
        _repeated_counterexamples(document.counterexamples),
    )
    return tuple(sorted([*checked.findings, *(finding for rule in rules for finding in rule)]))


class _Phrasing(NamedTuple):
    """A question, variant or counter-example, with its node in the document."""

    entry: str  #: the id of its entry; empty for a question about a subject that is not covered
    node: Node
    words: tuple[str, ...]


class _Document:
    """The parts of a document without errors."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.sectors = _items(root, "sectors")
        self.sources = _mapping(root, "sources")
        self.entries = _items(root, "entries")
        # In the order of their numbers in an index.
        self.phrasings = [
            _phrasing(entry, node)
            for entry in self.entries
            for node in (_fields(entry)["question"].value, *_items(entry, "variants"))
        ]
        owners = [
            *((subject, "questions") for subject in _items(root, "not_covered")),
            *((entry, "not") for entry in self.entries),
        ]
        self.counterexamples = [
            _phrasing(owner, node) for owner, key in owners for node in _items(owner, key)
        ]


def _phrasing(owner: Node, node: Node) -> _Phrasing:
    fields = _fields(owner)
    entry = _string(fields["id"].value) if "id" in fields else ""
    return _Phrasing(entry, node, tuple(split_words(_string(node))))


def _fields(node: Node) -> dict[str, Pair]:
    return node.value if isinstance(node.value, dict) else {}


def _mapping(node: Node, key: str) -> dict[str, Pair]:
    return _fields(_fields(node)[key].value) if key in _fields(node) else {}


def _items(node: Node, key: str) -> list[Node]:
    value = _fields(node)[key].value.value if key in _fields(node) else []
    return value if isinstance(value, list) else []


def _string(node: Node) -> str:
    # As the schema reads it, without the line break that ends a block.
    return node.value.rstrip("\n") if isinstance(node.value, str) else ""


def _finding(node: Node, code: str, message: str) -> Finding:
    return Finding(node.line, node.column, code, message, Level.STRICT)


def _missing(document: _Document) -> Iterator[Finding]:
    """Report recommended fields that are missing or empty."""
    mappings = [
        ("knowledge base", document.root),
        *(("sector", node) for node in document.sectors),
        *(("source", pair.value) for pair in document.sources.values()),
        *(("entry", node) for node in document.entries),
    ]
    for what, node in mappings:
        fields = _fields(node)
        for name in _RECOMMENDED[what]:
            if name in fields and fields[name].value.value:
                continue
            if name == "sources" and "where" in fields:
                continue
            advice = (
                "; if there are none, say where to look in 'where'" if name == "sources" else ""
            )
            code = _CODES.get(name, f"missing-{name}")
            yield _finding(node, code, f"the {what} has no {name!r}{advice}")


def _unused_sources(document: _Document) -> Iterator[Finding]:
    cited = {_string(node) for entry in document.entries for node in _items(entry, "sources")}
    for key, pair in document.sources.items():
        if key not in cited:
            yield _finding(pair.key, "unused-source", f"no entry cites {key!r}")


def _future_dates(document: _Document, today: date) -> Iterator[Finding]:
    dated = [
        *(_fields(document.root)[name] for name in ("updated",) if name in _fields(document.root)),
        *(_fields(entry)["as_of"] for entry in document.entries if "as_of" in _fields(entry)),
        *(
            _fields(pair.value)["date"]
            for pair in document.sources.values()
            if "date" in _fields(pair.value)
        ),
    ]
    for pair in dated:
        written = _string(pair.value)
        day = last_day(written)
        # The current year or month is fine, though its last day is in the future.
        if day and day > today and not today.isoformat().startswith(written):
            yield _finding(pair.value, "future-date", f"{written} is after today, {today}")


def _answers(document: _Document) -> Iterator[Finding]:
    for entry in document.entries:
        node = _fields(entry)["answer"].value
        answer = _string(node)
        count = sum(word != "-" for word in answer.split())
        if count > MAX_ANSWER_WORDS:
            yield _finding(node, "long-answer", f"{count} words; the maximum is {MAX_ANSWER_WORDS}")
        blocks = markdown.parse(answer)
        # A bullet without words is not a block.
        opening = blocks[0].text.rstrip(_CLOSING) if blocks and not blocks[0].bullet else ""
        if opening[:1].islower() or not opening.endswith(_SENTENCE_ENDS):
            yield _finding(node, "no-opening", "an answer starts with a complete sentence")


def _characters(root: Node) -> Iterator[Finding]:
    """Report texts and keys with invisible characters or not in NFC."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node.value, dict):
            stack += (part for pair in node.value.values() for part in (pair.key, pair.value))
        elif isinstance(node.value, list):
            stack += node.value
        else:
            shown = visible(node.value)
            hidden = [character for character in node.value if visible(character) != character]
            if shown != node.value:
                yield _finding(node, "hidden-character", f"the text contains {visible(hidden[0])}")
            if not unicodedata.is_normalized("NFC", node.value):
                yield _finding(node, "not-nfc", "the text is not in Unicode normalization form NFC")


def _repeated(phrasings: Iterable[_Phrasing]) -> Iterator[Finding]:
    """Report phrasings of one entry with the same words, of which the second adds nothing."""
    seen: dict[tuple[str, frozenset[str]], _Phrasing] = {}
    for phrasing in phrasings:
        earlier = seen.setdefault((phrasing.entry, frozenset(phrasing.words)), phrasing)
        if earlier is not phrasing:
            message = f"the same words as on line {earlier.node.line}"
            yield _finding(phrasing.node, "repeated-phrasing", message)


def _pairs(phrasings: Iterable[_Phrasing]) -> list[tuple[_Phrasing, _Phrasing, float]]:
    """Return the pairs of phrasings of two entries that are equal or very similar.

    Of phrasings that an entry repeats, only the first is compared.
    """
    first_of = {(each.entry, *sorted(each.words)): each for each in reversed(list(phrasings))}
    kept = list(reversed(first_of.values()))
    pairs = similarity.similar_pairs(
        [" ".join(phrasing.words) for phrasing in kept],
        [phrasing.entry for phrasing in kept],
        MAX_SIMILARITY,
    )
    return [
        (kept[first], kept[second], score)
        for first, second, score in itertools.islice(pairs, MAX_PAIRS + 1)
    ]


def _shared(pairs: Iterable[tuple[_Phrasing, _Phrasing, float]]) -> Iterator[Finding]:
    """Report each pair at its second phrasing."""
    for number, (first, second, score) in enumerate(pairs):
        if number == MAX_PAIRS:
            message = f"over {MAX_PAIRS} pairs of similar phrasings; the rest are not reported"
            yield _finding(second.node, "alike-phrasing", message)
            return
        place = f"a phrasing of {first.entry!r} on line {first.node.line}"
        if first.words == second.words:
            yield _finding(second.node, "same-phrasing", f"the same as {place}")
        else:
            yield _finding(second.node, "alike-phrasing", f"{score:.0f} % similar to {place}")


def _answered_elsewhere(
    phrasings: Sequence[_Phrasing],
    base: KnowledgeBase,
    pairs: Iterable[tuple[_Phrasing, _Phrasing, float]],
) -> Iterator[Finding]:
    """Report phrasings that another entry would answer if they were left out.

    Phrasings in a pair, which are reported already, and those without words are not asked, and of
    an entry with very many phrasings only the first are.
    """
    paired = {id(phrasing.node) for first, second, _ in pairs for phrasing in (first, second)}
    owners: dict[tuple[str, ...], str] = {}
    # The pairs have a maximum number, and equal phrasings are found without it.
    shared = {
        each.words for each in phrasings if owners.setdefault(each.words, each.entry) != each.entry
    }
    index = Index(base)
    asked: Counter[str] = Counter()
    numbers = {entry.id: number for number, entry in enumerate(base.entries)}
    for phrasing in phrasings:
        number = asked[phrasing.entry]
        asked[phrasing.entry] += 1
        if id(phrasing.node) in paired or phrasing.words in shared or not phrasing.words:
            continue
        if asked[phrasing.entry] > MAX_ASKED:
            continue
        others = LeaveOneOut(index, numbers[phrasing.entry], number)
        answer = search(others, _string(phrasing.node)).answer
        if answer is not None and answer.id != phrasing.entry:
            message = f"without this phrasing, {answer.id!r} would answer it"
            yield _finding(phrasing.node, "answered-elsewhere", message)


def _contradictions(
    phrasings: Sequence[_Phrasing], counterexamples: Sequence[_Phrasing]
) -> Iterator[Finding]:
    """Report counter-examples that are, or nearly are, a phrasing that they keep from answering.

    The same words in another order are another question.
    """
    texts = [" ".join(map(stem, each.words)) for each in (*phrasings, *counterexamples)]
    kinds = ["phrasing"] * len(phrasings) + ["counter-example"] * len(counterexamples)
    pairs = similarity.similar_pairs(texts, kinds, MAX_SIMILARITY)
    for first, second, _ in itertools.islice(pairs, MAX_PAIRS):
        phrasing, example = phrasings[first], counterexamples[second - len(phrasings)]
        alike = 100 * similarity.indel_similarity(texts[first], texts[second])
        if alike > MAX_SIMILARITY and example.entry in ("", phrasing.entry):
            place = f"a phrasing of {phrasing.entry!r} on line {phrasing.node.line}"
            yield _finding(example.node, "contradiction", f"{alike:.0f} % similar to {place}")


def _repeated_counterexamples(counterexamples: Iterable[_Phrasing]) -> Iterator[Finding]:
    """Report counter-examples that an earlier one of the same owner or of a subject makes useless.

    Subjects come first.
    """
    seen: dict[tuple[str, tuple[str, ...]], _Phrasing] = {}
    for example in counterexamples:
        earlier = seen.get(("", example.words)) or seen.get((example.entry, example.words))
        seen.setdefault((example.entry, example.words), example)
        if earlier is not None:
            message = f"the same words as on line {earlier.node.line}"
            yield _finding(example.node, "repeated-counterexample", message)
