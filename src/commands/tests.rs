use std::collections::BTreeSet;

use clap::{Command, CommandFactory};

use super::{Cli, without_effect};
use crate::settings::{References, each_argument, file};

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

/// The options of a command that can also be set in the environment.
fn settings(path: &[&str]) -> BTreeSet<String> {
    let mut command = Cli::command();
    command.build();
    let mut command: &Command = &command;
    for name in path {
        command = command.find_subcommand(name).unwrap();
    }
    command
        .get_arguments()
        .filter(|arg| arg.get_env().is_some())
        .filter_map(|arg| arg.get_long().map(ToOwned::to_owned))
        .collect()
}

const MODEL: [&str; 6] = [
    "model-base-url",
    "model",
    "model-api-key",
    "model-effort",
    "model-first-byte",
    "model-gap",
];
const RETENTION: [&str; 6] = [
    "keep-events-days",
    "keep-inbox-days",
    "keep-deliveries-days",
    "keep-notifications-days",
    "keep-trash-days",
    "keep-changes-days",
];
const CHANNELS: [&str; 4] = ["smtp-url", "mail-from", "private-channels", "telegram-url"];
/// The options of the commands that run a server.
const TRACING: [&str; 5] = [
    "otel-endpoint",
    "otel-headers",
    "otel-service-name",
    "otel-sampler",
    "otel-sampler-arg",
];
const SERVERS: [&str; 6] = ["serve", "api", "mcp", "chat", "consumer", "relay"];

/// The options of some commands, without those that they share.
#[expect(clippy::too_many_lines, reason = "a table")]
fn own_options() -> [(&'static [&'static str], Vec<&'static str>); 16] {
    let listening = ["listen", "allowed-host"];
    let database = ["database-url", "database-connections"];
    let limits = ["rate-limit", "address-rate-limit", "trusted-proxy"];
    let bus = ["bus", "pubsub"];
    let sidecar = ["dapr-http-port", "dapr-http-endpoint", "dapr-api-token"];
    let operations = ["internal-listen", "access-log"];
    let oauth = [
        "public-url",
        "oauth-registration",
        "oauth-issuer",
        "oauth-user-claim",
        "oauth-issuer-private",
    ];
    [
        (
            &["serve"],
            [
                &listening[..],
                &CHANNELS,
                &database,
                &["service-token", "no-migrate", "sign-up", "mcp-mode"],
                &oauth,
                &limits,
                &RETENTION,
                &MODEL,
                &operations,
            ]
            .concat(),
        ),
        (
            &["api"],
            [
                &listening[..],
                &CHANNELS,
                &database,
                &[
                    "mcp-url",
                    "chat-url",
                    "service-token",
                    "no-migrate",
                    "sign-up",
                ],
                &oauth,
                &limits,
                &bus,
                &sidecar,
                &RETENTION,
                &operations,
            ]
            .concat(),
        ),
        (
            &["mcp"],
            [
                &listening[..],
                &CHANNELS,
                &database,
                &[
                    "api-url",
                    "token",
                    "mcp-mode",
                    "service-token",
                    "public-url",
                ],
                &sidecar,
                &RETENTION,
                &operations,
            ]
            .concat(),
        ),
        (
            &["chat"],
            [
                &listening[..],
                &["api-url", "mcp-url"],
                &MODEL,
                &sidecar,
                &["state", "state-store"],
                &operations,
            ]
            .concat(),
        ),
        (
            &["consumer"],
            [
                &database[..],
                &CHANNELS,
                &["api-url", "service-token", "app-api-token", "jobs"],
                &bus,
                &sidecar,
                &listening,
                &["internal-listen"],
            ]
            .concat(),
        ),
        (
            &["relay"],
            [
                &listening[..],
                &database,
                &bus,
                &sidecar,
                &["internal-listen"],
            ]
            .concat(),
        ),
        (&["migrate"], database.to_vec()),
        (&["backup"], database.to_vec()),
        (&["token", "create"], database.to_vec()),
        (&["deadletter", "list"], database.to_vec()),
        (
            &["token", "link"],
            [&database[..], &["listen", "api-url"]].concat(),
        ),
        (&["talk"], vec!["api-url", "chat-url", "token"]),
        (&["notify", "test"], vec!["api-url", "token"]),
        (
            &["doctor"],
            [
                &database[..],
                &CHANNELS,
                &["api-url", "mcp-url", "chat-url", "token"],
                &MODEL,
                &bus,
                &sidecar,
                &["state", "state-store"],
            ]
            .concat(),
        ),
        (
            &["healthcheck"],
            vec!["listen", "internal-listen", "api-url"],
        ),
        (&["dates", "parse"], Vec::new()),
    ]
}

#[test]
fn each_command_takes_the_options_it_uses() {
    for (path, own) in own_options() {
        let installation = ["data-dir", "config", "log"];
        let installation = (path[0] != "dates").then_some(installation);
        let tracing = SERVERS.contains(&path[0]).then_some(TRACING);
        let expected: BTreeSet<String> = own
            .into_iter()
            .chain(tracing.into_iter().flatten())
            .chain(installation.into_iter().flatten())
            .map(ToOwned::to_owned)
            .collect();
        assert_eq!(settings(path), expected, "{path:?}");
    }
}

/// Reads a command line with the lines of a configuration file.
fn with_file(args: &[&str], lines: &str) -> Result<clap::ArgMatches, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("taskwire.toml"), lines).unwrap();
    let data_dir = ["--data-dir", folder.path().to_str().unwrap()];
    let args: Vec<&str> = ["taskwire"]
        .iter()
        .chain(args)
        .chain(&data_dir)
        .copied()
        .collect();
    let cli = <Cli as clap::Parser>::try_parse_from(&args).map_err(|error| error.to_string())?;
    let commands = Cli::command();
    let file = file::read(
        cli.command.installation().unwrap(),
        &commands,
        &References::default(),
    )
    .map_err(|error| format!("{error:#}"))?
    .unwrap();
    each_argument(commands, &|arg| file.default_of(arg))
        .try_get_matches_from(&args)
        .map_err(|error| super::cause(&error))
}

fn models(args: &[&str], lines: &str) -> Result<Vec<String>, String> {
    let matches = with_file(args, lines)?;
    let (_, chat) = matches.subcommand().unwrap();
    Ok(chat
        .get_many::<String>("model")
        .into_iter()
        .flatten()
        .cloned()
        .collect())
}

#[test]
fn the_file_sets_what_the_command_line_leaves_open() {
    for (lines, expected) in [
        ("", &[][..]),
        ("model = \"x\"", &["x"]),
        ("model = \"x,y\"", &["x", "y"]),
        ("model = [\"x\", \"y\"]", &["x", "y"]),
        ("model = []", &[]),
        // For other commands.
        ("trusted-proxy = \"10.0.0.0/8\"\nrate-limit = 5", &[]),
    ] {
        assert_eq!(models(&["chat"], lines).unwrap(), expected, "{lines}");
    }
    let flag = models(&["chat", "--model", "z"], "model = [\"x\", \"y\"]");
    assert_eq!(flag.unwrap(), ["z"]);
}

#[test]
fn the_file_is_checked_like_the_command_line() {
    for (lines, part) in [
        ("model-effort = \"extreme\"", "possible values: minimal"),
        ("model-gap = 0", "--model-gap"),
        ("model-gap = 1.5", "must be a string, a number"),
        (
            "modle = \"x\"",
            "unknown key `modle`; did you mean `model`? the keys are ",
        ),
        ("data-dir = \"/tmp\"", "unknown key `data-dir`"),
        ("user = \"x\"", "unknown key `user`; the keys are "),
        ("model = [[\"x\"]]", "a list in a list"),
        ("model = ", "TOML parse error"),
        ("mcp-url = \"ftp://x\"", "must be a URL"),
        ("allowed-host = \"http://x\"", "must be a host name"),
    ] {
        let text = models(&["chat"], lines).unwrap_err();
        assert!(text.contains(part), "{lines}: {text}");
        assert!(!text.contains("Usage"), "{lines}: {text}");
    }
}

#[test]
fn an_option_without_effect_is_refused() {
    for (args, lines, refused) in [
        (
            "consumer reminder --listen 127.0.0.1:1",
            "",
            Some("--listen"),
        ),
        (
            "consumer audit --app-api-token x",
            "",
            Some("--app-api-token"),
        ),
        ("consumer audit --pubsub x", "", Some("--pubsub")),
        ("consumer audit --bus dapr --jobs dapr", "", Some("--jobs")),
        (
            "consumer audit --bus dapr --allowed-host x",
            "",
            Some("--allowed-host"),
        ),
        (
            "consumer reminder --bus dapr --jobs dapr --listen 127.0.0.1:1",
            "",
            None,
        ),
        (
            "consumer reminder --listen 127.0.0.1:1",
            "bus = \"dapr\"",
            None,
        ),
        // One file serves all commands.
        (
            "consumer reminder",
            "listen = \"127.0.0.1:1\"\npubsub = \"x\"",
            None,
        ),
        ("relay --listen 127.0.0.1:1", "", None),
        (
            "relay --listen 127.0.0.1:1 --internal-listen 127.0.0.1:2",
            "",
            Some("--listen"),
        ),
        (
            "relay --internal-listen 127.0.0.1:2",
            "listen = \"127.0.0.1:1\"",
            None,
        ),
        ("relay --bus embedded", "", Some("--bus")),
        ("relay --bus dapr", "", None),
        ("api --pubsub x", "", Some("--pubsub")),
        ("api --bus dapr --pubsub x", "", None),
        ("chat --state-store x", "", Some("--state-store")),
        ("chat --state dapr --state-store x", "", None),
        (
            "mcp --stdio --internal-listen 127.0.0.1:1",
            "",
            Some("--internal-listen"),
        ),
        ("healthcheck --listen 127.0.0.1:1", "", None),
        (
            "healthcheck --listen 127.0.0.1:1",
            "internal-listen = \"127.0.0.1:2\"",
            Some("--listen"),
        ),
        ("mcp --token x", "", Some("--token")),
        ("mcp --stdio --token x", "", None),
    ] {
        let args: Vec<&str> = args.split(' ').collect();
        let matches = with_file(&args, lines).unwrap();
        let result = without_effect::refuse(&matches).map_err(|error| error.to_string());
        match (result, refused) {
            (Ok(()), None) => {}
            (Err(text), Some(option)) => {
                assert!(
                    text.starts_with(&format!("{option} has no effect: ")),
                    "{text}"
                );
            }
            (result, _) => panic!("{args:?} {lines}: {result:?}"),
        }
    }
}
