//! Random sequences of requests against a model that keeps everything in plain values: each answer is the one that the
//! model expects, and at the end rows, tags, changes, events and histories agree with it.
//!
//! Two users take turns, each with three clients. They create, change, complete, skip, reopen, move, delete and restore
//! tasks and series, also occurrences that are still to come, one by one, in batches and in bulk, rename, merge and delete tags, empty the trash, undo and redo
//! changes and chat turns, try dry runs and repeat requests under their keys, while the recurrence consumer acts late,
//! twice or never.
//!
//! `TASKWIRE_MODEL_SEQUENCES` and `TASKWIRE_MODEL_SEED` say how many sequences there are, and with which one to begin.

mod ahead;
mod compare;
mod concurrent;
mod player;
mod random;
mod request;
mod row;
mod rules;
mod series;
mod shown;
mod state;
mod tags;
mod undo;

use rand::SeedableRng;
use rand::rngs::StdRng;
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

use player::Player;
use random::Random;

both_databases!(random_requests_agree_with_the_model);

/// Sequences in the usual run.
const SEQUENCES: u64 = 100;
/// Requests of each of the two users.
const STEPS: usize = 12;
/// Sequences in one database.
const TOGETHER: u64 = 400;

fn number(name: &str, usual: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}: {text}")),
        Err(_) => usual,
    }
}

async fn random_requests_agree_with_the_model(db: TestDb) {
    let sequences = number("TASKWIRE_MODEL_SEQUENCES", SEQUENCES);
    let first = number("TASKWIRE_MODEL_SEED", 1);
    let kind = db.kind;
    let mut app = App::open(db).await;
    for seed in first..first + sequences {
        if seed > first && (seed - first).is_multiple_of(TOGETHER) {
            app = App::open(TestDb::create(kind)).await;
        }
        run(&app, seed).await;
    }
}

async fn run(app: &App, seed: u64) {
    let random = |user: u64| Random {
        rng: StdRng::seed_from_u64(seed * 2 + user),
    };
    let mut ada = Player::new(app, &format!("Ada {seed}"), random(0)).await;
    let mut eve = Player::new(app, &format!("Eve {seed}"), random(1)).await;
    for _ in 0..STEPS {
        ada.step().await;
        eve.step().await;
    }
    compare::compare(&ada).await;
    compare::compare(&eve).await;
}
