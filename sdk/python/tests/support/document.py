"""The product's OpenAPI document, as the tests ask it."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Any

from jsonschema import Draft202012Validator

from socialplay.transport.exchange import Exchange

METHODS = ("get", "head", "put", "post", "delete", "patch", "options")


class Document:
    """Knows the operations of all surfaces, and whether an answer is as it was promised."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def operations(self, *prefixes: str) -> set[tuple[str, str]]:
        """Method and path template of all operations whose path begins so.

        Without those that the service has for a clear refusal alone, such as of a status that there
        is none of: no client calls them on purpose.
        """
        return {
            (method.upper(), path)
            for path, item in self._document["paths"].items()
            if path.startswith(prefixes)
            for method in METHODS
            if any(status.startswith("2") for status in item.get(method, {}).get("responses", {}))
        }

    def faults(self, exchange: Exchange) -> list[str]:
        """What is wrong with an answer: nothing, if all is well."""
        operation, answer = exchange.operation, exchange.answer
        place = f"{operation.method} {operation.path} {answer.status}"
        promised = self._document["paths"].get(operation.path, {}).get(operation.method.lower())
        if promised is None:
            return [f"{place}: the operation is not in the document"]
        responses = promised["responses"]
        response = responses.get(str(answer.status), responses.get("default"))
        if response is None:
            return [f"{place}: the status is not in the document"]
        content = self._resolved(response).get("content", {})
        if operation.method == "HEAD":
            return []
        if not content:
            return [] if not answer.body else [f"{place}: there must be no body"]
        kind = answer.headers.get_content_type()
        kind = next((name for name in content if fnmatch(kind, name)), kind)
        if kind not in content:
            return [f"{place}: {kind} is not in the document"]
        if "schema" not in content[kind]:
            return []
        # The components stand beside the schema, where its references look for them.
        schema = {"allOf": [content[kind]["schema"]], "components": self._document["components"]}
        validator = Draft202012Validator(schema)
        return [
            f"{place}: {error.json_path}: {error.message}"
            for error in validator.iter_errors(answer.json())
        ]

    def _resolved(self, value: dict[str, Any]) -> dict[str, Any]:
        """The value itself, or what it refers to: ``#/components/responses/Forbidden``."""
        target: dict[str, Any] = value
        if "$ref" in value:
            target = self._document
            for name in value["$ref"].removeprefix("#/").split("/"):
                target = target[name]
        return target
