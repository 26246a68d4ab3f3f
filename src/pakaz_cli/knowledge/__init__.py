"""Knowledge bases: find, read, check, and the compiled form."""
