"""Knowledge bases: finding, reading and checking YAML, and the compiled form."""
