"""Checks that no comment, script or text is wider than 120 columns; swift format breaks code, but no comments."""
import re

from repository import FROZEN, files, finish, lines

LIMIT = 120
# Code that other formatters keep, and recorded data.
EXEMPT = (".json", ".js", ".mjs", ".ts", ".html", ".jpg")

faults = []
paths = files("Sources", "Tests", "scripts", "docs", "sdk", "Package.swift", "Makefile", ".env.example", ".ci")
paths += [path for path in files(".", endings=(".md",)) if "/" not in path]
for path in paths:
    if path.startswith(FROZEN) or "/Resources/" in path or path.endswith(EXEMPT):
        continue
    for number, line in lines(path):
        if len(line) <= LIMIT or re.search(r"https?://\S{60}", line):
            continue
        # Swift: comments only. Markdown: no tables, and no single long word.
        is_code = path.endswith(".swift") and not re.match(r"\s*//", line)
        is_table = path.endswith(".md") and (line.startswith("|") or re.search(r"\S{80}", line))
        if not is_code and not is_table:
            faults.append(f"{path}:{number}: {len(line)} columns (at most {LIMIT})")
finish("width", faults)
