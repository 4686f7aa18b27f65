"""A RabbitMQ (Debian's rabbitmq-server) with ports, node name, cookie, data, log and epmd of its own.

The argument is its folder. Prints the port of AMQP when it is ready, then obeys lines on standard input, and answers
each with a line: kill (SIGKILL), start (with the data it had). Ends with its standard input, and leaves nothing.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

directory = sys.argv[1]
program = "/usr/lib/rabbitmq/bin/rabbitmq-server"
libc = ctypes.CDLL(None)


def free_port():
    # Below the ports that the kernel gives to clients, so that it is still free at a restart.
    for port in range(10_000 + int.from_bytes(os.urandom(2), "big") % 20_000, 32_000):
        with socket.socket() as candidate:
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                candidate.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
    sys.exit("no port is free")


def die_with_parent():
    libc.prctl(1, signal.SIGKILL)


def launch(command, log, environment):
    with open(f"{directory}/{log}", "ab") as output:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, cwd=directory,
            start_new_session=True, preexec_fn=die_with_parent)


def end(process):
    # The session: helpers that Erlang starts are in it.
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def make_certificate():
    subprocess.run(
        ["/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", f"{directory}/key.pem", "-out", f"{directory}/certificate.pem"],
        check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


os.makedirs(directory, mode=0o700, exist_ok=True)
port, tls_port, distribution_port, epmd_port = free_port(), free_port(), free_port(), free_port()
environment = {
    "PATH": "/usr/bin:/bin", "HOME": directory, "LANG": "C.UTF-8",
    "ERL_EPMD_PORT": str(epmd_port), "ERL_EPMD_ADDRESS": "127.0.0.1",
    "RABBITMQ_NODENAME": f"test{port}@localhost", "RABBITMQ_DIST_PORT": str(distribution_port),
    "RABBITMQ_CONF_ENV_FILE": "/dev/null", "RABBITMQ_CONFIG_FILE": f"{directory}/rabbitmq.conf",
    "RABBITMQ_ADVANCED_CONFIG_FILE": f"{directory}/advanced.config",
    "RABBITMQ_ENABLED_PLUGINS_FILE": f"{directory}/enabled_plugins",
    "RABBITMQ_MNESIA_BASE": f"{directory}/data", "RABBITMQ_LOG_BASE": f"{directory}/log",
    "RABBITMQ_PID_FILE": f"{directory}/pid", "RABBITMQ_GENERATED_CONFIG_DIR": f"{directory}/generated",
    # The script then becomes the server, and does not wait for it: a signal to it is one to the server.
    "RABBITMQ_ALLOW_INPUT": "1",
    "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-noinput +S 1:1 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}",
}
make_certificate()
with open(f"{directory}/rabbitmq.conf", "w") as file:
    file.write(
        f"listeners.tcp.local = 127.0.0.1:{port}\n"
        f"listeners.ssl.local = 127.0.0.1:{tls_port}\n"
        f"ssl_options.certfile = {directory}/certificate.pem\n"
        f"ssl_options.keyfile = {directory}/key.pem\n"
        "log.console = true\nlog.file = false\nlog.console.level = info\n"
        "disk_free_limit.absolute = 1MB\n")
with open(f"{directory}/enabled_plugins", "w") as file:
    file.write("[].\n")
os.umask(0o077)

epmd = launch(
    ["/usr/bin/epmd", "-port", str(epmd_port), "-address", "127.0.0.1", "-relaxed_command_check"], "epmd.log",
    environment)


def start():
    process = launch([program], "rabbitmq.log", environment)
    # Its log says when it is ready: ports are open before.
    until = time.monotonic() + 90
    ready = b"Server startup complete"
    while time.monotonic() < until and process.poll() is None:
        with open(f"{directory}/rabbitmq.log", "rb") as log:
            log.seek(start.read)
            if ready in log.read():
                start.read = log.tell()
                return process
        time.sleep(0.05)
    with open(f"{directory}/rabbitmq.log", "rb") as log:
        sys.stderr.write(log.read()[-4000:].decode(errors="replace"))
    end(process)
    end(epmd)
    sys.exit("RabbitMQ does not start")


start.read = 0
server = start()
print(f"{port} {tls_port}", flush=True)
try:
    for line in sys.stdin:
        if line == "kill\n":
            end(server)
        elif line == "start\n":
            server = start()
        print("done", flush=True)
except OSError:
    # A test process that crashed.
    pass
end(server)
end(epmd)
shutil.rmtree(directory, ignore_errors=True)
