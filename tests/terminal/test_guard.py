"""Whatever happens inside ends as an exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from pakaz_cli import errors
from pakaz_cli.errors import Exit
from pakaz_cli.model import Finding
from pakaz_cli.terminal import guard

ERRORS: list[tuple[BaseException, int]] = [
    (errors.UsageError("wrong"), 2),
    (errors.UnknownSectorError("x", ["a", "b"]), 2),
    (errors.UnknownSectorError("x", []), 2),
    (errors.InputInvalidError("knowledge base", "k.yaml", [Finding(1, 2, "empty", "nothing")]), 65),
    (errors.InputMissingError("knowledge base", [("a", "gone"), ("b", "a directory")]), 66),
    (errors.CannotCreateError("k.yaml", "it exists"), 73),
    (errors.OutputLostError("disk full"), 74),
    (RuntimeError("surprise"), 70),
    (RecursionError(), 70),
    (MemoryError(), 70),
    (OSError(5, "Input/output error"), 70),
    (SystemExit(3), 3),
    (SystemExit(None), 0),
]


@pytest.fixture(autouse=True)
def _streams() -> Iterator[None]:
    before = sys.stdout, sys.stderr
    yield
    sys.stdout, sys.stderr = before


@pytest.mark.parametrize(("error", "code"), ERRORS, ids=lambda value: repr(value)[:40])
def test_every_error_has_its_code_and_says_one_sentence(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> None:
        raise error

    assert guard.guard(work, debug=False) == code
    told = capsys.readouterr().err
    assert bool(told) == (not isinstance(error, SystemExit))
    assert "Traceback" not in told
    assert all(line.startswith(("pakaz: ", "k.yaml:")) for line in told.splitlines())


def test_every_class_of_error_is_tried_here() -> None:
    def below(kind: type[BaseException]) -> set[type[BaseException]]:
        return {kind}.union(*map(below, kind.__subclasses__()))

    tried = {type(error) for error, _ in ERRORS}
    assert below(errors.PakazError) - {errors.PakazError} <= tried


def test_the_codes_are_the_public_ones() -> None:
    assert {code.name: code.value for code in Exit} == {
        "OK": 0,
        "UNKNOWN": 1,
        "USAGE": 2,
        "AMBIGUOUS": 3,
        "BAD_DATA": 65,
        "NO_INPUT": 66,
        "BUG": 70,
        "CANNOT_CREATE": 73,
        "OUTPUT_LOST": 74,
    }
