"""The bus that events travel on, with an archive from which they can be replayed."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.constructs.grants import allow

_ARCHIVED = Duration.days(90)


class ConsultationsBus(Construct):
    """The event bus ``consultations`` of one stage."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: str) -> None:
        super().__init__(scope, construct_id)
        name = f"tashawur-{stage}-consultations"
        self.bus = events.EventBus(self, "Bus", event_bus_name=name)
        self.bus.archive(
            "Archive",
            archive_name=name,
            description="Every event of the programme, for replay",
            event_pattern=events.EventPattern(source=events.Match.prefix("tashawur.")),
            retention=_ARCHIVED,
        )

    def put_events(self) -> list[iam.PolicyStatement]:
        """Publish events."""
        return [allow(["events:PutEvents"], self.bus.event_bus_arn)]
