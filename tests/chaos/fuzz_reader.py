"""Fuzz one reader with atheris.

`python -m tests.chaos.fuzz_reader SAMPLE_ENDING FOLDER [libFuzzer options]`

FOLDER takes the inputs that reached new code. A crash, a reading of more than ten seconds or more
than a GiB ends the run with the input in FOLDER, beside a line that says what happened.
"""

import sys
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["bot.reading"]):
    import bot.reading.sniffing  # noqa: F401 -- imported here to be instrumented

from tests.mutations import damaged
from tests.reading_laws import read_or_refused

DATA = Path(__file__).parent.parent / "reading" / "data"


def samples(ending: str = "") -> list[bytes]:
    """Return our own sample files, of one suffix or all."""
    names = (path for path in sorted(DATA.iterdir()) if not path.name.endswith(".expected.json"))
    return [path.read_bytes() for path in names if path.suffix.lstrip(".") == ending or not ending]


def fuzz(ending: str, folder: Path, options: list[str]) -> None:
    """Run until the options end it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(samples(ending)):
        (folder / f"sample-{number}").write_bytes(sample)
    others = samples()

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.5:
            return atheris.Mutate(data, most)
        return damaged(data, random, random.choice(others))[:most]

    limits = [
        "-max_len=65536",
        "-timeout=10",
        "-rss_limit_mb=1024",
        f"-artifact_prefix={folder}/",
        "-len_control=20",
    ]
    atheris.Setup(
        [sys.argv[0], *limits, *options, str(folder)], read_or_refused, custom_mutator=mutate
    )
    atheris.Fuzz()


if __name__ == "__main__":
    fuzz(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
