"""Finds, opens and reads knowledge bases.

A named knowledge base is the only one tried; without a name it is the bundled one. The current
directory is never searched. A compiled one is opened; one in YAML is read, parsed and checked.
"""

from __future__ import annotations

import os

from pakaz_cli._typing import TYPE_CHECKING, NamedTuple

try:  # what hashlib takes where there is no OpenSSL, which is slow to load
    from _sha256 import sha256  # type: ignore[import-not-found]
except ImportError:
    from hashlib import sha256

from pakaz_cli.errors import InputInvalidError
from pakaz_cli.knowledge import database
from pakaz_cli.knowledge.compiled import StoredBase
from pakaz_cli.model import Finding, KnowledgeBase, Level
from pakaz_cli.text.display import as_typed

if TYPE_CHECKING:
    from pakaz_cli.knowledge.strict_yaml import Node

_PACKAGE = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120 - pathlib is slow to import
#: Where the bundled knowledge base is: inside a wheel, or beside `src` in a checkout.
_PACKAGED = os.path.join(_PACKAGE, "data", "faq.yaml")  # noqa: PTH118
_CHECKOUT = os.path.join(_PACKAGE, "..", "..", "knowledge", "faq.yaml")  # noqa: PTH118
#: Where a wheel has it compiled as well.
_COMPILED = os.path.join(_PACKAGE, "data", "faq.pakaz")  # noqa: PTH118


class Checked(NamedTuple):
    """A knowledge base as read, all that was found, and the document with its places.

    `base` is None where errors forbid its use; a compiled one has no document.
    """

    path: str
    base: KnowledgeBase | None
    findings: tuple[Finding, ...]
    root: Node | None = None


def load_base(path: str | None = None) -> KnowledgeBase:
    """Return the knowledge base at `path`, or the bundled one for None.

    Raises InputMissingError when it is not there or is no readable file, InputInvalidError when its
    content has errors.
    """
    if path is None:
        compiled = _compiled()
        if compiled is not None:
            return compiled
    elif database.is_ours(path):
        return StoredBase.of(database.open_file(path, as_typed(path)))
    checked = check_base(path)
    if checked.base is None:
        errors = [finding for finding in checked.findings if finding.level is Level.ERROR]
        raise InputInvalidError("knowledge base", checked.path, errors)
    return checked.base


def _compiled() -> StoredBase | None:
    """Return the bundled knowledge base as it was compiled, where it was, and of this very YAML."""
    try:
        with open(_PACKAGED, "rb") as file:  # noqa: PTH123
            key = sha256(file.read()).hexdigest()
        base = StoredBase.of(database.open_file(_COMPILED, _COMPILED))
    except (OSError, InputInvalidError):
        return None
    return base if base.key == key else None


def check_base(path: str | None = None, *, whole: bool = False) -> Checked:
    """Read the knowledge base at `path`, or the bundled one, and tell all that is wrong with it.

    Of the bundled one it is always the YAML that is read; of a compiled one no more than who uses
    it reads, unless the `whole` of it is wanted. Raises InputMissingError when it is not
    there or is no readable file.
    """
    if path is not None and database.is_ours(path):
        return _check_compiled(path, whole=whole)
    # slow, and often not wanted
    from pakaz_cli.knowledge import files, schema, strict_yaml  # noqa: PLC0415

    places = [path] if path is not None else _bundled_places()
    shown, data = files.read_first(places, "knowledge base")
    if isinstance(data, Finding):
        return Checked(shown, None, (data,))
    text, findings = files.decode(data)
    root = None
    if not findings:
        root, findings = strict_yaml.parse(text)
    if root is None:
        if not findings:
            findings = [Finding(1, 1, "empty", "the file holds no document")]
        return Checked(shown, None, tuple(findings))
    base, more = schema.build(root)
    findings = sorted([*findings, *more])
    if any(finding.level is Level.ERROR for finding in findings):
        base = None
    return Checked(shown, base, tuple(findings), root)


def _check_compiled(path: str, *, whole: bool) -> Checked:
    try:
        opened = database.open_file(path, as_typed(path))
        if whole:
            opened.verify()
        return Checked(as_typed(path), StoredBase.of(opened), ())
    except InputInvalidError as error:
        return Checked(as_typed(path), None, tuple(error.findings))


def _bundled_places() -> list[str]:
    """Return the paths at which the bundled knowledge base may be, in the order to try them."""
    is_checkout = os.path.basename(os.path.dirname(_PACKAGE)) == "src"  # noqa: PTH119, PTH120
    return [_PACKAGED, os.path.normpath(_CHECKOUT)] if is_checkout else [_PACKAGED]
