"""What is said of a campaign: how many, in how many words, when and by which channel."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, NamedTuple

from services.analysis.engine.days import UNKNOWN, Days
from services.analysis.engine.variation import segments
from services.shared import ids

_VARIANTS = 20


class Copy(NamedTuple):
    """A comment of a campaign, without its text.

    Attributes
    ----------
    digest : bytes
        Of its normalised text.
    received_at : str
        RFC 3339, UTC.
    """

    comment_id: str
    digest: bytes
    received_at: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """Comments with near-identical texts, counted both ways: all, and distinct texts.

    Attributes
    ----------
    campaign_id : str
        Follows from the scope and the representative's text, so that a repeated analysis keeps it.
    representative : str
        Of the text with most copies the one that came first.
    variants : tuple of str
        A comment for each of up to 20 other texts, those with most copies first: what is compared.
    size, distinct : int
        Comments, and distinct texts after normalisation.
    comment_ids : tuple of str
        All members, sorted.
    by_day : tuple of dict
        ``day``, ``comments`` and ``distinct`` of each day on which some came, in order.
    by_channel, distinct_by_channel : dict
        Comments and distinct texts by channel, by name.
    """

    campaign_id: str
    representative: str
    variants: tuple[str, ...]
    size: int
    distinct: int
    comment_ids: tuple[str, ...]
    by_day: tuple[dict[str, Any], ...]
    by_channel: dict[str, int]
    distinct_by_channel: dict[str, int]

    def row(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """What ``results.json`` says of it, given the texts of representative and variants.

        Raises
        ------
        KeyError
            If the text of the representative is not given; variants may be missing.
        """
        text = texts[self.representative]
        others = [texts[variant] for variant in self.variants if variant in texts]
        return {
            "campaign_id": self.campaign_id,
            "size": self.size,
            "distinct": self.distinct,
            "representative": self.representative,
            "comment_ids": list(self.comment_ids),
            "text": text,
            "variation": segments(text, others),
            "by_day": list(self.by_day),
            "by_channel": self.by_channel,
            "distinct_by_channel": self.distinct_by_channel,
        }


def described(copies: Iterable[Copy], *, scope: Sequence[str], zone: tzinfo) -> Campaign:
    """Describe one campaign, whatever the order of its comments.

    Parameters
    ----------
    copies : iterable of Copy
        At least one.
    scope : sequence of str
        What the identifier holds for, e.g. topic and round.
    zone : tzinfo
        Where days begin.
    """
    members = sorted(copies, key=lambda copy: (copy.received_at, copy.comment_id))
    copied = Counter(copy.digest for copy in members)
    first = {copy.digest: copy.comment_id for copy in reversed(members)}
    # Equal counts keep the order in which the texts were first seen, which is that of arrival.
    texts = [digest for digest, _ in copied.most_common()]
    zoned = Days(zone)
    days = _counted(members, lambda copy: zoned.of(copy.received_at))
    channels = _counted(members, lambda copy: copy.channel)
    return Campaign(
        campaign_id=ids.derived_id("campaign", *scope, texts[0].hex()),
        representative=first[texts[0]],
        variants=tuple(first[digest] for digest in texts[1 : _VARIANTS + 1]),
        size=len(members),
        distinct=len(texts),
        comment_ids=tuple(sorted(copy.comment_id for copy in members)),
        by_day=tuple(
            {"day": day, "comments": comments, "distinct": distinct}
            for day, (comments, distinct) in days.items()
            if day != UNKNOWN
        ),
        by_channel={name: comments for name, (comments, _) in channels.items()},
        distinct_by_channel={name: distinct for name, (_, distinct) in channels.items()},
    )


def _counted(members: Iterable[Copy], name_of: Callable[[Copy], str]) -> dict[str, tuple[int, int]]:
    """Comments and distinct texts under each name, by name."""
    comments: Counter[str] = Counter()
    texts: dict[str, set[bytes]] = {}
    for copy in members:
        name = name_of(copy)
        comments[name] += 1
        texts.setdefault(name, set()).add(copy.digest)
    return {name: (comments[name], len(texts[name])) for name in sorted(comments)}
