//! Redirect addresses: where a client may be sent a code.

use url::{Host, Url};

/// Longest redirect address, in bytes.
const URI_MAX: usize = 2000;
/// Schemes that are not those of an application: a browser interprets them itself, or hands them to something that takes
/// no code.
const FOREIGN: [&str; 13] = [
    "about",
    "blob",
    "chrome",
    "data",
    "file",
    "filesystem",
    "ftp",
    "javascript",
    "mailto",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// Checks an address that a client declares: `https`, `http` on the client's own machine (RFC 8252, section 7.3), or
/// the scheme of an application (section 7.1).
pub(crate) fn check(text: &str) -> Result<Url, String> {
    let wrong = |why: &str| Err(format!("{text:?} {why}"));
    if text.len() > URI_MAX || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err("a redirect URI is too long, or contains blanks".into());
    }
    let Ok(url) = Url::parse(text) else {
        return wrong("is not an absolute URI");
    };
    if url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return wrong("has a fragment or a user");
    }
    let scheme = url.scheme();
    if scheme == "http" && !is_loopback(&url) {
        return wrong("is not https");
    }
    if FOREIGN.contains(&scheme) || !text.contains(":/") {
        return wrong("has a scheme that is not allowed");
    }
    Ok(url)
}

/// Whether the address is on the person's own machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Whether an address of a request is this declared one: the same text; on the person's own machine with any port,
/// because programs get theirs from the system (RFC 8252, section 7.3).
pub(crate) fn is_same(declared: &str, sent: &str) -> bool {
    if declared == sent {
        return true;
    }
    let (Ok(mut declared), Ok(mut sent)) = (Url::parse(declared), check(sent)) else {
        return false;
    };
    if declared.scheme() != "http" || !is_loopback(&declared) {
        return false;
    }
    let is_removed = declared.set_port(None).is_ok() && sent.set_port(None).is_ok();
    is_removed && declared == sent
}

/// What a content security policy must allow so that a form can end at this address: browsers check also where its
/// response redirects to.
pub(crate) fn form_target(url: &Url) -> String {
    match (url.scheme(), url.host()) {
        // Policies know no literal IPv6 addresses.
        ("http" | "https", Some(Host::Ipv4(_) | Host::Domain(_))) => {
            url.origin().ascii_serialization()
        }
        (scheme, _) => format!("{scheme}:"),
    }
}

/// The part that says to a person who receives the code.
pub(crate) fn place(url: &Url) -> String {
    if url.scheme() == "http" || url.scheme() == "https" {
        url.origin().ascii_serialization()
    } else {
        format!("the application for {}: links on this device", url.scheme())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_the_client_alone() {
        for good in [
            "https://app.example/callback",
            "http://127.0.0.1:33418/callback",
            "http://[::1]/callback",
            "http://localhost:1/",
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "com.example.app:/callback",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in [
            "http://app.example/callback",
            "http://localhost.evil.example/",
            "https://app.example/#x",
            "https://user@app.example/",
            "javascript://x/%0aalert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "/callback",
            "https://app.example/a b",
            "mailto:x@example.com",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_the_port_of_a_loopback_address_may_differ() {
        let local = "http://127.0.0.1:8080/callback";
        assert!(is_same(local, "http://127.0.0.1:33418/callback"));
        assert!(is_same(
            "http://localhost/callback",
            "http://localhost:1/callback"
        ));
        for other in [
            "http://127.0.0.1:8080/other",
            "http://127.0.0.1:8080/callback?x",
            "http://127.0.0.2:8080/callback",
            "http://localhost:8080/callback",
            "https://127.0.0.1:8080/callback",
            "http://x@127.0.0.1:8080/callback",
        ] {
            assert!(!is_same(local, other), "{other}");
        }
        let remote = "https://app.example/callback";
        assert!(is_same(remote, remote));
        for other in [
            "https://app.example:444/callback",
            "https://app.example/callback/",
            "https://app.example/callback/../x",
            "https://app.example.evil.example/callback",
            "https://app.example/callback?next=x",
        ] {
            assert!(!is_same(remote, other), "{other}");
        }
    }
}
