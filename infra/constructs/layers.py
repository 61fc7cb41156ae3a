"""Layers: the dependencies that every function shares, and those that only one service needs."""

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.bundling import layer_code

ARCHITECTURE = lambda_.Architecture.ARM_64
RUNTIME = lambda_.Runtime.PYTHON_3_13


class DependencyLayer(lambda_.LayerVersion):
    """Locked packages as a layer.

    Parameters
    ----------
    selection : str
        Options of ``uv export`` that choose the packages, e.g. ``"--no-dev"``.
    description : str
        What is in it.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *selection: str, description: str
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            code=layer_code(*selection),
            compatible_architectures=[ARCHITECTURE],
            compatible_runtimes=[RUNTIME],
            description=description,
        )
