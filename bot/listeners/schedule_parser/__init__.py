"""The words of a standing order: `weekdays at 08:30 in Europe/Tallinn about ukraine top 5` and back.

text -> reading -> the first row of `table` that matches -> its reader -> joining -> Subscribe -> writing -> text
"""

from bot.listeners.schedule_parser.reading import read_subscribe
from bot.listeners.schedule_parser.table import PHRASES, Phrase
from bot.listeners.schedule_parser.words import LONGEST_TOPIC, MOST_TOPICS
from bot.listeners.schedule_parser.writing import render_subscribe

__all__ = [
    "LONGEST_TOPIC",
    "MOST_TOPICS",
    "PHRASES",
    "Phrase",
    "read_subscribe",
    "render_subscribe",
]
