from tests.bureau import bureau, empty_database

__all__ = ["bureau", "empty_database"]
