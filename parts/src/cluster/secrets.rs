//! What the processes of a cluster show each other.

use std::fmt::Write;

use anyhow::Context;
use rand::TryRng;
use rand::rngs::SysRng;

pub(super) struct Secrets {
    /// An app shows it to its sidecar.
    pub(super) sidecar: String,
    /// A sidecar shows it to its app.
    pub(super) app: String,
    /// A consumer shows it to the API.
    pub(super) service: String,
}

impl Secrets {
    pub(super) fn random() -> anyhow::Result<Self> {
        Ok(Self {
            sidecar: random()?,
            app: random()?,
            service: random()?,
        })
    }
}

/// 32 random bytes, in hexadecimal digits.
fn random() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 32];
    SysRng
        .try_fill_bytes(&mut bytes)
        .context("the system's random number generator is not available")?;
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}")?;
    }
    Ok(text)
}
