"""The history of the tables, one step a file; schema.py applies it."""
