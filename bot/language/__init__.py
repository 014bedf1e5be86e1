"""Text to sentences, language, extract, statements and terms: pure, and always answers."""

import os

# One core a process, set before numpy is imported: the matrices here are small, and threads that
# share cores with other workers wait by spinning.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
