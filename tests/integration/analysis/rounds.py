"""A round's export, as the comments service leaves it, and the calls that the tests make."""

import gzip
import json
from typing import Any

from services.shared import aws, exports, ids
from tests.support import calls

AGENCY = "health"
LETTERS = {"ar": "نطالب بالإبقاء على المراجعة دون موعد.", "en": "Keep the walk-in hours."}
OFFICER = ("officer", f"agency.{AGENCY}")
REASON = {"ar": "أخذنا بما اقترحت.", "en": "We took up what you proposed."}

WHY = {"ar": "أخطأنا في قراءة البند الأول.", "en": "We had misread the first clause."}


class Round:
    """One round of a fresh topic, its comments exported and analysed on demand."""

    def __init__(self) -> None:
        self.topic_id = ids.random_id()
        self.round = 1
        self.rows: list[dict[str, Any]] = []
        self.questions: list[dict[str, Any]] = []
        self.participation: dict[str, Any] | None = None
        self.stage: str | None = "deciding"
        self.clauses: tuple[str, ...] | None = ("c1",)
        self.exception: dict[str, Any] | None = None
        self.asked: list[tuple[str, ...]] = []
        self.seed_terms: list[dict[str, Any]] = []

    @property
    def payload(self) -> dict[str, Any]:
        return {"topic_id": self.topic_id, "round": self.round}

    def comment(self, text: str | None = None, **fields: Any) -> str:
        """Add a comment; published with a text of its own unless told otherwise."""
        number = len(self.rows)
        comment_id = ids.derived_id(self.topic_id, str(self.round), str(number))
        row = {
            "comment_id": comment_id,
            "kind": "comment",
            "parent_id": None,
            "status": "published",
            "received_at": f"2026-11-20T08:00:{number % 60:02d}.000Z",
            "language": "en",
            "channel": "web",
            "text": text or f"Comment number {number} by somebody",
            "answers": [],
            "reason_code": None,
            "leaf_hash": "0" * 64,
        } | fields
        if row["status"] != "published":
            row |= {"text": None, "answers": None}
        self.rows.append(row)
        return comment_id

    def export(self, *, shards: int = 2) -> str:
        """Write shards and manifest; gives the manifest's key."""
        prefix = f"comments/{self.topic_id}/{self.round}/analysis"
        parts = [self.rows[start::shards] for start in range(shards)]
        files = [
            exports.write_lines("exports", f"{prefix}/shard-{n:02d}.jsonl", rows)
            for n, rows in enumerate(parts)
        ]
        listed = [{"key": f.key, "sha256": f.sha256, "items": f.items} for f in files]
        manifest = {**self.payload, "edition": "analysis", "shards": listed, "counts": {}}
        manifest |= {"questions": self.questions, "participation": self.participation}
        return exports.write_json("exports", f"{prefix}/manifest.json", manifest).key

    def run(self, manifest_key: str | None = None) -> dict[str, Any]:
        """Do all steps of a run, as the state machine does."""
        begun = self.begin(manifest_key)
        if begun["is_new"]:
            for index in range(begun["shards"]):
                self.step("read", begun, index=index)
            self.step("find", begun)
            for index in range(begun["shards"]):
                self.step("apply", begun, index=index)
        return {**self.step("finish", begun), "run_id": begun["run_id"]}

    def begin(self, manifest_key: str | None = None) -> dict[str, Any]:
        """Plan a run; tells also of how many shards it is."""
        from services.analysis.handlers import run

        order = {"step": "begin", "manifest_key": manifest_key or self.export(), "agency": AGENCY}
        begun = dict(calls.invoke(run.handler, {**self.payload, **order}))
        if begun["is_new"]:
            begun["shards"] = len(json.loads(exports.read(begun["bucket"], begun["items_key"])))
        return begun

    def step(self, name: str, begun: dict[str, Any], **rest: Any) -> dict[str, Any]:
        """One step of a run that was begun."""
        from services.analysis.handlers import run

        order = {**self.payload, "step": name, "run_id": begun["run_id"], **rest}
        return dict(calls.invoke(run.handler, order))

    def topics_serve(self, function_name: str, payload: dict[str, Any]) -> dict[str, Any]:
        """What ``topics-serve`` answers of this topic, and of no other (docs/architecture.md)."""
        assert function_name == "topics-serve"
        parts = tuple(payload["parts"])
        self.asked.append(parts)
        if payload["topic_id"] != self.topic_id or self.stage is None:
            return dict.fromkeys(parts)
        topic = {
            "agency": AGENCY,
            "stage": self.stage,
            "round": self.round,
            "time_zone": "Asia/Bahrain",
            "seed_terms": self.seed_terms,
        }
        clauses = [{"id": clause, "text": REASON} for clause in self.clauses or ()]
        decision = {"clauses": clauses, "exception": self.exception} if clauses else None
        return {part: {"topic": topic, "decision": decision}[part] for part in parts}

    def tell(
        self,
        kind: str,
        comment_id: str,
        *,
        reason_code: str | None = "spam",
        edition: int = 2,
    ) -> dict[str, Any]:
        """Hand an event of the comments service to the analysis."""
        data: dict[str, Any] = {"comment_id": comment_id}
        if kind in ("CommentRejected", "CommentRestored"):
            data |= {"case_id": "case", "edition": edition}
        if kind == "CommentRejected" and reason_code:
            data["reason_code"] = reason_code
        return self._consume(kind, data)

    def announced(self, *, at: str = "2026-12-01T10:00:00.000Z") -> dict[str, Any]:
        """Tell the analysis that the round's decision is public."""
        return self._consume("DecisionAnnounced", {"decision_version": 1}, at=at)

    def reopened(self, *, at: str) -> dict[str, Any]:
        """Tell the analysis that officers take the round up again."""
        data = {"reason": "a court has ruled", "execution": 2}
        return self._consume("TopicReopened", data, at=at)

    def served(self, *comment_ids: str, **which: int) -> dict[str, Any]:
        """Dispositions of comments, as the services that show or tell them get them."""
        from services.analysis.handlers import serve

        payload = {**self.payload, "comment_ids": list(comment_ids), **which}
        return dict(calls.invoke(serve.handler, payload))

    def _consume(
        self, kind: str, data: dict[str, Any], *, at: str = "2026-12-01T10:00:00.000Z"
    ) -> dict[str, Any]:
        from services.analysis.handlers import consume

        detail = {
            "version": "1",
            "id": f"{kind}-{data}",
            "occurred_at": at,
            **self.payload,
            "actor": {"role": "participant", "id": "someone"},
            "data": data,
        }
        return consume.handler(calls.sqs_event((kind, detail)), calls.LambdaContext())

    def put(
        self,
        *items: dict[str, Any],
        templates: dict[str, dict[str, str]] | None = None,
        groups: tuple[str, ...] = OFFICER,
        **query: str,
    ) -> calls.Answer:
        from services.analysis.handlers import dispositions

        return calls.http(
            dispositions.handler,
            "PUT /v1/topics/{topic}/dispositions",
            path={"topic": self.topic_id},
            query=query,
            body={"items": list(items), **({"templates": templates} if templates else {})},
            groups=groups,
        )

    def amend(
        self,
        *items: dict[str, Any],
        explanation: dict[str, str] | None = None,
        language: str = "en",
        groups: tuple[str, ...] = OFFICER,
    ) -> calls.Answer:
        """Correct what was announced."""
        from services.analysis.handlers import dispositions

        why = explanation or WHY
        return calls.http(
            dispositions.handler,
            "POST /v1/topics/{topic}/dispositions/corrections",
            path={"topic": self.topic_id},
            body={"items": list(items), "explanation": why},
            headers={"accept-language": language},
            groups=groups,
        )

    def upload(
        self,
        file: str | bytes,
        *,
        groups: tuple[str, ...] = OFFICER,
        headers: dict[str, str] | None = None,
        **query: str,
    ) -> calls.Answer:
        """Send a file of dispositions."""
        from services.analysis.handlers import dispositions

        return calls.http(
            dispositions.handler,
            "POST /v1/topics/{topic}/dispositions/import",
            path={"topic": self.topic_id},
            query=query,
            body=file,
            headers={"content-type": "text/csv; charset=utf-8"} | (headers or {}),
            groups=groups,
        )

    def written(self) -> dict[str, bytes]:
        """Files of the run that was begun last, as they were written last."""
        run_id = self.get("analysis/progress", groups=OFFICER).json["run_id"]
        prefix = f"analysis/{self.topic_id}/{self.round}/{run_id}/"
        listed = aws.client("s3").list_objects_v2(Bucket="exports", Prefix=prefix)["Contents"]
        newest = max(int(each["Key"].removeprefix(prefix).partition("/")[0]) for each in listed)
        names = ("results.json", "assignments.jsonl.gz")
        return {name: exports.read("exports", f"{prefix}{newest}/{name}") for name in names}

    def assignments(self) -> list[dict[str, Any]]:
        """Rows of the run that was begun last."""
        lines = gzip.decompress(self.written()["assignments.jsonl.gz"]).splitlines()
        return [json.loads(line) for line in lines]

    def themed(self, themes: dict[str, list[int]]) -> None:
        """Analyse, and write the run's files as a run with themes would: rows by position."""
        done = self.run()
        key = done["result_key"].removesuffix("/results.json")
        results = json.loads(exports.read("exports", f"{key}/results.json"))
        ids_of = {name: [self.rows[n]["comment_id"] for n in at] for name, at in themes.items()}
        results["themes"] = [theme(name, members) for name, members in ids_of.items()]
        rows = [
            {**row, "theme_ids": sorted(t for t, of in ids_of.items() if row["comment_id"] in of)}
            for row in exports.read_packed_lines("exports", f"{key}/assignments.jsonl.gz")
        ]
        exports.write_json("exports", f"{key}/results.json", results)
        exports.write_packed_lines("exports", f"{key}/assignments.jsonl.gz", rows)

    def correct(
        self,
        *items: dict[str, Any],
        groups: tuple[str, ...] = OFFICER,
        subject: str = "someone",
        seen: int | None = None,
    ) -> calls.Answer:
        from services.analysis.handlers import themes

        return calls.http(
            themes.handler,
            "PATCH /v1/topics/{topic}/analysis/themes",
            path={"topic": self.topic_id},
            body={"items": list(items)},
            headers={"if-match": f'"{seen}"'} if seen is not None else {},
            groups=groups,
            subject=subject,
        )

    def corrections(self, *, groups: tuple[str, ...] = OFFICER, **query: str) -> calls.Answer:
        from services.analysis.handlers import themes

        return calls.http(
            themes.handler,
            "GET /v1/topics/{topic}/analysis/corrections",
            path={"topic": self.topic_id},
            query=query,
            groups=groups,
        )

    def brief(self, *, groups: tuple[str, ...] = OFFICER) -> calls.Answer:
        """What is asked of the next analysis."""
        from services.analysis.handlers import themes

        route = "GET /v1/topics/{topic}/analysis/brief"
        return calls.http(themes.handler, route, path={"topic": self.topic_id}, groups=groups)

    def ask(
        self,
        brief: dict[str, Any],
        *,
        seen: int | None = None,
        groups: tuple[str, ...] = OFFICER,
        subject: str = "someone",
    ) -> calls.Answer:
        """Ask something of the next analysis."""
        from services.analysis.handlers import themes

        return calls.http(
            themes.handler,
            "PUT /v1/topics/{topic}/analysis/brief",
            path={"topic": self.topic_id},
            body=brief,
            headers={"if-match": f'"{seen}"'} if seen is not None else {},
            groups=groups,
            subject=subject,
        )

    def outstanding(self, *, groups: tuple[str, ...] = OFFICER, **query: str) -> calls.Answer:
        from services.analysis.handlers import dispositions

        return calls.http(
            dispositions.handler,
            "GET /v1/topics/{topic}/dispositions/outstanding",
            path={"topic": self.topic_id},
            query=query,
            groups=groups,
        )

    def dispositions(self, *, groups: tuple[str, ...] = OFFICER, **query: str) -> calls.Answer:
        """A page of the dispositions of the round."""
        from services.analysis.handlers import dispositions

        route = "GET /v1/topics/{topic}/dispositions"
        return calls.http(
            dispositions.handler,
            route,
            path={"topic": self.topic_id},
            query=query,
            groups=groups,
        )

    def gate(self, *, close: bool = True) -> dict[str, Any]:
        from services.analysis.handlers import gate

        return dict(calls.invoke(gate.handler, {**self.payload, "close": close}))

    def record_part(self, *, announced: bool = True) -> list[dict[str, Any]]:
        from services.analysis.handlers import export

        answer = calls.invoke(export.handler, {**self.payload, "announced": announced})
        assert answer["service"] == "analysis"
        return list(answer["files"])

    def get(self, what: str, *, groups: tuple[str, ...] = (), **query: str) -> calls.Answer:
        from services.analysis.handlers import read

        return calls.http(
            read.handler,
            f"GET /v1/topics/{{topic}}/{what}",
            path={"topic": self.topic_id},
            query=query,
            groups=groups,
        )


def disposition(outcome: str = "noted", **target: Any) -> dict[str, Any]:
    """One item of a request."""
    return {"target": target, "outcome": outcome, "reason": REASON, "clause_ids": ["c1"]}


def theme(theme_id: str, members: list[str]) -> dict[str, Any]:
    """A theme as a run writes it."""
    return {
        "theme_id": theme_id,
        "question_id": None,
        "languages": ["en"],
        "seed": None,
        "label": "hours · evening",
        "size": len(members),
        "distinct": len(members),
        "share": round(len(members) / 10, 6),
        "holds": [{"language": "en", "stability": 0.8, "interval": [0.1, 0.9]}],
        "overlap": [],
        "terms": [],
        "quotes": [{"comment_id": each, "language": "en", "text": "x"} for each in members[:3]],
    }
