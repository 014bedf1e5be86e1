"""Statements in English texts: words with grammar, models for cues, and rules."""
