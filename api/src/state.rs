//! The state that all handlers share.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use subtle::ConstantTimeEq;
use taskwire_domain::{Clock, Ids, Secret, SharedSecret, TokenId, UserId};
use taskwire_http::{AccessLog, Scrape};
use taskwire_store::{Db, TokenRow};
use tokio_util::sync::CancellationToken;

use crate::credentials::CredentialCache;
use crate::last_use::LastUse;
use crate::notify::Notify;
use crate::oauth::client::ClientCache;
use crate::oauth::settings::OAuth;
use crate::password::Passwords;
use crate::push_key::PushKey;
use crate::rate_limits::{Limits, RateLimits};
use crate::readiness::Readiness;
use crate::retention::Retention;
use crate::revocation::Revocations;
use crate::secret::digest;
use crate::service::account::SignUp;
use crate::stream::Tail;
use crate::throttle::Throttle;

/// The configuration of the API.
pub struct Config {
    /// The database, its schema up to date.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of identifiers and secrets.
    pub ids: Arc<Ids>,
    /// The credential of Taskwire's own services; without it no caller can act for another user.
    pub service: Option<SharedSecret>,
    /// Host names, without ports, under which this server may be called; any when empty.
    pub hosts: Vec<String>,
    /// The rate limits.
    pub limits: Limits,
    /// The names of all consumers.
    pub consumers: Vec<&'static str>,
    /// How long rows are kept.
    pub retention: Retention,
    /// Who may sign up.
    pub sign_up: SignUp,
    /// The authorization server.
    pub oauth: OAuth,
    /// What can be sent over channels.
    pub notify: Notify,
    /// Renders `/metrics`. None if it and `/readyz` are on an internal port.
    pub scrape: Option<Scrape>,
    /// The requests that are logged.
    pub access_log: AccessLog,
    /// Ends the event streams, which would otherwise delay the shutdown.
    pub shutdown: CancellationToken,
}

/// The state of the API. Cheap to clone, which Axum does several times for each request.
#[derive(Clone)]
pub struct Api(Arc<Shared>);

impl Deref for Api {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// What all handlers share.
pub struct Shared {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
    service: Option<SharedSecret>,
    pub(crate) hosts: Arc<[String]>,
    pub(crate) scrape: Option<Scrape>,
    pub(crate) access_log: AccessLog,
    pub(crate) shutdown: CancellationToken,
    /// Signs list cursors; the same for all processes of a database.
    pub(crate) cursor_key: Arc<[u8]>,
    /// Signs messages to browsers; the same for all processes of a database.
    pub(crate) push_key: Arc<PushKey>,
    /// Caches credentials.
    pub(crate) credentials: Arc<CredentialCache>,
    /// Ends the event streams of revoked tokens.
    pub(crate) revocations: Revocations,
    /// Hashes and compares passwords, a few at a time.
    pub(crate) passwords: Passwords,
    /// Who may sign up.
    pub(crate) sign_up: SignUp,
    /// The authorization server.
    pub(crate) oauth: OAuth,
    /// Descriptions of OAuth clients.
    pub(crate) oauth_clients: ClientCache,
    /// What can be sent over channels.
    pub(crate) notify: Notify,
    /// Notes when tokens were last used.
    pub(crate) last_use: LastUse,
    /// Counts failed sign-ins.
    pub(crate) throttle: Throttle,
    /// Counts requests.
    pub(crate) limits: RateLimits,
    /// The names of all consumers.
    pub(crate) consumers: Vec<&'static str>,
    /// How long rows are kept.
    pub(crate) retention: Retention,
    /// Follows the event log for the event streams.
    pub(crate) tail: Tail,
    /// Caches whether the database accepts writes.
    pub(crate) readiness: Readiness,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("db", &self.db)
            .finish_non_exhaustive()
    }
}

impl Api {
    /// Prepares the API: reads the key that signs cursors, and finds the end of the event log.
    pub async fn start(config: Config) -> Result<Self, taskwire_store::Error> {
        let mut fresh = [0; 32];
        config.ids.fill(&mut fresh);
        let mut tx = config.db.begin().await?;
        let key = tx
            .setting_or_insert("cursor_key", &crate::secret::encode(&fresh))
            .await?;
        let push_key = PushKey::of(&mut tx, &config.ids).await?;
        tx.commit().await?;
        let tail = Tail::start(config.db.clone(), config.shutdown.clone()).await?;
        let revocations = Revocations::default();
        let (watching, clock, db) = (revocations.clone(), config.clock.clone(), config.db.clone());
        let credentials = Arc::<CredentialCache>::default();
        let last_use = LastUse::default();
        let (uses, uses_db, ending) =
            (last_use.clone(), config.db.clone(), config.shutdown.clone());
        tokio::spawn(async move { ending.run_until_cancelled(uses.run(&uses_db)).await });
        let (shutdown, seen) = (config.shutdown.clone(), Arc::clone(&credentials));
        tokio::spawn(async move {
            shutdown
                .run_until_cancelled(watching.run(&db, &*clock, &seen))
                .await;
        });
        Ok(Self(Arc::new(Shared {
            db: config.db,
            clock: config.clock,
            ids: config.ids,
            service: config.service,
            hosts: config.hosts.into(),
            scrape: config.scrape,
            access_log: config.access_log,
            shutdown: config.shutdown,
            cursor_key: key.into_bytes().into(),
            push_key: Arc::new(push_key),
            credentials,
            revocations,
            passwords: Passwords::default(),
            sign_up: config.sign_up,
            oauth: config.oauth,
            oauth_clients: ClientCache::default(),
            notify: config.notify,
            last_use,
            throttle: Throttle::default(),
            limits: RateLimits::new(config.limits),
            consumers: config.consumers,
            retention: config.retention,
            tail,
            readiness: Readiness::default(),
        })))
    }

    /// Checks that the database accepts writes; returns why it does not.
    pub async fn check_database(&self) -> Result<(), String> {
        match self.readiness.outage(&self.db).await {
            Ok(None) => Ok(()),
            Ok(Some((_, why))) => Err(why),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Ends everything that uses a token that this process has revoked.
    pub(crate) fn revoked(&self, user: UserId, token: TokenId) {
        self.credentials.forget(user);
        self.revocations.revoked(token);
    }

    /// Ends everything that uses one of these tokens of a user, whose credentials are read anew.
    pub(crate) fn have_ended(&self, user: UserId, tokens: &[TokenRow]) {
        self.credentials.forget(user);
        for token in tokens {
            self.revocations.revoked(token.id);
        }
    }

    /// Ends everything that uses one of these access tokens of an OAuth grant.
    pub(crate) fn grant_ended(&self, user: UserId, tokens: &[TokenId]) {
        self.credentials.forget(user);
        for token in tokens {
            self.revocations.revoked(*token);
        }
    }

    /// Whether a token's digest is that of the service credential.
    pub(crate) fn is_service(&self, shown: &str) -> bool {
        let is = |known: &Secret| {
            digest(known.expose())
                .as_bytes()
                .ct_eq(shown.as_bytes())
                .into()
        };
        self.service
            .as_ref()
            .is_some_and(|service| service.accepts(is))
    }

    /// A token is unknown. It may be the service credential, if that was replaced a moment ago.
    pub(crate) fn unknown_token(&self) {
        if let Some(service) = &self.service {
            service.refused();
        }
    }
}
