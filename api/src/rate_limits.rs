//! The rate limits for each token, and for each address without a valid one, and the requests counted so far. The
//! counts are this process's own.

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use taskwire_domain::{TokenId, UserId};

use crate::bounded::BoundedMap;

/// The time over which requests are counted.
const WINDOW: SignedDuration = SignedDuration::from_mins(1);
/// The time over which messages that people ask for are counted.
const MESSAGES_WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// How many messages a person can ask for in it. Each goes to an address that may be somebody else's.
const MESSAGES: u32 = 10;
/// draft-ietf-httpapi-ratelimit-headers-11.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// See [`POLICY`].
const STATE: HeaderName = HeaderName::from_static("ratelimit");

/// The rate limits of the API.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Requests per minute with the same token or session; no limit when absent.
    pub per_token: Option<u32>,
    /// Requests per minute without a valid credential from the same address; no limit when absent.
    pub per_address: Option<u32>,
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
}

/// The counts of this process.
#[derive(Debug)]
pub(crate) struct RateLimits {
    pub(crate) tokens: Option<RateLimit<TokenId>>,
    pub(crate) addresses: Option<RateLimit<IpAddr>>,
    /// Messages that people ask for: tests of channels, and proofs of addresses.
    pub(crate) messages: RateLimit<UserId>,
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub(crate) trusted_proxies: Vec<IpNet>,
}

impl RateLimits {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            tokens: limits
                .per_token
                .map(|quota| RateLimit::new("token", quota, WINDOW)),
            addresses: limits
                .per_address
                .map(|quota| RateLimit::new("address", quota, WINDOW)),
            messages: RateLimit::new("messages", MESSAGES, MESSAGES_WINDOW),
            trusted_proxies: limits.trusted_proxies,
        }
    }
}

/// A bucket for each key, stored as the instant at which it will be full again (the generic cell rate algorithm).
#[derive(Debug)]
pub(crate) struct RateLimit<K> {
    name: &'static str,
    quota: u32,
    /// The time over which requests are counted, in microseconds.
    window: i64,
    /// The cost of one request, in microseconds of the window.
    cost: i64,
    /// When each bucket will be full again, in microseconds since 1970. Locked for a look-up only.
    full_at: Mutex<BoundedMap<K, i64>>,
}

/// The state of a bucket after a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Quota {
    name: &'static str,
    limit: u32,
    /// The time over which requests are counted, in microseconds.
    window: i64,
    /// Requests that are left.
    left: i64,
    /// Microseconds until all are available again.
    reset: i64,
    /// Microseconds until the request is allowed; `None` if it is allowed now.
    pub(crate) wait: Option<i64>,
}

impl<K: Eq + Hash> RateLimit<K> {
    fn new(name: &'static str, quota: u32, window: SignedDuration) -> Self {
        let window = i64::try_from(window.as_micros()).unwrap_or(i64::MAX);
        Self {
            name,
            quota,
            window,
            cost: (window / i64::from(quota.max(1))).max(1),
            full_at: Mutex::default(),
        }
    }

    pub(crate) fn take(&self, key: K, now: Timestamp) -> Quota {
        let now = now.as_microsecond();
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not close a bucket for longer than the window.
        let owed = full_at
            .get(&key)
            .map_or(0, |full_at| (full_at - now).clamp(0, self.window));
        let after = owed + self.cost;
        let mut quota = Quota {
            name: self.name,
            limit: self.quota,
            window: self.window,
            left: 0,
            reset: owed,
            wait: None,
        };
        if after > self.window {
            quota.wait = Some(after - self.window);
            full_at.insert(key, now + owed);
        } else {
            full_at.insert(key, now + after);
            quota.left = (self.window - after) / self.cost;
            quota.reset = after;
        }
        quota
    }
}

impl Quota {
    /// Writes the RateLimit fields.
    pub(crate) fn write_headers(&self, headers: &mut HeaderMap) {
        let policy = format!(
            "\"{}\";q={};w={}",
            self.name,
            self.limit,
            whole_seconds(self.window)
        );
        let state = format!(
            "\"{}\";r={};t={}",
            self.name,
            self.left,
            whole_seconds(self.reset)
        );
        for (name, text) in [(POLICY, policy), (STATE, state)] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name, value);
            }
        }
    }
}

fn whole_seconds(micros: i64) -> i64 {
    (micros + 999_999) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap()
    }

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let limit = RateLimit::new("token", 60, WINDOW);
        for left in (0..60).rev() {
            let quota = limit.take(1, at(0));
            assert_eq!((quota.left, quota.wait), (left, None));
            assert_eq!(quota.reset, (60 - left) * 1_000_000);
        }
        for _ in 0..10 {
            let quota = limit.take(1, at(400));
            assert_eq!((quota.left, quota.wait), (0, Some(600_000)));
        }
        // Others have their own.
        assert_eq!(limit.take(2, at(400)).left, 59);
        // One comes back each second, and being refused costs nothing.
        assert_eq!(limit.take(1, at(1000)).wait, None);
        assert_eq!(limit.take(1, at(1000)).wait, Some(1_000_000));
        assert_eq!(limit.take(1, at(121_000)).left, 59);
    }

    #[test]
    fn a_clock_that_is_set_back_closes_nothing_for_longer() {
        let limit = RateLimit::new("token", 2, WINDOW);
        limit.take(1, at(1_000_000_000));
        limit.take(1, at(1_000_000_000));
        assert_eq!(limit.take(1, at(0)).wait, Some(30_000_000));
        assert_eq!(limit.take(1, at(30_000)).wait, None);
    }

    #[test]
    fn the_fields_are_structured() {
        let mut headers = HeaderMap::new();
        let limit = RateLimit::new("address", 600, WINDOW);
        limit.take(1, at(0));
        limit.take(1, at(0)).write_headers(&mut headers);
        assert_eq!(headers["ratelimit-policy"], "\"address\";q=600;w=60");
        assert_eq!(headers["ratelimit"], "\"address\";r=598;t=1");
    }

    #[test]
    fn extreme_quotas_are_enforced() {
        for quota in [0, 1, u32::MAX] {
            let limit = RateLimit::new("token", quota, WINDOW);
            assert_eq!(limit.take(1, at(0)).wait, None, "{quota}");
        }
        assert!(
            RateLimit::new("token", 1, WINDOW)
                .take(1, at(0))
                .wait
                .is_none()
        );
    }
}
