"""What a filled-in form does: what is wrong in it is told beside its field, before anything is saved."""

from bot.blocks.settings import SETTINGS
from bot.listeners.views.settings import faults, save

FORMS = {SETTINGS: (faults, save)}
