"""Checks that no comment, script or text is wider than 120 columns; swift format breaks code, but no comments."""
import re

from repository import FROZEN, files, finish, lines

LIMIT = 120
faults = []
for path in files("Sources", "Tests", "scripts", "docs", "sdk", "Package.swift", "Makefile", ".env.example", ".ci",
                  endings=()) + [path for path in files(".", endings=(".md",)) if "/" not in path]:
    if path.startswith(FROZEN) or path.endswith((".json", ".js", ".html", ".jpg", ".ts", ".mjs", "package-lock.json")):
        continue
    fenced = False
    for number, line in lines(path):
        if len(line) <= LIMIT:
            continue
        if path.endswith(".swift") and not re.match(r"\s*//", line):
            continue
        if path.endswith(".md") and (line.startswith("|") or re.search(r"\S{60}", line)):
            continue
        if re.search(r"https?://\S{60}", line):
            continue
        faults.append(f"{path}:{number}: {len(line)} columns (at most {LIMIT})")
finish("width", faults)
