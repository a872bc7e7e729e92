//! `taskwire topics`: the topics that a broker needs, and how to create them. They are created explicitly, never by a
//! first event: a topic that a broker creates automatically has its default number of partitions, which cannot be
//! lowered later, and raising it breaks the order of the events of a task.

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::json;
use taskwire_consumers::Consumer;
use taskwire_messaging::Topic;
use taskwire_messaging::dapr::dead_letter_topic;

use crate::logging::print_line;

/// Milliseconds of a day.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

#[derive(Args)]
pub(crate) struct Options {
    /// Print a table, commands for a tool, or JSON
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
    /// Partitions of each topic: how many replicas of a consumer can share the work
    #[arg(
        long,
        value_name = "N",
        default_value_t = 12,
        value_parser = clap::value_parser!(u16).range(1..=1000)
    )]
    partitions: u16,
    /// Days for which the broker keeps events
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = 7,
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    retention: u16,
    /// Days for which the broker keeps dead letters, which are also stored in the database
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    dead_letter_retention: u16,
    /// Copies of each partition [default: the broker's own setting]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    replication: Option<u16>,
    /// Address of the broker in the commands
    #[arg(
        long,
        value_name = "HOST:PORT",
        default_value = "127.0.0.1:9092",
        value_parser = brokers
    )]
    brokers: String,
}

/// Parses a list of brokers. It becomes part of a command for a shell.
fn brokers(text: &str) -> Result<String, String> {
    let is_one = |broker: &str| {
        broker.rsplit_once(':').is_some_and(|(host, port)| {
            !host.is_empty()
                && host
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || ".-_:".contains(c))
                && port.parse::<u16>().is_ok_and(|port| port > 0)
        })
    };
    if text.split(',').all(is_one) {
        Ok(text.to_owned())
    } else {
        Err("it must be HOST:PORT, or several of them with commas between".into())
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A table for people
    Table,
    /// Commands of kafka-topics.sh
    Kafka,
    /// Commands of Redpanda's rpk
    Rpk,
    /// JSON
    Json,
}

/// A topic of the broker.
#[derive(Serialize)]
struct NeededTopic {
    name: String,
    partitions: u16,
    retention_ms: u64,
}

pub(crate) fn run(options: &Options) {
    for line in lines(options) {
        print_line(&line);
    }
}

/// The topics of events, each followed by one for the dead letters of each of its consumers.
fn needed(options: &Options) -> Vec<NeededTopic> {
    let days = |days: u16| u64::from(days) * DAY_MS;
    let topics = Topic::ALL.iter().map(|topic| NeededTopic {
        name: topic.to_string(),
        partitions: options.partitions,
        retention_ms: days(options.retention),
    });
    let dead_letters = Consumer::ALL.iter().flat_map(|consumer| {
        consumer.topics().iter().map(|&topic| NeededTopic {
            name: dead_letter_topic(topic, consumer.as_str()),
            // There are few, and their order does not matter.
            partitions: 1,
            retention_ms: days(options.dead_letter_retention),
        })
    });
    topics.chain(dead_letters).collect()
}

fn lines(options: &Options) -> Vec<String> {
    let topics = needed(options);
    let brokers = &options.brokers;
    match options.format {
        Format::Json => vec![json!(topics).to_string()],
        Format::Table => {
            let head = format!("{:26} {:>10}  {}", "TOPIC", "PARTITIONS", "RETENTION");
            let rows = topics.iter().map(|topic| {
                let days = topic.retention_ms / DAY_MS;
                format!("{:26} {:>10}  {days} days", topic.name, topic.partitions)
            });
            let hint =
                "\nCommands that create them: taskwire topics --format kafka, or --format rpk";
            std::iter::once(head)
                .chain(rows)
                .chain([hint.to_owned()])
                .collect()
        }
        Format::Kafka => {
            let replication = options
                .replication
                .map(|copies| format!(" --replication-factor {copies}"))
                .unwrap_or_default();
            let create = |topic: &NeededTopic| {
                format!(
                    "kafka-topics.sh --bootstrap-server {brokers} --create --if-not-exists --topic {} --partitions {}{replication} --config retention.ms={}",
                    topic.name, topic.partitions, topic.retention_ms
                )
            };
            topics.iter().map(create).collect()
        }
        Format::Rpk => {
            let replication = options
                .replication
                .map(|copies| format!(" --replicas {copies}"))
                .unwrap_or_default();
            let create = |topic: &NeededTopic| {
                format!(
                    "rpk topic create {} --brokers {brokers} --partitions {}{replication} --topic-config retention.ms={} --if-not-exists",
                    topic.name, topic.partitions, topic.retention_ms
                )
            };
            topics.iter().map(create).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(format: Format) -> Options {
        Options {
            format,
            partitions: 12,
            retention: 7,
            dead_letter_retention: 30,
            replication: Some(3),
            brokers: "broker:9092".into(),
        }
    }

    #[test]
    fn brokers_are_addresses() {
        for text in [
            "127.0.0.1:9092",
            "a.example:9092,b-2.example:19092",
            "::1:9092",
        ] {
            assert_eq!(brokers(text).as_deref(), Ok(text));
        }
        for text in [
            "",
            "broker",
            "broker:",
            ":9092",
            "broker:0",
            "a:1,",
            "a:1; rm -rf /",
            "a b:1",
        ] {
            assert!(brokers(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_consumer_has_a_dead_letter_topic() {
        let names: Vec<String> = needed(&options(Format::Json))
            .into_iter()
            .map(|topic| topic.name)
            .collect();
        assert_eq!(
            names,
            [
                "task-events",
                "task-updates",
                "reminders",
                "task-events.audit.dlq",
                "task-updates.recurrence.dlq",
                "reminders.reminder.dlq",
            ]
        );
    }

    #[test]
    fn commands_name_partitions_retention_and_copies() {
        assert_eq!(
            lines(&options(Format::Kafka))[0],
            "kafka-topics.sh --bootstrap-server broker:9092 --create --if-not-exists --topic task-events --partitions 12 --replication-factor 3 --config retention.ms=604800000"
        );
        assert_eq!(
            lines(&options(Format::Rpk))[3],
            "rpk topic create task-events.audit.dlq --brokers broker:9092 --partitions 1 --replicas 3 --topic-config retention.ms=2592000000 --if-not-exists"
        );
    }

    #[test]
    fn every_format_lists_every_topic() {
        for format in [Format::Table, Format::Kafka, Format::Rpk, Format::Json] {
            let text = lines(&options(format)).join("\n");
            for topic in needed(&options(format)) {
                assert!(text.contains(&topic.name), "{}", topic.name);
            }
        }
    }
}
