"""A digest on its way: claimed, composed, posted part by part, and recorded; Slack behind a door."""
