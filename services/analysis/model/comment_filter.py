"""Filters: comments by what the analysis knows of each, in place of naming them."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, StrictBool, model_validator

from services.analysis.model.assignment import Assignment
from services.shared.language import Language
from services.shared.parsing import fault

FilterKey = tuple[Literal["filter"], str]
"""Key of a rule's target: that it is a filter, and its conditions as a text."""


class CommentFilter(BaseModel):
    """Comments for which every condition holds that is named; at least one is.

    Of a held comment neither kind nor language is known.

    Attributes
    ----------
    has_campaign : bool
        Whether it belongs to a campaign.
    has_theme : bool
        Whether it is in a theme, as officers have corrected them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["comment", "reply", "inquiry"] | None = None
    language: Language | None = None
    has_campaign: StrictBool | None = None
    has_theme: StrictBool | None = None

    @model_validator(mode="after")
    def _names_a_condition(self) -> Self:
        if not self.model_dump(exclude_none=True):
            raise fault("no_condition")
        return self

    @property
    def key(self) -> FilterKey:
        """Its conditions as a text, e.g. ``language=ar&has_theme=false``: the same always."""
        return _key(self.model_dump(exclude_none=True))


def keys_of(assignment: Assignment) -> tuple[FilterKey, ...]:
    """Keys of all filters that a comment fits, the one that goes before the others first.

    The more conditions the sooner. Of as many, those that begin with kind before those with
    language, those before has_campaign, those before has_theme: no two that a comment fits are
    alike in that, so that it never matters which was recorded when.
    """
    return _keys(
        assignment.kind,
        assignment.language,
        has_campaign=bool(assignment.campaign_id),
        has_theme=bool(assignment.theme_ids),
    )


def keys_fitting(assignments: Iterable[Assignment]) -> frozenset[FilterKey]:
    """Keys of all filters that some comment fits which needs an answer."""
    told = {keys_of(each) for each in assignments if each.needs_disposition}
    return frozenset(key for keys in told for key in keys)


# Of millions of comments there are few kinds.
@lru_cache(maxsize=256)
def _keys(
    kind: str | None, language: str | None, *, has_campaign: bool, has_theme: bool
) -> tuple[FilterKey, ...]:
    told = {
        "kind": kind,
        "language": language,
        "has_campaign": has_campaign,
        "has_theme": has_theme,
    }
    known = [(name, value) for name, value in told.items() if value is not None]
    return tuple(
        _key(dict(conditions))
        for count in range(len(known), 0, -1)
        for conditions in combinations(known, count)
    )


def _key(conditions: dict[str, str | bool]) -> FilterKey:
    told = (f"{name}={str(value).lower()}" for name, value in conditions.items())
    return "filter", "&".join(told)
