"""Checks that each ``Name`` in a comment is declared in Sources or Tests."""
import re

from repository import files, finish, lines, read

DECLARATION = re.compile(
    r"\b(?:class|struct|enum|protocol|actor|typealias|associatedtype|func|var|let|case|macro|extension)\s+`?(\w+)")
PARAMETER = re.compile(r"[(,]\s*`?(\w+)`?(?:\s+`?(\w+)`?)?\s*:")
CASES = re.compile(r"\bcase\s+([^:=\n]+)$", re.M)

paths = files("Sources", "Tests", "scripts", endings=(".swift",))
declared = {"init", "deinit", "subscript", "Self"} | set(re.findall(r'"(\w+)"', read("Package.swift")))
for path in paths:
    text = read(path)
    declared.update(DECLARATION.findall(text))
    for names in CASES.findall(text):
        declared.update(re.findall(r"\w+", names))
    for label, name in PARAMETER.findall(text):
        declared.update((label, name))

faults = []
for path in paths:
    for number, line in lines(path):
        comment = re.search(r"//.*", line)
        for symbol in re.findall(r"``([^`]+)``", comment.group() if comment else ""):
            names = re.sub(r"\([^)]*\)|-[a-z0-9]+$", "", symbol).split("/")
            for name in re.split(r"[./]", "/".join(names)):
                if re.fullmatch(r"\w+", name) and name not in declared:
                    faults.append(f"{path}:{number}: ``{symbol}`` is not declared anywhere")
                    break
finish("symbols", faults)
