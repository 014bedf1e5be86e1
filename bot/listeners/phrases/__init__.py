"""The words of a standing order: `weekdays at 08:30 in Europe/Tallinn about ukraine top 5` and back.

text -> reading -> the first row of `table` that matches -> its reader -> joining -> Subscribe -> writing -> text
"""

from bot.listeners.phrases.reading import read_subscribe
from bot.listeners.phrases.table import PHRASES, Phrase
from bot.listeners.phrases.words import LONGEST_TOPIC, MOST_TOPICS
from bot.listeners.phrases.writing import render_subscribe

__all__ = ["LONGEST_TOPIC", "MOST_TOPICS", "PHRASES", "Phrase", "read_subscribe", "render_subscribe"]
