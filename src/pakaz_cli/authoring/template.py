"""Writes a small knowledge base to start from."""

from __future__ import annotations

import contextlib
from pathlib import Path

from pakaz_cli.errors import CannotCreateError

_EXAMPLE = Path(__file__).parent.parent / "data" / "example.yaml"


def write(path: str) -> None:
    """Write a small, commented, valid knowledge base to `path`.

    Raises CannotCreateError where something is there already or nothing can be written.
    """
    if not path or path.endswith("/"):  # pathlib would make another path of it
        raise CannotCreateError(path, "not a file's name")
    content = _EXAMPLE.read_bytes()
    created = False
    try:
        with Path(path).open("xb") as file:
            created = True
            file.write(content)
    except FileExistsError:
        raise CannotCreateError(path, "it exists and is left as it is") from None
    except (OSError, ValueError) as error:
        if created:  # half a file would be in the way of the next attempt
            with contextlib.suppress(OSError):
                Path(path).unlink()
        reason = getattr(error, "strerror", None) or "not a path"
        raise CannotCreateError(path, reason[0].lower() + reason[1:]) from error
