"""Where moto is changed while the local stack runs, and how it is put back."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch


class Seam(NamedTuple):
    """One replaced attribute of a module or class."""

    owner: Any
    attribute: str
    replacement: Any


@contextmanager
def replaced(seams: Iterable[Seam]) -> Iterator[None]:
    """Have the replacements in place while this lasts.

    Raises
    ------
    AttributeError
        If moto no longer has one of the attributes: it is pinned for that reason.
    """
    with ExitStack() as stack:
        for seam in seams:
            stack.enter_context(patch.object(seam.owner, seam.attribute, seam.replacement))
        yield
