"""Processes of the tests: on loopback, on free ports, stopped by the test that started them."""

import os
import random
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request

START_LIMIT = 60


_taken = set()


def free_port():
    """A port that nobody listens on, below those that the system gives to outgoing connections."""
    while True:
        port = random.randrange(15000, 32000)
        with socket.socket() as probe:
            if port not in _taken and probe.connect_ex(("127.0.0.1", port)) != 0:
                _taken.add(port)
                return port


def get(url, headers=None, method="GET", body=None):
    """The status and the body of an answer; status 0 if there is none."""
    request = urllib.request.Request(url, headers=headers or {}, method=method, data=body)
    try:
        with urllib.request.urlopen(request, timeout=10, context=ssl._create_unverified_context()) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def accepts(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(what, condition, process=None, describe=str):
    """Waits until the condition holds, and answers what it answered. If it never does, `describe` says how things are."""
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end:
        if found := condition():
            return found
        assert process is None or process.is_running(), f"{process.name} ended while waiting for {what}:\n{process.log()}"
        time.sleep(0.1)
    raise AssertionError(f"no {what} within {START_LIMIT} seconds\n{process.log() if process else describe()}")


class Process:
    """A running program with its output in a file."""

    def __init__(self, name, command, folder, env=None):
        self.name = name
        self._log = folder / f"{name}.log"
        with self._log.open("wb") as output:
            self._child = subprocess.Popen(
                [str(word) for word in command], env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )

    def is_running(self):
        return self._child.poll() is None

    def log(self):
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-30:])

    def stop(self, limit=30):
        """Asks it to stop, and answers its exit code."""
        if self.is_running():
            self._child.send_signal(signal.SIGTERM)
        try:
            return self._child.wait(limit)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
            raise AssertionError(f"{self.name} did not stop within {limit} seconds:\n{self.log()}") from None

    def kill(self):
        if self.is_running():
            self._child.kill()
        self._child.wait()


class Running:
    """Stops what it started, the newest first; as a context manager."""

    def __init__(self, folder):
        self.folder = folder
        self._processes = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self._processes):
            process.kill()

    def start(self, name, command, env=None):
        process = Process(name, command, self.folder, env)
        self._processes.append(process)
        return process


def plain_environment(**more):
    """The environment of a container: nothing of this machine's but where programs are."""
    return {"PATH": os.environ["PATH"], **more}
