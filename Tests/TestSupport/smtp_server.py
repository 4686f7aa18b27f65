"""An SMTP server for tests: answers as it is told and writes down what it received.

Argument: a JSON object (see SMTPServer.Behaviour). Prints its port, serves until its standard input ends.
"""

import asyncio
import email
import email.policy
import json
import os
import ssl
import subprocess
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult

behaviour = json.loads(sys.argv[1])
directory = behaviour["directory"]


class Handler:
    def __init__(self):
        self.count = 0
        self.mails_of_connection = {}

    async def handle_MAIL(self, server, session, envelope, address, options):
        seen = self.mails_of_connection.get(session.peer, 0) + 1
        self.mails_of_connection[session.peer] = seen
        if seen > 1 and behaviour["disconnects"] == "withReply":
            asyncio.get_running_loop().call_later(0.2, server.transport.close)
            return "421 4.4.2 too long idle"
        if seen > 1 and behaviour["disconnects"] == "silently":
            server.transport.abort()
        if behaviour.get("senderReply"):
            return behaviour["senderReply"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if behaviour.get("recipientReply"):
            return behaviour["recipientReply"]
        slow = behaviour.get("slow")
        if slow and slow["atRecipient"] and slow["recipient"] == address:
            await asyncio.sleep(slow["seconds"])
            return slow["reply"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if behaviour.get("messageReply"):
            return behaviour["messageReply"]
        self.count += 1
        self.write(server, session, envelope)
        slow = behaviour.get("slow")
        if slow and slow["recipient"] in envelope.rcpt_tos:
            await asyncio.sleep(slow["seconds"])
            return slow["reply"]
        return "250 OK"

    def write(self, server, session, envelope):
        """Decodes with Python's own parser, which knows nothing of how the message was made."""
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = message.get_body(("plain",))
        html = message.get_body(("html",))
        received = {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "connection": session.peer[1],
            "isEncrypted": session.ssl is not None or behaviour["encryption"] == "always",
            "isLoggedIn": bool(session.authenticated),
            "raw": envelope.content.decode("ascii"),
            "from": str(message["From"]),
            "to": str(message["To"]),
            "subject": str(message["Subject"]),
            "messageID": str(message["Message-ID"]),
            "unixTime": int(message["Date"].datetime.timestamp()),
            "text": self.content(text),
            "html": self.content(html),
            "defects": [repr(d) for part in message.walk() for d in part.defects]
            + [repr(d) for value in message.values() for d in value.defects],
        }
        name = os.path.join(directory, "%06d" % self.count)
        with open(name + ".unfinished", "w") as file:
            json.dump(received, file)
        os.rename(name + ".unfinished", name + ".json")

    def content(self, part):
        return part.get_content().replace("\r\n", "\n") if part else None


class Greeting554(asyncio.Protocol):
    def connection_made(self, transport):
        transport.write(b"554 no mail here\r\n")


def authenticate(server, session, envelope, mechanism, data):
    login = behaviour["login"]
    is_right = (data.login.decode(), data.password.decode()) == (login["user"], login["password"])
    return AuthResult(success=is_right, handled=False)


def certificate():
    names = [os.path.join(directory, name) for name in ("key.pem", "certificate.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        + ["-keyout", names[0], "-out", names[1], "-days", "2", "-subj", "/CN=127.0.0.1"]
        + ["-addext", "subjectAltName=IP:127.0.0.1"],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(names[1], names[0])
    return context


async def serve():
    encryption = behaviour["encryption"]
    context = certificate() if encryption != "none" else None
    handler = Handler()
    login = behaviour.get("login")

    def protocol():
        if behaviour["greeting"] == "none":
            return asyncio.Protocol()
        if behaviour["greeting"] == "refusal":
            return Greeting554()
        return SMTP(
            handler,
            hostname="mail.test",
            tls_context=context if encryption == "offered" else None,
            authenticator=authenticate if login else None,
            auth_required=bool(login),
            auth_require_tls=False,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        protocol, "127.0.0.1", 0, ssl=context if encryption == "always" else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def end_with_input():
    sys.stdin.buffer.read()
    os._exit(0)


threading.Thread(target=end_with_input, daemon=True).start()
asyncio.run(serve())
