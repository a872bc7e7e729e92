//! Users, sign-in and tokens.

use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp};
use taskwire_domain::contract::{NewToken, TokenView, UserView};
use taskwire_domain::grammar::DateOrder;
use taskwire_domain::{Ids, Invalid, Secret, TagId, TagName, TokenId, UserId, Zone, weekday};
use taskwire_store::{Db, TagRow, TokenRow, Tx, UserRow};

use super::{Context, Error, tag};
use crate::{password, secret};

/// How long a browser stays signed in.
pub(crate) const SESSION: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Longest label of a token, in characters.
const LABEL_MAX: usize = 100;
/// Longest user name, in characters.
const NAME_MAX: usize = 100;
/// The scopes that a token can have.
const SCOPES: [&str; 3] = ["read", "write", "no-delete"];
/// The scope of operators, who see data that belongs to no particular user. Only the command line grants it.
pub(crate) const ADMIN: &str = "admin";
/// Longest lifetime of a token, in days.
const DAYS_MAX: i64 = 3650;

/// A user as clients see it.
pub(crate) fn view(user: &UserRow) -> UserView {
    UserView {
        id: user.id.0,
        name: user.name.clone(),
        zone: user.zone.to_string(),
        week_start: weekday::key(user.week_start).into(),
        date_order: user.date_order.as_str().into(),
    }
}

/// A token as clients see it.
pub(crate) fn token_view(token: &TokenRow) -> TokenView {
    TokenView {
        id: token.id.0,
        label: token.label.clone(),
        kind: token.kind.clone(),
        scopes: token.scopes.split(' ').map(Into::into).collect(),
        created_at: token.created_at,
        expires_at: token.expires_at,
    }
}

/// Finds a user by name, or creates one with the initial tags.
pub(crate) async fn ensure(
    tx: &mut Tx,
    ids: &Ids,
    now: Timestamp,
    name: &str,
    zone: &Zone,
) -> Result<UserRow, Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(is_deceptive) {
        return Err(
            Invalid::new("/name", "invalid_name", "The user name is not valid.")
                .hint(format!("Send 1 to {NAME_MAX} characters on one line."))
                .into(),
        );
    }
    if let Some(user) = tx.find_user_by_name(name).await? {
        return Ok(user);
    }
    let user = UserRow {
        id: ids.next::<UserId>(now),
        name: name.to_owned(),
        password_hash: None,
        zone: zone.clone(),
        week_start: Weekday::Monday,
        date_order: DateOrder::default(),
    };
    if !tx.insert_user(&user, now).await? {
        // Another process created it in between.
        return tx
            .find_user_by_name(name)
            .await?
            .ok_or_else(|| Error::Internal("user not found".into()));
    }
    for (name, color) in tag::FIRST_TAGS {
        let name = TagName::parse(name)?;
        let color = color.to_owned();
        let tag = TagRow {
            id: ids.next::<TagId>(now),
            name,
            color,
            version: 1,
        };
        tx.insert_tag(user.id, &tag).await?;
    }
    Ok(user)
}

/// A token to be created.
pub(crate) struct Issue<'a> {
    /// `session` or `api`.
    pub(crate) kind: &'static str,
    pub(crate) label: &'a str,
    pub(crate) scopes: &'a str,
    pub(crate) expires_at: Option<Timestamp>,
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
    };
    tx.insert_token(&token).await?;
    Ok((token, Secret::new(secret)))
}

/// Creates an API token for a client's request.
pub(crate) async fn create_token(
    context: &mut Context,
    input: &NewToken,
) -> Result<(TokenRow, Secret), Error> {
    let label = label(&input.label)?;
    let scopes = scopes(input.scopes.as_deref(), &SCOPES)?;
    let expires_at = match days(input.expires_in_days)? {
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

/// The purpose of a token, as shown in the list.
fn label(text: &str) -> Result<&str, Invalid> {
    let label = text.trim();
    if label.is_empty() || label.chars().count() > LABEL_MAX || label.chars().any(is_deceptive) {
        return Err(
            Invalid::new("/label", "invalid_label", "The label is not valid.").hint(format!(
                "Describe what the token is for in 1 to {LABEL_MAX} characters."
            )),
        );
    }
    Ok(label)
}

/// Control characters, and the bidirectional overrides that make a text look like a different one.
fn is_deceptive(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn days(wanted: Option<i64>) -> Result<Option<i64>, Invalid> {
    match wanted {
        Some(days) if !(1..=DAYS_MAX).contains(&days) => Err(Invalid::new(
            "/expires_in_days",
            "invalid_expiry",
            format!("{days} days is out of range."),
        )
        .hint(format!("Send 1 to {DAYS_MAX}, or omit it."))),
        days => Ok(days),
    }
}

/// The scopes of a new token; `known` ones may be requested.
fn scopes(wanted: Option<&[String]>, known: &[&str]) -> Result<String, Invalid> {
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
    }
    let chosen: Vec<&str> = known
        .iter()
        .copied()
        .filter(|scope| wanted.iter().any(|own| own == scope))
        .collect();
    if ["read", "write", ADMIN]
        .iter()
        .any(|scope| chosen.contains(scope))
    {
        Ok(chosen.join(" "))
    } else {
        Err(
            Invalid::new("/scopes", "unknown_scope", "A token needs read or write.")
                .hint("Send [\"read\"] or [\"read\", \"write\"]."),
        )
    }
}

/// Operations on users for the command line, without HTTP. Each call is one transaction.
pub mod admin {
    use super::{
        ADMIN, Db, Error, Ids, Issue, SCOPES, Secret, SignedDuration, Timestamp, Zone, ensure,
        issue, password, scopes, secret,
    };
    use taskwire_domain::contract::{TokenView, UserView};
    use taskwire_domain::{Invalid, TokenId};

    /// Ensures that a user exists.
    pub async fn ensure_user(
        db: &Db,
        ids: &Ids,
        now: Timestamp,
        name: &str,
        zone: &Zone,
    ) -> Result<UserView, Error> {
        let mut tx = db.begin().await?;
        let user = ensure(&mut tx, ids, now, name, zone).await?;
        tx.commit().await?;
        Ok(super::view(&user))
    }

    /// Creates an API token for a user, and the user if there is none of that name.
    pub async fn create_token(
        db: &Db,
        ids: &Ids,
        now: Timestamp,
        name: &str,
        label: &str,
        wanted: Option<&[String]>,
    ) -> Result<Secret, Error> {
        let label = super::label(label)?;
        let scopes = scopes(wanted, &[&SCOPES[..], &[ADMIN]].concat())?;
        let mut tx = db.begin().await?;
        let user = ensure(&mut tx, ids, now, name, &Zone::utc()).await?;
        let wanted = Issue {
            kind: "api",
            label,
            scopes: &scopes,
            expires_at: None,
        };
        let (_, token) = issue(&mut tx, ids, user.id, now, &wanted).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// A user's tokens and sessions that have not expired.
    pub async fn list_tokens(db: &Db, now: Timestamp, name: &str) -> Result<Vec<TokenView>, Error> {
        let mut tx = db.read().await?;
        let user = tx
            .find_user_by_name(name)
            .await?
            .ok_or_else(|| Error::NotFound(format!("user {name:?}")))?;
        Ok(tx
            .list_tokens(user.id, now)
            .await?
            .iter()
            .map(super::token_view)
            .collect())
    }

    /// Revokes a token of a user.
    pub async fn revoke_token(db: &Db, name: &str, id: TokenId) -> Result<(), Error> {
        let mut tx = db.begin().await?;
        let user = tx
            .find_user_by_name(name)
            .await?
            .ok_or_else(|| Error::NotFound(format!("user {name:?}")))?;
        if !tx.delete_token(user.id, id).await? {
            return Err(Error::NotFound(format!("token {id} of {name:?}")));
        }
        tx.commit().await?;
        Ok(())
    }

    /// Sets the password with which a user signs in on the page, and ends the existing sessions: a user who changes a
    /// password may do so because another person knows it. Tokens stay valid.
    pub async fn set_password(
        db: &Db,
        ids: &Ids,
        now: Timestamp,
        name: &str,
        text: &str,
    ) -> Result<(), Error> {
        let hash = password::hash(ids, text)?;
        let mut tx = db.begin().await?;
        let user = ensure(&mut tx, ids, now, name, &Zone::utc()).await?;
        tx.lock_user(user.id).await?;
        tx.set_password(user.id, &hash).await?;
        tx.delete_sessions(user.id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Creates a code that signs a browser in, once, within `life`.
    pub async fn sign_in_code(
        db: &Db,
        ids: &Ids,
        now: Timestamp,
        name: &str,
        life: SignedDuration,
    ) -> Result<Secret, Error> {
        let code = secret::generate(ids, "");
        let expires_at = now
            .checked_add(life)
            .map_err(|_| Invalid::new("", "invalid_expiry", "Expiry is out of range."))?;
        let mut tx = db.begin().await?;
        let user = ensure(&mut tx, ids, now, name, &Zone::utc()).await?;
        tx.insert_code(&secret::digest(&code), user.id, expires_at, now)
            .await?;
        tx.commit().await?;
        Ok(Secret::new(code))
    }
}
