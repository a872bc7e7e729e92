//! The scopes that each operation requires, in the document.
//!
//! The extractors in [`crate::auth`] decide. A test sends each operation with every set of scopes and compares.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{OpenApi, PathItem};

/// The name of the security scheme.
pub(super) const SCHEME: &str = "token";

/// What the scheme's description says of scopes.
pub(super) const DESCRIPTION: &str = "A token or the session of a browser. Each operation names the scopes that it requires. \
     `write` includes `delete`, unless the token has `no-delete`, which takes away every way to delete.";

/// Deletes, or manages credentials: a token with fewer scopes could give itself more.
const ALL: &[&str] = &["read", "write", "delete"];
/// For operators.
const ADMIN: &[&str] = &["admin"];

/// The operations that require other scopes than their method suggests.
const OTHERS: &[(&str, &[&str])] = &[
    // It describes the credential itself.
    ("get_session", &[]),
    // It removes a tag, without the method DELETE.
    ("merge_tag", &["write", "delete"]),
    ("create_token", ALL),
    ("revoke_token", ALL),
    ("end_grant", ALL),
    ("end_sessions", ALL),
    ("set_password", ALL),
    ("delete_account", ALL),
    ("create_invitation", ADMIN),
    ("list_invitations", ADMIN),
    ("get_invitation", ADMIN),
    ("revoke_invitation", ADMIN),
    ("list_dead_letters", ADMIN),
    ("get_dead_letter", ADMIN),
    ("discard_dead_letter", ADMIN),
    ("replay_dead_letter", ADMIN),
];

/// Adds to each operation the scopes that it requires, except to those that need no credential.
pub(super) fn declare(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        for (usual, operation) in by_method(item) {
            if operation.security.is_some() {
                continue;
            }
            let id = operation.operation_id.as_deref().unwrap_or_default();
            let other = OTHERS.iter().find(|(known, _)| *known == id);
            let scopes = other.map_or(usual, |(_, scopes)| *scopes);
            let required = SecurityRequirement::new(SCHEME, scopes.iter().copied());
            operation.security = Some(vec![required]);
        }
    }
}

/// The operations of a path, each with the scopes that its method requires.
fn by_method(
    item: &mut PathItem,
) -> impl Iterator<Item = (&'static [&'static str], &mut Operation)> {
    const READ: &[&str] = &["read"];
    const WRITE: &[&str] = &["write"];
    const DELETE: &[&str] = &["delete"];
    [
        (READ, &mut item.get),
        (WRITE, &mut item.post),
        (WRITE, &mut item.put),
        (WRITE, &mut item.patch),
        (DELETE, &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(scopes, operation)| Some((scopes, operation.as_mut()?)))
}
