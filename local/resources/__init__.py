"""Creating a template's resources: a table of CloudFormation types and what makes each."""

from local.resources.deployment import Deployment, create

__all__ = ["Deployment", "create"]
