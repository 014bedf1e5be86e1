"""Word vectors are those of spaCy's own layers."""

import numpy as np

from bot.language.statements.english.parsing import load_language
from bot.language.statements.english.word_vectors import WordVectors

SENTENCES = (
    "The ferry sails at noon, Ida Berg said.",
    "Why?",
    "  Don't, the harbor's keeper told 2,000 people -- twice.",
    "The ferry sails.",
)


def test_equals_spacys_layers_whatever_was_computed_before():
    """Each document's vectors are spaCy's, to rounding, with a full cache of words and without."""
    language = load_language()
    model = language.get_pipe("tok2vec").model
    docs = [language.make_doc(sentence) for sentence in SENTENCES]
    expected = model.predict(docs)
    vectors = WordVectors(model)
    for _ in range(2):
        for ours, spacys in zip(vectors.compute(docs), expected, strict=True):
            np.testing.assert_allclose(ours, spacys, atol=2e-5)


def test_a_document_has_the_same_vectors_in_any_company():
    """Convolutions don't reach from one document into the next."""
    language = load_language()
    vectors = WordVectors(language.get_pipe("tok2vec").model)
    docs = [language.make_doc(sentence) for sentence in SENTENCES]
    together = vectors.compute(docs)
    alone = [vectors.compute([doc])[0] for doc in docs]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_allclose(one, other, atol=2e-5)
