# shellcheck shell=sh
# Printed by: taskwire topics --format kafka --brokers kafka:9092 --partitions 3
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic task-events --partitions 3 --config retention.ms=604800000
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic task-updates --partitions 3 --config retention.ms=604800000
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic reminders --partitions 3 --config retention.ms=604800000
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic task-events.audit.dlq --partitions 1 --config retention.ms=2592000000
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic task-updates.recurrence.dlq --partitions 1 --config retention.ms=2592000000
kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic reminders.reminder.dlq --partitions 1 --config retention.ms=2592000000
