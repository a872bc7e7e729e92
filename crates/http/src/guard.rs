//! Calls of addresses that somebody else chose.
//!
//! Whoever names an address could make this server call what only it can reach. So only public addresses are called,
//! and what the name resolves to is checked at the connection itself: a name that resolves differently the second time
//! gains nothing. No redirect is followed, no proxy is used, and time is limited.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Which addresses are called.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Guard {
    /// Public ones, over HTTPS.
    #[default]
    Public,
    /// All, over HTTP too: an operator's own network.
    Any,
}

impl Guard {
    /// A client that calls nothing else; `timeout` is for a whole request. Check each URL with [`Self::admits`] too: an address
    /// that is not a name is not resolved.
    pub fn client(self, timeout: Duration) -> reqwest::Result<reqwest::Client> {
        reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(timeout)
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(self))
            .build()
    }

    /// Whether a URL may be called, as far as it can be known without resolving its name.
    pub fn admits(self, url: &Url) -> bool {
        let is_scheme = match self {
            Self::Public => url.scheme() == "https",
            Self::Any => matches!(url.scheme(), "http" | "https"),
        };
        is_scheme
            && match url.host() {
                Some(Host::Ipv4(address)) => self.is_allowed(address.into()),
                Some(Host::Ipv6(address)) => self.is_allowed(address.into()),
                Some(Host::Domain(_)) => true,
                None => false,
            }
    }

    fn is_allowed(self, address: IpAddr) -> bool {
        self == Self::Any || is_public(address)
    }
}

/// Whether a request failed because its address may not be called.
pub fn is_refused(error: &reqwest::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(current) = cause {
        if current.is::<NotAllowed>() {
            return true;
        }
        cause = current.source();
    }
    false
}

#[derive(Debug)]
struct NotAllowed;

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name does not resolve to public addresses alone")
    }
}

impl std::error::Error for NotAllowed {}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !guard.is_allowed(address.ip())) {
                return Err(NotAllowed.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the public internet (IANA special-purpose address registries).
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        // Also the reserved addresses and the broadcast address.
        || a >= 240
        // Shared address space of providers.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        // Benchmarks.
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Only 2000::/3 is assigned; what is left out of it are Teredo and other special networks, documentation,
    // and 6to4, which contains an IPv4 address.
    a & 0xe000 == 0x2000
        && !(a == 0x2001 && (b < 0x0200 || b == 0x0db8))
        && a != 0x2002
        && a != 0x3fff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_public() {
        for public in ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "ff02::1",
            "2001::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }
}
