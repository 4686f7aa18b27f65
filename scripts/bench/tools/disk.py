"""Tells how long the disk takes to keep a little, for as long as others use it: disk.py FILE. Told to end (SIGTERM), it
prints the median and the longest time in milliseconds."""

import os
import signal
import statistics
import sys
import time

PAGE = bytes(8192)
PAUSE_SECONDS = 0.02


def main() -> None:
    times = []

    def end(*_: object) -> None:
        print(f"{statistics.median(times):.3f} {max(times):.3f}" if times else "0 0", flush=True)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    # As PostgreSQL's log: in place, and only what is needed to read it again.
    file = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT, 0o600)
    while True:
        began = time.monotonic()
        os.pwrite(file, PAGE, len(times) % 512 * len(PAGE))
        os.fdatasync(file)
        times.append((time.monotonic() - began) * 1000)
        time.sleep(PAUSE_SECONDS)


main()
