"""Text to sentences, language, extract, statements and terms: pure, and always answers."""
