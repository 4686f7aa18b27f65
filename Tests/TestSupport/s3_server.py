"""An S3 service for tests: moto's, behind a check of every signature, and with faults as a test asks for them.

Argument: a JSON object with "key", "secret" and "region". Prints its port, serves until its standard input ends. moto
itself verifies no signature; here a request with a wrong one is refused as S3 refuses it, by code of its own.

A test controls its bucket below /-/BUCKET: POST create; POST faults with a list of faults (see S3Server.Fault), which
replaces the last one; GET log for all requests so far; GET content for the keys of all objects and the number of
multipart uploads in progress; POST age?seconds=… makes these uploads older.

TEST_S3_SERVICE=HOST:PORT names another service in place of moto, such as Ceph's, which must know the key and secret.
"""

import datetime
import hashlib
import hmac
import http.client
import io
import json
import os
import re
import socket
import sys
import threading
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, ".build", "moto"))

import boto3  # noqa: E402
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: E402
from moto.s3.models import s3_backends  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402

settings = json.loads(sys.argv[1])
lock = threading.Lock()
UNSIGNED = "UNSIGNED-PAYLOAD"
CLOCK_SKEW = datetime.timedelta(minutes=15)


class Moto:
    def __init__(self):
        self.application = DomainDispatcherApplication(create_backend_app)
        self.store = s3_backends["123456789012"]["aws"]

    def answer(self, environ, body):
        """Status line, headers and the pieces of the body."""
        query = urllib.parse.parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        bucket = self.store.buckets.get(environ["RAW_URI"].split("?")[0].split("/")[1])
        if bucket and "uploadId" in query and query["uploadId"][0] not in bucket.multiparts:
            # moto has a fault of its own instead.
            return "404 Not Found", [("Content-Type", "application/xml")], [error_document("NoSuchUpload")]
        result = []
        environ["wsgi.input"] = io.BytesIO(body)
        chunks = self.application(environ, lambda status, headers, *_: result.extend([status, headers]))
        return result[0], result[1], chunks

    def create(self, name):
        self.store.create_bucket(name, settings["region"])

    def content(self, name):
        bucket = self.store.buckets[name]
        return {"keys": sorted(bucket.keys), "uploads": len(bucket.multiparts)}


class Service:
    """Another service, which gets every request as it came."""

    # What the connection or the test server itself says.
    OWN = ("connection", "keep-alive", "transfer-encoding", "date", "server")

    def __init__(self, address):
        self.address = address
        self.client = boto3.client(
            "s3",
            endpoint_url=f"http://{address}",
            aws_access_key_id=settings["key"],
            aws_secret_access_key=settings["secret"],
            region_name="us-east-1",
        )

    def answer(self, environ, body):
        headers = {k[5:].replace("_", "-"): v for k, v in environ.items() if k.startswith("HTTP_")}
        headers.pop("EXPECT", None)
        headers.update({name: environ[name.upper().replace("-", "_")] for name in ("Content-Type", "Content-Length")
                        if environ.get(name.upper().replace("-", "_"))})
        connection = http.client.HTTPConnection(self.address)
        connection.putrequest(environ["REQUEST_METHOD"], environ["RAW_URI"], skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        kept = [pair for pair in answer.getheaders() if pair[0].lower() not in self.OWN]
        return f"{answer.status} {answer.reason or 'Status'}", kept, [answer.read()]

    def create(self, name):
        self.client.create_bucket(Bucket=name)

    def content(self, name):
        objects = self.client.list_objects_v2(Bucket=name).get("Contents", [])
        uploads = self.client.list_multipart_uploads(Bucket=name).get("Uploads", [])
        return {"keys": sorted(entry["Key"] for entry in objects), "uploads": len(uploads)}


address = os.environ.get("TEST_S3_SERVICE")
service = Service(address) if address else Moto()


class Bucket:
    def __init__(self):
        self.faults = []
        self.log = []
        # By upload id; moto says 2010 of every upload.
        self.begun = {}


buckets = {}


class Refusal(Exception):
    """A request that the service refuses: status, code and why."""

    def __init__(self, status, code, message=""):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


# Signatures (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html)


def encode(text):
    return urllib.parse.quote(text, safe="-_.~")


def header(environ, name):
    key = name.upper().replace("-", "_")
    value = environ.get(key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key)
    return " ".join((value or "").split())


def signature(environ, path, parameters, signed, payload, time_text, scope):
    # S3 does not normalise the path, and it is encoded once.
    canonical_path = "/".join(encode(urllib.parse.unquote(part)) for part in path.split("/"))
    query = "&".join("=".join(pair) for pair in sorted((encode(k), encode(v)) for k, v in parameters))
    lines = "".join(f"{name}:{header(environ, name)}\n" for name in signed)
    canonical = "\n".join([environ["REQUEST_METHOD"], canonical_path, query, lines, ";".join(signed), payload])
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = ("AWS4" + settings["secret"]).encode()
    for part in scope:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    text = "\n".join(["AWS4-HMAC-SHA256", time_text, "/".join(scope), digest])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def verify(environ, body):
    """Raises Refusal unless the signature in the header or in the query is valid for exactly this request."""
    path, _, query = environ["RAW_URI"].partition("?")
    if re.search(r"[^A-Za-z0-9\-_.~/%]", path) or re.search(r"[^A-Za-z0-9\-_.~%&=]", query):
        raise Refusal(403, "SignatureDoesNotMatch", "an unencoded character")
    parameters = urllib.parse.parse_qsl(query, keep_blank_values=True)
    fields = dict(parameters)
    if "X-Amz-Signature" in fields:
        credential, time_text = fields["X-Amz-Credential"], fields["X-Amz-Date"]
        signed, given, payload = fields["X-Amz-SignedHeaders"].split(";"), fields["X-Amz-Signature"], UNSIGNED
        parameters = [pair for pair in parameters if pair[0] != "X-Amz-Signature"]
        lifetime = datetime.timedelta(seconds=int(fields["X-Amz-Expires"]))
        if fields["X-Amz-Algorithm"] != "AWS4-HMAC-SHA256" or lifetime > datetime.timedelta(days=7):
            raise Refusal(400, "AuthorizationQueryParametersError")
    else:
        match = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})",
            environ.get("HTTP_AUTHORIZATION", ""),
        )
        if not match:
            raise Refusal(403, "AccessDenied", "no signature")
        credential, signed, given = match[1], match[2].split(";"), match[3]
        time_text, payload = header(environ, "x-amz-date"), header(environ, "x-amz-content-sha256")
        lifetime = CLOCK_SKEW
        needed = ["host"] + [k[5:].lower().replace("_", "-") for k in environ if k.startswith("HTTP_X_AMZ_")]
        if not set(needed) <= set(signed):
            raise Refusal(403, "AccessDenied", "headers that are not signed")
        if not all(header(environ, name) for name in signed):
            raise Refusal(403, "SignatureDoesNotMatch", "a signed header that was not sent")
        if payload not in (UNSIGNED, hashlib.sha256(body).hexdigest()):
            raise Refusal(400, "XAmzContentSHA256Mismatch")
    key, *scope = credential.split("/")
    moment = datetime.datetime.strptime(time_text, "%Y%m%dT%H%M%SZ")
    now = datetime.datetime.utcnow()
    if key != settings["key"]:
        raise Refusal(403, "InvalidAccessKeyId")
    if not moment - CLOCK_SKEW <= now <= moment + lifetime:
        raise Refusal(403, "AccessDenied" if "X-Amz-Signature" in fields else "RequestTimeTooSkewed")
    if scope != [time_text[:8], settings["region"], "s3", "aws4_request"]:
        raise Refusal(403, "SignatureDoesNotMatch", "the scope")
    if not hmac.compare_digest(given, signature(environ, path, parameters, signed, payload, time_text, scope)):
        raise Refusal(403, "SignatureDoesNotMatch", "the signature")


# Requests


def error_document(code):
    return f"<?xml version='1.0'?>\n<Error><Code>{code}</Code><Message>as asked</Message></Error>".encode()


def answer_xml(start_response, status, code):
    body = error_document(code)
    start_response(f"{status} Status", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]


def next_fault(bucket, environ):
    with lock:
        for fault in bucket.faults:
            matches = fault.get("method") in (None, environ["REQUEST_METHOD"])
            if matches and fault.get("contains", "") in environ["RAW_URI"] and fault["count"] != 0:
                fault["count"] -= 1
                return fault
    return None


def drop(environ):
    try:
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def cut(environ, chunks, count):
    """Sends that many bytes of a body, and then drops the connection."""
    for chunk in chunks:
        yield chunk[:count]
        count -= len(chunk)
        if count <= 0:
            drop(environ)
            return


def dated(bucket, chunks):
    """The list of uploads with the times at which they were begun."""
    body = b"".join(chunks).decode()

    def date(match):
        begun = datetime.datetime.utcfromtimestamp(bucket.begun.get(match[2], 0))
        return f"{match[1]}{match[2]}{match[3]}{begun.isoformat(timespec='milliseconds')}Z"

    return re.sub(r"(<UploadId>)([^<]+)(</UploadId>.*?<Initiated>)[^<]+", date, body, flags=re.S).encode()


def note_upload(bucket, environ, chunks):
    body = b"".join(chunks)
    match = re.search(rb"<InitiateMultipartUploadResult.*<UploadId>([^<]+)", body, flags=re.S)
    if match:
        bucket.begun[match[1].decode()] = time.time()
    return [body]


def serve(environ, start_response):
    path = environ["RAW_URI"].partition("?")[0]
    if path.startswith("/-/"):
        return control(environ, start_response, *path[3:].split("/"))
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    bucket = buckets.setdefault(path.split("/")[1], Bucket())
    entry = {"method": environ["REQUEST_METHOD"], "path": environ["RAW_URI"], "status": 0, "refusal": None}
    with lock:
        bucket.log.append(entry)
    try:
        verify(environ, body)
    except Refusal as refusal:
        entry.update(status=refusal.status, refusal=f"{refusal.code} {refusal.message}")
        return answer_xml(start_response, refusal.status, refusal.code)
    fault = next_fault(bucket, environ)
    if fault:
        time.sleep(fault.get("delay", 0))
        if fault.get("drops"):
            drop(environ)
            return answer_xml(start_response, 500, "InternalError")
        if fault.get("status") and not fault.get("takesEffect"):
            entry["status"] = fault["status"]
            return answer_xml(start_response, fault["status"], fault.get("code", "InternalError"))

    status, headers, chunks = service.answer(environ, body)
    entry["status"] = int(status.split()[0])
    if fault and fault.get("takesEffect"):
        drop(environ)
        return answer_xml(start_response, 500, "InternalError")
    query = urllib.parse.parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    if "uploads" in query and environ["REQUEST_METHOD"] == "POST":
        chunks = note_upload(bucket, environ, chunks)
    elif "uploads" in query:
        chunks = [dated(bucket, chunks)]
        headers = [pair for pair in headers if pair[0].lower() != "content-length"]
        headers.append(("Content-Length", str(len(chunks[0]))))
    start_response(status, headers)
    if fault and fault.get("cut") is not None:
        return cut(environ, chunks, fault["cut"])
    return chunks


def control(environ, start_response, name, command):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    bucket = buckets.setdefault(name, Bucket())
    answer = None
    with lock:
        if command == "create":
            service.create(name)
        elif command == "faults":
            bucket.faults = json.loads(body)
        elif command == "log":
            answer = bucket.log
        elif command == "content":
            answer = service.content(name)
        elif command == "age":
            seconds = float(urllib.parse.parse_qs(environ["QUERY_STRING"])["seconds"][0])
            bucket.begun = {upload: begun - seconds for upload, begun in bucket.begun.items()}
    content = json.dumps(answer).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
    return [content]


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go out in pieces; together with delayed acknowledgements that costs 40 ms a request.
    disable_nagle_algorithm = True

    def send_header(self, keyword, value):
        # Every body is read, so that connections can stay open, which werkzeug does not rely on.
        if (keyword, value) != ("Connection", "close"):
            super().send_header(keyword, value)

    def log(self, *arguments):
        pass


def end_with_input():
    sys.stdin.buffer.read()
    os._exit(0)


server = make_server("127.0.0.1", 0, serve, threaded=True, request_handler=Handler)
print(server.socket.getsockname()[1], flush=True)
threading.Thread(target=end_with_input, daemon=True).start()
server.serve_forever()
