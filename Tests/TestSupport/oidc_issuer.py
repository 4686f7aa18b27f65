"""A small OpenID issuer for tests: publishes its keys and signs whatever claims it is told to.

Prints its port, serves until its standard input ends. Beyond the standard: POST /sign signs, POST /rotate
makes new keys, POST /silence makes it answer 503, GET /fetches returns how often the keys were fetched.
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import sys
import threading

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from json_server import JSONHandler


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def encode_number(number, size):
    return encode(number.to_bytes(size, "big"))


class Keys:
    def __init__(self, generation):
        self.rsa_name, self.ec_name = f"rsa-{generation}", f"ec-{generation}"
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())

    def published(self):
        numbers = self.rsa.public_key().public_numbers()
        point = self.ec.public_key().public_numbers()
        return [
            {"kty": "OKP", "crv": "Ed25519", "kid": "other", "x": "AAAA"},
            {"kty": "RSA", "kid": self.rsa_name, "use": "sig", "alg": "RS256",
             "n": encode_number(numbers.n, 256), "e": encode_number(numbers.e, 3)},
            {"kty": "EC", "kid": self.ec_name, "use": "sig", "crv": "P-256",
             "x": encode_number(point.x, 32), "y": encode_number(point.y, 32)},
        ]

    def sign(self, algorithm, data):
        if algorithm == "RS256":
            return self.rsa.sign(data, padding.PKCS1v15(), hashes.SHA256())
        if algorithm == "ES256":
            r, s = utils.decode_dss_signature(self.ec.sign(data, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        if algorithm == "HS256":
            # The public key taken for a secret, as confused verifiers do.
            return hmac.new(json.dumps(self.published()[1]).encode(), data, hashlib.sha256).digest()
        return b""


state = {"keys": Keys(1), "foreign": Keys(1), "generation": 1, "fetches": 0, "silent": False}


class Handler(JSONHandler):
    def do_GET(self):
        issuer = f"http://127.0.0.1:{self.server.server_port}"
        if self.path == "/fetches":
            self.answer({"count": state["fetches"]})
        elif state["silent"]:
            self.answer({}, 503)
        elif self.path == "/.well-known/openid-configuration":
            self.answer({"issuer": issuer, "jwks_uri": f"{issuer}/keys"})
        elif self.path == "/keys":
            state["fetches"] += 1
            self.answer({"keys": state["keys"].published()})
        else:
            self.answer({}, 404)

    def do_POST(self):
        told = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        if self.path == "/rotate":
            state["generation"] += 1
            state["keys"] = Keys(state["generation"])
            self.answer({})
        elif self.path == "/silence":
            state["silent"] = told["silent"]
            self.answer({})
        elif self.path == "/sign":
            keys = state["foreign"] if told.get("foreign") else state["keys"]
            algorithm = told.get("algorithm", "RS256")
            name = keys.ec_name if algorithm == "ES256" else keys.rsa_name
            header = {"alg": algorithm, "kid": told.get("kid", name), "typ": "JWT"}
            text = f"{encode(json.dumps(header).encode())}.{encode(json.dumps(told['claims']).encode())}"
            self.answer({"token": f"{text}.{encode(keys.sign(algorithm, text.encode()))}"})
        else:
            self.answer({}, 404)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
os._exit(0)
