"""What must outlive every deployment: tables, buckets, bus, keys, accounts, sender."""

from aws_cdk import Environment, RemovalPolicy, Stack, Tags
from constructs import Construct

from infra.constructs.archive_copy import copy_name, replicate
from infra.constructs.bus import ConsultationsBus
from infra.constructs.identity import issuer_of
from infra.constructs.keys import Keys
from infra.constructs.mail import Sender
from infra.constructs.names import pascal
from infra.constructs.origin_secret import OriginSecret
from infra.constructs.storage import (
    AccessLogs,
    ArchiveBucket,
    ExportsBucket,
    ParkedBucket,
    TextsBucket,
)
from infra.constructs.table import ServiceTable
from infra.settings import InfraSettings

INDEXES: dict[str, tuple[str, ...]] = {
    "topics": ("listed",),
    "comments": ("public", "grouped"),
    "moderation": ("queue",),
    "analysis": (),
    "outreach": (),
    "archive": ("audit",),
}
"""The services, and the sparse indexes of each one's table."""


class StateStack(Stack):
    """Stack ``Tashawur-<stage>-State``."""

    def __init__(self, scope: Construct, settings: InfraSettings) -> None:
        super().__init__(
            scope,
            f"Tashawur-{settings.stage}-State",
            env=Environment(region=settings.region),
            description="Tashawur: tables, buckets, event bus, keys and accounts",
            termination_protection=settings.is_protected,
        )
        removal = settings.removal
        self.keys = Keys(self, "Keys", earlier_heads=settings.head_keys, removal=removal)
        self.tables = self._make_tables(settings)
        self.origin_secret = self._make_origin_secret(settings)
        self._make_buckets(settings, removal)
        self.bus = ConsultationsBus(self, "Consultations", stage=settings.stage)
        self.issuer = issuer_of(self, settings)
        if settings.outreach_identity is None:
            Sender(self, "Sender", address=settings.outreach_sender, removal=removal)

    def _make_origin_secret(self, settings: InfraSettings) -> OriginSecret | None:
        if not settings.edge:
            return None
        return OriginSecret(self, "Origin", stage=settings.stage, key=self.keys.data)

    def _make_buckets(self, settings: InfraSettings, removal: RemovalPolicy) -> None:
        days = settings.log_retention_days
        logs = AccessLogs(self, "AccessLogs", days=days, removal=removal).bucket
        key = self.keys.data
        self.exports = ExportsBucket(
            self, "ExportsBucket", key=key, removal=removal, access_logs=logs
        )
        self.parked = ParkedBucket(self, "ParkedBucket", key=key, removal=removal, access_logs=logs)
        self.texts = TextsBucket(self, "TextsBucket", key=key, removal=removal, access_logs=logs)
        self.archive = ArchiveBucket(
            self,
            "ArchiveBucket",
            retention_days=settings.archive_retention_days,
            compliance=settings.is_protected,
            removal=removal,
            access_logs=logs,
        )
        if settings.copy_region:
            replicate(self.archive.bucket, name=copy_name(self, settings.stage))

    def _make_tables(self, settings: InfraSettings) -> dict[str, ServiceTable]:
        tables = {
            service: ServiceTable(
                self,
                f"{pascal(service)}Table",
                key=self.keys.data,
                protected=settings.is_protected,
                indexes=indexes,
                warm_writes_per_second=_warm_writes(service, settings),
            )
            for service, indexes in INDEXES.items()
        }
        for service, table in tables.items():
            Tags.of(table).add("service", service)
        return tables


def _warm_writes(service: str, settings: InfraSettings) -> int | None:
    warm = service == "comments" and settings.stage == "prod"
    return settings.comments_writes_per_second if warm else None
