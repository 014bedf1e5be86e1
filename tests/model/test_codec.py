"""A digest is kept in the ledger as it was composed, and takes little room there."""

import json

from bot.model import Digest, codec
from tests.stories.test_giant_story import GIANT


def test_a_packed_digest_is_the_same_and_small() -> None:
    """A digest of hundreds of articles comes back as it was, from a fifth of its JSON."""
    _, digest = GIANT
    packed = codec.pack(digest)
    assert codec.unpack(json.loads(json.dumps(packed))) == digest
    assert 5 * len(packed) < len(json.dumps(codec.dump(digest)))


def test_digests_that_were_stored_as_json_are_read() -> None:
    """What 0.2.0 stored is read as well."""
    _, digest = GIANT
    assert codec.unpack(json.loads(json.dumps(codec.dump(digest)))) == digest
    assert isinstance(codec.unpack(codec.dump(digest)), Digest)
