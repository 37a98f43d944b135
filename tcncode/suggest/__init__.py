"""Codings the program proposes, each with its evidence. They count for nothing until accepted.

Here: ``cues`` (signs from the codebook -> Suggestions), ``patterns`` (is a spaCy pattern sound?),
``names`` (networks and cities in a text), ``pipeline`` (the one door to spaCy). Not here: who
accepts, what is stored. A ten-line script can use it::

    suggester = CueSuggester(codebook, networks=networks)
    for suggestion in suggester.suggest(text, sentences, document=document.id):
        print(suggestion.code, suggestion.score, [e.words for e in suggestion.evidence])
"""

from tcncode.suggest.cues import CueSuggester
from tcncode.suggest.names import Entity
from tcncode.suggest.patterns import pattern_problem

__all__ = ["CueSuggester", "Entity", "pattern_problem"]
