"""Starts the user-service: tracing first, then the application. Says its port on standard output, learns the other
services' ports from standard input, and ends when that is closed: then its parent is gone."""

import json
import logging
import os
import signal
import sys
import threading
import uuid

from tracing import start_tracing

STOP_DEADLINE_S = 2.5


def main():
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("user-service").setLevel(logging.INFO)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # no line for every request
    stop_tracing = start_tracing(str(uuid.uuid4()))

    from werkzeug.serving import WSGIRequestHandler, make_server

    import named_hosts
    from app import app

    WSGIRequestHandler.protocol_version = "HTTP/1.1"  # keep connections open
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True

    def stop():
        threading.Timer(STOP_DEADLINE_S, os._exit, args=[1]).start()
        server.shutdown()

    def listen_to_parent():
        for line in sys.stdin:
            message = json.loads(line)
            if message["kind"] == "peers":
                named_hosts.learn(message["peers"])
        stop()

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to react to
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=stop).start())
    threading.Thread(target=listen_to_parent, daemon=True).start()
    print(json.dumps({"kind": "listening", "name": os.environ["SERVICE_NAME"], "port": server.port}), flush=True)
    server.serve_forever()
    stop_tracing()
    sys.stdout.flush()
    os._exit(0)


main()
