"""Who notices come from."""

from aws_cdk import RemovalPolicy
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
