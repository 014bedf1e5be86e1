"""Which sentences carry an article, or several on one story."""
