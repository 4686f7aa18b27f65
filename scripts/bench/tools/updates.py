"""Updates a profile COUNT times, with MILLISECONDS between two: updates.py HOST PORT COUNT MILLISECONDS ID TOKEN."""

import http.client
import sys
import time


def main() -> None:
    host, port, count, milliseconds, user, token = sys.argv[1:]
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    for number in range(int(count)):
        connection.request("PUT", f"/users/{user}/profile", f'{{"bio":"number {number}"}}', headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            sys.exit(f"The update was answered with {answer.status}.")
        time.sleep(int(milliseconds) / 1000)


main()
