"""What was answered to a round, when the gate closed or since a correction: a file of its run.

It is written once and read by everybody; the assignments that it is counted from are far too much
to read for a public page. A gate that closes again has another file: comments may have changed.
"""

import hashlib
import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from services.analysis.model.excepted import Exempting, publicly
from services.analysis.model.run import Run
from services.analysis.recorded import file_key
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

    def keep(self, run: Run, answers: dict[str, Any], *, at: datetime) -> str:
        """Write what is answered, before a row names it; gives the name that finds it again."""
        answers = _unnamed(answers)
        # Two officers who correct at the same instant must not write one file.
        digest = hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()
        name = f"answers-{run.version:08d}-{int(at.timestamp() * 1000)}-{digest[:16]}.json"
        exports.write_json(self._bucket, file_key(run, name), answers)
        return name

    def kept(self, run: Run) -> dict[str, Any] | None:
        """What everybody is told was answered; ``None`` of a round whose gate kept nothing."""
        kept = self._kept(run)
        return publicly(kept) if kept else None

    def exception(self, run: Run) -> Exempting | None:
        """By which exception it was announced though comments had no answer; ``None``: none.

        As the gate kept it (see `services.analysis.model.excepted.at_gate`).
        """
        return (self._kept(run) or {}).get("exception")

    def excepted_at_gate(self, run: Run) -> int:
        """How many comments had no answer when the gate closed last, announced yet or not."""
        told = _answers(self._bucket, file_key(run, run.answers)) if run.answers else {}
        return int(told.get("excepted", 0))

    def _kept(self, run: Run) -> dict[str, Any] | None:
        name = run.announced_answers
        return _answers(self._bucket, file_key(run, name)) if name else None


def _unnamed(answers: dict[str, Any]) -> dict[str, Any]:
    # Labels are made of what people wrote, and erasure reaches them in the results alone.
    unnamed = [{n: v for n, v in row.items() if n != "label"} for row in answers["themes"]]
    return {**answers, "themes": unnamed}


@lru_cache(maxsize=8)
def _answers(bucket: str, key: str) -> dict[str, Any]:
    # A file of an earlier release says nothing of corrections: there were none.
    return {"announced": None, "corrections": [], **json.loads(exports.read(bucket, key))}
