"""Text: normalization, tokenization, dates, small Markdown and safe display."""
