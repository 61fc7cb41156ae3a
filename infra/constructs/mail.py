"""Who notices come from, and how it comes back what became of them."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_ses as ses
from constructs import Construct


class Sender(Construct):
    """The address that e-mail is sent from; SES asks its mailbox to confirm, once.

    Parameters
    ----------
    address : str
        The sender's address.
    removal : aws_cdk.RemovalPolicy
        What becomes of it when its stack is deleted.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, address: str, removal: RemovalPolicy
    ) -> None:
        super().__init__(scope, construct_id)
        identity = ses.EmailIdentity(self, "Identity", identity=ses.Identity.email(address))
        identity.apply_removal_policy(removal)


class ReturnedMail(Construct):
    """A configuration set: of every mail that names it, bounces and complaints become events.

    SES puts them on the account's own bus, the only one that it knows. They have the address in
    them; the rules pass on what has none (`infra.constructs.subscription.MailReturned`).

    Parameters
    ----------
    name : str
        Name of the configuration set.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str) -> None:
        super().__init__(scope, construct_id)
        configuration = ses.CfnConfigurationSet(self, "Set", name=name)
        bus = Stack.of(self).format_arn(
            service="events", resource="event-bus", resource_name="default"
        )
        kinds = ses.CfnConfigurationSetEventDestination
        destination = kinds(
            self,
            "Returned",
            configuration_set_name=name,
            event_destination=kinds.EventDestinationProperty(
                name="returned",
                enabled=True,
                matching_event_types=["bounce", "complaint"],
                event_bridge_destination=kinds.EventBridgeDestinationProperty(event_bus_arn=bus),
            ),
        )
        destination.add_dependency(configuration)
