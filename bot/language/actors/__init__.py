"""Whom names, roles and pronouns stand for."""
