//! Throttles failed sign-ins: after a few, each causes a longer pause, for the account and for the address.
//!
//! The counts are this process's own: with several processes a guesser has that many times the tries.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::text::name_key;

use crate::bounded::BoundedMap;

/// When tries are paused, and for how long.
#[derive(Debug)]
struct Rule {
    /// Tries before the first pause.
    free: u32,
    /// Longest pause. The first is a second, and each is twice the one before.
    longest: SignedDuration,
}

/// A person mistypes a few times. The pause stays short, because anyone can cause it for another user; links
/// and sessions work during the pause. A guesser gets 1,440 tries a day.
const ACCOUNT: Rule = Rule {
    free: 5,
    longest: SignedDuration::from_mins(1),
};
/// Several people may share an address.
const ADDRESS: Rule = Rule {
    free: 20,
    longest: SignedDuration::from_mins(5),
};
/// Tries are forgotten when none has come for this long.
const FORGET_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// What is attempted. Sign-ups count for the address like sign-ins, but not against the account of that name: anyone
/// could keep its owner from signing in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Purpose {
    SignIn,
    SignUp,
}

/// Failed attempts. Ordered by their number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Tries {
    count: u32,
    last: Timestamp,
}

impl Rule {
    /// The pause after so many tries.
    fn pause(&self, count: u32) -> SignedDuration {
        let Some(beyond) = count.checked_sub(self.free) else {
            return SignedDuration::ZERO;
        };
        let seconds = 1_i64.checked_shl(beyond).filter(|seconds| *seconds > 0);
        seconds.map_or(self.longest, |seconds| {
            SignedDuration::from_secs(seconds).min(self.longest)
        })
    }

    /// How long to wait before another try.
    fn wait(&self, tries: Option<Tries>, now: Timestamp) -> SignedDuration {
        let Some(tries) = tries else {
            return SignedDuration::ZERO;
        };
        let elapsed = now.duration_since(tries.last);
        if elapsed.is_negative() {
            // The clock was set back, so the elapsed time is unknown.
            return SignedDuration::ZERO;
        }
        (self.pause(tries.count) - elapsed).max(SignedDuration::ZERO)
    }
}

/// The tries of this process.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    /// Hashes names of any length to keys of fixed size, unpredictably for clients.
    keys: RandomState,
    /// Locked for a look-up only.
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    accounts: BoundedMap<u64, Tries>,
    addresses: BoundedMap<IpAddr, Tries>,
}

/// An attempt in progress. It counts as failed until it succeeds, so that many at once are not all let through,
/// and a cancelled one counts too.
#[derive(Debug)]
pub(crate) struct Attempt {
    account: u64,
    address: Option<IpAddr>,
}

impl Throttle {
    /// Begins an attempt, or returns how long to wait. Unknown names are treated like all others.
    pub(crate) fn begin(
        &self,
        purpose: Purpose,
        name: &str,
        address: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Attempt, SignedDuration> {
        let account = self.keys.hash_one((purpose, name_key(name)));
        let mut counts = self.counts();
        let wait = ACCOUNT.wait(counts.accounts.get(&account), now);
        let wait = address.map_or(wait, |address| {
            wait.max(ADDRESS.wait(counts.addresses.get(&address), now))
        });
        if wait > SignedDuration::ZERO {
            return Err(wait);
        }
        count(&mut counts.accounts, account, now);
        if let Some(address) = address {
            count(&mut counts.addresses, address, now);
        }
        Ok(Attempt { account, address })
    }

    /// The sign-in succeeded: the account's failures are reset. Those of the address are not, or anyone who has an
    /// account could guess those of others for ever.
    pub(crate) fn succeeded(&self, attempt: &Attempt) {
        let mut counts = self.counts();
        counts.accounts.remove(&attempt.account);
        if let Some(address) = attempt.address {
            take_back(&mut counts.addresses, address);
        }
    }

    /// The sign-up succeeded. It still counts for the address, from which not too many accounts may be created.
    pub(crate) fn signed_up(&self, attempt: &Attempt) {
        self.counts().accounts.remove(&attempt.account);
    }

    /// Withdraws an attempt that was not made after all.
    pub(crate) fn withdraw(&self, attempt: &Attempt) {
        let mut counts = self.counts();
        take_back(&mut counts.accounts, attempt.account);
        if let Some(address) = attempt.address {
            take_back(&mut counts.addresses, address);
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count<K: Eq + std::hash::Hash>(map: &mut BoundedMap<K, Tries>, key: K, now: Timestamp) {
    let before = map
        .get(&key)
        .filter(|tries| now.duration_since(tries.last) < FORGET_AFTER)
        .map_or(0, |tries| tries.count);
    let tries = Tries {
        count: before.saturating_add(1),
        last: now,
    };
    map.insert(key, tries);
}

fn take_back<K: Eq + std::hash::Hash>(map: &mut BoundedMap<K, Tries>, key: K) {
    match map.get(&key) {
        None => {}
        Some(Tries { count: 0..=1, .. }) => map.remove(&key),
        Some(tries) => map.insert(
            key,
            Tries {
                count: tries.count - 1,
                ..tries
            },
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Throttle {
        fn guess(
            &self,
            name: &str,
            address: Option<IpAddr>,
            now: Timestamp,
        ) -> Result<Attempt, SignedDuration> {
            self.begin(Purpose::SignIn, name, address, now)
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn an_account_is_paused_longer_each_time_whoever_asks() {
        let throttle = Throttle::default();
        let mut now = 0;
        for n in 0..5 {
            throttle.guess("Ada", Some(address(n)), at(now)).unwrap();
        }
        for (n, pause) in [1, 2, 4, 8, 16, 32, 60, 60].into_iter().enumerate() {
            let wait = throttle
                .guess("ADA", Some(address(100)), at(now))
                .unwrap_err();
            assert_eq!(wait, SignedDuration::from_secs(pause), "{n}");
            // Attempts during the pause do not extend it.
            let last = at(now + pause - 1);
            assert_eq!(
                throttle.guess("ada", None, last).unwrap_err(),
                SignedDuration::from_secs(1)
            );
            now += pause;
            throttle
                .guess("Ada", Some(address(u8::try_from(10 + n).unwrap())), at(now))
                .unwrap();
        }
        // Others continue.
        throttle.guess("Bob", Some(address(100)), at(now)).unwrap();
        // And all is forgotten in the end.
        let later = now + FORGET_AFTER.as_secs();
        for _ in 0..5 {
            throttle.guess("Ada", None, at(later)).unwrap();
        }
        throttle.guess("Ada", None, at(later)).unwrap_err();
    }

    #[test]
    fn an_address_is_paused_whatever_names_it_tries() {
        let throttle = Throttle::default();
        for n in 0..20 {
            throttle
                .guess(&format!("name {n}"), Some(address(1)), at(0))
                .unwrap();
        }
        let wait = throttle
            .guess("another", Some(address(1)), at(0))
            .unwrap_err();
        assert_eq!(wait, SignedDuration::from_secs(1));
        throttle.guess("another", Some(address(2)), at(0)).unwrap();
        throttle.guess("one more", None, at(0)).unwrap();
        // Signing in as oneself does not clear it.
        let own = throttle.guess("own", Some(address(1)), at(1)).unwrap();
        throttle.succeeded(&own);
        throttle.guess("own", Some(address(1)), at(1)).unwrap_err();
    }

    #[test]
    fn a_right_try_clears_the_account_and_a_withdrawn_one_never_was() {
        let throttle = Throttle::default();
        for _ in 0..100 {
            let attempt = throttle.guess("Ada", Some(address(1)), at(0)).unwrap();
            throttle.withdraw(&attempt);
        }
        for _ in 0..4 {
            throttle.guess("Ada", None, at(0)).unwrap();
        }
        let right = throttle.guess("Ada", None, at(0)).unwrap();
        throttle.guess("Ada", None, at(0)).unwrap_err();
        throttle.succeeded(&right);
        for _ in 0..5 {
            throttle.guess("Ada", None, at(0)).unwrap();
        }
    }

    #[test]
    fn many_at_once_are_not_all_let_through() {
        let throttle = Throttle::default();
        let let_through = (0..200)
            .filter(|_| throttle.guess("Ada", None, at(0)).is_ok())
            .count();
        assert_eq!(let_through, 5);
    }

    #[test]
    fn a_clock_that_is_set_back_pauses_nobody_longer() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            throttle.guess("Ada", None, at(1_000_000)).unwrap();
        }
        throttle.guess("Ada", None, at(0)).unwrap();
        let wait = throttle.guess("Ada", None, at(0)).unwrap_err();
        assert_eq!(wait, SignedDuration::from_secs(2));
    }

    #[test]
    fn pauses_have_an_end_however_many_tries() {
        for count in [0, 4, 5, 11, 68, 69, 1000, u32::MAX] {
            let pause = ACCOUNT.pause(count);
            assert!(pause <= ACCOUNT.longest && !pause.is_negative(), "{count}");
        }
    }

    #[test]
    fn sign_ups_count_for_the_address_alone() {
        let throttle = Throttle::default();
        let sign_up =
            |name: &str, last| throttle.begin(Purpose::SignUp, name, Some(address(last)), at(0));
        for n in 0..20 {
            let attempt = sign_up(&format!("name {n}"), 1).unwrap();
            throttle.signed_up(&attempt);
        }
        sign_up("another", 1).unwrap_err();
        // Whoever tries a taken name does not keep its owner from signing in.
        for n in 0..5 {
            sign_up("Ada", 10 + n).unwrap();
        }
        sign_up("Ada", 20).unwrap_err();
        throttle.guess("Ada", Some(address(21)), at(0)).unwrap();
    }
}
