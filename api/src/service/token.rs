//! Tokens and sessions.

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::contract::{NewToken, TokenView};
use taskwire_domain::{Ids, Invalid, Secret, TokenId, UserId};
use taskwire_store::{TokenRow, Tx};

use super::user::is_deceptive;
use super::{Context, Error};
use crate::secret;

/// How long a browser stays signed in.
pub(crate) const SESSION: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Longest label of a token, in characters.
const LABEL_MAX: usize = 100;
/// The scopes that a token can have.
pub(super) const SCOPES: [&str; 4] = ["read", "write", "delete", "no-delete"];
/// The scope of operators, who see data that belongs to no particular user. Only the command line grants it.
pub(crate) const ADMIN: &str = "admin";
/// Longest lifetime of a token, in days.
const DAYS_MAX: i64 = 3650;

/// A token as clients see it; `current` is the one in use.
pub(crate) fn view(token: &TokenRow, current: Option<TokenId>) -> TokenView {
    TokenView {
        id: token.id.0,
        label: token.label.clone(),
        kind: token.kind.clone(),
        scopes: token.scopes.split(' ').map(Into::into).collect(),
        created_at: token.created_at,
        expires_at: token.expires_at,
        last_used_at: token.last_used_at,
        client: token.client.clone(),
        is_current: current == Some(token.id),
    }
}

/// A token to be created.
pub(crate) struct Issue<'a> {
    /// `session` or `api`.
    pub(crate) kind: &'static str,
    pub(crate) label: &'a str,
    pub(crate) scopes: &'a str,
    pub(crate) expires_at: Option<Timestamp>,
    /// The program that signs in, as it names itself.
    pub(crate) client: Option<String>,
}

/// Creates a token for a user and returns its secret.
pub(crate) async fn issue(
    tx: &mut Tx,
    ids: &Ids,
    owner: UserId,
    now: Timestamp,
    issue: &Issue<'_>,
) -> Result<(TokenRow, Secret), Error> {
    let prefix = if issue.kind == "session" {
        "tws_"
    } else {
        "tw_"
    };
    let secret = secret::generate(ids, prefix);
    let token = TokenRow {
        id: ids.next::<TokenId>(now),
        owner,
        hash: secret::digest(&secret),
        kind: issue.kind.into(),
        label: issue.label.into(),
        scopes: issue.scopes.into(),
        created_at: now,
        expires_at: issue.expires_at,
        last_used_at: None,
        client: issue.client.clone(),
        grant: None,
        audience: None,
    };
    tx.insert_token(&token).await?;
    Ok((token, Secret::new(secret)))
}

/// Creates an API token for a client's request.
pub(crate) async fn create(
    context: &mut Context,
    input: &NewToken,
) -> Result<(TokenRow, Secret), Error> {
    let label = label(&input.label)?;
    let scopes = scopes(input.scopes.as_deref(), &SCOPES)?;
    let expires_at = match days(input.expires_in_days, DAYS_MAX)? {
        Some(days) => context
            .now
            .checked_add(SignedDuration::from_hours(24 * days))
            .ok(),
        None => None,
    };
    let wanted = Issue {
        kind: "api",
        label,
        scopes: &scopes,
        expires_at,
        client: None,
    };
    issue(
        &mut context.tx,
        &context.ids,
        context.owner,
        context.now,
        &wanted,
    )
    .await
}

/// The purpose of a token, or whom an invitation is for, as shown in the list.
pub(super) fn label(text: &str) -> Result<&str, Invalid> {
    let label = text.trim();
    if label.is_empty() || label.chars().count() > LABEL_MAX || label.chars().any(is_deceptive) {
        return Err(
            Invalid::new("/label", "invalid_label", "The label is not valid.").hint(format!(
                "Describe what it is for in 1 to {LABEL_MAX} characters."
            )),
        );
    }
    Ok(label)
}

/// Checks in how many days something expires.
pub(super) fn days(wanted: Option<i64>, longest: i64) -> Result<Option<i64>, Invalid> {
    match wanted {
        Some(days) if !(1..=longest).contains(&days) => Err(Invalid::new(
            "/expires_in_days",
            "invalid_expiry",
            format!("{days} days is out of range."),
        )
        .hint(format!("Send 1 to {longest}, or omit it."))),
        days => Ok(days),
    }
}

/// The scopes of a new token; `known` ones may be requested.
pub(super) fn scopes(wanted: Option<&[String]>, known: &[&str]) -> Result<String, Invalid> {
    let Some(wanted) = wanted else {
        return Ok("read write".into());
    };
    for (index, scope) in wanted.iter().enumerate() {
        if !known.contains(&scope.as_str()) {
            return Err(Invalid::new(
                format!("/scopes/{index}"),
                "unknown_scope",
                "Unknown scope.",
            )
            .hint(format!("Send one or more of {}.", known.join(", "))));
        }
        if wanted.iter().take(index).any(|earlier| earlier == scope) {
            return Err(Invalid::new(
                format!("/scopes/{index}"),
                "repeated_scope",
                "This scope is named twice.",
            )
            .hint("Name each once."));
        }
    }
    let chosen: Vec<&str> = known
        .iter()
        .copied()
        .filter(|scope| wanted.iter().any(|own| own == scope))
        .collect();
    if chosen.contains(&"delete") && chosen.contains(&"no-delete") {
        return Err(Invalid::new(
            "/scopes",
            "unknown_scope",
            "delete and no-delete contradict each other.",
        )
        .hint("Send one of them."));
    }
    if ["read", "write", "delete", ADMIN]
        .iter()
        .any(|scope| chosen.contains(scope))
    {
        Ok(chosen.join(" "))
    } else {
        Err(Invalid::new(
            "/scopes",
            "unknown_scope",
            "A token needs read, write or delete.",
        )
        .hint("Send [\"read\"] or [\"read\", \"write\"]."))
    }
}
