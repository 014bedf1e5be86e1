"""One ending a kind of sample in data/, for who goes through them kind by kind."""

from pathlib import Path

DATA = Path(__file__).parent / "data"
ENDINGS = sorted(
    {path.suffix.lstrip(".") for path in DATA.iterdir() if not path.name.endswith(".expected.json")}
)
