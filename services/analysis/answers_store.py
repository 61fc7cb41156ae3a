"""What was answered to a round, as it stood when the gate closed: a file beside those of its run.

It is written once and read by everybody; the assignments that it is counted from are far too much
to read for a public page. Like everything behind the gate it goes by the version of the row.
"""

import json
from functools import lru_cache
from typing import Any

from services.analysis.model.run import Run
from services.shared import exports


class AnswersStore:
    """Answers of rounds in S3.

    Parameters
    ----------
    bucket : str
        The exports bucket.
    """

    def __init__(self, *, bucket: str) -> None:
        self._bucket = bucket

    def keep(self, run: Run, answers: dict[str, Any]) -> None:
        """Write what is answered at a version of the row, before its gate closes."""
        exports.write_json(self._bucket, _key(run, run.version), answers)

    def kept(self, run: Run) -> dict[str, Any] | None:
        """What was answered when the gate closed last; ``None`` of a round that kept none."""
        if run.answers_version is None:
            return None
        return _answers(self._bucket, _key(run, run.answers_version))


def _key(run: Run, version: int) -> str:
    return f"analysis/{run.topic_id}/{run.round}/{run.run_id}/answers-{version:08d}.json"


@lru_cache(maxsize=8)
def _answers(bucket: str, key: str) -> dict[str, Any]:
    return dict(json.loads(exports.read(bucket, key)))
