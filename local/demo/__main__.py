"""``python -m local.demo [--data FOLDER] [--out FOLDER]``: six steps, and a verified record."""

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from local.demo import material, record
from local.demo.client import Client, Unexpected
from local.demo.consultation import Consultation, Local, People
from local.stack import LocalStack
from local.synth import assembly

BUILD = Path("build") / "demo"
_COUNTED = ("received", "published", "held", "rejected", "withdrawn", "erased")
STEPS = ("define", "publish", "collect", "analyse", "announce", "archive")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demonstration; 0 if all went as the procedure demands."""
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of real comments instead of examples/")
    parser.add_argument("--out", type=Path, default=BUILD, help="folder of record and summary")
    options = parser.parse_args(arguments)
    data, out = options.data, options.out
    os.environ["POWERTOOLS_LOG_LEVEL"] = "WARNING"  # what goes well is told by the steps
    shutil.rmtree(out, ignore_errors=True)
    (out / "record").mkdir(parents=True)
    began = time.monotonic()
    try:
        contributions = material.real(data) if data else material.examples()
        _say("starting the local stack from the synthesized templates ...")
        with LocalStack(assembly()) as stack:
            _say(f"ready after {time.monotonic() - began:.1f} s at {stack.url}")
            summary = _run(stack, contributions, out)
    except (Unexpected, FileNotFoundError) as error:
        print(f"\nThe demonstration failed: {error}", file=sys.stderr)
        return 1
    (out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    _page(summary, out, seconds=time.monotonic() - began)
    return 0


def _run(
    stack: LocalStack, contributions: list[material.Contribution], out: Path
) -> dict[str, Any]:
    people = People(
        officer=Client(stack.url, token=stack.token("officer", "health", "officer-1")),
        approver=Client(stack.url, token=stack.token("approver", None, "approver-1")),
        moderator=Client(stack.url, token=stack.token("moderator", None, "moderator-1")),
        auditor=Client(stack.url, token=stack.token("auditor", None, "auditor-1")),
        citizen=Client(stack.url),
    )
    consultation = Consultation(people, Local(stack.url), contributions, _say)
    steps = []
    for number, name in enumerate(STEPS, 1):
        print(f"{number} {name}", flush=True)
        started = time.monotonic()
        getattr(consultation, name)()
        steps.append({"name": name, "seconds": round(time.monotonic() - started, 2)})
    return _summary(consultation, steps, out / "record")


def _summary(
    consultation: Consultation, steps: list[dict[str, Any]], folder: Path
) -> dict[str, Any]:
    sealed = record.download(
        consultation.people.citizen, topic_id=consultation.topic_id, folder=folder
    )
    counts = consultation.counts()
    answered = record.dispositions(folder)
    if counts["received"] - counts["withdrawn"] - counts["erased"] != sum(answered.values()):
        raise Unexpected(f"of {counts} not every comment has an outcome: {answered}")
    return {
        "topic_id": consultation.topic_id,
        "steps": steps,
        **{name: counts[name] for name in _COUNTED},
        "distinct": record.distinct(folder),
        "dispositions": answered,
        "record_root": sealed["record_root"],
        "verified": record.verified(consultation.people.citizen, folder=folder),
        "audit_entries": record.trail(
            consultation.people.auditor, topic_id=consultation.topic_id, folder=folder.parent
        ),
        "executions": consultation.local.executions(),
    }


def _page(summary: dict[str, Any], out: Path, *, seconds: float) -> None:
    print("\nThe consultation")
    for step in summary["steps"]:
        print(f"  {step['name']:10} {step['seconds']:6.2f} s")
    print("\nThe comments")
    for name in (*_COUNTED, "distinct"):
        print(f"  {name:10} {summary[name]:6}")
    print("\nThe answers")
    for outcome, count in summary["dispositions"].items():
        print(f"  {outcome:16} {count:6}")
    for execution in summary["executions"]:
        print(
            f"\nThe workflow  {execution['status']}: {execution['transitions']} states entered, "
            f"{execution['history_events']} history events"
        )
    print(f"\nThe record    {summary['record_root']} (verified)")
    print(f"The trail     {summary['audit_entries']} audit entries (verified against the record)")
    print(f"  see it      ls {out / 'record'}")
    keys = f"--keys {out / 'keys.json'}"
    print(f"  check it    .venv/bin/python -m services.archive.verify {out / 'record'} {keys}")
    print(f"  the figures {out / 'summary.json'}")
    print("  live        make serve, then make token ROLE=officer AGENCY=health")
    print(f"\nDone in {seconds:.1f} s.")


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
