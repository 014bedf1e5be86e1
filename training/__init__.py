"""How the numbers in bot/language were learned: run where the data is, never by the bot."""
