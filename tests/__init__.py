"""Tests of pakaz: run them with `python -m pytest`."""
