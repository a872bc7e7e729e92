//! Authentication: a bearer token, or the page's session cookie.

use axum::http::{HeaderMap, StatusCode, header};
use axum_extra::extract::CookieJar;
use taskwire_client::{Claim, Client, Error, Secret};
use taskwire_domain::contract::UserView;
use taskwire_domain::contract::headers::SESSION_COOKIE;
use taskwire_domain::{Trace, Via, Zone};

use crate::chat::Chat;

use super::problem::Refusal;

/// A caller known to the API.
pub(super) struct Caller {
    pub(super) client: Client,
    pub(super) token: Secret,
    pub(super) user: UserView,
    pub(super) zone: Zone,
}

/// Asks the API for the owner of the credential. Browsers send cookies automatically, so `is_change` requires the
/// page's own origin.
pub(super) async fn caller(
    chat: &Chat,
    headers: &HeaderMap,
    is_change: bool,
) -> Result<Caller, Refusal> {
    let token = if let Some(value) = headers.get(header::AUTHORIZATION) {
        bearer(value.to_str().unwrap_or_default()).ok_or_else(Refusal::unauthenticated)?
    } else {
        let token = cookie(headers).ok_or_else(Refusal::unauthenticated)?;
        if is_change && !is_same_origin(headers) {
            let detail = "The request comes from another site.";
            return Err(
                Refusal::new(StatusCode::FORBIDDEN, "foreign_origin", detail)
                    .hint("Send it from Taskwire's own page, or use a token."),
            );
        }
        token
    };
    let token = Secret::new(token);
    let claim = Claim {
        via: Some(Via::Chat),
        client: Some(concat!("taskwire-chat/", env!("CARGO_PKG_VERSION")).to_owned()),
        ..Claim::default()
    };
    let client = chat
        .inner
        .config
        .client
        .with_token(token.clone())
        .with_claim(claim)
        .with_trace(Trace::of_headers(|name| headers.get(name)?.to_str().ok()));
    let session = client.session().await;
    match &session {
        Err(error @ Error::Unreachable(_)) => chat.inner.api_outages.failed(error),
        Ok(_) | Err(_) => chat.inner.api_outages.worked(),
    }
    let session = session.map_err(Refusal::api)?;
    let zone = Zone::parse(&session.user.zone).unwrap_or_else(|_| Zone::utc());
    Ok(Caller {
        client,
        token,
        user: session.user,
        zone,
    })
}

fn bearer(value: &str) -> Option<String> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && is_token(token)).then(|| token.to_owned())
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers)
        .get(SESSION_COOKIE)
        .map(|cookie| cookie.value_trimmed().to_owned())
        .filter(|token| is_token(token))
}

fn is_token(token: &str) -> bool {
    (1..=4096).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic())
}

fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(origin), Some(host)) = (text(header::ORIGIN), text(header::HOST)) else {
        return false;
    };
    let authority = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn reads_credentials() {
        assert_eq!(bearer("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(bearer("bearer  abc").as_deref(), Some("abc"));
        assert_eq!(bearer("Basic abc"), None);
        assert_eq!(bearer("Bearer a b"), None);
        assert_eq!(bearer("Bearer "), None);
        let jar = headers(&[("cookie", "a=b; taskwire_session=xyz; c=d")]);
        assert_eq!(cookie(&jar).as_deref(), Some("xyz"));
        assert_eq!(
            cookie(&headers(&[("cookie", "not_taskwire_session=xyz")])),
            None
        );
    }

    #[test]
    fn compares_origins() {
        let same = |origin| {
            is_same_origin(&headers(&[
                ("host", "tasks.example:8484"),
                ("origin", origin),
            ]))
        };
        assert!(same("https://tasks.example:8484"));
        assert!(same("http://Tasks.example:8484"));
        assert!(!same("https://tasks.example"));
        assert!(!same("https://evil.example:8484"));
        assert!(!same("null"));
        assert!(!is_same_origin(&headers(&[("host", "tasks.example")])));
    }
}
