"""What every check of scripts/lint needs: the repository's text files, and one way to report."""
import os
import subprocess
import sys

# Shipped migrations and their recorded checksums never change, not even in a comment.
FROZEN = "Sources/Storage/Migrations/"


def files(*roots, endings=()):
    """Returns the paths of the files below the roots that Git tracks or would track, in order."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", *roots], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return [path for path in sorted(set(listed)) if path.endswith(endings or "") and os.path.isfile(path)]


def read(path):
    """Returns the text of a file, or nothing if it is not text."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except UnicodeDecodeError:
        return ""


def lines(path):
    """Yields the numbered lines of a file."""
    return enumerate(read(path).split("\n"), start=1)


def finish(name, faults):
    """Prints the faults, and ends the check with 1 if there are any."""
    for fault in faults:
        print(f"lint: {fault}", file=sys.stderr)
    if faults:
        print(f"lint: {name}: {len(faults)} faults", file=sys.stderr)
    sys.exit(1 if faults else 0)
