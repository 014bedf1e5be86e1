from tests.bureau import bureau, bureau_url

__all__ = ["bureau", "bureau_url"]
