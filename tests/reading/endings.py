"""List one file suffix for each kind of sample in data/."""

from pathlib import Path

DATA = Path(__file__).parent / "data"
ENDINGS = sorted(
    {path.suffix.lstrip(".") for path in DATA.iterdir() if not path.name.endswith(".expected.json")}
)
