"""How articles come in: the feed folder, remote feeds and single addresses, all through `Intake`."""
