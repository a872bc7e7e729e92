//! Support for the end-to-end tests: running services, and clients of every kind.

pub(crate) mod clients;
pub(crate) mod deployment;
pub(crate) mod model;
pub(crate) mod record;
pub(crate) mod rest;
pub(crate) mod stream;

use std::time::Duration;

/// Longest wait for anything that should happen at once; a passing test never waits for it.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);
