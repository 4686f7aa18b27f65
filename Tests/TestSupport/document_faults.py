"""Compares answers of the product with an OpenAPI 3.1 document, and prints how they differ, one line each.

usage: document_faults.py DOCUMENT EXCHANGES

EXCHANGES is a JSON array of {method, template, status, headers, request, body}: names of headers in lower case,
bodies as text or missing. Bodies are validated against the schemas of the document (JSON Schema, draft 2020-12) with
every member refused that no schema names. The document's own examples are validated, too.
"""

import json
import re
import sys
from fnmatch import fnmatch
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker

FORMATS = FormatChecker(formats=())
FORMATS.checks("uuid")(lambda text: is_text(text, r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))
FORMATS.checks("date-time")(lambda text: is_text(text, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"))
FORMATS.checks("email")(lambda text: is_text(text, r"[^@\s]+@[^@\s]+\.[^@\s]+"))
FORMATS.checks("uri")(lambda text: not isinstance(text, str) or all(urlsplit(text)[:2]))


def is_text(value, pattern):
    return not isinstance(value, str) or re.fullmatch(pattern, value) is not None


def closed(value):
    """The same schemas, which refuse members that they do not name."""
    if isinstance(value, list):
        return [closed(element) for element in value]
    if not isinstance(value, dict):
        return value
    more = {"additionalProperties": False} if value.get("type") == "object" and "properties" in value else {}
    return {**{name: closed(member) for name, member in value.items()}, **more}


class Document:
    def __init__(self, document):
        self.document = document
        self.components = document["components"]
        self.closed_components = closed(self.components)

    def resolved(self, value):
        """The value itself, or what it refers to."""
        if "$ref" not in value:
            return value
        target = self.document
        for name in value["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        return target

    def schema_faults(self, schema, value, is_closed):
        # The components stand beside the schema, where its references look for them.
        components = self.closed_components if is_closed else self.components
        whole = {"allOf": [closed(schema) if is_closed else schema], "components": components}
        errors = Draft202012Validator(whole, format_checker=FORMATS).iter_errors(value)
        return [f"{error.json_path}: {error.message[:300]}" for error in errors]

    def faults(self, exchange):
        operation = self.document["paths"].get(exchange["template"], {}).get(exchange["method"].lower())
        if operation is None:
            return ["the operation is not documented"]
        response = operation["responses"].get(str(exchange["status"]))
        if response is None:
            return ["the status is not documented"]
        response = self.resolved(response)
        faults = self.header_faults(response.get("headers", {}), exchange["headers"])
        if exchange["status"] < 300 and exchange.get("request") is not None:
            faults += self.request_faults(operation, exchange["request"])
        # The answer to HEAD has no body.
        return faults if exchange["method"] == "HEAD" else faults + self.body_faults(response, exchange)

    def header_faults(self, headers, sent):
        faults = []
        for name, header in headers.items():
            header, value = self.resolved(header), sent.get(name.lower())
            if value is None:
                faults += [f"the header {name} is missing"] if header.get("required") else []
                continue
            value = int(value) if header["schema"].get("type") == "integer" and value.isdecimal() else value
            faults += [f"{name}: {fault}" for fault in self.schema_faults(header["schema"], value, False)]
        return faults

    def request_faults(self, operation, body):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            return []
        return [f"request {fault}" for fault in self.schema_faults(content["schema"], json.loads(body), False)]

    def body_faults(self, response, exchange):
        contents = response.get("content", {})
        kind = exchange["headers"].get("content-type", "").split(";")[0]
        if not kind:
            return [f"there is no body of {list(contents)}"] if contents else []
        pattern = next((name for name in contents if fnmatch(kind, name)), None)
        if pattern is None:
            return [f"{kind} is not among {list(contents)}"]
        if "schema" not in contents[pattern] or kind != "application/json":
            return []
        return self.schema_faults(contents[pattern]["schema"], json.loads(exchange["body"]), True)

    def example_faults(self, value, place=""):
        """What is wrong with the examples of a part of the document."""
        if isinstance(value, list):
            return [fault for element in value for fault in self.example_faults(element, place)]
        if not isinstance(value, dict):
            return []
        examples = [value["example"]] if "example" in value else []
        examples += [example["value"] for example in value.get("examples", {}).values()]
        schema = value.get("schema", value)
        found = [f"example of {place}: {fault}"
                 for example in examples for fault in self.schema_faults(schema, example, True)]
        members = {name: member for name, member in value.items() if name not in ("example", "examples")}
        return found + [fault for name, member in members.items()
                        for fault in self.example_faults(member, f"{place}/{name}")]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = Document(json.load(file))
    with open(sys.argv[2], encoding="utf-8") as file:
        exchanges = json.load(file)
    faults = document.example_faults(document.document["paths"], "paths")
    faults += document.example_faults(document.components, "components")
    for exchange in exchanges:
        place = f"{exchange['method']} {exchange['template']} {exchange['status']}"
        faults += [f"{place}: {fault}; {exchange.get('body')}" for fault in document.faults(exchange)]
    print("\n".join(dict.fromkeys(faults)))


main()
