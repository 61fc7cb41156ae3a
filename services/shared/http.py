"""The shape of every HTTP function: permission, parsing, answer; errors become problems.

A handler registers functions of `Request` under the route keys of `services.shared.permissions` and
answers with a `Response`; everything around that is here, once.
"""

import base64
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler import Response as GatewayResponse
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from services.shared import clock, identity, origin
from services.shared.errors import (
    Forbidden,
    NotFound,
    SignInRequired,
    TashawurError,
    TransientError,
    Unavailable,
)
from services.shared.identity import Caller
from services.shared.language import Language, preferred
from services.shared.observability import logger
from services.shared.permissions import BY_ROUTE, Permission
from services.shared.problems import PROBLEM_JSON, problem
from services.shared.request import BODY_LIMIT_BYTES, LONGEST_ID, Request
from services.shared.responses import Response, written
from services.shared.settings import Settings
from services.shared.transient import transient_errors

__all__ = ["BODY_LIMIT_BYTES", "LONGEST_ID", "Api", "Endpoint", "Request", "Response"]

Endpoint = Callable[[Request], Response]


class Api:
    """The routes of one HTTP function.

    Parameters
    ----------
    service : str
        Name of the service; chooses the message catalogue and names the logs.
    settings : callable
        Gives the service's settings, on first use.
    """

    def __init__(self, service: str, settings: Callable[[], Settings]) -> None:
        self.service = service
        self.routes: list[str] = []
        self._settings = settings
        self._resolver = APIGatewayHttpResolver()
        self._resolver.not_found(self._no_route)

    def route(self, route_key: str) -> Callable[[Endpoint], Endpoint]:
        """Register a function for a route key of the permission table."""
        permission = BY_ROUTE[route_key]
        method, _, path = route_key.partition(" ")
        rule = path.replace("{", "<").replace("}", ">")

        def register(endpoint: Endpoint) -> Endpoint:
            def answer(**path_parameters: str) -> GatewayResponse[str]:
                return self._answer(endpoint, permission, path_parameters)

            answer.__name__ = endpoint.__name__
            self._resolver.route(rule, method)(answer)
            self.routes.append(route_key)
            return endpoint

        return register

    def handle(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer one HTTP API event (payload format 2.0)."""
        return self._resolver.resolve(event, context)

    def _answer(
        self, endpoint: Endpoint, permission: Permission, path: dict[str, str]
    ) -> GatewayResponse[str]:
        def answer(language: Language) -> Response:
            return endpoint(self._request(permission, path, language))

        return self._guarded(answer, route=permission.route)

    def _no_route(self, _error: NotFoundError) -> GatewayResponse[str]:
        def answer(_language: Language) -> Response:
            raise NotFound

        return self._guarded(answer, route="$default")

    def _guarded(
        self, answer: Callable[[Language], Response], *, route: str
    ) -> GatewayResponse[str]:
        """Answer whoever may ask; what is raised on the way becomes a problem."""
        language = preferred(self._resolver.current_event.headers.get("accept-language"))
        try:
            with transient_errors():
                self._refuse_past_the_edge()
                return written(answer(language), language)
        except TashawurError as error:
            return self._refusal(error, language)
        except TransientError:
            return self._refusal(Unavailable(), language)
        except Exception:  # noqa: BLE001 - the last line of defence, logged in full
            logger(self.service).exception("unexpected", route=route)
            return self._refusal(TashawurError(), language)

    def _refuse_past_the_edge(self) -> None:
        """Refuse what did not come through CloudFront, where one stands in front."""
        arn = self._settings().origin_secret_arn
        if not arn:
            return
        sent = self._resolver.current_event.headers.get(origin.HEADER, "")
        if not origin.secret_at(arn).accepts(sent, now=clock.now()):
            raise Forbidden("past_the_edge")

    def _request(self, permission: Permission, path: dict[str, str], language: Language) -> Request:
        if any(len(value) > LONGEST_ID for value in path.values()):
            raise NotFound
        event = self._resolver.current_event.raw_event
        headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
        body = event.get("body") or ""
        # Halves of surrogate pairs pass here, so that reading them as UTF-8 refuses them.
        plain = body.encode(errors="surrogatepass")
        raw = base64.b64decode(plain) if event.get("isBase64Encoded") else plain
        return Request(
            path=path,
            query=event.get("queryStringParameters") or {},
            headers=headers,
            body=raw,
            caller=self._caller(permission, event, headers),
            address=self._address(event, headers),
            language=language,
        )

    def _address(self, event: dict[str, Any], headers: Mapping[str, str]) -> str:
        """Where the request came from; behind the edge, the edge's own word for it."""
        if self._settings().origin_secret_arn:
            return headers.get(origin.VIEWER_HEADER, "")
        return str(event["requestContext"]["http"]["sourceIp"])

    def _caller(
        self, permission: Permission, event: dict[str, Any], headers: Mapping[str, str]
    ) -> Caller:
        if permission.sign_in == "required":
            authorizer = event["requestContext"].get("authorizer", {})
            claims = authorizer.get("jwt", {}).get("claims")
            if claims is None:
                raise SignInRequired
            caller = identity.caller_of(claims).limited_to(permission.roles)
            # What has something of all agencies is not for a token that names one.
            is_wider = permission.scope == "programme" and caller.agency is not None
            if not caller.roles or is_wider:
                raise Forbidden
            return caller
        if permission.sign_in == "optional" and "authorization" in headers:
            return identity.verify_bearer(headers["authorization"], self._settings())
        return identity.ANONYMOUS

    def _refusal(self, error: TashawurError, language: Language) -> GatewayResponse[str]:
        # The gateway decodes the path: without its escapes it would be no URI reference any more.
        path = quote(self._resolver.current_event.raw_event.get("rawPath", ""), errors="replace")
        document = problem(error, service=self.service, language=language, instance=path)
        extra = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
        answer = Response(
            status=error.status, body=document, headers=extra, media_type=PROBLEM_JSON
        )
        return written(answer, language)
