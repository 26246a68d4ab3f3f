"""Tools for authors: rules, evaluation, compiling."""
