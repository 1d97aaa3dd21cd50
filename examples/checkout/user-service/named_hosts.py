"""Calls to hosts by name, looked up here instead of in DNS: the demo's processes listen on ports that were free."""

from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

_ports = {}


def learn(ports):
    _ports.clear()
    _ports.update(ports)


class NamedHosts(HTTPAdapter):
    """Connects to 127.0.0.1 and the port of the name; the request, its Host header and its span keep the name."""

    def get_connection_with_tls_context(self, request, verify, proxies=None, cert=None):
        host = urlsplit(request.url).hostname
        if host not in _ports:
            raise requests.ConnectionError(f"Name or service not known: {host}")
        request.headers.setdefault("Host", host)
        there = urlunsplit(("http", f"127.0.0.1:{_ports[host]}", "", "", ""))
        return self.poolmanager.connection_from_url(there)

    def request_url(self, request, proxies):
        parts = urlsplit(request.url)
        return urlunsplit(("", "", parts.path, parts.query, ""))


def new_session():
    session = requests.Session()
    session.trust_env = False  # a proxy of the user's has nothing to do with these
    session.mount("http://", NamedHosts())
    return session
