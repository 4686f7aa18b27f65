"""Reads the feed of each user once, one after the other, and prints a line for tools/activities.lua that asks for the
page behind the newest 150 entries: activities.py HOST PORT ENTRIES FILE. Fails unless a newest page has ENTRIES
entries."""

import http.client
import json
import sys


def main() -> None:
    host, port, wanted, people = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    connection = http.client.HTTPConnection(host, port)
    for line in open(people, encoding="utf-8"):
        person, _, token = line.split()
        connection.request("GET", f"/social/feed?userId={person}", headers={"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        link = response.headers["Link"]
        entries = json.loads(response.read())["data"]
        if response.status != 200 or len(entries) != wanted:
            sys.exit(f"{response.status}: {len(entries)} entries instead of {wanted}")
        cursor = link.split("cursor=")[1].split(">")[0]
        print(person, f"&cursor={cursor}", token)


main()
