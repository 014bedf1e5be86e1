"""Articles to stories, and what a digest holds: pure rules."""
