"""What cdk-nag's AwsSolutions pack finds in a deployment, and which reasons answer it."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.app import cdk_context, compose
from infra.constructs.reasons import PACK, UNEXPLAINED
from infra.settings import InfraSettings

if TYPE_CHECKING:
    from aws_cdk import App

_ACKNOWLEDGED = "aws:cdk:acknowledged-rules"
_NO_BUNDLING: dict[str, Any] = {"aws:cdk:bundling-stacks": []}


@dataclass(frozen=True, order=True)
class Finding:
    """A rule that one resource breaks.

    Attributes
    ----------
    rule : str
        E.g. ``"S1"``, or ``"IAM5[Resource::*]"``.
    path : str
        The resource's path in the construct tree.
    """

    rule: str
    path: str

    @property
    def number(self) -> str:
        """The rule without what was found, e.g. ``"IAM5"``."""
        return self.rule.partition("[")[0]


@dataclass(frozen=True)
class Reason:
    """Why the findings of a rule on a construct, or inside it, are left as they are."""

    rule: str
    path: str
    text: str

    def answers(self, finding: Finding) -> bool:
        """Tell whether this is said about a finding."""
        within = f"{finding.path}/".startswith(f"{self.path}/")
        return within and self.rule == finding.rule


@dataclass(frozen=True)
class Report:
    """Findings of one deployment.

    Attributes
    ----------
    findings : tuple of Finding
        All of them, explained or not.
    unexplained : tuple of Finding
        Those that cdk-nag itself still reports.
    reasons : tuple of Reason
        All the reasons given.
    """

    findings: tuple[Finding, ...]
    unexplained: tuple[Finding, ...]
    reasons: tuple[Reason, ...]

    @property
    def stale(self) -> list[Reason]:
        """Reasons that no finding needs."""
        return [r for r in self.reasons if not any(map(r.answers, self.findings))]

    def counts(self) -> dict[str, tuple[int, int]]:
        """Findings and unexplained findings by rule."""
        found = Counter(finding.number for finding in self.findings)
        left = Counter(finding.number for finding in self.unexplained)
        return {rule: (number, left[rule]) for rule, number in sorted(found.items())}


def examine(settings: InfraSettings) -> Report:
    """Let cdk-nag look at a deployment twice: with the reasons, and without any."""
    with tempfile.TemporaryDirectory() as with_reasons, tempfile.TemporaryDirectory() as without:
        explained = _synthesized(settings, with_reasons, {})
        bare = _synthesized(settings, without, {UNEXPLAINED: True})
        return Report(
            findings=tuple(sorted(_findings(bare))),
            unexplained=tuple(sorted(_findings(explained))),
            reasons=tuple(_reasons(Path(with_reasons))),
        )


def _synthesized(settings: InfraSettings, outdir: str, context: dict[str, Any]) -> "App":
    app = compose(settings, outdir=outdir, context=cdk_context() | _NO_BUNDLING | context)
    app.synth()
    return app


def _findings(app: "App") -> Iterator[Finding]:
    from cdk_nag import AwsSolutionsChecks

    for violation in AwsSolutionsChecks().validate_scope(app).violations:
        for resource in violation.violating_resources:
            rule = violation.rule_name.removeprefix(f"{PACK}-")
            yield Finding(rule=rule, path=str(resource.construct_path))


def _reasons(outdir: Path) -> Iterator[Reason]:
    """Reasons as the CDK itself wrote them down beside each template."""
    for path in sorted(outdir.glob("*.metadata.json")):
        for construct, entries in json.loads(path.read_text(encoding="utf-8")).items():
            for entry in entries:
                if entry["type"] == _ACKNOWLEDGED:
                    for rule, text in entry["data"].items():
                        name = rule.partition(f"{PACK}-")[2]
                        yield Reason(rule=name, path=construct.strip("/"), text=text)
