#!/bin/sh
# nameparser 2.6.0 makes the last name of "XIV", "MEP" and "KC", and the first name of "Justice".
#
# Expected: "Pope Leo XIV" as "King Charles III", which has a title, a first name and a suffix; "Ida
# Berg MEP" as "Ida Berg MP"; "Chief Justice" as a title such as "Prime Minister". Seen: a person
# with the last name "XIV"; Members of the European Parliament and King's Counsel have their letters
# for a last name and their own name in the middle; and the judge's first name is "Justice". A
# program that groups statements by last names puts all members of a parliament together.
#
# Dateline tells names from titles by lists of its own (bot/language/data/titles.txt).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet nameparser==2.6.0
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from nameparser import HumanName

SEEN = {
    "King Charles III": ("King", "Charles", "", "", "III"),
    "Pope Leo XIV": ("Pope", "Leo", "", "XIV", ""),
    "Ida Berg MP": ("", "Ida", "", "Berg", "MP"),
    "Ida Berg MEP": ("", "Ida", "Berg", "MEP", ""),
    "Ida Berg KC": ("", "Ida", "Berg", "KC", ""),
    "Prime Minister Ida Berg": ("Prime Minister", "Ida", "", "Berg", ""),
    "Chief Justice Ida Berg": ("Chief", "Justice", "Ida", "Berg", ""),
}
print("nameparser", version("nameparser"))
for words, seen in SEEN.items():
    name = HumanName(words)
    found = (name.title, name.first, name.middle, name.last, name.suffix)
    print(f"{words!r}: title, first, middle, last, suffix {found}")
    assert found == seen
EOF
