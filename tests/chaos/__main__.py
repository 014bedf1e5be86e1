"""`make chaos`: everything at once, bounded in time; each part prints its figures, and the run fails with any of them.

    python -m tests.chaos [kills] [crowd] [losses]
"""
