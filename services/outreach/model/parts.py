"""A delivery in parts: recipients by the first digits of their pseudonyms.

Parts know nothing of each other, and a person who is there by several subscriptions is in one part
alone. A pseudonym's digits are as good as drawn, so that parts are about as large as each other.
"""

from dataclasses import dataclass
from itertools import product
from typing import Annotated

from pydantic import StringConstraints

DIGITS = 2
"""As many digits of the pseudonym as a subscription is found by; more parts there cannot be."""
MOST_PARTS = 16**DIGITS
EVERYBODY = ""
"""The part that all are in."""
WHOLE_UP_TO = 5_000
"""Recipients whom one function attends to in its time."""
BY_ONE_DIGIT_UP_TO = 80_000
_HEX = "0123456789abcdef"
Part = Annotated[str, StringConstraints(pattern=rf"^[0-9a-f]{{0,{DIGITS}}}$")]


@dataclass(frozen=True, kw_only=True)
class Split:
    """How a delivery was split when it began; it stays so, however many subscribe meanwhile.

    Attributes
    ----------
    digits : int
        How many digits tell its parts apart.
    expected : int
        About how many recipients there were.
    """

    digits: int
    expected: int

    @property
    def parts(self) -> tuple[str, ...]:
        """All parts."""
        return tuple("".join(digits) for digits in product(_HEX, repeat=self.digits))


def part_of(recipient: str) -> str:
    """The smallest part that a pseudonym is in."""
    return recipient[:DIGITS]


def split_for(expected: int) -> Split | None:
    """How to split a delivery to about so many; ``None`` if one function can attend to them."""
    if expected <= WHOLE_UP_TO:
        return None
    return Split(digits=1 if expected <= BY_ONE_DIGIT_UP_TO else DIGITS, expected=expected)


def number_of(part: str) -> int:
    """Number of a part among those of its split."""
    return int(part, len(_HEX))
