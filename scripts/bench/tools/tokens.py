"""Prints a line for each user of tools/population.sql, "id name token", with an access token as the API makes them:
tokens.py SECRET FIRST COUNT [GROUP]. The group 7002 are the users of tools/posts.sql."""

import base64
import hashlib
import hmac
import json
import sys
import time


def encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def signed(secret: str, claims: dict) -> str:
    text = b".".join(encoded(json.dumps(part, separators=(",", ":")).encode())
                     for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return (text + b"." + encoded(hmac.digest(secret.encode(), text, "sha256"))).decode()


def main() -> None:
    secret, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    group = sys.argv[4] if len(sys.argv) > 4 else "7000"
    now = int(time.time())
    for number in range(first, first + count):
        person = f"00000000-0000-{group}-8000-{number:012x}"
        session = f"00000000-0002-7000-8000-{number:012x}"
        name = "p" + hashlib.md5(str(number).encode()).hexdigest()[:11]
        claims = {"userId": person, "type": "access", "sub": person, "iat": now, "exp": now + 3600, "jti": session,
                  "sid": session}
        print(person, name, signed(secret, claims))


main()
