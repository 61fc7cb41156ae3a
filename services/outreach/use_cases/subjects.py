"""What a round may have been told of, in the order of the delivery report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile

from services.outreach.model.corrections import OF_MANY
from services.outreach.model.delivery import NOTICES, NoticeKind
from services.outreach.model.slices import Slice
from services.outreach.plan_store import Planned, PlanStore
from services.outreach.use_cases.askers import OF_ONE

Place = tuple[int, str]
"""Where a subject stands: which notice, which occasion."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A notice of a round that has a line of its own, in each channel that it went over.

    Attributes
    ----------
    parts : sequence of Planned
        What it was delivered in; more than one where authors were told in parts.
    """

    notice: NoticeKind
    occasion: str
    parts: Sequence[Planned]

    @property
    def place(self) -> Place:
        """Where it stands in the report."""
        return NOTICES.index(self.notice), self.occasion


def subjects(
    topic_id: str, round_: int, *, plans: PlanStore, after: Place | None = None
) -> Iterator[Subject]:
    """What a round may have been told of, read little by little.

    Parameters
    ----------
    after : sequence, optional
        Place after which to begin; what is before it is not read.
    """
    first, occasion = after or (-1, "")
    for number, notice in enumerate(NOTICES):
        if number >= first:
            last = Planned(
                topic_id=topic_id,
                round=round_,
                notice=notice,
                occasion=occasion if number == first else "",
            )
            look = _LOOKS.get(notice, _of_kind)
            yield from look(last, plans, begun=number == first)


def _of_kind(last: Planned, plans: PlanStore, *, begun: bool) -> Iterator[Subject]:
    """The notice that has no occasion, and those that have; of what goes to one, the sum alone."""
    if not begun:
        yield Subject(notice=last.notice, occasion="", parts=[last])
    if last.notice not in OF_ONE:
        for each in plans.planned(last):
            yield Subject(notice=each.notice, occasion=each.occasion, parts=[each])


def _announcements(last: Planned, plans: PlanStore, *, begun: bool) -> Iterator[Subject]:
    """What authors were told, each announcement with all its parts."""
    every = plans.planned(replace(last, occasion=""))
    for name, parts in groupby(every, key=lambda part: Slice.of(part.occasion).announcement):
        if not begun or name > last.occasion:
            yield Subject(notice=last.notice, occasion=name, parts=list(parts))


def _corrections(last: Planned, plans: PlanStore, *, begun: bool) -> Iterator[Subject]:
    """What authors were told of all corrections together.

    One of them may have changed few answers, or one: it would show who of these left an address.
    """
    if begun:
        return
    # Those for one comment each, which may be very many, are not read.
    first = replace(last, occasion=OF_MANY)
    parts = takewhile(lambda part: part.occasion.startswith(OF_MANY), plans.planned(first))
    yield Subject(notice=last.notice, occasion="", parts=[last, *parts])


_LOOKS = {"outcome": _announcements, "corrected": _corrections}
"""How what has parts is looked at; the others are as `_of_kind` has them."""
