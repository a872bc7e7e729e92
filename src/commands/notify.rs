//! Lists the channels over which a person is reached, and tries them.

use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use taskwire_client::Client;
use taskwire_domain::contract::{ChannelView, DeliveryQuery, DeliveryView};

use crate::logging::print_line;
use crate::settings::{ApiAddress, UserToken};
use crate::wiring::Parts;

/// How long a message may take; a channel that does not answer takes about ten seconds.
const LIMIT: Duration = Duration::from_secs(30);
/// The pause between two looks at what became of it.
const PAUSE: Duration = Duration::from_millis(200);

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    api: ApiAddress,
    #[command(flatten)]
    token: UserToken,
}

#[derive(Subcommand)]
enum Action {
    /// List the channels of the token's user
    List,
    /// Send a test message, and wait for what becomes of it
    Test {
        /// Id, name or kind of the channel; without it all channels that are switched on
        #[arg(long, value_name = "CHANNEL")]
        channel: Option<String>,
    },
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let token = options.token.find(&parts.installation)?.context(
        "no token found: start `taskwire serve` once to create one, or set TASKWIRE_TOKEN",
    )?;
    let url = options.api.url(&parts.installation)?;
    let client = Client::http(url, parts.http.clone()).with_token(token);
    let channels = client.list_channels().await?.items;
    match options.action {
        Action::List if channels.is_empty() => print_line(NO_CHANNELS),
        Action::List => channels
            .iter()
            .for_each(|channel| print_line(&line(channel))),
        Action::Test { channel } => {
            let mut failed = 0;
            for channel in chosen(&channels, channel.as_deref())? {
                let sent = test(&client, channel).await?;
                failed += usize::from(sent.status != "sent");
                print_line(&format!("{}: {}", name(channel), outcome(&sent)));
            }
            if failed > 0 {
                bail!("{failed} of the messages were not sent");
            }
        }
    }
    Ok(())
}

const NO_CHANNELS: &str = "There are no channels. Add one on the page under Settings, Notifications, or with POST /api/v1/channels.";

/// The channels that are meant.
fn chosen<'a>(
    channels: &'a [ChannelView],
    wanted: Option<&str>,
) -> anyhow::Result<Vec<&'a ChannelView>> {
    let is_meant = |channel: &&ChannelView| match wanted {
        None => channel.enabled,
        Some(wanted) => {
            channel.id.to_string() == wanted
                || channel.kind == wanted
                || channel.label.eq_ignore_ascii_case(wanted)
        }
    };
    let found: Vec<_> = channels.iter().filter(is_meant).collect();
    match (found.is_empty(), wanted) {
        (false, _) => Ok(found),
        (true, None) => bail!(NO_CHANNELS),
        (true, Some(wanted)) => {
            let names: Vec<String> = channels.iter().map(name).collect();
            bail!(
                "there is no channel {wanted:?}; there are: {}",
                names.join(", ")
            )
        }
    }
}

/// Sends a message, and waits until it was sent or has failed, or was tried in vain once.
async fn test(client: &Client, channel: &ChannelView) -> anyhow::Result<DeliveryView> {
    let mut delivery = client.test_channel(channel.id, None).await?;
    let until = tokio::time::Instant::now() + LIMIT;
    while delivery.status == "pending"
        && delivery.error.is_none()
        && tokio::time::Instant::now() < until
    {
        tokio::time::sleep(PAUSE).await;
        let latest = client.list_deliveries(&DeliveryQuery::default()).await?;
        let same = latest.items.into_iter().find(|one| one.id == delivery.id);
        delivery = same.unwrap_or(delivery);
    }
    Ok(delivery)
}

fn outcome(delivery: &DeliveryView) -> String {
    let why = delivery.error.as_deref();
    match (delivery.status.as_str(), why) {
        ("sent", _) if delivery.kind == "verification" => {
            "sent; the address must be confirmed first".into()
        }
        ("pending", None) => "not sent yet; is a consumer of reminders running?".into(),
        ("pending", Some(why)) => format!("not sent yet: {why} It is tried again."),
        (status, None) => status.to_owned(),
        (status, Some(why)) => format!("{status}: {why}"),
    }
}

fn name(channel: &ChannelView) -> String {
    if channel.label == channel.kind {
        channel.kind.clone()
    } else {
        format!("{} ({})", channel.label, channel.kind)
    }
}

fn line(channel: &ChannelView) -> String {
    let state = match (channel.enabled, channel.verified, &channel.last_failure) {
        (false, ..) => "off".to_owned(),
        (_, false, _) => "waits for its address to be confirmed".to_owned(),
        (.., Some(failure)) => format!("failed last: {failure}"),
        (.., None) => "on".to_owned(),
    };
    format!(
        "{}  {}  {}  {state}",
        channel.id,
        name(channel),
        channel.address
    )
}
