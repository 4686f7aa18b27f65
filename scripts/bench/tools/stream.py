"""Clients of a large file. Each command prints its name and figures; a wrong answer ends it with an error.

stream.py compare HOST PORT PATH FILE
    Compares the content with FILE, whole and as the concatenation of ranges.
stream.py readers HOST PORT PATH SIZE CONNECTIONS SECONDS
    Each connection asks for ranges at random places and reads some bytes of them whenever its turn comes. Prints
    requests and bytes.
stream.py upload HOST PORT TOKEN FILE COUNT
    Uploads the file COUNT times at once, a piece to each in turn. Prints seconds.
"""

import hashlib
import http.client
import random
import resource
import selectors
import socket
import sys
import time

PIECE = 262_144
BOUNDARY = "bench-boundary"
# The kernel drops what a client would only copy: the server is measured.
DROPPED = bytearray(1 << 22)


def drop(client: socket.socket, limit: int) -> int:
    count = client.recv_into(DROPPED, min(limit, len(DROPPED)), socket.MSG_TRUNC)
    if count == 0:
        sys.exit("the server closed the connection")
    return count


def connect(host: str, port: str) -> socket.socket:
    return socket.create_connection((host, int(port)), timeout=60)


def ask(path: str, ranges: str = "") -> bytes:
    line = f"Range: bytes={ranges}\r\n" if ranges else ""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n{line}\r\n".encode()


def read_head(connection: socket.socket) -> tuple[int, int]:
    """Reads the head alone and returns the status and the length of the body, which is still to be read."""
    head = b""
    while b"\r\n\r\n" not in head:
        seen = connection.recv(4_096, socket.MSG_PEEK)
        if not seen:
            sys.exit("the server closed the connection")
        end = (head + seen).find(b"\r\n\r\n")
        head += connection.recv(len(seen) if end < 0 else end + 4 - len(head))
    lines = head.decode().split("\r\n")
    length = next(line for line in lines if line.lower().startswith("content-length:"))
    return int(lines[0].split(" ")[1]), int(length.split(":")[1])


def compare(host: str, port: str, path: str, file: str) -> None:
    expected = open(file, "rb").read()
    client = http.client.HTTPConnection(host, int(port), timeout=60)
    client.request("GET", path)
    if hashlib.sha256(client.getresponse().read()).digest() != hashlib.sha256(expected).digest():
        sys.exit("the whole file differs")
    step = len(expected) // 7 + 1
    found = b""
    for start in range(0, len(expected), step):
        client.request("GET", path, headers={"Range": f"bytes={start}-{start + step - 1}"})
        found += client.getresponse().read()
    if found != expected:
        sys.exit("the concatenated ranges differ")
    print("compare")


def readers(host: str, port: str, path: str, size: str, connections: str, seconds: str) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    clients = {connect(host, port): 0 for _ in range(int(connections))}
    requests = received = 0
    end = time.monotonic() + float(seconds)
    for client in clients:
        client.sendall(ask(path, f"{random.randrange(int(size))}-"))
        requests += 1
    while time.monotonic() < end:
        for client in clients:
            if clients[client] == 0:
                status, clients[client] = read_head(client)
                if status != 206:
                    sys.exit(f"the server answered {status}")
            count = drop(client, min(clients[client], PIECE))
            clients[client] -= count
            received += count
            if clients[client] == 0:
                client.sendall(ask(path, f"{random.randrange(int(size))}-"))
                requests += 1
    print("readers", requests, received)


def upload(host: str, port: str, token: str, file: str, count: str) -> None:
    content = open(file, "rb").read()
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="track.wav"\r\n'
        "Content-Type: audio/wav\r\n\r\n"
    ).encode()
    body = head + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    request = (
        f"POST /media/upload/track HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    whole = memoryview(request + body)
    begun = time.monotonic()
    sent = {connect(host, port): 0 for _ in range(int(count))}
    selector = selectors.DefaultSelector()
    for client in sent:
        client.setblocking(False)
        selector.register(client, selectors.EVENT_WRITE)
    waiting = len(sent)
    while waiting:
        for key, events in selector.select(60):
            client = key.fileobj
            if events & selectors.EVENT_READ:
                answer = client.recv(4_096)
                if not answer.startswith(b"HTTP/1.1 200"):
                    sys.exit(f"an upload was answered {answer[:200]!r}")
                selector.unregister(client)
                waiting -= 1
            else:
                sent[client] += client.send(whole[sent[client] : sent[client] + PIECE])
                if sent[client] == len(whole):
                    selector.modify(client, selectors.EVENT_READ)
    print("upload", time.monotonic() - begun)


{"compare": compare, "readers": readers, "upload": upload}[sys.argv[1]](*sys.argv[2:])
