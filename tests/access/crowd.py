"""Everybody at the API's door, and what they find there."""

from local.demo.client import Answer, Client
from local.stack import LocalStack
from services.shared.permissions import Permission
from tests.access.asking import Ask, CannotAsk, asks
from tests.access.callers import EVERYBODY, OWN, Person
from tests.access.safe_headers import unsafe
from tests.contract.scene import Scene

_REFUSED = {401, 403, 404}


class Crowd:
    """Everybody, each with one connection.

    Attributes
    ----------
    harmful : list of str
        Answers, of all that anybody got, whose headers would let a browser or a cache do harm.
    """

    def __init__(self, stack: LocalStack) -> None:
        self._clients = {str(person): person.client(stack) for person in EVERYBODY}
        self.harmful: list[str] = []

    def ask(self, person: Person, ask: Ask) -> Answer:
        answer = ask.send(self[person])
        self.harmful += [f"{ask.path}: {each}" for each in unsafe(ask.whole_path, answer)]
        return answer

    def __getitem__(self, person: Person) -> Client:
        return self._clients[str(person)]

    def known(self, permission: Permission, scene: Scene) -> Ask:
        """A request about something that its route finds, for somebody who may see it."""
        who, tried = entitled(permission), []
        for ask in asks(permission, scene):
            answer = self.ask(who, ask)
            if is_allowed(answer):
                return ask
            tried.append(fault(who, ask, answer, "allowed"))
        told = "\n".join(tried)
        raise CannotAsk(f"{permission.route}: Scene.places() has nothing that it finds:\n{told}")


def entitled(permission: Permission) -> Person:
    """Somebody who may call a route, about the agency of the scene where that matters."""
    agencies = () if permission.scope == "programme" else (OWN,)
    return next(
        person
        for person in EVERYBODY
        if person.may_call(permission)
        and (permission.sign_in != "required" or person.agencies == agencies)
    )


def is_allowed(answer: Answer) -> bool:
    """Whether somebody was let through, whatever is then said to what they sent."""
    return answer.status not in _REFUSED and answer.status < 500


def fault(person: Person, ask: Ask, answer: Answer, wanted: str) -> str:
    return f"{person}: {ask.path} is {answer.status}, not {wanted}: {answer.text[:160]}"
