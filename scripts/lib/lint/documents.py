"""Checks what documents say about the code: the version, and the requirements that tests quote."""
import re

from repository import files, finish, read

faults = []
version = re.search(r'version = "([^"]+)"', read("Sources/Chassis/Version.swift"))
release = re.search(r"^## \[?(\d+\.\d+\.\d+)", read("CHANGELOG.md"), re.M)
if not version or not release or version.group(1) != release.group(1):
    faults.append(
        f"Sources/Chassis/Version.swift says {version and version.group(1)}, the newest release of CHANGELOG.md is "
        f"{release and release.group(1)}")

QUOTE = re.compile(r"\b(S[0-4]|X|U)-(\d+)(?:(?: to |…|–)(?:\1-)?(\d+))?")
listed = set(re.findall(r"^\| ((?:S[0-4]|X|U)-\d+) \| \S.* \|", read("docs/requirements.md"), re.M))
for path in files("Tests", endings=(".swift", ".py")):
    for prefix, first, last in QUOTE.findall(read(path)):
        for number in range(int(first), int(last or first) + 1):
            if f"{prefix}-{number}" not in listed:
                faults.append(f"{path}: {prefix}-{number} is missing in docs/requirements.md (scripts/requirements)")
finish("documents", sorted(set(faults)))
