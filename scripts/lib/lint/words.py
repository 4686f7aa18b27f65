"""Checks that old names and vague subjects do not come back: code and docs name what acts, in the field's terms."""
import re

from repository import FROZEN, files, finish, lines

SUBJECTS = re.compile(r"\b(whoever|somebody|nobody|anybody|everybody)\b", re.I)
PROSE = re.compile(
    r"\b(promis(e|es|ed|ing)|patience|metronomes?|rhythms?|timetables?|strays?|left-?overs?|bury|buries|buried"
    r"|reviv(e|es|ed|ing)|errands?|parcels?|signs? of life)\b", re.I)
NAMES = re.compile(
    r"\b(PromisedJob|AskFriend|AnswerFriend|EndFriendship|FriendAnswer|FriendRosters?|EndedSessions|FailureBudget"
    r"|AccountLinks?|LinkSigner|FinishedMedia|StatusUnknown|LeaseBeat|QueueRescue|StraySearch|LeftoverBodies|KeptJobs"
    r"|JobTrail|TickStore|MissedTicks|ErrorOutcome|WrongUse|FriendPromises|Workshop|Yard|Errand|Chore|Parcel|Metronome"
    r"|Rhythm|[A-Z]\w+Words|[A-Z]\w+Answers|Make\w+Work|import Social)\b")
# The account of Linux.
ALLOWED = re.compile(r"id -u nobody")
# Name the old words in order to forbid them, and a list of what other people chose as passwords.
EXEMPT = ("scripts/lib/lint/words.py", "CONTRIBUTING.md", "Sources/Domain/Data/common-passwords.txt")

paths = files("Sources", "scripts", "docs", "Package.swift", "Makefile", ".env.example", ".ci")
paths += [path for path in files(".", endings=(".md",)) if "/" not in path]
faults = []
for path in paths:
    if path.startswith(FROZEN) or path in EXEMPT or path.endswith(".jpg"):
        continue
    for number, line in lines(path):
        # In code, a word of prose may be a name of another system; in comments and documents it is ours.
        prose = line
        if path.endswith((".swift", ".sql", ".lua")):
            comment = re.search(r"//.*|--.*", line)
            prose = comment.group() if comment else ""
        found = SUBJECTS.search(line) or PROSE.search(prose) or NAMES.search(line)
        if found and not ALLOWED.search(line):
            faults.append(f"{path}:{number}: \"{found.group()}\": see Language in CONTRIBUTING.md")
finish("words", faults)
