"""Who may do what: every route by everybody, about what is theirs, others', and not there at all.

Routes come from the permission table and requests from what their services declare, so that a route
is in the matrix the day it is in the table. What is expected is written from the design's words.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from local.demo.client import Answer
from services.shared.permissions import BY_ROUTE, PERMISSIONS, Permission
from tests.access.asking import BROKEN, Ask, CannotAsk, asks, substance
from tests.access.callers import EVERYBODY, NOBODY, OTHER, OWN, SOME, Person
from tests.access.crowd import Crowd, fault, is_allowed
from tests.contract.scene import Scene

ROUTES = [permission for permission in PERMISSIONS if permission.route != "$default"]
STAFFED = [permission for permission in ROUTES if permission.sign_in == "required"]
LISTS = [each for each in STAFFED if each.route.startswith("GET") and "{" not in each.route]
READ_BY_ALL = [
    each for each in ROUTES if each.sign_in != "required" and each.route.startswith("GET")
]
OF_ONE_TOPIC = [each for each in READ_BY_ALL if each.route.count("{") == 1 and "{to" in each.route]
STAGES = ("draft", "deciding")
"""Stages of which something is not public."""
pytestmark = pytest.mark.xdist_group("access matrix")


def route_of(permission: Permission) -> str:
    return permission.route


@pytest.fixture(scope="module")
def secretly_decided(scene: Scene) -> str:
    """A topic whose decision is recorded and not announced."""
    topic = scene.topics["deciding"]
    scene.clients["officer"].put(f"/v1/topics/{topic}/decision", scene.material["decision"])
    return topic


def _people(permission: Permission) -> tuple[Person, ...]:
    """Whom to try a route with: a few where nobody is asked who they are."""
    return SOME if permission.sign_in == "none" else EVERYBODY


def _bodies(ask: Ask) -> Iterator[Ask]:
    """The request, and the same with a body that is refused once its caller is allowed."""
    yield ask
    if ask.body is not None:
        yield ask.with_body(BROKEN)


def expected(ask: Ask, person: Person, *, is_there: bool = True) -> str:
    """What the table says to somebody: a status, ``allowed``, or one of `as_wanted`."""
    permission = ask.permission
    if permission.sign_in == "required" and person == NOBODY:
        return "401"
    if not person.may_call(permission):
        return "403"
    if not is_there:
        return "refused" if ask.has_credential else "404"
    if permission.sign_in != "required" or permission.scope == "programme":
        return "allowed"
    return _expected_of_staff(ask, person.limited_to(permission))


def _expected_of_staff(ask: Ask, person: Person) -> str:
    if ask.variables:
        return "allowed" if person.covers(OWN) else "404"
    acts_for_somebody = person.covers(OWN) or person.covers(OTHER)
    if ask.writes and not acts_for_somebody:
        return "403"
    if ask.agency == OWN and not person.covers(OWN):
        return "not theirs"
    return "hidden" if ask.objects and not person.covers(OWN) else "allowed"


def as_wanted(answer: Answer, wanted: str) -> bool:
    if wanted == "allowed":
        return is_allowed(answer)
    if wanted == "hidden":  # a list that is narrowed to an object may be empty
        return answer.status == 404 or (answer.status == 200 and answer.json["items"] == [])
    if wanted == "not theirs":  # as the body says
        return answer.status in {403, 422}
    if wanted == "refused":  # by what proves that it is theirs, which nothing unknown has
        return answer.status in {400, 404}
    return str(answer.status) == wanted


@pytest.mark.parametrize("permission", ROUTES, ids=route_of)
def test_a_route_is_open_to_whom_the_table_names_and_to_nobody_else(
    permission: Permission, scene: Scene, crowd: Crowd
) -> None:
    ask = crowd.known(permission, scene)
    told = []
    for person, sent in itertools.product(_people(permission), _bodies(ask)):
        answer, wanted = crowd.ask(person, sent), expected(ask, person)
        if not as_wanted(answer, wanted):
            told.append(fault(person, sent, answer, wanted))
    for person, unknown in itertools.product(_people(permission), ask.unknown_paths()):
        answer, wanted = crowd.ask(person, unknown), expected(ask, person, is_there=False)
        if not as_wanted(answer, wanted):
            told.append(fault(person, unknown, answer, wanted))
    assert not told, "\n".join(told)
    assert not crowd.harmful, "\n".join(crowd.harmful[:20])


@pytest.mark.parametrize("permission", STAFFED, ids=route_of)
def test_another_agencys_object_answers_to_the_byte_as_an_unknown_one(
    permission: Permission, scene: Scene, crowd: Crowd
) -> None:
    ask = crowd.known(permission, scene)
    told = []
    for person, sent in itertools.product(EVERYBODY, _bodies(ask)):
        if person.may_call(permission) and person.limited_to(permission).covers(OWN):
            continue
        answer = crowd.ask(person, sent)
        for unknown in sent.unknown():
            if substance(crowd.ask(person, unknown)) != substance(answer):
                told.append(fault(person, sent, answer, "as of an unknown one"))
    assert not told, "\n".join(told)


@pytest.mark.parametrize("permission", LISTS, ids=route_of)
def test_a_list_for_staff_has_what_is_theirs_and_nothing_else(
    permission: Permission, scene: Scene, crowd: Crowd
) -> None:
    whole = Ask(permission, {})
    existing = {*scene.topics.values(), *scene.cases, *scene.webhooks}
    theirs: set[str] = set()
    for person in EVERYBODY:
        text = crowd.ask(person, whole).text
        found = {each for each in existing if each in text}
        if person.may_call(permission) and person.limited_to(permission).covers(OWN):
            theirs |= found
        else:
            assert not found, person
    assert theirs or permission.scope == "programme"


@pytest.mark.parametrize("permission", READ_BY_ALL, ids=route_of)
def test_what_is_public_is_there_for_everybody(
    permission: Permission, scene: Scene, crowd: Crowd
) -> None:
    ask = crowd.known(permission, scene)
    public = crowd.ask(NOBODY, ask)
    for person in _people(permission):
        answer = crowd.ask(person, ask)
        assert answer.status == public.status, person
        if permission.sign_in == "none":  # even a token changes nothing of it
            assert substance(answer) == substance(public), person


@pytest.mark.parametrize("permission", OF_ONE_TOPIC, ids=route_of)
def test_what_is_not_public_yet_is_unknown_to_all_but_its_staff(
    permission: Permission, scene: Scene, crowd: Crowd, secretly_decided: str
) -> None:
    known = crowd.known(permission, scene)
    for_staff = []
    for stage, person in itertools.product(STAGES, _people(permission)):
        hidden = known.naming(topic=scene.topics[stage])
        if crowd.ask(NOBODY, hidden).status != 404:
            continue  # this of it is public
        answer = crowd.ask(person, hidden)
        if permission.sign_in == "optional" and person.covers(OWN):
            for_staff.append(answer.status)
            continue
        (unknown,) = hidden.unknown()
        assert substance(answer) == substance(crowd.ask(person, unknown)), (stage, person)
    assert 200 in for_staff or permission.sign_in == "none", "nothing that only its staff may see"


def test_a_route_that_nobody_described_is_missed(scene: Scene) -> None:
    added = Permission(route="GET /v1/topics/{topic}/novelties", function="topics-read")
    with pytest.raises(CannotAsk, match=r"contracts/api\.py"):
        asks(added, scene)


def test_an_object_that_the_scene_lacks_is_missed(scene: Scene) -> None:
    bare = replace(scene, webhooks=[])
    with pytest.raises(CannotAsk, match=r"Scene\.places\(\) has all of \{'webhook'\}"):
        asks(BY_ROUTE["DELETE /v1/webhooks/{webhook}"], bare)


def test_a_draft_is_in_its_staffs_lists_alone(scene: Scene, crowd: Crowd) -> None:
    for person in EVERYBODY:
        text = crowd[person].get("/v1/topics").text
        assert (scene.topics["draft"] in text) == person.covers(OWN), person
