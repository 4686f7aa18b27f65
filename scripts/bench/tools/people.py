"""Registers accounts and prints a line for each, "id accessToken": people.py HOST PORT COUNT PREFIX PASSWORD."""

import http.client
import json
import sys


def main() -> None:
    host, port, count, prefix, password = sys.argv[1:]
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    for number in range(int(count)):
        name = f"{prefix}{number}"
        body = {"email": f"{name}@example.com", "username": name, "password": password}
        connection.request("POST", "/auth/register", json.dumps(body), {"Content-Type": "application/json"})
        answer = json.load(connection.getresponse())
        print(answer["user"]["id"], answer["accessToken"])


main()
