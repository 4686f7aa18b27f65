"""Clients that trickle: half of them send a head that never ends, half a body, one byte a second each. A client
that is cut off connects again. Creates FILE when all are connected: slow.py HOST PORT COUNT FILE."""

import resource
import socket
import sys
import time

SLICES = 20
HEAD = "GET /v1/health HTTP/1.1\r\nHost: {authority}\r\nX-Slow: "
BODY = (
    "POST /auth/login HTTP/1.1\r\nHost: {authority}\r\nContent-Type: application/json\r\n"
    "Content-Length: 4096\r\n\r\n"
)


class Client:
    def __init__(self, address: tuple[str, int], beginning: bytes) -> None:
        self.address = address
        self.beginning = beginning
        self.connect()

    def connect(self) -> None:
        self.connection = socket.create_connection(self.address, timeout=30)
        self.connection.sendall(self.beginning)
        self.connection.setblocking(False)

    def trickle(self) -> None:
        try:
            self.connection.send(b"a")
            if self.connection.recv(4_096):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self.connection.close()
        self.connect()


def main() -> None:
    host, port, count, ready = sys.argv[1:]
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    beginnings = [text.format(authority=f"{host}:{port}").encode() for text in (HEAD, BODY)]
    clients = [Client((host, int(port)), beginnings[number % 2]) for number in range(int(count))]
    open(ready, "w").close()
    turn = 0
    while True:
        begun = time.monotonic()
        # Two neighbours at a time: a head and a body.
        for client in (client for number, client in enumerate(clients) if number // 2 % SLICES == turn % SLICES):
            client.trickle()
        turn += 1
        time.sleep(max(0.0, begun + 1 / SLICES - time.monotonic()))


main()
