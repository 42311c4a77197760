"""From the law as EUR-Lex publishes it to its structure in the graph."""

from engine.eurlex.graph import structure_quads, text_quads
from engine.eurlex.known import KNOWN, Framework
from engine.eurlex.model import Act, Kind, Part
from engine.eurlex.read import read_act

__all__ = ["KNOWN", "Act", "Framework", "Kind", "Part", "read_act", "structure_quads", "text_quads"]
