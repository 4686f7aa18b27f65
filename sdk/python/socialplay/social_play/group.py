"""What all groups of methods share."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping
from typing import TypeVar

from ..decoding import decode
from ..musicians.profiles import UNCHANGED
from ..operation import Operation
from ..transport.answer import Answer
from ..transport.caller import Caller

Model = TypeVar("Model")


class Group:
    """Some of a client's methods."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def _do(
        self,
        operation: Operation,
        subject: str | None = None,
        body: Mapping[str, object] | None = None,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
        query: Mapping[str, str | int | None] | None = None,
    ) -> Answer:
        """Calls an operation, about one thing if it has a subject. A key is made up for each call
        that takes one, so that a repetition after a lost answer does nothing twice.
        """
        headers = {}
        if operation.has_idempotency_key:
            headers["Idempotency-Key"] = (
                str(uuid.uuid4()) if idempotency_key is None else idempotency_key
            )
        if if_match is not None:
            headers["If-Match"] = if_match
        parts = {} if subject is None else {"id": subject}
        return self._caller.call(operation, parts=parts, query=query, body=body, headers=headers)

    def _read(
        self,
        model: type[Model],
        operation: Operation,
        subject: str | None = None,
        body: Mapping[str, object] | None = None,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
        query: Mapping[str, str | int | None] | None = None,
    ) -> Model:
        """As :meth:`_do`; what it answers, with its entity tag if the model has a field for it."""
        answer = self._do(
            operation,
            subject,
            body,
            idempotency_key=idempotency_key,
            if_match=if_match,
            query=query,
        )
        return self._decoded(model, answer)

    @staticmethod
    def _decoded(model: type[Model], answer: Answer) -> Model:
        found = decode(model, answer.json())
        etag = answer.headers.get("ETag")
        if etag is not None and hasattr(found, "etag"):
            found = dataclasses.replace(found, etag=etag)  # type: ignore[type-var]
        return found


def changed(members: Mapping[str, object]) -> dict[str, object]:
    """The members that change; ``None`` clears."""
    return {name: value for name, value in members.items() if value is not UNCHANGED}


def listed(items: object) -> object:
    """A sequence as JSON has it; ``None`` and what is unchanged stay."""
    return [*items] if isinstance(items, (list, tuple)) else items
