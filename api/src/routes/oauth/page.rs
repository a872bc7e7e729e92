//! The page on which a person signs in and allows access. It is self-contained: no script, nothing from elsewhere.

use std::fmt::Write;

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_store::GrantRow;

use super::request::Authorization;
use crate::oauth::{redirect, scope};
use crate::routes::form_page::{escape, page};

/// Says why nobody can be asked.
pub(super) fn refusal(title: &str, why: &str) -> Response {
    let body = format!(
        "<p role=\"alert\">{}</p><p>Go back to the program and connect it again.</p>",
        escape(why)
    );
    page(StatusCode::BAD_REQUEST, title, "", &body, None)
}

/// Opens the same page once more, from this site: a browser that comes from another site does not send the session.
pub(super) fn again(here: &str) -> Response {
    let here = escape(here);
    let head = format!("<meta http-equiv=\"refresh\" content=\"0;url={here}\">");
    let body = format!("<p><a href=\"{here}\">Continue</a></p>");
    page(StatusCode::OK, "Connect a program", &head, &body, None)
}

/// Asks who the person is.
pub(super) fn sign_in(wanted: &Authorization, wrong: Option<(StatusCode, &str)>) -> Response {
    let mut body = format!(
        "<p>Sign in to connect <strong>{}</strong>.</p>",
        escape(&wanted.client.name)
    );
    if let Some((_, why)) = wrong {
        let _ = write!(body, "<p role=\"alert\">{}</p>", escape(why));
    }
    body.push_str(
        "<form method=\"post\"><input type=\"hidden\" name=\"action\" value=\"sign_in\">\
         <label>Name <input name=\"name\" autocomplete=\"username\" required></label>\
         <label>Password <input name=\"password\" type=\"password\" autocomplete=\"current-password\" required></label>\
         <button>Sign in</button></form>\
         <form method=\"post\"><input type=\"hidden\" name=\"action\" value=\"sign_in\">\
         <label>Or the code of a sign-in link <input name=\"code\" autocomplete=\"one-time-code\" required></label>\
         <button>Sign in with the code</button></form>",
    );
    let status = wrong.map_or(StatusCode::OK, |(status, _)| status);
    page(status, "Sign in to Taskwire", "", &body, None)
}

/// Asks whether the client may have what it wants. `csrf` shows that the answer comes from this page.
pub(super) fn consent(wanted: &Authorization, user: &str, csrf: &str) -> Response {
    let place = redirect::place(&wanted.redirect);
    let allowed = wanted
        .scopes
        .split(' ')
        .fold(String::new(), |mut list, scope| {
            // Writing to a `String` cannot fail.
            let _ = write!(
                list,
                "<li>{} (<code>{}</code>)</li>",
                scope::describe(scope),
                escape(scope)
            );
            list
        });
    let local = if redirect::is_loopback(&wanted.redirect) {
        "<p>It runs on this computer, where any program can use this name: allow it only if you have just connected it.</p>"
    } else {
        ""
    };
    let body = format!(
        "<p><strong>{}</strong> wants to use the tasks of <strong>{}</strong>. The program chose this name itself.</p>\
         <dl><dt>It is known as</dt><dd>{}</dd><dt>The answer goes to</dt><dd>{}</dd></dl>{local}\
         <p>It could:</p><ul>{allowed}</ul>\
         <form method=\"post\"><input type=\"hidden\" name=\"csrf\" value=\"{}\">\
         <button name=\"action\" value=\"allow\">Allow</button>\
         <button name=\"action\" value=\"deny\">Deny</button></form>",
        escape(&wanted.client.name),
        escape(user),
        escape(&wanted.client.id),
        escape(&place),
        escape(csrf),
    );
    let target = redirect::form_target(&wanted.redirect);
    page(
        StatusCode::OK,
        "Connect a program",
        "",
        &body,
        Some(&target),
    )
}

/// Says that only a signed-in person has grants.
pub(super) fn sign_in_first() -> Response {
    let body = "<p>Sign in on <a href=\"/\">the page</a>, and open this one again.</p>";
    page(
        StatusCode::UNAUTHORIZED,
        "Connected programs",
        "",
        body,
        None,
    )
}

/// What a person has allowed. `csrf` shows that a form comes from this page.
pub(super) fn grants(grants: &[GrantRow], user: &str, csrf: &str) -> Response {
    let mut body = format!(
        "<p>Programs that use the tasks of <strong>{}</strong>.</p>",
        escape(user)
    );
    if grants.is_empty() {
        body.push_str("<p>There are none.</p>");
    }
    for grant in grants {
        // Writing to a `String` cannot fail.
        let _ = write!(
            body,
            "<h2>{}</h2><dl><dt>It is known as</dt><dd>{}</dd><dt>Scopes</dt><dd>{}</dd>\
             <dt>Allowed</dt><dd>{:.0}</dd><dt>Last used</dt><dd>{:.0}</dd></dl>\
             <form method=\"post\"><input type=\"hidden\" name=\"csrf\" value=\"{}\">\
             <button name=\"grant\" value=\"{}\">End access of {}</button></form>",
            escape(&grant.client_name),
            escape(&grant.client_id),
            escape(&grant.scopes),
            grant.created_at,
            grant.last_used_at,
            escape(csrf),
            grant.id,
            escape(&grant.client_name),
        );
    }
    page(StatusCode::OK, "Connected programs", "", &body, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_client_is_never_markup() {
        assert_eq!(escape("<b a='1'>\"&"), "&lt;b a=&#39;1&#39;&gt;&quot;&amp;");
    }
}
