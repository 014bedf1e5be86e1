"""First names by gender, in lower case: they tell which part of a name is which."""

from bot.model.wordlists import load_word_lists

_names = load_word_lists("bot.model", "data/first_names.txt", "female", "male")
FEMALE_NAMES, MALE_NAMES = _names["female"], _names["male"]
