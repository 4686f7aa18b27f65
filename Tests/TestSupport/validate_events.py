"""Validates events with the JSON Schema in docs/events.md: validate_events.py DOCUMENT FILE.

FILE is a JSON array of events. The document's examples are validated too, and there must be one for each type.
"""

import json
import re
import sys

import jsonschema

with open(sys.argv[1]) as document:
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", document.read(), re.S)]
with open(sys.argv[2]) as file:
    events = json.load(file)
schemas = [block for block in blocks if "$schema" in block]
examples = [block for block in blocks if "specversion" in block]
assert len(schemas) == 1, "one schema is documented"
jsonschema.Draft202012Validator.check_schema(schemas[0])
validator = jsonschema.Draft202012Validator(
    schemas[0], format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
for event in examples + events:
    for error in validator.iter_errors(event):
        sys.exit(f"{event.get('type')}: {error.message} at {list(error.absolute_path)}")
types = schemas[0]["properties"]["type"]["enum"]
assert [example["type"] for example in examples] == types, "each documented type has an example, in order"
