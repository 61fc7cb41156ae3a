"""Whatever is sent to whichever route by whoever, the answer is as the OpenAPI document says.

schemathesis makes the requests: the document's examples, the edges of every schema, and some at
random, always the same ones. Ids that exist stand in for most of the invented ones, so that more is
met than "not found". What the gateway says by itself is described in the document, too. It is one
test, since the consultations on the stack are taken through their stages once.
"""

from local.stack import LocalStack
from local.synth import assembly
from scripts.openapi.document import document
from services.shared.permissions import BY_ROUTE
from tests.contract.scene import Scene
from tests.contract.traffic import WHO, Traffic


def test_every_answer_is_as_described() -> None:
    with LocalStack(assembly(), speed=0) as stack:
        scene = Scene(stack)
        scene.play()
        traffic = Traffic(scene)
        traffic.run(document())
    assert not traffic.faults, "\n".join(traffic.faults[:20])
    assert set(traffic.answers) == set(BY_ROUTE) - {"$default"}
    for route, callers in traffic.callers.items():
        assert callers == {None, *WHO} or BY_ROUTE[route].sign_in == "none", route
    refused_only = {route for route, answers in traffic.answers.items() if min(answers) >= 400}
    # Some succeed in a certain state only; `tests.support.calls` looks at their answers.
    assert len(refused_only) < len(traffic.answers) / 4, refused_only
