"""pakaz: questions about the Pakistan–Azerbaijan partnership, answered in the terminal.

This module imports nothing, so that ``pakaz --version`` and every other start stays cheap.
"""

__version__ = "0.1.0"
