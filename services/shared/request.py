"""A request as endpoints get it: who sent it, and what of it is read in the same way everywhere."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from services.shared.errors import Invalid, Malformed, TashawurError, UnsupportedMediaType
from services.shared.identity import Caller
from services.shared.language import Language
from services.shared.parsing import faults_of, read_json, read_text

Model = TypeVar("Model", bound=BaseModel)
Choice = TypeVar("Choice", bound=str)
BODY_LIMIT_BYTES = 256 * 1024
LONGEST_ID = 128
"""Nothing has a longer name, and longer ones are more than DynamoDB takes for a key."""
_ROUND = re.compile("[1-9][0-9]{0,2}")
_NUMBER = re.compile("[1-9][0-9]{0,5}")
_SIZE = re.compile("0|[1-9][0-9]{0,11}")
_VERSION = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, its caller already known and allowed.

    Attributes
    ----------
    path : mapping
        Path parameters by name.
    query : mapping
        Query parameters by name; the values of a repeated one joined by commas.
    headers : mapping
        Headers by name in lower case.
    body : bytes
        Raw body.
    caller : Caller
        Who sent it.
    address : str
        Network address that it came from, never to be stored or logged.
    language : {"ar", "en"}
        In which language to answer.
    """

    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    caller: Caller
    address: str
    language: Language

    @property
    def round(self) -> int | None:
        """Number in ``?round=``; ``None`` where none is asked for.

        Raises
        ------
        Malformed
            If it is no number from 1 to 999.
        """
        return self._number("round", _ROUND)

    @property
    def version(self) -> int | None:
        """Number in ``?version=``; ``None`` where none is asked for.

        Raises
        ------
        Malformed
            If it is no number from 1 to 999999.
        """
        return self._number("version", _NUMBER)

    def size(self, name: str) -> int | None:
        """Query parameter that counts, from 0 on; ``None`` where it is not asked for.

        Raises
        ------
        Malformed
            If it is no number of at most 12 digits.
        """
        return self._number(name, _SIZE)

    def _number(self, name: str, pattern: re.Pattern[str]) -> int | None:
        text = self.query.get(name)
        if text is None:
            return None
        if not pattern.fullmatch(text):
            raise Malformed("bad_query", name=name)
        return int(text)

    def one_of(self, name: str, values: Sequence[Choice]) -> Choice | None:
        """Query parameter that is one of some; ``None`` where it is not asked for.

        Raises
        ------
        Malformed
            If it is another.
        """
        asked = self.query.get(name)
        if asked is None:
            return None
        for value in values:
            if value == asked:
                return value
        raise Malformed("bad_query", name=name)

    @property
    def if_match(self) -> int | None:
        """Version in ``If-Match``; ``None`` where none is sent.

        Raises
        ------
        Malformed
            If it is no ETag of ours.
        """
        tag = self.headers.get("if-match")
        if tag is None:
            return None
        text = tag.removeprefix("W/").strip('"')
        if not _VERSION.fullmatch(text):
            raise Malformed("bad_etag")
        return int(text)

    def knows(self, etag: str) -> bool:
        """Tell whether the caller has a version already (RFC 9110 §13.1.2, weak comparison)."""
        tags = self.headers.get("if-none-match", "").split(",")
        return bool({tag.strip().removeprefix("W/") for tag in tags} & {etag, "*"})

    def parse(
        self,
        model: type[Model],
        *,
        limit: int = BODY_LIMIT_BYTES,
        permit: Callable[[], object] = lambda: None,
    ) -> Model:
        """Body as a model.

        Parameters
        ----------
        permit : callable
            Raises what tells a caller who may not act here. Called before any fault of the body is
            told, so that nobody learns by one what is not theirs; of a good body the use case finds
            out by itself, and nothing is read twice.

        Raises
        ------
        UnsupportedMediaType, TooLarge, Malformed
            If it is no JSON of at most `limit` bytes.
        Invalid
            If it breaks the model's rules, with every fault.
        """
        try:
            return model.model_validate(self.document(limit=limit))
        except ValidationError as error:
            permit()
            raise Invalid(faults=faults_of(error)) from error
        except TashawurError:
            permit()
            raise

    def document(self, *, limit: int = BODY_LIMIT_BYTES) -> Any:
        """Body as JSON; refused as `parse` does, and if it was sent compressed."""
        self._refuse_compressed()
        return read_json(self.body, self.headers.get("content-type", ""), limit=limit)

    def file(self, media_type: str, *, permit: Callable[[], object]) -> str:
        """Body as a file of text; `permit` as for `parse`.

        Raises
        ------
        UnsupportedMediaType, TooLarge, Malformed
            If it is no UTF-8 of that media type and of at most `BODY_LIMIT_BYTES`.
        """
        try:
            self._refuse_compressed()
            sent_as = self.headers.get("content-type", "")
            return read_text(self.body, sent_as, media_type=media_type, limit=BODY_LIMIT_BYTES)
        except TashawurError:
            permit()
            raise

    def _refuse_compressed(self) -> None:
        if self.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise UnsupportedMediaType("content_encoded")
