//! Who still has to read the event log, and where each of them is: what they have not read is not deleted.
//!
//! Any process may delete old events, so who reads them is known from the database and not from that process's options.

use sqlx::FromRow;

use crate::tx::with_connection;
use crate::{Error, Tx};

/// The name of the relay, which publishes the log to a broker: of its position and of its lease.
pub const RELAY: &str = "relay";

#[derive(Clone, PartialEq, Eq, Debug, FromRow)]
struct Position {
    consumer: String,
    seq: i64,
    /// Whether it reads the log itself. Otherwise it gets its events from a broker.
    follows: bool,
}

/// The readers that count for deletion, and their positions.
///
/// A consumer counts if it reads the log, or if it never ran and there is no relay that reads for it. The relay counts
/// while one runs, and while it is the one that reads for a consumer: after a return to consumers that read the log
/// themselves its position stands still for ever.
fn readers<'a>(
    positions: &[Position],
    is_relay_running: bool,
    consumers: &[&'a str],
) -> Vec<(&'a str, i64)> {
    let find = |name: &str| positions.iter().find(|one| one.consumer == name);
    let relay = find(RELAY);
    let reads_for_consumers = consumers.iter().any(|name| match find(name) {
        Some(position) => !position.follows,
        None => relay.is_some(),
    });
    let relay_counts = is_relay_running || reads_for_consumers;
    let of_consumers = consumers.iter().filter_map(|name| match find(name) {
        Some(position) => position.follows.then_some((*name, position.seq)),
        None => (!relay_counts).then_some((*name, 0)),
    });
    let of_relay = relay_counts.then_some((RELAY, relay.map_or(0, |relay| relay.seq)));
    of_consumers.chain(of_relay).collect()
}

pub(crate) mod sql {
    //! Statements that find the readers of the log.

    use crate::statements::statements;

    statements! {
        /// System: positions have no owner.
        SELECT = "SELECT consumer, seq, follows FROM consumer_positions";
        /// System: leases have no owner. A process that was killed still holds it: it will be back.
        IS_HELD = "SELECT EXISTS (SELECT 1 FROM leases WHERE name = $1 AND holder IS NOT NULL)";
    }
}

impl Tx {
    /// Of these consumers and the relay, the one that is furthest behind in the log, and its position.
    pub(crate) async fn slowest_reader<'a>(
        &mut self,
        consumers: &[&'a str],
    ) -> Result<Option<(&'a str, i64)>, Error> {
        let (positions, is_relay_running) = with_connection!(self, |connection| {
            let positions: Vec<Position> = sqlx::query_as(sql::SELECT)
                .fetch_all(&mut *connection)
                .await?;
            let held: bool = sqlx::query_scalar(sql::IS_HELD)
                .bind(RELAY)
                .fetch_one(connection)
                .await?;
            (positions, held)
        });
        let readers = readers(&positions, is_relay_running, consumers);
        Ok(readers.into_iter().min_by_key(|(_, position)| *position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONSUMERS: &[&str] = &["audit", "reminder"];

    fn at(consumer: &str, seq: i64, follows: bool) -> Position {
        Position {
            consumer: consumer.into(),
            seq,
            follows,
        }
    }

    /// What it is about, the positions, whether a relay runs, and the readers.
    type Case = (
        &'static str,
        Vec<Position>,
        bool,
        &'static [(&'static str, i64)],
    );

    #[test]
    fn who_reads_the_log_is_known_from_the_database() {
        let relay = || at(RELAY, 5, true);
        let cases: [Case; 9] = [
            (
                "nobody ran yet",
                vec![],
                false,
                &[("audit", 0), ("reminder", 0)],
            ),
            (
                "one ran",
                vec![at("audit", 3, true)],
                false,
                &[("audit", 3), ("reminder", 0)],
            ),
            (
                "both read the log",
                vec![at("audit", 3, true), at("reminder", 4, true)],
                false,
                &[("audit", 3), ("reminder", 4)],
            ),
            (
                "a relay, and consumers that were never embedded",
                vec![relay()],
                true,
                &[(RELAY, 5)],
            ),
            (
                "the same, and the relay is away",
                vec![relay()],
                false,
                &[(RELAY, 5)],
            ),
            (
                "consumers behind a broker before the first relay",
                vec![at("audit", 3, false), at("reminder", 0, false)],
                false,
                &[(RELAY, 0)],
            ),
            (
                "one was moved behind the broker, the other not yet",
                vec![at("audit", 3, false), at("reminder", 4, true), relay()],
                true,
                &[("reminder", 4), (RELAY, 5)],
            ),
            (
                "a relay for others beside embedded consumers",
                vec![at("audit", 3, true), at("reminder", 4, true), relay()],
                true,
                &[("audit", 3), ("reminder", 4), (RELAY, 5)],
            ),
            (
                "back from the broker",
                vec![at("audit", 9, true), at("reminder", 8, true), relay()],
                false,
                &[("audit", 9), ("reminder", 8)],
            ),
        ];
        for (case, positions, is_relay_running, expected) in cases {
            assert_eq!(
                readers(&positions, is_relay_running, CONSUMERS),
                expected,
                "{case}"
            );
        }
        assert_eq!(readers(&[relay()], false, &[]), []);
    }
}
