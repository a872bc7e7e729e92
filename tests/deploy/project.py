"""Runs the services of compose.yaml without a container engine: each in a network of its own, with the real programs.

Every service has a network namespace, all of them on one bridge that leads nowhere else; a sidecar is in that of its
part. Names are found in a hosts file, secrets are mounted in /run/secrets, as Compose does both. Files and users are those
of the machine: what the image's user may write is shown by scripts/image.sh.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from conftest import ROOT


class Project:
    def __init__(self, services: dict, secrets: Path, folder: Path, programs: dict):
        self.services, self.secrets, self.folder, self.programs = services, secrets, folder, programs
        self.processes, self.networks = [], {}
        folder.chmod(0o755)
        self.hosts = folder / "hosts"
        names = [name for name in services if not name.endswith("-sidecar")]
        self.addresses = {name: f"10.213.0.{number}" for number, name in enumerate(names, 10)}
        # A program that asks for the name of its own machine must not wait for a name server.
        lines = [f"127.0.0.1 localhost {socket.gethostname()}", *(f"{address} {name}" for name, address in self.addresses.items())]
        self.hosts.write_text("\n".join(lines) + "\n")
        bridge, *keepers = self.keepers(1 + len(names))
        self.networks = dict(zip(names, keepers))
        self.configure(bridge, ["link set lo up", "link add bridge type bridge", "link set bridge up"])
        self.configure(bridge, [
            command
            for port, keeper in enumerate(keepers)
            for command in (
                f"link add port{port} master bridge type veth peer name eth0 netns {keeper}",
                f"link set port{port} up",
            )
        ])
        for name, keeper in self.networks.items():
            self.configure(keeper, ["link set lo up", f"address add {self.addresses[name]}/24 dev eth0", "link set eth0 up"])

    def keepers(self, count) -> list[int]:
        """Processes that do nothing but keep a new network each."""
        own = os.readlink("/proc/self/ns/net")
        keepers = [subprocess.Popen(["unshare", "--net", "sleep", "600"], start_new_session=True) for _ in range(count)]
        self.processes += keepers
        for keeper in keepers:
            self.wait_for(lambda: os.readlink(f"/proc/{keeper.pid}/ns/net") != own, "network")
        return [keeper.pid for keeper in keepers]

    @staticmethod
    def configure(keeper, commands):
        batch = ["nsenter", f"--net=/proc/{keeper}/ns/net", "--", "ip", "-batch", "-"]
        subprocess.run(batch, input="\n".join(commands) + "\n", text=True, check=True)

    def wait_for(self, condition, name, seconds=120):
        """Waits until a service is as it should be; its log says why it is not."""
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"{name}: {self.log(name)}"
            time.sleep(0.1)

    def environment(self, name) -> dict:
        """What Compose gives a service: of its image, of its files, its own."""
        service = self.services[name]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        for file in service.get("env_file", []):
            path = file["path"] if isinstance(file, dict) else file
            text = self.secrets / Path(path).name
            if text.exists():
                environment |= dict(line.split("=", 1) for line in text.read_text().splitlines())
        own = {key: str(value) for key, value in service.get("environment", {}).items()}
        return environment | own

    def command(self, name, command, environment) -> list[str]:
        """The command within the network of a service, with its hosts and secrets."""
        network = self.services[name].get("network_mode", f"service:{name}").removeprefix("service:")
        # A shell sets up the mounts, which end with the process, and becomes it.
        script = ['mount --bind "$1" /etc/hosts', "shift", "mount -t tmpfs -o mode=755 tmpfs /run", "mkdir /run/secrets"]
        for secret in self.services[name].get("secrets", []):
            script += [f"touch /run/secrets/{secret}", f"mount --bind {self.secrets}/{secret} /run/secrets/{secret}"]
        script.append('exec env -i "$@"')
        variables = [f"{key}={value}" for key, value in environment.items()]
        keeper = self.networks[network]
        return [
            *["nsenter", f"--net=/proc/{keeper}/ns/net", "--", "unshare", "--mount"],
            *["sh", "-euc", "; ".join(script), "sh", str(self.hosts), *variables, *map(str, command)],
        ]

    def start(self, name, command, environment=None):
        log = (self.folder / f"{name}.log").open("w")
        environment = environment or self.environment(name)
        process = subprocess.Popen(
            self.command(name, command, environment), stdout=log, stderr=log, cwd=self.folder, start_new_session=True
        )
        self.processes.append(process)
        return process

    def run(self, name, command, environment=None, **options) -> subprocess.CompletedProcess:
        environment = environment or self.environment(name)
        command = self.command(name, command, environment)
        return subprocess.run(command, capture_output=True, text=True, cwd=self.folder, timeout=120, **options)

    def log(self, name) -> str:
        file = self.folder / f"{name}.log"
        return file.read_text()[-3000:] if file.exists() else "no log"

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    # The services, with the programs of this machine.

    def taskwire(self, name, *more) -> list:
        environment = self.environment(name)
        data = self.folder / f"data-{name}"
        data.mkdir(exist_ok=True)
        environment["TASKWIRE_DATA_DIR"] = str(data)
        return [self.programs["taskwire"], *(more or self.services[name]["command"])], environment

    def start_postgres(self):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        binaries = found[-1].parent
        environment = self.environment("postgres")
        password = self.secrets / Path(environment["POSTGRES_PASSWORD_FILE"]).name
        data = self.folder / "postgres"
        data.mkdir()
        shutil.chown(data, "postgres", "postgres")
        user = environment["POSTGRES_USER"]
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        initialise = [binaries / "initdb", "-D", data, "-U", user, "-A", "scram-sha-256", "--pwfile", password, "--no-sync", "-E", "UTF8"]
        subprocess.run(list(map(str, [*as_user, *initialise])), check=True, capture_output=True, cwd="/")
        options = ["-c", "listen_addresses=*", "-c", "unix_socket_directories=", "-c", "fsync=off"]
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.213.0.0/24 scram-sha-256\n")
        self.start("postgres", [*as_user, binaries / "postgres", "-D", data, *options])
        secret = {"PGPASSWORD": password.read_text().strip(), "PATH": os.environ["PATH"]}
        client = ["psql", "-h", "127.0.0.1", "-U", user, "-d", "postgres", "-c", f"CREATE DATABASE {environment['POSTGRES_DB']}"]
        self.wait_for(lambda: self.run("postgres", client, secret).returncode == 0, "postgres")

    def java(self, *arguments) -> list:
        return [self.programs["java"], "-Xmx384m", "-XX:TieredStopAtLevel=1", "-cp", f"{self.programs['kafka']}/*", *arguments]

    def start_kafka(self):
        """KAFKA_A_B in the environment is a.b in the configuration: what Kafka's image does with it."""
        environment = self.environment("kafka")
        data = self.folder / "kafka"
        settings = {
            key.removeprefix("KAFKA_").lower().replace("_", "."): value
            for key, value in environment.items()
            if key.startswith("KAFKA_") and key != "KAFKA_HEAP_OPTS"
        }
        settings["log.dirs"] = str(data)
        properties = self.folder / "server.properties"
        properties.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
        formatted = self.run("kafka", self.java("kafka.tools.StorageTool", "format", "-t", environment["CLUSTER_ID"], "-c", properties))
        assert formatted.returncode == 0, formatted.stderr
        self.start("kafka", self.java("kafka.Kafka", properties))
        accepts = ["bash", "-c", "exec 3<>/dev/tcp/kafka/9092"]
        self.wait_for(lambda: self.run("kafka", accepts).returncode == 0, "kafka")

    def run_topics(self):
        """The script as it stands, with a `kafka-topics.sh` in front."""
        folder = self.folder / "bin"
        folder.mkdir()
        tool = folder / "kafka-topics.sh"
        java = " ".join(f"'{word}'" for word in self.java("org.apache.kafka.tools.TopicCommand"))
        # All at once: each is a Java machine of its own.
        tool.write_text(f'#!/bin/sh\n{java} "$@" &\n')
        tool.chmod(0o755)
        environment = {"PATH": f"{folder}:{os.environ['PATH']}"}
        wait = f". {ROOT}/deploy/compose/topics.sh | cat"
        done = self.run("topics", ["sh", "-euc", wait], environment)
        assert done.returncode == 0, done.stderr
        listed = self.run("topics", self.java("org.apache.kafka.tools.TopicCommand", "--bootstrap-server", "kafka:9092", "--list"))
        return set(listed.stdout.split())

    def start_redis(self):
        # The image turns the protected mode off.
        self.start("redis", [self.programs["redis"], *self.services["redis"]["command"][1:], "--protected-mode", "no"])

    def start_sidecar(self, name):
        files = self.folder / "dapr"
        for mount in self.services[name]["volumes"]:
            source, target, _ = mount.split(":")
            path = files / Path(target).relative_to("/dapr")
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, path)
        command = [word.replace("=/dapr/", f"={files}/") for word in self.services[name]["command"][1:]]
        self.start(name, [self.programs["daprd"], *command])
