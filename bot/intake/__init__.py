"""Where articles come in: the feed folder, remote feeds, an address typed in; all by one door, `Intake`."""
