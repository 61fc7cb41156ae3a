"""Letters that many people sent in the same words: grouped, never dropped."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass

from services.analysis.model.text import normalised
from services.shared import ids


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """Comments with one and the same text after normalisation.

    Attributes
    ----------
    campaign_id : str
        Follows from topic, round and the text, so that a repeated analysis keeps it.
    representative : str
        The comment that came first.
    comment_ids : tuple of str
        All members, sorted.
    """

    campaign_id: str
    representative: str
    comment_ids: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of members, at least two."""
        return len(self.comment_ids)


class Letters:
    """Collects the texts of a round.

    Parameters
    ----------
    topic_id, round_
        Of which round.
    """

    def __init__(self, topic_id: str, round_: int) -> None:
        self._scope = ("campaign", topic_id, str(round_))
        self._members: dict[bytes, list[tuple[str, str]]] = defaultdict(list)
        self._repeats = 0

    def add(self, comment_id: str, text: str, *, received_at: str) -> bool:
        """Take in one comment and tell whether its text is new; a blank one is always new."""
        letter = normalised(text)
        if not letter:
            return True
        members = self._members[hashlib.sha256(letter.encode()).digest()]
        members.append((received_at, comment_id))
        self._repeats += len(members) > 1
        return len(members) == 1

    @property
    def repeats(self) -> int:
        """How many comments said in the same words what another had said."""
        return self._repeats

    def campaigns(self) -> list[Campaign]:
        """Groups of two and more, the largest first, then by id."""
        found = [
            self._campaign(digest, members)
            for digest, members in self._members.items()
            if len(members) > 1
        ]
        return sorted(found, key=lambda campaign: (-campaign.size, campaign.campaign_id))

    def _campaign(self, digest: bytes, members: list[tuple[str, str]]) -> Campaign:
        return Campaign(
            campaign_id=ids.derived_id(*self._scope, digest.hex()),
            representative=min(members)[1],
            comment_ids=tuple(sorted(comment_id for _, comment_id in members)),
        )
