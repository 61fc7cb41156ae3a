"""Words of comments in the results of a round's runs, and taking them out once one is erased.

Of every run there was the results are kept under ``analysis/<topic>/<round>/`` in the exports
bucket (`store`). They quote comments, and name terms that few use.
"""

import json
from collections.abc import Sequence

from services.analysis.model.forgotten import forgotten
from services.analysis.recorded import CHANGES, RESULTS, round_pk
from services.shared import aws, exports
from services.shared.table import Table


class WordsStore:
    """Results of all runs, as far as they have words.

    Parameters
    ----------
    table : Table
        The analysis table.
    bucket : str
        The exports bucket.
    """

    def __init__(self, table: Table, *, bucket: str) -> None:
        self._table = table
        self._bucket = bucket

    def results_of(self, topic_id: str, round_: int) -> list[str]:
        """Keys of the results of every run of a round."""
        pages = aws.client("s3").get_paginator("list_objects_v2")
        prefix = f"analysis/{topic_id}/{round_}/"
        found = (
            each["Key"]
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix)
            for each in page.get("Contents", ())
        )
        return [key for key in found if key.endswith(f"/{RESULTS}")]

    def forget(self, topic_id: str, round_: int, *, keys: Sequence[str]) -> None:
        """Take the words of all comments of a round that are erased out of some results.

        Two at once might each bring back what the other took out: so it is looked again whether
        more comments were erased meanwhile, until none were.
        """
        done: frozenset[str] = frozenset()
        while (gone := self._erased(topic_id, round_)) != done:
            for key in keys:
                self._forget(key, gone)
            done = gone

    def _forget(self, key: str, gone: frozenset[str]) -> None:
        body = exports.read(self._bucket, key)
        if not any(comment_id.encode() in body for comment_id in gone):
            return
        exports.write_json(self._bucket, key, forgotten(json.loads(body), gone))

    def _erased(self, topic_id: str, round_: int) -> frozenset[str]:
        found = self._table.items(
            round_pk(topic_id, round_),
            prefix=CHANGES,
            where=[{"status": "erased"}],
            only=("comment_id",),
        )
        return frozenset(item["comment_id"] for item in found)
