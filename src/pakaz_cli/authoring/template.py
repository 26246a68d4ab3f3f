"""Writes a small example knowledge base as a starting point."""

from __future__ import annotations

import contextlib
from pathlib import Path

from pakaz_cli.errors import CannotCreateError

_EXAMPLE = Path(__file__).parent.parent / "data" / "example.yaml"


def write(path: str) -> None:
    """Write a small, commented, valid knowledge base to `path`.

    Raises CannotCreateError if the path exists or cannot be written.
    """
    if not path or path.endswith("/"):  # pathlib would drop the slash
        raise CannotCreateError(path, "not a file name")
    content = _EXAMPLE.read_bytes()
    created = False
    try:
        with Path(path).open("xb") as file:
            created = True
            file.write(content)
    except FileExistsError:
        raise CannotCreateError(path, "the file already exists") from None
    except (OSError, ValueError) as error:
        if created:  # an incomplete file would block the next attempt
            with contextlib.suppress(OSError):
                Path(path).unlink()
        reason = getattr(error, "strerror", None) or "not a valid path"
        raise CannotCreateError(path, reason[0].lower() + reason[1:]) from error
