//! Tests of what a machine may not have.

use std::fmt::Display;
use std::io::Write;

/// Says why a test does not run here, in one line. With `CI` set the test fails instead: there everything must be
/// installed, and a test that passes without having run would hide that it is not.
#[track_caller]
pub fn skip(reason: impl Display) {
    assert!(std::env::var_os("CI").is_none(), "{reason}");
    // Straight to standard error: what a test prints is kept from view when it passes.
    let _ = writeln!(std::io::stderr(), "Skipped: {reason}");
}
