"""Finds and reads knowledge bases, in YAML or compiled.

Without a path, the bundled knowledge base is read. The current directory is never searched.
"""

from __future__ import annotations

import os

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple
from pakaz_cli.errors import InputInvalidError, PakazError
from pakaz_cli.knowledge import database
from pakaz_cli.knowledge.compiled import CompiledBase, fingerprint
from pakaz_cli.model import Finding, KnowledgeBase, Level
from pakaz_cli.text.display import as_typed

if TYPE_CHECKING:
    from pakaz_cli.knowledge.strict_yaml import Node

_PACKAGE = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120 - pathlib is slow to import
#: Where the bundled knowledge base is: inside a wheel, or beside `src` in a checkout.
_PACKAGED = os.path.join(_PACKAGE, "data", "faq.yaml")  # noqa: PTH118
_CHECKOUT = os.path.join(_PACKAGE, "..", "..", "knowledge", "faq.yaml")  # noqa: PTH118
#: Its compiled form, in a wheel only.
_COMPILED = os.path.join(_PACKAGE, "data", "faq.pakaz")  # noqa: PTH118


class CheckResult(NamedTuple):
    """A knowledge base as read, with all findings and the document with its positions."""

    path: str
    base: KnowledgeBase | None  #: None if there are errors
    findings: tuple[Finding, ...]
    root: Node | None = None  #: the YAML document; None for a compiled file


def load_base(path: str | None = None) -> KnowledgeBase:
    """Return the knowledge base at `path`, by default the bundled one.

    Raises InputMissingError if it is missing or not a readable file, InputInvalidError if its
    content has errors.
    """
    if path is None:
        compiled = _bundled_compiled()
        if compiled is not None:
            return compiled
    elif database.is_database(path):
        return CompiledBase(database.open_file(path, as_typed(path)))
    result = check_base(path)
    if result.base is None:
        errors = [finding for finding in result.findings if finding.level is Level.ERROR]
        raise InputInvalidError("knowledge base", result.path, errors)
    return result.base


def _bundled_compiled() -> CompiledBase | None:
    """Return the compiled form of the bundled knowledge base, if it can be used for the YAML."""
    try:
        with open(_PACKAGED, "rb") as file:  # noqa: PTH123
            expected = fingerprint(file.read())
        base = CompiledBase(database.open_file(_COMPILED, _COMPILED))
    except (OSError, PakazError):
        return None
    return base if base.fingerprint == expected else None


def check_base(
    path: str | None = None, *, whole: bool = False, strict: bool = False
) -> CheckResult:
    """Read the knowledge base at `path`, by default the YAML of the bundled one, and check it.

    A `whole` check also examines what loading does not need, the Markdown of answers and notes; for
    the inside of a compiled file see `authoring.integrity`. Only a `strict` check suggests names in
    findings that only it shows. Raises InputMissingError if the file is missing or not readable.
    """
    if path is not None and database.is_database(path):
        return _check_compiled(path)
    # slow to import, and not needed for a compiled file
    from pakaz_cli.knowledge import files, schema, strict_yaml

    places = [path] if path is not None else _bundled_places()
    shown, data = files.read_first(places, "knowledge base")
    if isinstance(data, Finding):
        return CheckResult(shown, None, (data,))
    text, findings = files.decode(data)
    root = None
    if not findings:
        root, findings = strict_yaml.parse(text)
    if root is None:
        if not findings:
            findings = [Finding(1, 1, "empty", "the file has no content")]
        return CheckResult(shown, None, tuple(findings))
    suggested = Level.STRICT if strict else Level.CHECK
    base, more = schema.build(root, check_markdown=whole, suggested=suggested)
    findings = sorted([*findings, *more])
    if any(finding.level is Level.ERROR for finding in findings):
        base = None
    return CheckResult(shown, base, tuple(findings), root)


def _check_compiled(path: str) -> CheckResult:
    try:
        base = CompiledBase(database.open_file(path, as_typed(path)))
    except InputInvalidError as error:
        return CheckResult(as_typed(path), None, tuple(error.findings))
    return CheckResult(as_typed(path), base, ())


def _bundled_places() -> list[str]:
    """Return the paths where the bundled knowledge base may be, in the order to try them."""
    is_checkout = os.path.basename(os.path.dirname(_PACKAGE)) == "src"  # noqa: PTH119, PTH120
    return [_PACKAGED, os.path.normpath(_CHECKOUT)] if is_checkout else [_PACKAGED]
