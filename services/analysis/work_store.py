"""The run at work: its row, what officers ask of it, and what its steps leave for each other.

In the analysis table under ``pk = T#<topic>``: ``sk = W#<round>`` (the run that was begun last) and
``B#<round>`` (what officers ask of the next). In the exports bucket
``work/analysis/<topic>/<round>/<run>/<name>``; these files have texts, and expire within days.
"""

from services.analysis.model.asked import Asked
from services.analysis.model.work import Work
from services.analysis.recorded import pk
from services.shared import aws, exports
from services.shared.table import Put, Table, Update


class WorkStore:
    """What is at work, and what is asked of it.

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

    def begin(self, work: Work) -> None:
        """Note which run of a round is at work, in the place of one before."""
        item = {"pk": pk(work.topic_id), "sk": f"W#{work.round:03d}", "work": work.model_dump()}
        self._table.write(Put(item=item, replace=True))

    def begun(self, topic_id: str, round_: int | None) -> Work | None:
        """The run of a round that was begun last; by default of the newest round with one."""
        if round_ is None:
            page = self._table.query(pk(topic_id), prefix="W#", limit=1, newest_first=True)
            item = next(iter(page.items), None)
        else:
            item = self._table.get(pk(topic_id), f"W#{round_:03d}")
        return Work.model_validate(item["work"]) if item else None

    def asked(self, topic_id: str, round_: int) -> Asked:
        """What officers ask of the next analysis of a round; nothing by default."""
        item = self._table.get(pk(topic_id), f"B#{round_:03d}")
        if item is None:
            return Asked(topic_id=topic_id, round=round_)
        return Asked.model_validate_json(item["asked"])

    def ask(self, asked: Asked) -> None:
        """Write what officers ask.

        Raises
        ------
        ConditionFailed
            If somebody else has asked since.
        """
        update = Update(
            pk=pk(asked.topic_id),
            sk=f"B#{asked.round:03d}",
            set={"asked": asked.model_dump_json(), "version": asked.version},
            when={"version": asked.version - 1 or None},
        )
        self._table.write(update)

    def files(self, topic_id: str, round_: int, *, run_id: str) -> "WorkFiles":
        """Files of a run."""
        return WorkFiles(self._bucket, topic_id, round_, run_id=run_id)


class WorkFiles:
    """Files of one run.

    Parameters
    ----------
    bucket : str
        The exports bucket.
    """

    def __init__(self, bucket: str, topic_id: str, round_: int, *, run_id: str) -> None:
        self.bucket = bucket
        self._prefix = f"work/analysis/{topic_id}/{round_}/{run_id}/"

    def key(self, name: str) -> str:
        """Key of a file."""
        return self._prefix + name

    def put(self, name: str, body: bytes) -> None:
        """Write a file, in the place of one with this name."""
        aws.client("s3").put_object(Bucket=self.bucket, Key=self.key(name), Body=body)

    def get(self, name: str) -> bytes | None:
        """Bytes of a file, or ``None`` if there is none."""
        client = aws.client("s3")
        try:
            return exports.read(self.bucket, self.key(name))
        except client.exceptions.ClientError as error:
            # Who may not list everything is told that a missing object is forbidden.
            if aws.error_code(error) in ("NoSuchKey", "AccessDenied"):
                return None
            raise

    def names(self) -> list[str]:
        """Names of all files, in the order of their keys."""
        pages = aws.client("s3").get_paginator("list_objects_v2")
        found = (
            each["Key"]
            for page in pages.paginate(Bucket=self.bucket, Prefix=self._prefix)
            for each in page.get("Contents", ())
        )
        return [key.removeprefix(self._prefix) for key in found]
