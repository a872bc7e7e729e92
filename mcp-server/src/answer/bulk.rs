//! Running an item that is about all tasks that a filter finds.

use taskwire_client::Error;
use taskwire_domain::contract::{BulkResult, TaskChange};

use super::matched::Matched;
use super::{Batch, Subject};
use crate::changed::Changed;

/// Maximum number of tasks that the result shows of one filter.
const SHOWN_MAX: usize = 50;

impl Batch {
    /// Runs `change` for the next item, which is about all tasks that a filter finds.
    pub(crate) async fn run_bulk(
        &mut self,
        change: impl Future<Output = Result<BulkResult, Error>> + Send,
        show: impl Fn(TaskChange) -> Changed + Send,
    ) {
        let index = self.items;
        let replays = self.client.replays();
        let bulk = match self.attempt(Box::pin(change)).await {
            Ok(bulk) => bulk,
            Err(error) => return self.failed(index, Subject::default(), error),
        };
        let found = usize::try_from(bulk.matched).unwrap_or(usize::MAX);
        for task in bulk.tasks.into_iter().take(SHOWN_MAX) {
            let mut done = self.done(index, Subject::default(), show(task));
            // It is that of all.
            done.change = None;
            self.results.push(done);
        }
        self.matched.push(Matched {
            index,
            found: bulk.matched,
            changed: bulk.changed,
            change: bulk
                .change
                .filter(|_| !self.client.is_dry_run())
                .map(|change| change.to_string()),
            replayed: (self.client.replays() > replays).then_some(true),
            shown: (found > SHOWN_MAX).then_some(SHOWN_MAX),
        });
    }
}
