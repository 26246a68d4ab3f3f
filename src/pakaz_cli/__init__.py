"""pakaz: questions about the Pakistan–Azerbaijan partnership, answered in the terminal.

This module imports nothing: whoever wants the version alone pays for nothing else.
"""

__version__ = "0.1.0"
