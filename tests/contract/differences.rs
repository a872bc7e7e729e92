//! Differences between the real sidecar that the tests can install (Dapr 1.14) and the one that the fake models (1.18).

use crate::environment::Broker;

/// The path for publishing several events at once.
pub(crate) fn bulk_path(broker: Broker) -> &'static str {
    match broker {
        Broker::Fake => "/v1.0/publish/bulk/taskpubsub/task-events",
        // Newer versions serve this path too.
        Broker::Redis | Broker::Kafka => "/v1.0-alpha1/publish/bulk/taskpubsub/task-events",
    }
}

/// Whether an event whose response is 404 goes to the dead-letter topic. Otherwise it is lost, which is one more reason
/// why Taskwire never responds with 404.
pub(crate) fn is_not_found_dead_lettered(broker: Broker) -> bool {
    match broker {
        Broker::Fake => true,
        Broker::Redis | Broker::Kafka => false,
    }
}
