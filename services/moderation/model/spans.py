"""Spans of a text: half-open pairs of offsets that count Unicode code points of the original."""

from collections.abc import Iterable
from itertools import pairwise

Span = tuple[int, int]


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that overlap or touch made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def overlapping(spans: Iterable[Span]) -> bool:
    """Tell whether any two spans share a code point."""
    ordered = sorted(spans)
    return any(first[1] > second[0] for first, second in pairwise(ordered))
