"""What a list of topics is narrowed down to."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self, get_args

from services.shared.errors import Fault, Malformed
from services.shared.language import LANGUAGES
from services.shared.parsing import pointer
from services.topics.model.agencies import agency_ids
from services.topics.model.definition import TopicType
from services.topics.model.search import LONGEST_QUERY, searched, sought
from services.topics.model.stages import STEP_OF
from services.topics.model.topic import Topic

OF_LISTS = ("stage", "agency", "type", "q", "cursor")
"""Parameters of a list."""
_CHOICES = ("stage", "agency", "type", "language")
_SINGLE = {"language"}
_SEARCH = "q"


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """Filters of a list; an empty one lets everything through.

    Attributes
    ----------
    stages, agencies, types : tuple of str
        Of which a topic must have one, sorted.
    words : tuple of str
        Parts that its search text must contain, sorted.
    """

    stages: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, query: Mapping[str, str], *, parameters: Collection[str] = OF_LISTS) -> Self:
        """Filters of a query: ``stage``, ``agency``, ``type``, each one or several, and ``q``.

        Several are separated by commas; a repeated parameter comes from the gateway like that.

        Parameters
        ----------
        parameters : collection of str
            Which parameters the address has.

        Raises
        ------
        Malformed
            With a fault for every parameter that is unknown or has an unknown value.
        """
        known = {name: value for name, value in query.items() if name in parameters}
        faults = [*_choice_faults(known), *_search_faults(known)]
        faults += [
            Fault(field=pointer(name), code="unknown_field") for name in sorted({*query} - {*known})
        ]
        if faults:
            names = ", ".join(fault.field.removeprefix("/") for fault in faults)
            raise Malformed("bad_query", faults=faults, name=names)
        return cls(
            stages=_several(query, "stage"),
            agencies=_several(query, "agency"),
            types=_several(query, "type"),
            words=sought(query.get(_SEARCH, "")),
        )

    def admits(self, topic: Topic) -> bool:
        """Tell whether a topic belongs in the list."""
        definition = topic.definition
        text = searched(definition) if self.words else ""
        return (
            (not self.stages or topic.stage in self.stages)
            and (not self.agencies or definition.agency in self.agencies)
            and (not self.types or definition.topic_type in self.types)
            and all(word in text for word in self.words)
        )

    @property
    def scope(self) -> str:
        """Text that is the same for the same filters, however they were written."""
        return json.dumps([self.stages, self.agencies, self.types, self.words])


def known_values(name: str) -> tuple[str, ...]:
    """Values that a parameter (``stage``, ``agency``, ``type``, ``language``) may have."""
    return {
        "stage": tuple(STEP_OF),
        "agency": agency_ids(),
        "type": get_args(TopicType),
        "language": LANGUAGES,
    }[name]


def _choice_faults(query: Mapping[str, str]) -> list[Fault]:
    return [
        Fault(field=pointer(name), code="not_allowed", values={"expected": ", ".join(expected)})
        for name in _CHOICES
        if not set(_several(query, name)) <= set(expected := known_values(name))
    ]


def _search_faults(query: Mapping[str, str]) -> list[Fault]:
    text = query.get(_SEARCH, "")
    if len(text) > LONGEST_QUERY:
        values = {"limit": LONGEST_QUERY}
        return [Fault(field=pointer(_SEARCH), code="too_long", values=values)]
    if text.strip() and not sought(text):
        return [Fault(field=pointer(_SEARCH), code="no_word")]
    return []


def _several(query: Mapping[str, str], name: str) -> tuple[str, ...]:
    if name not in query:
        return ()
    values = [query[name]] if name in _SINGLE else query[name].split(",")
    return tuple(sorted({value.strip() for value in values}))
