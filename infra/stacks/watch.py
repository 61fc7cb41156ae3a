"""What tells operators how things are: alarms and the dashboard."""

from aws_cdk import Environment, Stack
from constructs import Construct

from infra.constructs.alarms import Alarms, Watched
from infra.constructs.dashboard import Dashboard
from infra.settings import InfraSettings


class WatchStack(Stack):
    """Stack ``Tashawur-<stage>-Watch``: a stack has 500 resources at most, alarms are many."""

    def __init__(self, scope: Construct, settings: InfraSettings, *, watched: Watched) -> None:
        super().__init__(
            scope,
            f"Tashawur-{settings.stage}-Watch",
            env=Environment(region=settings.region),
            description="Tashawur: alarms and the dashboard",
            termination_protection=settings.is_protected,
        )
        Alarms(self, "Alarms", settings=settings, watched=watched)
        Dashboard(self, "Dashboard", stage=settings.stage, watched=watched)
