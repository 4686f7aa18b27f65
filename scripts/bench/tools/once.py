"""Sends each request of a file for tools/requests.lua once, one after the other: once.py HOST PORT FILE. Fails unless
all succeed."""

import http.client
import sys


def main() -> None:
    host, port, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    connection = http.client.HTTPConnection(host, port)
    for line in open(path, encoding="utf-8"):
        method, target, token = line.split()
        connection.request(method, target, headers={"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        body = response.read()
        if response.status >= 300:
            sys.exit(f"{response.status} for {target}: {body[:200]!r}")


main()
