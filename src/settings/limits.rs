//! Rate limits of the API.

use std::net::IpAddr;

use clap::Args;
use ipnet::IpNet;
use taskwire_api::Limits;

/// Default requests per minute with the same token.
const PER_TOKEN: u32 = 6000;
/// Default requests per minute from the same address without a valid credential.
const PER_ADDRESS: u32 = 600;

#[derive(Args, Clone)]
pub(crate) struct RateLimits {
    /// Requests per minute for each token or session, per process; 0 means no limit [default: 6000; `serve` on
    /// loopback: 0]
    #[arg(
        long,
        env = "TASKWIRE_RATE_LIMIT",
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = per_minute
    )]
    rate_limit: Option<u32>,
    /// Requests per minute for each address without a valid credential; 0 means no limit [default: 600; `serve` on
    /// loopback: 0]
    #[arg(
        long,
        env = "TASKWIRE_ADDRESS_RATE_LIMIT",
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = per_minute
    )]
    address_rate_limit: Option<u32>,
    /// Address or network of a trusted proxy, whose X-Forwarded-For is used, such as 10.0.0.0/8; may be repeated
    /// [default: none]
    #[arg(
        long,
        env = "TASKWIRE_TRUSTED_PROXY",
        value_name = "ADDRESS",
        value_delimiter = ',',
        value_parser = network
    )]
    trusted_proxy: Vec<IpNet>,
}

impl RateLimits {
    /// The limits of a shared API.
    pub(crate) fn shared(&self) -> Limits {
        self.or(PER_TOKEN, PER_ADDRESS)
    }

    /// The limits of a server on loopback: all callers are programs of this machine's own user, who would
    /// only limit themselves.
    pub(crate) fn on_loopback(&self) -> Limits {
        self.or(0, 0)
    }

    fn or(&self, per_token: u32, per_address: u32) -> Limits {
        let limit = |set: Option<u32>, usual| Some(set.unwrap_or(usual)).filter(|limit| *limit > 0);
        Limits {
            per_token: limit(self.rate_limit, per_token),
            per_address: limit(self.address_rate_limit, per_address),
            trusted_proxies: self.trusted_proxy.clone(),
        }
    }
}

fn per_minute(text: &str) -> Result<u32, &'static str> {
    text.parse()
        .map_err(|_| "it must be a number of requests per minute, such as 600; 0 means no limit")
}

/// Parses a network, or a single address as one.
fn network(text: &str) -> Result<IpNet, String> {
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| {
            "it must be an address such as 10.0.0.1, or a network such as 10.0.0.0/8".into()
        })
}
