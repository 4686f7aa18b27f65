"""Uploads COUNT pictures as several people and prints "seconds SECONDS" until all are ready.

paint.py HOST PORT FILE PEOPLE COUNT: PEOPLE is a file of "id accessToken" lines.
"""

import http.client
import json
import sys
import threading
import time

BOUNDARY = "bench-boundary"


class Painter(threading.Thread):
    def __init__(self, address: tuple[str, int], token: str, body: bytes, count: int) -> None:
        super().__init__()
        self.connection = http.client.HTTPConnection(*address, timeout=60)
        self.token = token
        self.body = body
        self.count = count
        self.finished = 0

    def run(self) -> None:
        unfinished = []
        for _ in range(self.count):
            file = self.ask("POST", "/media/upload/avatar", self.body)["file"]
            # The answer comes with the picture's size when a worker was quick, and without after two seconds.
            if "metadata" not in file:
                unfinished.append(file["fileId"])
        for identifier in unfinished:
            while self.ask("GET", f"/media/file/{identifier}/status")["status"] == "pending":
                time.sleep(0.02)
        self.finished = self.count

    def ask(self, method: str, path: str, body: bytes | None = None) -> dict:
        headers = {"Authorization": f"Bearer {self.token}"}
        if body:
            headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        answer = json.load(response)
        if response.status != 200 or answer.get("status") == "failed":
            sys.exit(f"{method} {path}: {response.status} {answer}")
        return answer


def main() -> None:
    host, port, path, people, count = sys.argv[1:]
    begin = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n\r\n'
    body = begin.encode() + open(path, "rb").read() + f"\r\n--{BOUNDARY}--\r\n".encode()
    tokens = [line.split()[1] for line in open(people)]
    share = int(count) // len(tokens)
    painters = [Painter((host, int(port)), token, body, share) for token in tokens]
    begun = time.monotonic()
    for painter in painters:
        painter.start()
    for painter in painters:
        painter.join()
    if all(painter.finished == share for painter in painters):
        print("seconds", time.monotonic() - begun)


main()
