//! What operators see of this process: its readiness and its metrics.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Context;
use taskwire_api::Api;
use taskwire_client::Client;
use taskwire_consumers::{LogMeasure, Measured};
use taskwire_http::{Check, Readiness, Scrape};
use taskwire_messaging::dapr::{Sidecar, StateStore};
use taskwire_store::{Db, WriteProbe};
use taskwire_telemetry::{Metrics, OutageLog, metric};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Parts;
use crate::settings::InternalPort;

/// Longest time of a measurement: a collector waits ten seconds for all of them.
const MEASURE_LIMIT: Duration = Duration::from_secs(3);

type Measuring = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What is measured only when somebody asks.
type Measure = Box<dyn Fn() -> Measuring + Send + Sync>;

/// What operators see of a process, while it is put together.
pub(crate) struct Operations {
    metrics: Metrics,
    listener: Option<TcpListener>,
    checks: Vec<Check>,
    measures: Vec<Measure>,
    cancel: CancellationToken,
}

/// The internal port, which is served until the end of the process.
pub(crate) struct InternalServer {
    stop: CancellationToken,
    served: Option<JoinHandle<()>>,
}

impl Parts {
    /// Opens the internal port, if there is to be one, and starts to record the metrics of the process of this name.
    pub(crate) async fn operations(
        &self,
        port: &InternalPort,
        service: &'static str,
    ) -> anyhow::Result<Operations> {
        let listener = port.bind().await?;
        let metrics = Metrics::start()?;
        tokio::spawn(metrics.clone().keep_up(self.cancel.clone()));
        let (version, revision) = version();
        metrics::gauge!(
            metric::BUILD_INFO,
            "version" => version,
            "revision" => revision,
            "service_name" => service,
        )
        .set(1);
        let started = self.clock.now().as_duration().as_secs_f64();
        metrics::gauge!(metric::PROCESS_START_TIME).set(started);
        Ok(Operations {
            metrics,
            listener,
            checks: Vec::new(),
            measures: Vec::new(),
            cancel: self.cancel.clone(),
        })
    }
}

/// The version of this program, and the commit if it is known.
fn version() -> (&'static str, &'static str) {
    let version = env!("TASKWIRE_VERSION");
    version
        .strip_suffix(')')
        .and_then(|version| version.split_once(" ("))
        .unwrap_or((version, "unknown"))
}

impl Operations {
    /// Whether there is an internal port.
    pub(crate) fn has_port(&self) -> bool {
        self.listener.is_some()
    }

    /// The address of the internal port, for people.
    pub(crate) fn address(&self) -> anyhow::Result<String> {
        let listener = self
            .listener
            .as_ref()
            .context("there is no internal port")?;
        Ok(listener.local_addr()?.to_string())
    }

    /// Serves them at this address if there is no internal port: a process without a public port has no other.
    pub(crate) fn listen_instead(&mut self, listener: TcpListener) {
        self.listener.get_or_insert(listener);
    }

    /// The process needs a database that can be written, with a schema that it knows.
    pub(crate) fn needs_database(&mut self, db: &Db) {
        let this = db.clone();
        self.check(Check::new("database", move || {
            let db = this.clone();
            async move {
                let written = db.check_writes(WriteProbe::Small).await;
                written.map_err(|error| error.to_string())
            }
        }));
        self.needs_schema(db);
        self.measure_pools(db);
    }

    /// The process is the API, which knows more about its database, such as that a large write failed.
    pub(crate) fn needs_database_of(&mut self, api: Arc<OnceLock<Api>>, db: &Db) {
        self.check(Check::new("database", move || {
            let api = api.get().cloned();
            async move {
                match api {
                    Some(api) => api.check_database().await,
                    None => Err("the API is starting".into()),
                }
            }
        }));
        self.needs_schema(db);
        self.measure_pools(db);
    }

    fn needs_schema(&mut self, db: &Db) {
        let this = db.clone();
        self.check(Check::new("schema", move || {
            let db = this.clone();
            async move {
                match db.schema().await {
                    // That of a newer version too, as long as this one works with it: both run during an upgrade.
                    Ok(schema) => schema
                        .problem()
                        .map_or(Ok(()), |why| Err(format!("the database {why}"))),
                    Err(error) => Err(error.to_string()),
                }
            }
        }));
    }

    fn measure_pools(&mut self, db: &Db) {
        let db = db.clone();
        self.measure(move || {
            measure_pools(&db);
            std::future::ready(())
        });
    }

    /// The process needs the API to answer.
    pub(crate) fn needs_api(&mut self, client: &Client) {
        let client = client.clone();
        self.check(Check::new("api", move || {
            let client = client.clone();
            async move { client.check().await.map_err(|error| error.to_string()) }
        }));
    }

    /// The process needs a store for the state of its turns.
    pub(crate) fn needs_state(&mut self, store: &Arc<dyn StateStore>) {
        let store = Arc::clone(store);
        self.check(Check::new("state", move || {
            let store = Arc::clone(&store);
            async move {
                // It does not exist; a store that says so works.
                let read = store.get("readiness").await;
                read.map(drop).map_err(|error| error.to_string())
            }
        }));
    }

    /// The process needs its sidecar.
    pub(crate) fn needs_sidecar(&mut self, sidecar: &Sidecar) {
        self.check(sidecar_check(sidecar));
    }

    /// The process needs a pub/sub component that its sidecar has loaded.
    pub(crate) fn needs_pubsub(&mut self, sidecar: &Sidecar, name: &str) {
        self.check(pubsub_check(sidecar, name));
    }

    /// The process uses its sidecar, and is ready without it.
    pub(crate) fn uses_sidecar(&mut self, sidecar: &Sidecar) {
        self.check(sidecar_check(sidecar).optional());
    }

    /// The process needs what this checks.
    pub(crate) fn check(&mut self, check: Check) {
        self.checks.push(check);
    }

    /// Measures how far the event log has been read.
    pub(crate) fn measure_log(&mut self, parts: &Parts, db: &Db, what: Measured) {
        let log = LogMeasure::new(db.clone(), Arc::clone(&parts.clock), what);
        let this = Arc::new((log, OutageLog::new("metrics", "measure the event log")));
        self.measure(move || {
            let this = Arc::clone(&this);
            async move {
                let (log, outages) = &*this;
                // A database that does not respond must not hide the other measurements.
                match tokio::time::timeout(MEASURE_LIMIT, log.measure()).await {
                    Ok(Ok(())) => outages.worked(),
                    Ok(Err(error)) => outages.failed(&error),
                    Err(_) => outages.failed(&format!("no answer within {MEASURE_LIMIT:?}")),
                }
            }
        });
    }

    fn measure<F>(&mut self, measure: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.measures.push(Box::new(move || Box::pin(measure())));
    }

    /// Starts to serve the internal port, if there is one, and returns what `/metrics` shows.
    pub(crate) fn start(self) -> (InternalServer, Scrape) {
        let readiness = Arc::new(Readiness::new(self.checks, self.cancel));
        let scrape = scrape(self.metrics, self.measures, Arc::clone(&readiness));
        let stop = CancellationToken::new();
        let operations = taskwire_http::Operations {
            readiness,
            scrape: scrape.clone(),
            version: env!("CARGO_PKG_VERSION"),
        };
        let served = self.listener.map(|listener| {
            let router = taskwire_http::internal_router(operations);
            tokio::spawn(taskwire_http::serve_internal(
                listener,
                router,
                stop.clone(),
            ))
        });
        (InternalServer { stop, served }, scrape)
    }
}

impl InternalServer {
    /// Closes the port, as the last thing that the process does: until then probes learn that it stops.
    pub(crate) async fn close(self) {
        self.stop.cancel();
        if let Some(served) = self.served {
            let _ = served.await;
        }
    }
}

fn sidecar_check(sidecar: &Sidecar) -> Check {
    let sidecar = sidecar.clone();
    Check::new("sidecar", move || {
        let sidecar = sidecar.clone();
        async move { sidecar.check().await.map_err(|error| error.to_string()) }
    })
}

fn pubsub_check(sidecar: &Sidecar, name: &str) -> Check {
    let wanted: Arc<(Sidecar, String)> = Arc::new((sidecar.clone(), name.to_owned()));
    Check::new("pubsub", move || {
        let wanted = Arc::clone(&wanted);
        async move {
            let (sidecar, name) = &*wanted;
            let metadata = sidecar
                .metadata()
                .await
                .map_err(|error| error.to_string())?;
            let is_loaded = metadata.of_kind("pubsub").any(|one| one.name == *name);
            is_loaded.then_some(()).ok_or_else(|| {
                format!("the sidecar has not loaded a pub/sub component of the name {name}")
            })
        }
    })
}

fn scrape(metrics: Metrics, measures: Vec<Measure>, readiness: Arc<Readiness>) -> Scrape {
    let this = Arc::new((metrics, measures, readiness));
    Scrape::new(move || {
        let this = Arc::clone(&this);
        async move {
            let (metrics, measures, readiness) = &*this;
            let measures = futures::future::join_all(measures.iter().map(|measure| measure()));
            let (_, findings) = tokio::join!(measures, readiness.findings());
            for finding in &*findings {
                metrics::gauge!(metric::DEPENDENCY_READY, "check" => finding.name)
                    .set(f64::from(u8::from(finding.ready)));
            }
            metrics.render()
        }
    })
}

fn measure_pools(db: &Db) {
    let float = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    for pool in db.pools() {
        let name = ("db_client_connection_pool_name", pool.name);
        for (state, count) in [("idle", pool.idle), ("used", pool.used)] {
            let labels = [name, ("db_client_connection_state", state)];
            metrics::gauge!(metric::DB_CLIENT_CONNECTION_COUNT, &labels).set(float(count));
        }
        metrics::gauge!(metric::DB_CLIENT_CONNECTION_MAX, &[name]).set(float(pool.max));
        metrics::gauge!(metric::DB_CLIENT_CONNECTION_PENDING_REQUESTS, &[name])
            .set(float(pool.pending));
        metrics::counter!(metric::DB_CLIENT_CONNECTION_TIMEOUTS, &[name]).absolute(pool.timeouts);
    }
}
