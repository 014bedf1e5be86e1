"""Our own lists of words, written by hand: what reports, who speaks, what is abbreviated."""
