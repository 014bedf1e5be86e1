#!/bin/sh
# feedgen 1.0.0 gives an RSS feed the feed's own address as the address of its site.
#
# RSS 2.0 has one <link>: the page that the channel is of. Links with rel="self" have their place in
# atom:link. Expected: the alternate link in <link>. Seen: the link that was set last, whatever its
# rel; in the order of the example in feedgen's documentation, alternate and then self, that is the
# XML file. A reader that shows "from ..." links to a file, and one that tells feeds apart by their
# sites takes two feeds of an outlet for two outlets.
#
# Dateline writes no feeds.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet feedgen==1.0.0
"$folder/venv/bin/python" - <<'EOF'
from importlib.metadata import version

from feedgen.feed import FeedGenerator
from lxml import etree

SITE, FEED = "https://gazette.example/", "https://gazette.example/news.rss"


def site_of(*links: dict[str, str]) -> str:
    generator = FeedGenerator()
    generator.title("Gazette")
    generator.description("News of Skarn")
    for link in links:
        generator.link(**link)
    return etree.fromstring(generator.rss_str()).findtext("channel/link")


alternate, own = {"href": SITE, "rel": "alternate"}, {"href": FEED, "rel": "self"}
print("feedgen", version("feedgen"))
print(f"expected: {SITE}, in either order")
print(f"seen: {site_of(alternate, own)}, and in the other order {site_of(own, alternate)}")
assert site_of(alternate, own) == FEED
assert site_of(own, alternate) == SITE
EOF
