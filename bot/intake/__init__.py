"""Take in articles: from the feed folder, remote feeds, single addresses; all through `Intake`."""
