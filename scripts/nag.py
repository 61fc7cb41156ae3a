"""Print what cdk-nag finds in each stage: ``python -m scripts.nag``; fails on an unexplained one.

A reason stands beside what causes the finding (`infra.constructs.reasons.explain`); here they are
only counted. With ``--reasons`` each is printed once.
"""

import sys

from infra.findings import Report, examine
from infra.settings import InfraSettings

_DEV = {"region": "me-south-1", "outreach_sender": "consultations@example.gov"}
_PROD = _DEV | {
    "copy_region": "eu-central-1",
    "public_base_url": "https://consultations.example.gov",
    "edge_certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/consultations",
}


def main(arguments: list[str]) -> int:
    """Print the figures of both stages; the number of faults is the exit status, at most 1."""
    faults = 0
    for stage, values in {"dev": _DEV, "prod": _PROD}.items():
        report = examine(InfraSettings.model_validate({"stage": stage, **values}))
        _print(stage, report)
        if "--reasons" in arguments:
            _print_reasons(report)
        faults += len(report.unexplained) + len(report.stale)
    return min(faults, 1)


def _print(stage: str, report: Report) -> None:
    print(f"{stage}: {len(report.findings)} findings, {len(report.reasons)} reasons")
    print(f"  {'rule':<8}{'findings':>10}{'explained':>11}{'unexplained':>13}")
    for rule, (found, left) in report.counts().items():
        print(f"  {rule:<8}{found:>10}{found - left:>11}{left:>13}")
    for finding in report.unexplained:
        print(f"  unexplained: {finding.rule} at {finding.path}")
    for reason in report.stale:
        print(f"  nobody needs: {reason.rule} at {reason.path}")


def _print_reasons(report: Report) -> None:
    for number, text in sorted({(r.rule.partition("[")[0], r.text) for r in report.reasons}):
        print(f"  {number}: {text}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
