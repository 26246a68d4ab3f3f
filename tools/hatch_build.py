"""Adds the compiled form of the bundled knowledge base to the wheel, beside the YAML.

It records the fingerprint of the YAML; if the two do not match, the program parses the YAML.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileKnowledgeBase(BuildHookInterface[Any]):
    """Compiles knowledge/faq.yaml whenever a wheel is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile it into the wheel; an editable install parses the YAML."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        from pakaz_cli.authoring.compile import compile_file  # noqa: PLC0415 - from the source tree

        source = root / "knowledge" / "faq.yaml"
        self._folder = tempfile.TemporaryDirectory()
        compiled = Path(self._folder.name) / "faq.pakaz"
        compile_file(str(source), str(compiled))
        build_data["force_include"][str(compiled)] = "pakaz_cli/data/faq.pakaz"
