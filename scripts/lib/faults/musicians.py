"""Musicians who race each other while the fault test runs: musicians.py PORT FILE.

A few accounts follow, unfollow, block and unblock each other, publish and delete tracks, listen to them and change
their profiles, at the same moment and as fast as they are answered; now and then one closes its account and another
comes. Appends to FILE what was answered, one line each:
  unexpected STATUS WHAT  a status that the command cannot have
  heard TRACK LISTENER    a track arrived at a listener who is not its owner
  gone ACCOUNT            the deletion of an account was confirmed
  raced COUNT             how many commands were answered, since the start
"""

import io
import itertools
import json
import random
import socket
import sys
import threading
import time
import wave

port, journal = int(sys.argv[1]), open(sys.argv[2], "a", buffering=1, encoding="ascii")
PEOPLE, THREADS = 24, 12
BOUNDARY = "race-boundary"
lock = threading.Lock()
answered = itertools.count(1)


class NoAnswer(Exception):
    """Nothing is known of the command; also while a server is away."""


def note(*words: object) -> None:
    journal.write(" ".join(str(word) for word in words) + "\n")


def recording() -> bytes:
    """A tenth of a second of silence, as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    return file.getvalue()


FORM = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="race.wav"\r\n\r\n'.encode()
    + recording() + f"\r\n--{BOUNDARY}--\r\n".encode()
)


class Connection:
    """A connection that is kept for many requests: a library would take most of the time."""

    def __init__(self) -> None:
        self.socket: socket.socket | None = None

    def ask(self, method: str, path: str, token: str = "", body: bytes = b"", kind: str = "application/json"):
        """Returns the status and the body. Raises NoAnswer if the whole answer does not come."""
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
        if token:
            head += f"Authorization: Bearer {token}\r\n"
        if body:
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        try:
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", port), timeout=15)
            self.socket.sendall(head.encode() + b"\r\n" + body)
            return self.read()
        except (OSError, ValueError) as error:
            self.close()
            raise NoAnswer from error

    def read(self):
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.more()
        head, body = data.split(b"\r\n\r\n", 1)
        status, length, is_last = int(head[9:12]), 0, False
        for line in head.split(b"\r\n")[1:]:
            name, value = line.split(b":", 1)
            if name.lower() == b"content-length":
                length = int(value)
            elif name.lower() == b"connection" and value.strip().lower() == b"close":
                is_last = True
        while len(body) < length:
            body += self.more()
        if is_last:
            self.close()
        if status == 503:
            raise ValueError("the product says that a server is away")
        return status, body

    def more(self) -> bytes:
        piece = self.socket.recv(65536)
        if not piece:
            raise OSError("the server closed the connection")
        return piece

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket = None


class Musician:
    numbers = itertools.count(1)

    def __init__(self, connection: Connection) -> None:
        name = f"racer{next(self.numbers)}x{int(time.time() * 1000) % 10**9}"
        body = {"email": f"{name}@example.org", "username": name, "password": "correct horse battery staple"}
        status, answer = connection.ask("POST", "/auth/register", "", json.dumps(body).encode())
        if status != 200:
            note("unexpected", status, "POST /auth/register")
            raise NoAnswer
        told = json.loads(answer)
        self.token, self.id = told["accessToken"], told["user"]["id"]
        self.tracks: list[str] = []
        self.is_gone = False


people: list[Musician] = []
heard: set[tuple[str, str]] = set()


def act(connection: Connection, chance: random.Random) -> None:
    one, other = chance.sample(people, 2)
    def expect(statuses: set[int], method: str, path: str, body: bytes = b"", **more: str):
        status, answer = connection.ask(method, path, one.token, body, **more)
        # An account may close in the middle of its other commands.
        if status not in statuses and not (status in (401, 404) and one.is_gone):
            note("unexpected", status, method, "/".join(path.split("/")[:3]))
        return status, answer

    kind = chance.random()
    if kind < 0.40:
        expect({200, 403, 404}, "POST", f"/social/follow/{other.id}")
    elif kind < 0.66:
        expect({200, 404}, chance.choice(["POST", "DELETE"]), f"/social/unfollow/{other.id}")
    elif kind < 0.72:
        expect({200, 204, 404}, "POST", f"/v1/friends/block/{other.id}")
    elif kind < 0.79:
        expect({200, 204, 404}, "DELETE", f"/v1/friends/block/{other.id}")
    elif kind < 0.97:
        listen(expect, one, other, chance)
    elif kind < 0.992:
        expect({200}, "PUT", f"/users/{one.id}/profile", b'{"bio":"racing"}')
    elif kind < 0.9955:
        status, answer = expect(
            {200}, "POST", "/media/upload/track", FORM, kind=f"multipart/form-data; boundary={BOUNDARY}"
        )
        if status == 200:
            one.tracks.append(json.loads(answer)["file"]["fileId"])
    elif kind < 0.9993:
        if one.tracks:
            track = chance.choice(one.tracks)
            status, _ = expect({200, 404}, "DELETE", f"/media/{chance.choice(['track', 'file'])}/{track}")
            if status == 200 and track in one.tracks:
                one.tracks.remove(track)
    elif len(people) == PEOPLE:
        leave(expect, connection, one)


def listen(expect, one: Musician, other: Musician, chance: random.Random) -> None:
    tracks = list(other.tracks)
    if not tracks:
        return
    track = chance.choice(tracks)
    status, _ = expect({200, 404}, "GET", f"/media/track/{track}")
    # The listener of a token that is not valid any more is the address.
    if status == 200 and not one.is_gone and (track, one.id) not in heard:
        heard.add((track, one.id))
        note("heard", track, one.id)


def leave(expect, connection: Connection, one: Musician) -> None:
    with lock:
        if one.is_gone or one not in people:
            return
        one.is_gone = True
    status, _ = expect({200}, "DELETE", "/api/v1/users/me")
    if status != 200:
        return
    note("gone", one.id)
    while True:
        try:
            newcomer = Musician(connection)
            break
        except NoAnswer:
            time.sleep(0.2)
    people[people.index(one)] = newcomer


def race(number: int) -> None:
    connection, chance = Connection(), random.Random(number)
    while True:
        try:
            act(connection, chance)
            count = next(answered)
            if count % 1000 == 0:
                note("raced", count)
        except NoAnswer:
            time.sleep(0.05)


def main() -> None:
    connection = Connection()
    while len(people) < PEOPLE:
        try:
            people.append(Musician(connection))
        except NoAnswer:
            time.sleep(0.3)
    for number in range(THREADS):
        threading.Thread(target=race, args=(number,), daemon=True).start()
    threading.Event().wait()


main()
