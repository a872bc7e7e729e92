"""deploy/smoke.sh where it fails or is stopped. test_runbooks.py shows that it passes, and what it says."""

import os
import subprocess
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from conftest import ROOT, run
from test_runbooks import Server


class Broken:
    """Passes requests on to a server, but answers 500 for one path."""

    def __init__(self, port, path):
        self.asked = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path.split("?")[0].endswith(path):
                    outer.asked.set()
                    return self.reply(500, b"broken")
                headers = {name: self.headers[name] for name in ("Authorization", "Content-Type", "Accept") if self.headers[name]}
                request = urllib.request.Request(f"http://127.0.0.1:{port}{self.path}", method=self.command, data=body or None, headers=headers)
                try:
                    with urllib.request.urlopen(request, timeout=20) as answer:
                        self.reply(answer.status, answer.read())
                except urllib.error.HTTPError as error:
                    self.reply(error.code, error.read())

            def reply(self, status, body):
                self.send_response(status)
                if status != 204:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

            do_GET = do_POST = do_DELETE = answer

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def leaves_nothing(server):
    server.token = server.command("token", "create", "--user", "smoke").stdout.strip()
    assert server.titles() == set()
    assert len(server.ask("GET", "/tokens")["items"]) == 1, "the token is not revoked"


@pytest.mark.parametrize("path", ["/", "/complete", "/audit", "/mcp"])
def test_a_smoke_test_that_fails_leaves_nothing_either(taskwire, tmp_path, path):
    folder = tmp_path / "data"
    folder.mkdir()
    with Server(taskwire, folder) as server, Broken(server.port, path) as broken:
        token = server.command("token", "create", "--user", "smoke").stdout.strip()
        environment = {**os.environ, "TASKWIRE_TOKEN": token, "TASKWIRE_SMOKE_LIMIT": "20" if path != "/audit" else "1"}
        done = run([ROOT / "deploy/smoke.sh", "--revoke", broken.url], env=environment)
        assert done.returncode == 1 and "FAILED" in done.stderr and "LEFT" not in done.stderr, done.stdout + done.stderr
        leaves_nothing(server)


def test_a_smoke_test_that_is_stopped_leaves_nothing_either(taskwire, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    with Server(taskwire, folder) as server, Broken(server.port, "/audit") as broken:
        token = server.command("token", "create", "--user", "smoke").stdout.strip()
        process = subprocess.Popen(
            [ROOT / "deploy/smoke.sh", "--revoke", broken.url],
            env={**os.environ, "TASKWIRE_TOKEN": token}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        assert broken.asked.wait(60)
        process.terminate()
        _, said = process.communicate(timeout=60)
        assert process.returncode == 143 and "LEFT" not in said, said
        leaves_nothing(server)


def test_a_smoke_test_says_what_it_cannot_delete(taskwire, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    with Server(taskwire, folder) as server, Broken(server.port, "/session") as broken:
        token = server.command("token", "create", "--user", "smoke").stdout.strip()
        done = run([ROOT / "deploy/smoke.sh", "--revoke", broken.url], env={**os.environ, "TASKWIRE_TOKEN": token})
        assert done.returncode == 1 and "LEFT    the token" in done.stderr and "token revoke" in done.stderr, done.stderr
