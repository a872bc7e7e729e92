//! Where a request comes from.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;

use crate::state::Api;

/// Carries the addresses that a request passed on its way, the last one rightmost.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of the sender of a request, see [`of`].
pub(crate) struct ClientAddress(pub(crate) Option<IpAddr>);

impl FromRequestParts<Api> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Infallible> {
        let proxies = &api.limits.trusted_proxies;
        Ok(Self(of(&parts.extensions, &parts.headers, proxies)))
    }
}

/// The address of the sender of a request; `None` for a call within the process.
///
/// This is the other end of the connection, unless that is a trusted proxy: then it is the rightmost address of
/// `X-Forwarded-For` that is not a trusted proxy. Everything further left may be forged by the client.
pub(crate) fn of(
    extensions: &Extensions,
    headers: &HeaderMap,
    proxies: &[IpNet],
) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let ours = |address: &IpAddr| proxies.iter().any(|net| net.contains(address));
    let mut address = peer.ip().to_canonical();
    if ours(&address) {
        let passed: Vec<&str> = headers
            .get_all(FORWARDED_FOR)
            .iter()
            .flat_map(|value| value.to_str().unwrap_or_default().split(','))
            .collect();
        for text in passed.iter().rev() {
            // A trusted proxy would not have written an unreadable value.
            let Ok(read) = text.trim().parse::<IpAddr>() else {
                break;
            };
            address = read.to_canonical();
            if !ours(&address) {
                break;
            }
        }
    }
    Some(site(address))
}

/// IPv6 addresses are assigned in /64 networks: one customer has a whole network.
fn site(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, passed: &[&str], proxies: &[&str]) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        let mut headers = HeaderMap::new();
        for line in passed {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        let proxies: Vec<IpNet> = proxies.iter().map(|net| net.parse().unwrap()).collect();
        of(&extensions, &headers, &proxies).unwrap().to_string()
    }

    #[test]
    fn believes_its_own_proxies_alone() {
        let ours = &["10.0.0.0/8", "fd00::/8"];
        for (peer, passed, proxies, expected) in [
            ("192.0.2.1", &["198.51.100.7"][..], &[][..], "192.0.2.1"),
            ("192.0.2.1", &["198.51.100.7"], ours, "192.0.2.1"),
            ("10.0.0.1", &["198.51.100.7"], ours, "198.51.100.7"),
            (
                "10.0.0.1",
                &["invented, 198.51.100.7"],
                ours,
                "198.51.100.7",
            ),
            (
                "10.0.0.1",
                &["1.1.1.1, 198.51.100.7, 10.9.9.9"],
                ours,
                "198.51.100.7",
            ),
            (
                "10.0.0.1",
                &["1.1.1.1", "198.51.100.7"],
                ours,
                "198.51.100.7",
            ),
            (
                "::ffff:10.0.0.1",
                &["::ffff:198.51.100.7"],
                ours,
                "198.51.100.7",
            ),
            ("fd00::1", &["2001:db8:1:2:3:4:5:6"], ours, "2001:db8:1:2::"),
            // Without a header the proxy's own address counts.
            ("10.0.0.1", &[], ours, "10.0.0.1"),
            ("10.0.0.1", &["unknown, 10.0.0.2"], ours, "10.0.0.2"),
            ("10.0.0.1", &["198.51.100.7:1234"], ours, "10.0.0.1"),
            ("2001:db8:1:2:ffff::1", &[], ours, "2001:db8:1:2::"),
        ] {
            assert_eq!(seen(peer, passed, proxies), expected, "{peer} {passed:?}");
        }
    }

    #[test]
    fn a_call_within_the_process_has_none() {
        assert_eq!(of(&Extensions::new(), &HeaderMap::new(), &[]), None);
    }
}
