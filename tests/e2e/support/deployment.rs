//! A running Taskwire: one process, or one per part.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use taskwire_testkit::{Kind, Server, TestDb, free_port};
use tempfile::TempDir;

use super::rest::Rest;

const PROGRAM: &str = env!("CARGO_BIN_EXE_taskwire");
/// Shared by the processes of one deployment.
const SERVICE_TOKEN: &str = "a secret that only the services of this test know";

/// How many processes, on which database.
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
    // In the order in which they end: the processes before what they use.
    pub(crate) api: Server,
    mcp: Option<Server>,
    chat: Option<Server>,
    consumers: Vec<Background>,
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

/// Keeps what the machine has configured away from a process.
pub(crate) fn clean(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy().to_uppercase();
        let is_ours = text.starts_with("TASKWIRE_") && !text.starts_with("TASKWIRE_TEST_");
        if is_ours || text.ends_with("_PROXY") || text == "GEMINI_API_KEY" {
            command.env_remove(&name);
        }
    }
    command.env("TZ", "UTC");
}

/// A process without an address. Dropping it kills it, and shows its log if the test failed.
struct Background {
    command: Command,
    child: Child,
    log: std::path::PathBuf,
}

impl Background {
    fn start(folder: &Path, name: &str, configure: impl FnOnce(&mut Command)) -> Self {
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log).unwrap();
        let mut command = Command::new(PROGRAM);
        clean(&mut command);
        configure(&mut command);
        command
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file);
        let child = command.spawn().unwrap();
        Self {
            command,
            child,
            log,
        }
    }

    /// Ends it at once, as `kill -9` does, and starts it again.
    fn restart(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.child = self.command.spawn().unwrap();
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            eprintln!("--- {}\n{log}\n---", self.log.display());
        }
    }
}

async fn server(port: u16, args: Vec<String>) -> Server {
    Server::start(PROGRAM, port, move |command| {
        clean(command);
        command
            .args(&args)
            .args(["--listen", &format!("127.0.0.1:{port}")]);
    })
    .await
}

impl Deployment {
    pub(crate) async fn start(shape: Shape, model: Option<Model<'_>>) -> Self {
        match shape {
            Shape::ServeSqlite => Self::serve(Kind::Sqlite, model).await,
            Shape::ServePostgres => Self::serve(Kind::Postgres, model).await,
            Shape::Processes => Self::processes(model).await,
        }
    }

    /// Everything in one process.
    pub(crate) async fn serve(kind: Kind, model: Option<Model<'_>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Without an address `serve` makes its own file, as people start it.
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
        let api = server(free_port(), args).await;
        Self {
            api,
            mcp: None,
            chat: None,
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
    async fn processes(model: Option<Model<'_>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = TestDb::create(Kind::Postgres);
        let shared = || {
            let folder = flag("--data-dir", folder.path().to_str().unwrap());
            folder
                .into_iter()
                .chain(flag("--service-token", SERVICE_TOKEN))
        };
        let database = flag("--database-url", &db.address);
        let ports = [free_port(), free_port(), free_port()];
        let api_url = flag("--api-url", &format!("http://127.0.0.1:{}", ports[0]));
        let mcp_url = flag("--mcp-url", &format!("http://127.0.0.1:{}/mcp", ports[1]));
        let args = |name: &str, more: &[&[String]]| -> Vec<String> {
            std::iter::once(name.to_owned())
                .chain(shared())
                .chain(more.concat())
                .collect()
        };
        let api = server(ports[0], args("api", &[&database])).await;
        let mcp = server(ports[1], args("mcp", &[&api_url])).await;
        let chat = server(
            ports[2],
            args("chat", &[&api_url, &mcp_url, &model_flags(model.as_ref())]),
        )
        .await;
        let consumers = ["audit", "recurrence", "reminder"]
            .map(|which| {
                Background::start(folder.path(), which, |command| {
                    command
                        .args(["consumer", which])
                        .args(shared())
                        .args(&database)
                        .args(&api_url);
                })
            })
            .into();
        Self {
            api,
            mcp: Some(mcp),
            chat: Some(chat),
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

    pub(crate) fn mcp_url(&self) -> String {
        format!("{}/mcp", self.mcp.as_ref().unwrap_or(&self.api).url())
    }

    pub(crate) fn chat_url(&self) -> String {
        self.chat.as_ref().unwrap_or(&self.api).url()
    }

    /// How many processes [`Deployment::kill`] chooses from.
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
            Some(consumer) => self.consumers[consumer].restart(),
        }
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Makes a token as an administrator does; a user who is not there yet is made.
    pub(crate) fn token(&self, user: &str) -> String {
        self.run(&["token", "create", "--user", user])
            .trim()
            .to_owned()
    }

    /// Runs a command on the data of this deployment, in a process of its own, and answers what it prints.
    pub(crate) fn run(&self, args: &[&str]) -> String {
        let mut command = Command::new(PROGRAM);
        clean(&mut command);
        command.args(args).arg("--data-dir").arg(self.folder());
        if let Some(url) = &self.database_url {
            command.args(["--database-url", url]);
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// A user's way to the API.
    pub(crate) fn rest(&self, token: &str) -> Rest {
        Rest::new(&self.rest_url(), token)
    }

    /// How many events each consumer could not handle.
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
