"""Statements in German texts, by rules over words and our own lists."""
