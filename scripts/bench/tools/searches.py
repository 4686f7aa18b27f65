"""Searches posts for each line of a file, one after the other, every second time as a user, and prints the median, the
99th percentile and the longest time in milliseconds, and how many posts were found in all:
searches.py HOST PORT FILE TOKEN. Fails unless every answer is a page of posts."""

import http.client
import json
import sys
import time
import urllib.parse


def main() -> None:
    host, port, path, token = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    connection = http.client.HTTPConnection(host, port)
    times, found = [], 0
    for number, line in enumerate(open(path, encoding="utf-8")):
        headers = {"Authorization": f"Bearer {token}"} if number % 2 else {}
        began = time.perf_counter()
        connection.request("GET", f"/api/v1/posts/search?q={urllib.parse.quote(line.strip())}", headers=headers)
        response = connection.getresponse()
        body = response.read()
        times.append((time.perf_counter() - began) * 1000)
        if response.status != 200:
            sys.exit(f"{response.status} for {line.strip()}: {body.decode()}")
        found += json.loads(body)["pagination"]["total"]
    times.sort()
    print(times[len(times) // 2], times[len(times) * 99 // 100], times[-1], found)


main()
