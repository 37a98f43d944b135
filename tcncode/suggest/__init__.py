"""Codings the program proposes, each with its evidence. They count for nothing until accepted.

    suggester   texts -> suggestions: classifier and cues together
    lots        documents read together, and which of their sentences belong together
    cues        the codebook's cues -> what they say of a sentence; hits, weighing: how much
    classifier  a trained model: probabilities, and which words they came from
    features    sentences -> numbers; training, examples, base: how the model is made
    adapting    what a team's sentences teach it; drawing: which of them do
    vectors     sentence encoders, where the user has one; heads: what they say of the codes;
                tuning, adapters: an encoder learns from the passages
    evaluate    how good suggestions are, beside two baselines
    names       networks and cities in a text
    witnesses   what speaks for a suggestion
    patterns    is a spaCy pattern sound, and what does it ask for?
    machine     finds all phrases, patterns and names in one pass
    reading     documents -> words as numbers; lexicon: what all of these look up by them
    pipeline    the one door to spaCy: the blank pipeline, and trained ones

Not here: who accepts, what is stored; the spaCy components (``tcncode.components``). A ten-line
script can use it::

    suggester = Suggester(codebook, classifier=classifier, networks=networks)
    for suggestion in suggester.suggest(text, sentences, document=document.id):
        print(suggestion.code, suggestion.score, [e.words for e in suggestion.evidence])
"""

from tcncode.suggest.cues import CueSuggester
from tcncode.suggest.names import Entity
from tcncode.suggest.patterns import pattern_problem

__all__ = ["CueSuggester", "Entity", "pattern_problem"]
