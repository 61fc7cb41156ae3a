"""Why a finding of cdk-nag is left as it is; said where the cause is, never for a whole stack."""

from aws_cdk import Acknowledgment, Validations
from constructs import Construct

PACK = "AwsSolutions"
UNEXPLAINED = "tashawur:unexplained"
"""Context key: leave every finding unexplained, so that a reason nobody needs comes to light."""


def explain(construct: Construct, rule: str, reason: str) -> None:
    """Explain a finding on a construct, or on any resource inside it.

    Parameters
    ----------
    construct : Construct
        The smallest one that causes it.
    rule : str
        Rule of the pack, e.g. ``"S1"``; with a finding's own part where it has one, e.g.
        ``"IAM5[Resource::*]"``.
    reason : str
        Why this is right here: a sentence that a reviewer can check.
    """
    if construct.node.try_get_context(UNEXPLAINED):
        return
    rule_id = f"{PACK}-{rule}"
    Validations.of(construct).acknowledge(Acknowledgment(id=rule_id, reason=reason))
