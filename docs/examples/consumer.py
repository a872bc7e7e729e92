"""Reads Taskwire's events from Kafka and prints one line for each.

    pip install kafka-python==3.0.12
    python consumer.py 127.0.0.1:9092 inbox.db

Events come at least once, and in order for each key. The inbox makes it exactly once: the id of an event is committed in
one transaction with its effect, here in SQLite. So the consumer can stop at any time and be started again.
"""

import json
import sqlite3
import sys

from kafka import KafkaConsumer


def handle(event: dict) -> None:
    """The effect. Types and fields that it does not know are none of its business."""
    task = event["data"].get("after", {})
    print(event["sequence"], event["partitionkey"], event["type"], event["id"], task.get("title", ""), sep="\t", flush=True)


servers, inbox = sys.argv[1:]
database = sqlite3.connect(inbox)
database.execute("CREATE TABLE IF NOT EXISTS inbox (id TEXT PRIMARY KEY)")
# One group shares the partitions; each partition is read from start to end, which keeps the order of its keys.
# One that dies is replaced after the session timeout.
settings = {"group_id": "example", "auto_offset_reset": "earliest", "enable_auto_commit": False, "session_timeout_ms": 10_000}
consumer = KafkaConsumer("task-events", bootstrap_servers=servers, **settings)
for record in consumer:
    try:
        event = json.loads(record.value)
        seen = (event["id"],) if event["specversion"] == "1.0" else None
    except (ValueError, KeyError, TypeError):
        seen = None
    if seen is None:
        print(f"no CloudEvent: partition {record.partition}, offset {record.offset}", file=sys.stderr, flush=True)
        continue
    with database:
        if database.execute("INSERT OR IGNORE INTO inbox VALUES (?)", seen).rowcount:
            handle(event)
    consumer.commit()
