//! Scopes: what a client asks for, and what its tokens have.
//!
//! A client that was granted `write` without `delete` cannot delete. Tokens of the API have `no-delete` for that.

/// The scopes that can be granted. `admin` is given by the command line alone.
pub(crate) const GRANTED: [&str; 3] = ["read", "write", "delete"];
/// The scopes that a client gets if it names none.
pub(crate) const DEFAULT: &str = "read write";

/// The scopes that a request names, in their usual order.
pub(crate) fn parse(text: Option<&str>) -> Result<String, String> {
    let text = text.unwrap_or(DEFAULT);
    let wanted: Vec<&str> = text.split(' ').filter(|scope| !scope.is_empty()).collect();
    let unknown = wanted.iter().find(|scope| !GRANTED.contains(scope));
    if let Some(unknown) = unknown {
        return Err(match *unknown {
            "admin" => "admin is given by the command line alone".into(),
            _ => format!("the scopes are {}", GRANTED.join(", ")),
        });
    }
    if wanted.is_empty() {
        return Err(format!("name one or more of {}", GRANTED.join(", ")));
    }
    let scopes = GRANTED.into_iter().filter(|scope| wanted.contains(scope));
    Ok(scopes.collect::<Vec<_>>().join(" "))
}

/// Those of these scopes that can be granted here, in their usual order.
pub(crate) fn known(scopes: &str) -> String {
    let named: Vec<&str> = scopes.split_whitespace().collect();
    let known = GRANTED.into_iter().filter(|scope| named.contains(scope));
    known.collect::<Vec<_>>().join(" ")
}

/// Whether all of these scopes are among those granted.
pub(crate) fn is_within(wanted: &str, granted: &str) -> bool {
    wanted
        .split(' ')
        .all(|scope| granted.split(' ').any(|own| own == scope))
}

/// The scopes of an access token, as the API knows them.
pub(crate) fn of_token(granted: &str) -> String {
    let has = |scope| is_within(scope, granted);
    let known = [
        ("read", has("read")),
        ("write", has("write")),
        // `write` includes it.
        ("delete", has("delete") && !has("write")),
        ("no-delete", has("write") && !has("delete")),
    ];
    let kept = known.into_iter().filter(|(_, is_kept)| *is_kept);
    kept.map(|(scope, _)| scope).collect::<Vec<_>>().join(" ")
}

/// What a scope allows, for the person who is asked.
pub(crate) fn describe(scope: &str) -> &'static str {
    match scope {
        "read" => "Read your tasks, tags, reminders and history",
        "write" => "Add tasks, change and complete them, and undo changes",
        _ => "Delete tasks and tags",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_known_ones_in_their_order() {
        assert_eq!(parse(None).as_deref(), Ok("read write"));
        assert_eq!(parse(Some("delete  read")).as_deref(), Ok("read delete"));
        assert!(
            parse(Some("read admin"))
                .unwrap_err()
                .contains("command line")
        );
        for refused in ["", " ", "read everything", "READ"] {
            assert!(parse(Some(refused)).is_err(), "{refused}");
        }
    }

    #[test]
    fn a_token_deletes_only_what_was_granted() {
        for (granted, token) in [
            ("read", "read"),
            ("read write", "read write no-delete"),
            ("read write delete", "read write"),
            ("read delete", "read delete"),
            ("write", "write no-delete"),
        ] {
            assert_eq!(of_token(granted), token);
        }
        assert_eq!(known("openid delete  read admin"), "read delete");
        assert_eq!(known("openid"), "");
        assert!(is_within("read", "read write") && !is_within("read delete", "read write"));
    }
}
