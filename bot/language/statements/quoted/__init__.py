"""Quoted words with a named speaker and a reporting verb, in languages with a table of ours."""
