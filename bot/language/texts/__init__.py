"""A text as such: where its sentences end, what is quoted, what is no news, which language it is in."""
