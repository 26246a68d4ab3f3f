"""Text in and out: folding, splitting, dates, small Markdown, safe display."""
