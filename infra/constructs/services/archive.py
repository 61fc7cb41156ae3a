"""The archive service: the sealed record, the catalogue."""

from constructs import Construct

from infra.constructs.function import BULK
from infra.constructs.service import Platform, Service


class Archive(Service):
    """Functions of the archive service.

    Parameters
    ----------
    licence_url : str
        Licence under which records are published.
    """

    def __init__(self, scope: Construct, platform: Platform, *, licence_url: str) -> None:
        records = platform.archive
        super().__init__(
            scope,
            "archive",
            platform=platform,
            environment={
                "ARCHIVE_BUCKET_NAME": records.bucket.bucket_name,
                "ARCHIVE_LICENCE_URL": licence_url,
            },
        )
        table, parts = self.table, platform.exports.get("parts/*")
        write = table.use("GetItem", "PutItem", "Query", "UpdateItem")
        self.function("seal", write, parts, records.put(), size=BULK)
        secret = platform.keys.read_secret()
        self.on_request("read", table.use("GetItem", "Query"), records.get(), secret)
        self.relay()
        self.reconcile()
