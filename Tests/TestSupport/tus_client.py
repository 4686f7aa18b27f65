"""Uploads a file with tuspy, however often the connection breaks.

Usage: tus_client.py BASE_URL TOKEN FILE PIECE_BYTES CHECKSUM(yes|no) RETRIES KEY=VALUE...
Prints the path of the upload as soon as it is known, and at the end the number of requests that failed.
"""
import sys
import time
from urllib.parse import urljoin, urlparse

from tusclient import exceptions
from tusclient.client import TusClient

base, token, path, piece, checksum, retries, *pairs = sys.argv[1:]
client = TusClient(f"{base}/media/uploads", headers={"Authorization": f"Bearer {token}"})
uploader = client.uploader(
    path, chunk_size=int(piece), metadata=dict(pair.split("=", 1) for pair in pairs), upload_checksum=checksum == "yes",
    retries=0)
failures = 0


def persist(step):
    """Repeats a step until it succeeds."""
    global failures
    while True:
        try:
            return step()
        except (exceptions.TusUploadFailed, exceptions.TusCommunicationError) as error:
            if error.status_code is not None and error.status_code not in (409, 423, 503):
                sys.exit(f"refused: {error.status_code} {error.response_content}")
            failures += 1
            if failures > int(retries):
                sys.exit(f"too many failures, the last: {error}")
            time.sleep(0.1)


# The location names the public address; the test's proxy is on another one.
location = persist(uploader.create_url)
uploader.set_url(urljoin(base, urlparse(location).path))
print(urlparse(location).path, flush=True)
while uploader.offset < uploader.get_file_size():
    try:
        uploader.upload_chunk()
    except (exceptions.TusUploadFailed, exceptions.TusCommunicationError) as error:
        if error.status_code is not None and error.status_code not in (409, 423, 503):
            sys.exit(f"refused: {error.status_code} {error.response_content}")
        failures += 1
        if failures > int(retries):
            sys.exit(f"too many failures, the last: {error}")
        time.sleep(0.1)
        uploader.offset = persist(uploader.get_offset)
# The file is made by the request that sees all bytes.
persist(uploader.get_offset)
print(failures, flush=True)
