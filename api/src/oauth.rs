//! The rules of OAuth 2.1 for the authorization server: clients, redirect addresses, scopes. They know nothing of HTTP
//! or of the database.
//!
//! Own code, because no crate has these rules: `oxide-auth` 0.6, the one that is kept, has synchronous stores, which
//! cannot wait for a database, and neither resource indicators (RFC 8707), nor the detection of reused refresh
//! tokens, nor clients that are known by the address of a document, nor ports of loopback addresses.

pub(crate) mod client;
pub(crate) mod external;
pub(crate) mod redirect;
pub(crate) mod scope;
pub(crate) mod settings;

pub use external::ExternalIssuer;
pub use settings::OAuth;
