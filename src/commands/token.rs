//! Tokens, sign-in links and passwords, directly on the database.

use std::io::{BufRead, IsTerminal};

use anyhow::ensure;
use clap::{Args, Subcommand};
use jiff::SignedDuration;
use taskwire_api::admin;
use taskwire_domain::TokenId;

use crate::defaults::{LOCAL_USER, PORT};
use crate::listen::Listen;
use crate::logging::print_line;
use crate::settings::{ApiAddress, Database};
use crate::wiring::Parts;

/// How long a printed link is valid.
const LINK: SignedDuration = SignedDuration::from_hours(1);

#[derive(Args)]
pub(crate) struct Options {
    /// User name; `create`, `link`, `invite` and `password` create the user if needed
    #[arg(long, global = true, default_value = LOCAL_USER, value_name = "NAME")]
    user: String,
    #[command(flatten)]
    database: Database,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Create a token and print its secret, which is shown only once
    Create {
        /// Purpose of the token
        #[arg(long, default_value = "command line")]
        label: String,
        /// Scopes: read, write, delete, no-delete, admin [default: read,write]
        #[arg(long, value_delimiter = ',', value_name = "SCOPES")]
        scopes: Option<Vec<String>>,
    },
    /// List tokens and browser sessions
    List,
    /// Revoke a token or session
    Revoke {
        /// Its id, from `list`
        #[arg(value_parser = token_id)]
        id: TokenId,
    },
    /// Print a sign-in link for the page; it works once, within an hour
    Link {
        /// Address on which the server listens
        #[arg(long, env = "TASKWIRE_LISTEN", value_name = "HOST:PORT")]
        listen: Option<Listen>,
        #[command(flatten)]
        api: ApiAddress,
    },
    /// Invite somebody to sign up, and print the code, which works once, within a week
    Invite {
        /// Whom it is for
        #[arg(long, default_value = "command line")]
        label: String,
    },
    /// Set the password for the page: asked for at a terminal, otherwise the first line of standard input
    Password,
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let db = parts.open_existing(&options.database).await?;
    let now = parts.clock.now();
    let user = options.user.as_str();
    match options.action {
        Action::Create { label, scopes } => {
            let token = admin::create_token(&db, &parts.ids, now, user, &label, scopes.as_deref())
                .await
                .map_err(readable)?;
            print_line(token.expose());
        }
        Action::List => {
            for token in admin::list_tokens(&db, now, user).await.map_err(readable)? {
                let end = token
                    .expires_at
                    .map_or_else(|| "never".into(), |at| at.to_string());
                print_line(&format!(
                    "{}  {:8} {:20} {}  expires {end}",
                    token.id,
                    token.kind,
                    token.scopes.join(" "),
                    token.label
                ));
            }
        }
        Action::Revoke { id } => {
            admin::revoke_token(&db, user, id).await.map_err(readable)?;
            print_line("Token revoked.");
        }
        Action::Link { listen, api } => {
            let server = match listen {
                Some(listen) => format!("http://{}/", listen.origin(PORT)),
                None => api.url(&parts.installation)?.to_string(),
            };
            let code = admin::sign_in_code(&db, &parts.ids, now, user, LINK)
                .await
                .map_err(readable)?;
            print_line(&format!("{server}#code={}", code.expose()));
        }
        Action::Invite { label } => {
            let code = admin::invite(&db, &parts.ids, now, user, &label)
                .await
                .map_err(readable)?;
            print_line(code.expose());
        }
        Action::Password => {
            let password = password()?;
            admin::set_password(&db, &parts.ids, now, user, &password)
                .await
                .map_err(readable)?;
            print_line("Password set.");
        }
    }
    db.close().await;
    Ok(())
}

fn token_id(text: &str) -> Result<TokenId, &'static str> {
    text.parse()
        .map_err(|_| "it must be an id from `taskwire token list`")
}

/// Reads a new password. At a terminal it is not shown, so it is entered twice.
fn password() -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let password = rpassword::prompt_password("New password: ")?;
    let again = rpassword::prompt_password("Repeat the password: ")?;
    ensure!(
        password == again,
        "the two passwords differ; nothing was changed"
    );
    Ok(password)
}

/// Formats an error with its hint, for the terminal.
fn readable(error: taskwire_api::ServiceError) -> anyhow::Error {
    match error {
        taskwire_api::ServiceError::Invalid(fields) => {
            let lines: Vec<String> = fields
                .iter()
                .map(|field| {
                    format!(
                        "{} {}",
                        field.detail,
                        field.hint.as_deref().unwrap_or_default()
                    )
                })
                .collect();
            anyhow::anyhow!(lines.join("\n"))
        }
        other => other.into(),
    }
}
