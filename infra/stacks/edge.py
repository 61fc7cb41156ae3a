"""What stands between the public and the API: distribution and firewall, in us-east-1."""

from urllib.parse import urlsplit

from aws_cdk import CfnOutput, Environment, Stack
from constructs import Construct

from infra.constructs.distribution import ApiDistribution, Origin, PublicAddress
from infra.constructs.firewall import Firewall
from infra.constructs.origin_secret import EDGE_REGION, OriginSecret
from infra.settings import InfraSettings


class EdgeStack(Stack):
    """Stack ``Tashawur-<stage>-Edge``.

    Parameters
    ----------
    settings : InfraSettings
        The deployment; it has an edge.
    api_id : str
        Id of the HTTP API, which CloudFormation carries over from the other region.
    secret : OriginSecret
        What the distribution shows the functions; only its name is needed here, by which
        CloudFormation finds the copy in this region.
    """

    def __init__(
        self, scope: Construct, settings: InfraSettings, *, api_id: str, secret: OriginSecret
    ) -> None:
        super().__init__(
            scope,
            f"Tashawur-{settings.stage}-Edge",
            env=Environment(region=EDGE_REGION),
            cross_region_references=True,
            description="Tashawur: CloudFront and firewall in front of the API",
            termination_protection=settings.is_protected,
        )
        firewall = self._firewall(settings)
        origin = Origin(
            domain=f"{api_id}.execute-api.{settings.region}.amazonaws.com",
            secret_name=secret.name,
            secret_edition=settings.origin_secret_edition,
        )
        edge = ApiDistribution(
            self,
            "Api",
            stage=settings.stage,
            origin=origin,
            address=_address(settings),
            web_acl_arn=firewall.acl.attr_arn,
            log_retention_days=settings.log_retention_days,
        )
        self.add_stack_dependency(Stack.of(secret))
        CfnOutput(self, "Domain", value=edge.distribution.distribution_domain_name)

    def _firewall(self, settings: InfraSettings) -> Firewall:
        return Firewall(
            self,
            "Firewall",
            stage=settings.stage,
            requests_per_address=settings.edge_requests_per_address,
            posts_per_address=settings.edge_posts_per_address,
        )


def _address(settings: InfraSettings) -> PublicAddress:
    host = urlsplit(settings.public_base_url or "").hostname
    if not host or not settings.edge_certificate_arn:
        raise ValueError("an edge needs a public address and its certificate")
    return PublicAddress(host=host, certificate_arn=settings.edge_certificate_arn)
