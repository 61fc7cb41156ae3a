"""What of an answer's headers would let a browser, a cache or a redirect do harm."""

from collections.abc import Iterator

from local.demo.client import Answer

_GATEWAYS_OWN = {401, 404, 413, 429, 500}


def unsafe(path: str, answer: Answer) -> list[str]:
    """What is wrong with an answer; of the gateway's own answers, nothing."""
    if answer.status in _GATEWAYS_OWN and isinstance(answer.json, dict) and len(answer.json) == 1:
        return []
    return [*_for_browsers(answer), *_for_caches(path, answer), *_for_redirects(answer)]


def _for_browsers(answer: Answer) -> Iterator[str]:
    headers = answer.headers
    if headers.get("x-content-type-options") != "nosniff":
        yield "a browser may guess the type"
    if headers.get("referrer-policy") != "no-referrer":
        yield "the address, with a token in it, is told to others"
    policy = headers.get("content-security-policy", "").split("; ")
    if not {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy):
        yield "scripts may run, or others may frame it"
    if not {"form-action 'self'", "form-action 'none'"} & set(policy):
        yield "forms may be sent elsewhere"
    if any("script" in each or "unsafe-eval" in each for each in policy):
        yield "scripts may run"
    yield from (f"{name} has what somebody wrote" for name, v in headers.items() if "evil" in v)


def _for_caches(path: str, answer: Answer) -> Iterator[str]:
    kept = answer.headers.get("cache-control", "")
    if not kept:
        yield "how long it may be kept is not said"
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    if kept != "no-store" and ("token=" in path or is_page or answer.status >= 400):
        yield f"it may be kept: {kept}"


def _for_redirects(answer: Answer) -> Iterator[str]:
    if 300 <= answer.status < 400 and answer.status != 304:
        yield "it leads elsewhere"
    location = answer.headers.get("location", "/v1/")
    if not location.startswith("/v1/") or ("location" in answer.headers and answer.status != 201):
        yield f"it leads to {location}"
