"""Replacements for the parts of `typing` that the fast path uses; importing it takes 4 ms.

Type checkers see the originals.
"""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
    from typing import Protocol as Protocol
else:
    Protocol = object

    class _NamedTupleMeta(type):
        """Turns an annotated class into a named tuple, as `typing.NamedTuple` does."""

        def __new__(cls, name, bases, namespace):
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            fields = namespace.pop("__annotations__", {})
            defaults = [namespace.pop(field) for field in fields if field in namespace]
            made = namedtuple(  # noqa: PYI024 - as `typing` does
                name, fields, defaults=defaults, module=namespace["__module__"]
            )
            made.__annotations__ = fields
            for key, value in namespace.items():
                if key not in ("__module__", "__qualname__"):
                    setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_NamedTupleMeta):
        """See `typing.NamedTuple`."""
