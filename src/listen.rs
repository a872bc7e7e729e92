//! The address on which a server listens, and the one by which others reach it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use anyhow::{Context, ensure};
use serde::Deserialize;
use tokio::net::{TcpListener, lookup_host};

/// A host name or address to listen on, and a port if it is not the default.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Listen {
    /// Without the brackets of IPv6.
    host: String,
    port: Option<u16>,
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text:?} is not an address to listen on; use 127.0.0.1:8484, localhost:8484, [::1]:8484 or 0.0.0.0"
            )
        };
        if text.parse::<u16>().is_ok() {
            return Err(format!(
                "{text:?} is a port without a host; write 127.0.0.1:{text}"
            ));
        }
        let (host, port) = if let Ok(address) = text.parse::<IpAddr>() {
            (address.to_string(), None)
        } else if let Some((host, port)) = text.rsplit_once(':') {
            let host = match host.strip_prefix('[') {
                Some(inner) => {
                    let inner = inner.strip_suffix(']').ok_or_else(wrong)?;
                    inner.parse::<Ipv6Addr>().map_err(|_| wrong())?;
                    inner
                }
                None => host,
            };
            (host.to_owned(), Some(port.parse().map_err(|_| wrong())?))
        } else {
            (text.to_owned(), None)
        };
        let is_name = |host: &str| {
            let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
            // A number alone would be looked up as an IPv4 address.
            host.bytes().all(is_part) && !host.bytes().all(|byte| byte.is_ascii_digit())
        };
        if is_name(&host) || host.parse::<IpAddr>().is_ok() {
            Ok(Self { host, port })
        } else {
            Err(wrong())
        }
    }
}

impl TryFrom<String> for Listen {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl Default for Listen {
    /// Loopback.
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.to_string(),
            port: None,
        }
    }
}

impl Listen {
    /// Binds the address, with `port` if it names none. Errors name the option.
    pub(crate) async fn bind(&self, port: u16, option: &str) -> anyhow::Result<TcpListener> {
        let port = self.port.unwrap_or(port);
        let mut addresses: Vec<SocketAddr> = lookup_host((self.host.as_str(), port))
            .await
            .with_context(|| format!("cannot listen on {}: unknown host", self.host))?
            .collect();
        ensure!(!addresses.is_empty(), "{} has no address", self.host);
        // `localhost` is both; more programs connect only to 127.0.0.1 than only to ::1.
        addresses.sort_by_key(SocketAddr::is_ipv6);
        TcpListener::bind(&*addresses).await.with_context(|| {
            format!(
                "cannot listen on {}:{port}; is another Taskwire running? Choose another with {option}",
                self.host
            )
        })
    }

    /// Returns true if only programs on this machine can reach the server.
    pub(crate) fn is_loopback(&self) -> bool {
        match self.host.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => self.host.eq_ignore_ascii_case("localhost"),
        }
    }

    /// How a program on this machine reaches the server, such as `127.0.0.1:8484`.
    pub(crate) fn origin(&self, port: u16) -> Origin {
        let host = match self.host.parse() {
            // Every address of the machine; nobody can connect to "every".
            Ok(IpAddr::V4(address)) if address.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
            Ok(IpAddr::V6(address)) if address.is_unspecified() => {
                format!("[{}]", Ipv6Addr::LOCALHOST)
            }
            Ok(IpAddr::V6(address)) => format!("[{address}]"),
            _ => self.host.clone(),
        };
        Origin {
            host,
            port: self.port.filter(|port| *port != 0).unwrap_or(port),
        }
    }
}

/// A host and a port that can be connected to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Origin {
    /// With the brackets of IPv6, as in a `Host` header.
    pub(crate) host: String,
    port: u16,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_addresses_with_and_without_a_port() {
        for (text, origin) in [
            ("127.0.0.1:9000", "127.0.0.1:9000"),
            ("localhost:9000", "localhost:9000"),
            ("localhost", "localhost:8484"),
            ("0.0.0.0", "127.0.0.1:8484"),
            ("0.0.0.0:9000", "127.0.0.1:9000"),
            ("::", "[::1]:8484"),
            ("[::]:9000", "[::1]:9000"),
            ("::1", "[::1]:8484"),
            ("[fe80::1]:9000", "[fe80::1]:9000"),
            ("tasks.example:80", "tasks.example:80"),
        ] {
            let listen: Listen = text.parse().unwrap();
            assert_eq!(listen.origin(8484).to_string(), origin, "{text}");
        }
        for text in [
            "",
            ":",
            ":8484",
            "localhost:",
            "localhost:http",
            "localhost:99999",
            "[::1",
            "[x]:1",
            "http://localhost:8484",
            "a b:1",
            "::1]:8484",
            "8484",
            "8484:8484",
        ] {
            assert!(text.parse::<Listen>().is_err(), "{text}");
        }
        let bare = "43002".parse::<Listen>().unwrap_err();
        assert!(bare.ends_with("write 127.0.0.1:43002"), "{bare}");
    }

    #[tokio::test]
    async fn binds_a_name() {
        let listen: Listen = "localhost:0".parse().unwrap();
        let bound = listen
            .bind(8484, "--listen")
            .await
            .unwrap()
            .local_addr()
            .unwrap();
        assert!(bound.ip().is_loopback());
        assert_eq!(
            listen.origin(bound.port()).to_string(),
            format!("localhost:{}", bound.port())
        );
        let nowhere: Listen = "nowhere.invalid".parse().unwrap();
        assert!(nowhere.bind(8484, "--listen").await.is_err());
    }
}
