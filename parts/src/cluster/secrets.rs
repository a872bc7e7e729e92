//! The secrets that processes of a cluster use for each other.

use std::fmt::Write;

use anyhow::Context;
use rand::TryRng;
use rand::rngs::SysRng;

pub(super) struct Secrets {
    /// In requests of an app to its sidecar.
    pub(super) sidecar: String,
    /// In requests of a sidecar to its app.
    pub(super) app: String,
    /// In requests of a consumer to the API.
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
