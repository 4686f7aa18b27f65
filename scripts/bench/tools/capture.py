"""Prints the bytes of one answer that keeps its connection: capture.py HOST PORT PATH."""

import socket
import sys


def main() -> None:
    host, port, path = sys.argv[1:]
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += connection.recv(65_536)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
        )
        while len(body) < length:
            body += connection.recv(65_536)
    sys.stdout.buffer.write(head + b"\r\n\r\n" + body)


main()
