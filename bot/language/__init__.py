"""Text to sentences, statements, actors and summaries: pure."""
