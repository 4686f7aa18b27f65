"""Checks that files are concepts: few are tiny, the median is a page, and none is too long to read at once."""
import statistics

from repository import files, finish, read

LONGEST, SMALLEST_MEDIAN, TINY, TINY_SHARE = 400, 60, 15, 0.06

faults = []
sizes = {path: read(path).count("\n") for path in files("Sources", endings=(".swift",))}
tiny = [path for path, size in sizes.items() if size <= TINY]
median = statistics.median(sizes.values())
share = len(tiny) / len(sizes)
print(f"{len(sizes)} source files, median {median:.0f} lines, {share:.1%} with {TINY} lines or less")
if median < SMALLEST_MEDIAN:
    faults.append(f"the median of Sources is {median:.0f} lines (at least {SMALLEST_MEDIAN}): merge small files")
if share > TINY_SHARE:
    faults += [f"{path}: {sizes[path]} lines" for path in tiny]
    faults.append(f"{share:.1%} of Sources have {TINY} lines or less (at most {TINY_SHARE:.0%})")
for path in files("Sources", "Tests", "Package.swift", endings=(".swift",)) + files("scripts"):
    size = read(path).count("\n")
    if size > LONGEST:
        faults.append(f"{path} has {size} lines (at most {LONGEST})")
finish("grain", faults)
