//! A running Taskwire: one process, or one per part.

use std::path::Path;
use std::process::{Command, Stdio};

use taskwire_parts::Process;
use taskwire_testkit::{Kind, Server, TestDb, free_port};
use tempfile::TempDir;

use super::rest::Rest;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_taskwire");
/// Shared by the processes of one deployment.
const SERVICE_TOKEN: &str = "a secret that only the services of this test know";

/// The processes and the database.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    /// `serve` on a file.
    ServeSqlite,
    /// `serve` on Postgres.
    ServePostgres,
    /// A process per part, on Postgres.
    Processes,
}

/// A running service. Dropping it ends it.
pub(crate) struct Deployment {
    // In the order of dropping: the processes before their dependencies.
    pub(crate) api: Server,
    /// A separate process behind the API.
    pub(crate) chat: Option<Server>,
    pub(crate) mcp: Option<Server>,
    consumers: Vec<Process>,
    /// The address of the database.
    pub(crate) database: String,
    database_url: Option<String>,
    _db: Option<TestDb>,
    folder: TempDir,
}

/// The endpoint and key of a model.
pub(crate) struct Model<'a> {
    pub(crate) url: &'a str,
}

/// Removes the machine's configuration from a process's environment.
pub(crate) fn clean(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy().to_uppercase();
        let is_ours = text.starts_with("TASKWIRE_") && !text.starts_with("TASKWIRE_TEST_");
        let is_standard = text.ends_with("_PROXY") || text.starts_with("OTEL_");
        if is_ours || is_standard || text == "GEMINI_API_KEY" {
            command.env_remove(&name);
        }
    }
    command.env("TZ", "UTC");
}

/// Variables of the processes of one deployment.
type Environment = Vec<(String, String)>;

async fn server(host: &str, port: u16, args: Vec<String>, env: &Environment) -> Server {
    let listen = format!("{host}:{port}");
    let env = env.clone();
    Server::start(PROGRAM, port, move |command| {
        clean(command);
        command
            .args(&args)
            .args(["--listen", &listen])
            .envs(env.iter().map(|(name, value)| (name, value)));
    })
    .await
}

impl Deployment {
    pub(crate) async fn start(shape: Shape, model: Option<Model<'_>>) -> Self {
        match shape {
            Shape::ServeSqlite => Self::serve(Kind::Sqlite, model).await,
            Shape::ServePostgres => Self::serve(Kind::Postgres, model).await,
            Shape::Processes => Self::processes(model, Vec::new()).await,
        }
    }

    /// Everything in one process.
    pub(crate) async fn serve(kind: Kind, model: Option<Model<'_>>) -> Self {
        Self::serve_on(kind, model, "127.0.0.1", &Vec::new()).await
    }

    /// Everything in one process with these variables.
    pub(crate) async fn serve_with(env: &[(&str, &str)]) -> Self {
        let env = env.iter();
        let env = env.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self::serve_on(Kind::Sqlite, None, "127.0.0.1", &env.collect()).await
    }

    /// Everything in one process on this kind of database, with these variables.
    pub(crate) async fn serve_on_with(kind: Kind, env: &[(&str, String)]) -> Self {
        let env = env.iter();
        let env = env.map(|(name, value)| ((*name).to_owned(), value.clone()));
        Self::serve_on(kind, None, "127.0.0.1", &env.collect()).await
    }

    /// Everything in one process that listens at this host.
    pub(crate) async fn serve_at(host: &str) -> Self {
        Self::serve_on(Kind::Sqlite, None, host, &Vec::new()).await
    }

    async fn serve_on(kind: Kind, model: Option<Model<'_>>, host: &str, env: &Environment) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Without an address `serve` creates its own file, as when a user starts it.
        let db = (kind == Kind::Postgres).then(|| TestDb::create(kind));
        let database_url = db.as_ref().map(|db| db.address.clone());
        let mut args = vec!["serve".to_owned()];
        args.extend(flag("--data-dir", folder.path().to_str().unwrap()));
        args.extend(
            database_url
                .iter()
                .flat_map(|url| flag("--database-url", url)),
        );
        args.extend(model_flags(model.as_ref()));
        let api = server(host, free_port(), args, env).await;
        Self {
            api,
            chat: None,
            mcp: None,
            consumers: Vec::new(),
            database: database_url
                .clone()
                .unwrap_or_else(|| folder.path().join("taskwire.db").display().to_string()),
            database_url,
            _db: db,
            folder,
        }
    }

    /// A process per part, on Postgres.
    pub(crate) async fn processes(model: Option<Model<'_>>, env: Environment) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = TestDb::create(Kind::Postgres);
        let data_dir = flag("--data-dir", folder.path().to_str().unwrap());
        let service = flag("--service-token", SERVICE_TOKEN);
        let database = flag("--database-url", &db.address);
        let ports = [free_port(), free_port(), free_port()];
        let api_url = flag("--api-url", &format!("http://127.0.0.1:{}", ports[0]));
        let mcp_url = flag("--mcp-url", &format!("http://127.0.0.1:{}/mcp", ports[1]));
        let chat_url = flag("--chat-url", &format!("http://127.0.0.1:{}", ports[2]));
        let args = |name: &str, more: &[&[String]]| -> Vec<String> {
            std::iter::once(name.to_owned())
                .chain(data_dir.clone())
                .chain(more.concat())
                .collect()
        };
        let api = server(
            "127.0.0.1",
            ports[0],
            args("api", &[&database, &mcp_url, &chat_url, &service]),
            &env,
        )
        .await;
        let mcp = server("127.0.0.1", ports[1], args("mcp", &[&api_url]), &env).await;
        let chat = server(
            "127.0.0.1",
            ports[2],
            args("chat", &[&api_url, &mcp_url, &model_flags(model.as_ref())]),
            &env,
        )
        .await;
        let consumers = ["audit", "recurrence", "reminder"]
            .map(|which| {
                let mut command = Command::new(PROGRAM);
                clean(&mut command);
                command
                    .args(["consumer", which])
                    .args(&data_dir)
                    .args(&service)
                    .args(&database)
                    .args(&api_url)
                    .envs(env.iter().map(|(name, value)| (name, value)));
                let log = folder.path().join(format!("{which}.log"));
                Process::spawn(which, command, &log).unwrap()
            })
            .into();
        Self {
            api,
            chat: Some(chat),
            mcp: Some(mcp),
            consumers,
            database: db.address.clone(),
            database_url: Some(db.address.clone()),
            _db: Some(db),
            folder,
        }
    }

    pub(crate) fn rest_url(&self) -> String {
        self.api.url()
    }

    /// At the same address as everything else, whichever process serves it.
    pub(crate) fn mcp_url(&self) -> String {
        format!("{}/mcp", self.api.url())
    }

    /// At the same address as everything else, whichever process serves it.
    pub(crate) fn chat_url(&self) -> String {
        self.api.url()
    }

    /// Number of processes that [`Deployment::kill`] chooses from.
    pub(crate) fn killable(&self) -> usize {
        1 + self.consumers.len()
    }

    /// Kills the API or a consumer and starts it again.
    pub(crate) async fn kill(&mut self, which: usize) {
        match which.checked_sub(1) {
            None => {
                self.api.kill();
                self.api.restart().await;
            }
            Some(consumer) => self.consumers[consumer].start_again().unwrap(),
        }
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Creates a token like an administrator, and the user if needed.
    pub(crate) fn token(&self, user: &str) -> String {
        self.run(&["token", "create", "--user", user]).ok()
    }

    /// Creates a link that signs a browser in, like an administrator.
    pub(crate) fn link(&self, user: &str) -> String {
        let url = self.api.url();
        self.run(&["token", "link", "--user", user, "--api-url", &url])
            .ok()
    }

    /// Runs a command along with the deployment, on its folder and database.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let folder = self.folder().to_str().unwrap();
        let database = self.database_url.iter().map(String::as_str);
        let args: Vec<&str> = args
            .iter()
            .copied()
            .chain(["--data-dir", folder])
            .chain(database.flat_map(|url| ["--database-url", url]))
            .collect();
        run(&args, &[])
    }

    /// A user's client of the API.
    pub(crate) fn rest(&self, token: &str) -> Rest {
        Rest::new(&self.rest_url(), token)
    }

    /// Number of events that each consumer could not handle.
    pub(crate) async fn dead_letters(&self) -> i64 {
        let db = taskwire_store::Db::connect(&self.database, &taskwire_store::Options::default())
            .await
            .unwrap();
        let mut sum = 0;
        for consumer in ["audit", "recurrence", "reminder"] {
            sum += db
                .read()
                .await
                .unwrap()
                .count_dead_letters(consumer)
                .await
                .unwrap();
        }
        db.close().await;
        sum
    }
}

/// The result of a command.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) success: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The output of a command that succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert!(self.success, "{self:?}");
        self.out.trim().to_owned()
    }

    /// Why a command failed.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        assert!(!self.success, "{self:?}");
        format!("{}{}", self.out, self.err)
    }
}

/// Runs a command to its end.
pub(crate) fn run(args: &[&str], env: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(PROGRAM);
    clean(&mut command);
    let output = command
        .args(args)
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran {
        success: output.status.success(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn flag(name: &str, value: &str) -> [String; 2] {
    [name.to_owned(), value.to_owned()]
}

fn model_flags(model: Option<&Model<'_>>) -> Vec<String> {
    let flags = model.map(|model| {
        [
            flag("--model-base-url", model.url),
            flag("--model-api-key", "a key"),
            flag("--model", "gemini-test"),
        ]
        .concat()
    });
    flags.unwrap_or_default()
}
