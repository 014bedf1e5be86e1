"""Digests on their way to Slack: built, claimed, posted part by part, recorded, and corrected."""
