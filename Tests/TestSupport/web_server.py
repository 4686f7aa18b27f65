"""A web server for tests: takes whatever is posted to it, and answers as it is told.

Prints its port, serves until its standard input ends. A POST to any path is kept; POST /told?status=503 sets
the response to the next requests to other paths; GET /kept returns everything as JSON. POST /keys makes a
browser's push keys; a body with `Content-Encoding: aes128gcm` is decrypted with them as RFC 8291 defines, by
code of its own.
"""

import base64
import http.server
import json
import os
import struct
import sys
import threading
import urllib.parse

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from json_server import JSONHandler

state = {"status": 201, "kept": [], "key": None, "secret": b""}
lock = threading.Lock()


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key):
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def derive(salt, secret, info, length):
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def decrypt(body):
    salt, _, size = body[:16], struct.unpack(">I", body[16:20])[0], body[20]
    sender = body[21:21 + size]
    shared = state["key"].exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    about = b"WebPush: info\0" + point(state["key"].public_key()) + sender
    material = derive(state["secret"], shared, about, 32)
    key = derive(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derive(salt, material, b"Content-Encoding: nonce\0", 12)
    text = AESGCM(key).decrypt(nonce, body[21 + size:], None)
    assert text.endswith(b"\x02")
    return text[:-1].decode()


def verify_vapid(header):
    """The claims of a VAPID header whose signature is good."""
    fields = dict(part.strip().split("=", 1) for part in header.removeprefix("vapid ").split(","))
    signed, signature = fields["t"].rsplit(".", 1)
    raw = decode(signature)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(fields["k"]))
    key.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(decode(signed.split(".")[1])) | {"key": fields["k"]}


class Handler(JSONHandler):
    def do_GET(self):
        with lock:
            self.answer(state["kept"])

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urllib.parse.urlparse(self.path)
        with lock:
            if address.path == "/told":
                state["status"] = int(urllib.parse.parse_qs(address.query)["status"][0])
                return self.answer({})
            if address.path == "/keys":
                state["key"], state["secret"] = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
                keys = {"p256dh": encode(point(state["key"].public_key())), "auth": encode(state["secret"])}
                return self.answer(keys)
            kept = {"path": self.path, "headers": {name.lower(): value for name, value in self.headers.items()}}
            if self.headers.get("Content-Encoding") == "aes128gcm":
                kept["body"] = decrypt(body)
                kept["vapid"] = verify_vapid(self.headers["Authorization"])
            else:
                kept["body"] = body.decode()
            kept["status"] = state["status"]
            state["kept"].append(kept)
            self.answer({}, state["status"])


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
os._exit(0)
