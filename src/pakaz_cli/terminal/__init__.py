"""The standard streams: what they can show, and the only writer."""
