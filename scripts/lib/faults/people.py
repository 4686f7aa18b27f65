"""Accounts that act on each other at the same moment while the fault test runs: people.py PORT FILE.

Appends to FILE what was answered, one line each; what got no answer, or 503, is in no line:
  both REQUEST            a friend request was accepted, and declined or withdrawn too
  unexpected STATUS WHAT  a status that the command cannot have
  deleted ACCOUNT         the deletion of an account was confirmed
  file FILE ACCOUNT       an uploaded picture or track was confirmed
  removed FILE            the deletion of a file was confirmed
"""

import base64
import http.client
import itertools
import io
import json
import math
import struct
import sys
import threading
import time
import wave
from concurrent.futures import ThreadPoolExecutor

# 64 x 32 pixels.
JPEG = base64.b64decode(
    "/9j/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSopGR8tMC0oMCUoKSj/2wBDAQcHBwoI"
    "ChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wAARCAAgAEADASIAAhEBAxEB"
    "/8QAFwABAQEBAAAAAAAAAAAAAAAAAAYHCP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAZAQEAAwEBAAAAAAAAAAAAAAAABgcIBAX/xAAUEQEA"
    "AAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCIARpdoACrAcLJIADKwGlkzAAd6gKcesAA/9k="
)
BOUNDARY = "fault-boundary"


def tone() -> bytes:
    """Half a second of a tone, as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(8000)
        recording.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(n * 0.35))) for n in range(4000)))
    return file.getvalue()


def form(name: str, content: bytes, **fields: str) -> bytes:
    part = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    head = "".join(f'{part}"{key}"\r\n\r\n{value}\r\n' for key, value in fields.items())
    head += f'{part}"file"; filename="{name}"\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


TONE = tone()

port, journal = int(sys.argv[1]), open(sys.argv[2], "a", buffering=1, encoding="ascii")
numbers = itertools.count(1)
pool = ThreadPoolExecutor(16)


class NoAnswer(Exception):
    """Nothing is known of the command; also while a server is away."""


def note(*words: object) -> None:
    journal.write(" ".join(str(word) for word in words) + "\n")


def ask(method: str, path: str, token: str = "", body: object = None, *, form: bytes = b"") -> tuple[int, dict]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    data = form
    if form:
        headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
    elif body is not None:
        headers["Content-Type"], data = "application/json", json.dumps(body).encode()
    try:
        connection.request(method, path, data or None, headers)
        answer = connection.getresponse()
        text = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer from error
    finally:
        connection.close()
    if answer.status == 503:
        raise NoAnswer
    try:
        return answer.status, json.loads(text) if text else {}
    except ValueError:
        return answer.status, {}


def expect(statuses: set[int], method: str, path: str, token: str = "", body: object = None, **more: bytes):
    """Returns the status and the answer, and notes a status that is not among these."""
    status, answer = ask(method, path, token, body, **more)
    if status not in statuses:
        note("unexpected", status, method, "/".join(path.split("/")[:5]))
    return status, answer


class Person:
    def __init__(self) -> None:
        name = f"person{next(numbers)}x{int(time.time() * 1000)}"
        body = {"email": f"{name}@example.org", "username": name[:30], "password": "correct horse battery staple"}
        status, answer = expect({200, 201}, "POST", "/auth/register", "", body)
        if status not in (200, 201):
            raise NoAnswer
        self.token, self.id = answer["accessToken"], answer["user"]["id"]

    def ask_for_friendship(self, other: "Person", statuses: set[int]) -> str:
        status, answer = expect(statuses, "POST", "/v1/friends/request", self.token, {"toUserId": other.id})
        return answer.get("id", "") if status == 201 else ""

    def upload(self, statuses: set[int]) -> None:
        self.send("avatar", form("me.jpg", JPEG), statuses)

    def publish(self, statuses: set[int]) -> str:
        return self.send("track", form("tone.wav", TONE), statuses)

    def add_cover(self, track: str, statuses: set[int]) -> str:
        return self.send("cover", form("cover.jpg", JPEG, trackId=track), statuses)

    def send(self, kind: str, body: bytes, statuses: set[int]) -> str:
        """Returns the file's id; nothing if it was refused."""
        status, answer = expect(statuses, "POST", f"/media/upload/{kind}", self.token, form=body)
        if status not in (200, 201):
            return ""
        note("file", answer["file"]["fileId"], self.id)
        return answer["file"]["fileId"]


def at_once(*commands):
    """Runs commands at the same moment. Returns the status of each; None for one without an answer."""
    gate = threading.Barrier(len(commands))

    def run(command):
        gate.wait(30)
        try:
            return command()
        except NoAnswer:
            return None

    return [future.result() for future in [pool.submit(run, command) for command in commands]]


def answer_a_request(number: int) -> None:
    """A request that is accepted, and declined or withdrawn at the same moment: one of both happens."""
    one, other = Person(), Person()
    request = one.ask_for_friendship(other, {201})
    if not request:
        return
    # A repeated command finds what an earlier one without an answer has done.
    refusal = [
        ("POST", f"/v1/friends/decline/{request}", other.token),
        ("DELETE", f"/v1/friends/request/{request}", one.token),
    ][number % 2]
    accepted, refused = at_once(
        lambda: expect({200, 404}, "POST", f"/v1/friends/accept/{request}", other.token)[0],
        lambda: expect({200, 204, 404}, *refusal)[0],
    )
    if accepted == 200 and refused in (200, 204):
        note("both", request)


def delete_amid_everything(_: int) -> None:
    """An account that is deleted while it and others write rows that name it: each is done before, or refused."""
    gone, friend, stranger = Person(), Person(), Person()
    request = gone.ask_for_friendship(friend, {201})
    message = {"toUserId": gone.id, "content": "Hello"}
    statuses = at_once(
        lambda: expect({200}, "DELETE", "/api/v1/users/me", gone.token)[0],
        lambda: expect({200, 404}, "POST", f"/v1/friends/accept/{request}", friend.token)[0],
        lambda: stranger.ask_for_friendship(gone, {201, 403, 404}),
        lambda: gone.ask_for_friendship(stranger, {201, 401, 409}),
        lambda: expect({201, 403, 404}, "POST", "/v1/messages", friend.token, message)[0],
        lambda: expect({200, 204, 404}, "POST", f"/v1/friends/block/{gone.id}", stranger.token)[0],
        lambda: gone.upload({200, 201, 401}),
        lambda: gone.publish({200, 401}),
        lambda: expect({200, 201, 202, 401, 404}, "POST", "/api/v1/users/me/export", gone.token)[0],
    )
    if statuses[0] == 200:
        note("deleted", gone.id)


def replace_pictures(_: int) -> None:
    """Uploads of one account at the same moment: each is answered with what was stored."""
    one = Person()
    at_once(*[lambda: one.upload({200, 201}) for _ in range(3)])


def delete_a_track(_: int) -> None:
    """A track that is deleted while it gets a cover: the cover is deleted with it, or refused."""
    one = Person()
    one.publish({200})
    track = one.publish({200})
    if not track:
        return
    deleted, _ = at_once(
        lambda: expect({200, 404}, "DELETE", f"/media/track/{track}", one.token)[0],
        lambda: one.add_cover(track, {200, 404}),
    )
    if deleted == 200:
        note("removed", track)


def main() -> None:
    rounds = [answer_a_request, delete_amid_everything, delete_a_track, replace_pictures]
    for number in itertools.count():
        try:
            rounds[number % len(rounds)](number // 2)
        except NoAnswer:
            time.sleep(0.3)
        time.sleep(0.2)


main()
