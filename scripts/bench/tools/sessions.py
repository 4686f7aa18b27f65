"""Writes commands that put sessions of users of tools/population.sql into Redis, for `redis-cli --pipe`, in the form of
presence_common.lua: sessions.py PREFIX FIRST COUNT STEP AGE. They have heartbeats, the last of them AGE seconds ago."""

import sys
import time

lifetime, idle = 37_500, 300_000


def command(*words: str) -> bytes:
    parts = [word.encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


def main() -> None:
    prefix = sys.argv[1]
    first, count, step, age = map(int, sys.argv[2:])
    sign = int(time.time() * 1000) - age * 1000
    for begin in range(0, count, 1000):
        deadlines, signs, states, turns, people = [], [], [], [], []
        for number in range(first + begin * step, first + min(begin + 1000, count) * step, step):
            person = f"00000000-0000-7000-8000-{number:012x}"
            device = f"00000000-0002-7000-8000-{number:012x}"
            session = f"{person}:{device}"
            deadlines += [str(sign + lifetime), session]
            signs += [session, str(sign)]
            states += [session, f"o|{sign}|b|Counter-Strike 2"]
            turns += [str(sign + idle), session]
            people += [person, f"online|{device}|Counter-Strike 2"]
        for kind, name, members in (("ZADD", "deadlines", deadlines), ("HSET", "signs", signs),
                                    ("HSET", "states", states), ("ZADD", "idle", turns), ("HSET", "people", people)):
            sys.stdout.buffer.write(command(kind, prefix + name, *members))


main()
