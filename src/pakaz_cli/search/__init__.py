"""From a question to ranked entries, a confidence and an outcome."""
