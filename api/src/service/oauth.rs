//! Grants of OAuth: codes, tokens, their renewal and their end. Each function is part of one transaction.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use taskwire_domain::contract::GrantView;
use taskwire_domain::{Ids, Secret, TokenId, UserId};
use taskwire_store::{CodeRow, Error, GrantRow, RefreshRow, TokenRow, Tx};

use crate::oauth::client::OAuthClient;
use crate::oauth::scope;
use crate::secret::{self, digest, encode};

/// How long a code can be used.
const CODE: SignedDuration = SignedDuration::from_mins(1);
/// How long a code is kept after that, so that its second use is noticed.
const CODE_KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How long an access token is valid.
pub(crate) const ACCESS: SignedDuration = SignedDuration::from_hours(1);
/// How long a refresh token is valid. A grant that is not used for so long ends.
const REFRESH: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A grant as clients see it.
pub(crate) fn view(grant: &GrantRow) -> GrantView {
    GrantView {
        id: grant.id.0,
        name: grant.client_name.clone(),
        client_id: grant.client_id.clone(),
        redirect_uri: grant.redirect_uri.clone(),
        scopes: grant.scopes.split(' ').map(Into::into).collect(),
        created_at: grant.created_at,
        last_used_at: grant.last_used_at,
        expires_at: grant.expires_at,
    }
}

/// What a person allows a client.
pub(crate) struct Consent<'a> {
    pub(crate) client: &'a OAuthClient,
    pub(crate) redirect_uri: &'a str,
    pub(crate) challenge: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) scopes: &'a str,
}

/// A request for the first tokens.
pub(crate) struct Redemption<'a> {
    pub(crate) code: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) redirect_uri: Option<&'a str>,
    pub(crate) verifier: &'a str,
    /// The only address that tokens of this server are for.
    pub(crate) resource: &'a str,
}

/// A request for new tokens.
pub(crate) struct Renewal<'a> {
    pub(crate) refresh_token: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) scope: Option<&'a str>,
}

/// New tokens.
pub(crate) struct Issued {
    pub(crate) access: Secret,
    pub(crate) refresh: Secret,
    pub(crate) scopes: String,
}

/// Why there are no tokens: a code of RFC 6749, section 5.2, an explanation, and the access tokens that have ended for
/// it, with their owner. What was done for it is to be committed.
pub(crate) struct Refused {
    pub(crate) code: &'static str,
    pub(crate) why: &'static str,
    pub(crate) ended: Option<(UserId, Vec<TokenId>)>,
}

impl Refused {
    fn new(code: &'static str, why: &'static str) -> Self {
        Self {
            code,
            why,
            ended: None,
        }
    }
}

type Outcome = Result<Result<Issued, Refused>, Error>;

/// Stores a code for a client and returns it.
pub(crate) async fn allow(
    tx: &mut Tx,
    ids: &Ids,
    owner: UserId,
    now: Timestamp,
    consent: &Consent<'_>,
) -> Result<Secret, Error> {
    let code = secret::generate(ids, "twc_");
    let row = CodeRow {
        hash: digest(&code),
        owner,
        grant: ids.next(now),
        client_id: consent.client.id.clone(),
        client_name: consent.client.name.clone(),
        redirect_uri: consent.redirect_uri.to_owned(),
        challenge: consent.challenge.to_owned(),
        resource: consent.resource.to_owned(),
        scopes: consent.scopes.to_owned(),
        expires_at: after(now, CODE),
        used_at: None,
    };
    tx.insert_oauth_code(&row, before(now, CODE_KEPT)).await?;
    tx.delete_ended_grants(owner, now).await?;
    Ok(Secret::new(code))
}

/// Exchanges a code for tokens, once. Whatever else is wrong, it is used up. At its second use somebody has it who should
/// not, so the tokens of the first use end too (RFC 6749, section 4.1.2).
pub(crate) async fn redeem(
    tx: &mut Tx,
    ids: &Ids,
    now: Timestamp,
    sent: &Redemption<'_>,
) -> Outcome {
    let unknown = || {
        Refused::new(
            "invalid_grant",
            "the code is unknown, was used, or has expired",
        )
    };
    let Some((code, is_first)) = tx.use_oauth_code(&digest(sent.code), now).await? else {
        return Ok(Err(unknown()));
    };
    if !is_first {
        let ended = tx.delete_grant(code.owner, code.grant).await?;
        return Ok(Err(Refused {
            ended: ended.map(|tokens| (code.owner, tokens)),
            ..unknown()
        }));
    }
    if code.expires_at <= now {
        return Ok(Err(unknown()));
    }
    if code.client_id != sent.client_id {
        return Ok(Err(Refused::new(
            "invalid_grant",
            "the code was issued to another client",
        )));
    }
    if sent
        .redirect_uri
        .is_some_and(|uri| uri != code.redirect_uri)
    {
        return Ok(Err(Refused::new(
            "invalid_grant",
            "redirect_uri is not the one to which the code was sent",
        )));
    }
    if code.resource != sent.resource {
        return Ok(Err(Refused::new(
            "invalid_grant",
            "the code was issued for another server",
        )));
    }
    let challenge = encode(&Sha256::digest(sent.verifier.as_bytes()));
    if !bool::from(challenge.as_bytes().ct_eq(code.challenge.as_bytes())) {
        return Ok(Err(Refused::new(
            "invalid_grant",
            "code_verifier does not belong to code_challenge",
        )));
    }
    let grant = GrantRow {
        id: code.grant,
        owner: code.owner,
        client_id: code.client_id,
        client_name: code.client_name,
        redirect_uri: code.redirect_uri,
        resource: code.resource,
        scopes: code.scopes,
        created_at: now,
        last_used_at: now,
        expires_at: after(now, REFRESH),
    };
    tx.insert_grant(&grant).await?;
    let scopes = grant.scopes.clone();
    Ok(Ok(issue(tx, ids, now, &grant, scopes).await?))
}

/// Exchanges a refresh token for new tokens, once. At its second use somebody has it who should not, and it is not known
/// who was first: the whole grant ends (RFC 9700, section 4.14.2).
pub(crate) async fn renew(tx: &mut Tx, ids: &Ids, now: Timestamp, sent: &Renewal<'_>) -> Outcome {
    let unknown = || {
        Refused::new(
            "invalid_grant",
            "the refresh token is unknown, was used, or has expired",
        )
    };
    let hash = digest(sent.refresh_token);
    // Nobody but its client can use a token up.
    let Some(known) = tx.find_refresh_token(&hash).await? else {
        return Ok(Err(unknown()));
    };
    let Some(grant) = tx.find_grant(known.owner, known.grant).await? else {
        return Ok(Err(unknown()));
    };
    if grant.client_id != sent.client_id {
        return Ok(Err(Refused::new(
            "invalid_grant",
            "the refresh token was issued to another client",
        )));
    }
    if grant.resource != sent.resource {
        return Ok(Err(Refused::new(
            "invalid_target",
            "the refresh token was issued for another server",
        )));
    }
    let scopes = match sent.scope.map(|wanted| scope::parse(Some(wanted))) {
        None => grant.scopes.clone(),
        Some(Ok(wanted)) if scope::is_within(&wanted, &grant.scopes) => wanted,
        Some(_) => {
            return Ok(Err(Refused::new(
                "invalid_scope",
                "the scopes are more than those that were granted",
            )));
        }
    };
    let used = tx.use_refresh_token(&hash, now).await?;
    if !used.is_some_and(|(_, is_first)| is_first) {
        let ended = tx.delete_grant(grant.owner, grant.id).await?;
        return Ok(Err(Refused {
            ended: ended.map(|tokens| (grant.owner, tokens)),
            ..unknown()
        }));
    }
    let end = after(now, REFRESH);
    if known.expires_at <= now || !tx.renew_grant(grant.owner, grant.id, now, end).await? {
        return Ok(Err(unknown()));
    }
    Ok(Ok(issue(tx, ids, now, &grant, scopes).await?))
}

/// Ends the grant of a token; returns the access tokens that have ended, with their owner. Refused if the token was
/// issued to another client (RFC 7009, section 2.1).
pub(crate) async fn revoke(
    tx: &mut Tx,
    now: Timestamp,
    token: &str,
    client_id: &str,
) -> Result<Result<Option<(UserId, Vec<TokenId>)>, Refused>, Error> {
    let hash = digest(token);
    let found = match tx.find_refresh_token(&hash).await? {
        Some(known) => Some((known.owner, known.grant)),
        None => tx
            .find_credential(&hash, now)
            .await?
            .and_then(|found| Some((found.user.id, found.token.grant?))),
    };
    let Some((owner, grant)) = found else {
        return Ok(Ok(None));
    };
    let known = tx.find_grant(owner, grant).await?;
    if known.is_some_and(|known| known.client_id != client_id) {
        return Ok(Err(Refused::new(
            "invalid_grant",
            "the token was issued to another client",
        )));
    }
    let ended = tx.delete_grant(owner, grant).await?;
    Ok(Ok(ended.map(|tokens| (owner, tokens))))
}

async fn issue(
    tx: &mut Tx,
    ids: &Ids,
    now: Timestamp,
    grant: &GrantRow,
    scopes: String,
) -> Result<Issued, Error> {
    let (access, refresh) = (secret::generate(ids, "two_"), secret::generate(ids, "twr_"));
    let refresh_row = RefreshRow {
        hash: digest(&refresh),
        owner: grant.owner,
        grant: grant.id,
        expires_at: after(now, REFRESH),
        used_at: None,
    };
    tx.insert_refresh_token(&refresh_row, now).await?;
    let token = TokenRow {
        id: ids.next(now),
        owner: grant.owner,
        hash: digest(&access),
        kind: "oauth".into(),
        label: grant.client_name.clone(),
        scopes: scope::of_token(&scopes),
        created_at: now,
        expires_at: Some(after(now, ACCESS)),
        last_used_at: None,
        client: Some(grant.client_id.clone()),
        grant: Some(grant.id),
        audience: Some(grant.resource.clone()),
    };
    tx.insert_token(&token).await?;
    Ok(Issued {
        access: Secret::new(access),
        refresh: Secret::new(refresh),
        scopes,
    })
}

fn after(now: Timestamp, time: SignedDuration) -> Timestamp {
    now.saturating_add(time).unwrap_or(now)
}

fn before(now: Timestamp, time: SignedDuration) -> Timestamp {
    now.saturating_sub(time).unwrap_or(now)
}
