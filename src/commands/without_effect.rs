//! Refuses options on the command line that have no effect together with the others: who sends one expects an effect.
//!
//! Variables and the configuration file are shared by all commands, so each takes from them what it uses.

use anyhow::bail;
use clap::ArgMatches;
use clap::parser::ValueSource;

use super::consumer::Which;
use crate::listen::Listen;
use crate::settings::{Bus, State};

/// Options by their field, and why they have no effect.
type WithoutEffect = (&'static [&'static str], &'static str);

const NO_HOST_CHECK: WithoutEffect = (
    &["allowed_host"],
    "this command checks no host names, because its callers are programs of the operator",
);

/// Refuses the first such option.
pub(super) fn refuse(matches: &ArgMatches) -> anyhow::Result<()> {
    let Some((command, matches)) = matches.subcommand() else {
        return Ok(());
    };
    for (options, why) in without_effect(command, matches) {
        let given = options.iter().find(|option| is_given(matches, option));
        if let Some(option) = given {
            bail!("--{} has no effect: {why}", option.replace('_', "-"));
        }
    }
    Ok(())
}

fn is_given(matches: &ArgMatches, option: &str) -> bool {
    matches.value_source(option) == Some(ValueSource::CommandLine)
}

fn without_effect(command: &str, matches: &ArgMatches) -> Vec<WithoutEffect> {
    let is_embedded = || matches.get_one::<Bus>("bus") == Some(&Bus::Embedded);
    let mut all: Vec<WithoutEffect> = Vec::new();
    match command {
        "consumer" => {
            if is_embedded() {
                all.push((
                    &["listen"][..],
                    "with --bus embedded a consumer listens on no port; --internal-listen serves its health and metrics",
                ));
                all.push((
                    &["app_api_token", "pubsub"],
                    "with --bus embedded a consumer reads the database, and no sidecar calls it",
                ));
            }
            let which = matches.get_one::<Which>("which");
            if matches!(which, Some(Which::Audit | Which::Recurrence)) {
                all.push((&["jobs"], "only the consumer of reminders waits for a time"));
                all.push((
                    &["smtp_url", "mail_from", "private_channels", "telegram_url"],
                    "only the consumer of reminders sends messages",
                ));
            }
            all.push(NO_HOST_CHECK);
        }
        "relay" => {
            if matches.get_one::<Listen>("internal_listen").is_some() {
                all.push((
                    &["listen"],
                    "with --internal-listen the relay opens no other port, because it serves health and metrics only",
                ));
            }
            if is_embedded() {
                all.push((&["bus"], "the relay publishes through a sidecar; start it with --bus dapr or without --bus"));
            }
            all.push(NO_HOST_CHECK);
        }
        "healthcheck" => {
            if matches.get_one::<Listen>("internal_listen").is_some() {
                all.push((
                    &["listen", "api_url"],
                    "--internal-listen or TASKWIRE_INTERNAL_LISTEN names the port that is checked",
                ));
            } else if matches.get_one::<Listen>("listen").is_some() {
                all.push((
                    &["api_url"],
                    "--listen or TASKWIRE_LISTEN names the port that is checked",
                ));
            }
        }
        "api" if is_embedded() => all.push((
            &["pubsub"],
            "with --bus embedded events are not published; use --bus dapr",
        )),
        "doctor" if !matches.get_flag("deep") => all.push((
            &["pubsub", "state_store", "bus", "state"],
            "only --deep checks the sidecar",
        )),
        "chat" if matches.get_one::<State>("state") == Some(&State::Memory) => all.push((
            &["state_store"],
            "with --state memory turns are kept in this process; use --state dapr",
        )),
        "mcp" if matches.contains_id("install") || matches.contains_id("uninstall") => all.push((
            &["listen", "allowed_host", "internal_listen", "database_url", "database_connections"],
            "the configuration of a host does not contain it; a host starts the server with --stdio",
        )),
        "mcp" if matches.get_flag("dry_run") => all.push((
            &["dry_run"],
            "only --install and --uninstall change a file",
        )),
        "mcp" if matches.get_flag("stdio") => all.push((
            &["listen", "allowed_host", "internal_listen"],
            "with --stdio no port is opened",
        )),
        "mcp" => all.push((
            &["token", "database_url", "database_connections"],
            "over HTTP each caller has a token of its own, and the API has the database",
        )),
        _ => {}
    }
    all
}
