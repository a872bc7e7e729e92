//! The MCP hosts whose configuration can be written: where it is, and its form.

use std::path::PathBuf;

use clap::ValueEnum;

/// A program that starts MCP servers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Host {
    /// Claude Desktop
    ClaudeDesktop,
    /// Claude Code, for all projects
    ClaudeCode,
    /// Cursor
    Cursor,
    /// VS Code
    Vscode,
    /// Gemini CLI
    GeminiCli,
    /// Zed
    Zed,
    /// Goose
    Goose,
}

/// How a host writes its servers down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// JSON, possibly with comments: an object of this name, with an entry for each server.
    Json {
        servers: &'static str,
        /// Whether an entry says that it is started as a process.
        has_type: bool,
    },
    /// Goose's YAML.
    Yaml,
}

/// The folders from which paths are made.
pub(super) struct Folders {
    pub(super) home: PathBuf,
    /// Where programs keep their configuration: `~/.config`, unless the environment says otherwise.
    pub(super) config: PathBuf,
    pub(super) is_macos: bool,
}

impl Folders {
    /// Those of this person.
    pub(super) fn of_environment() -> anyhow::Result<Self> {
        let folder = |name| {
            let value = std::env::var_os(name).filter(|value| !value.is_empty());
            value.map(PathBuf::from)
        };
        let Some(home) = folder("HOME") else {
            anyhow::bail!("HOME is not set, so the configuration of the host cannot be found");
        };
        Ok(Self {
            config: folder("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config")),
            home,
            is_macos: cfg!(target_os = "macos"),
        })
    }

    /// The folder of a desktop program.
    fn of_program(&self, name: &str) -> PathBuf {
        if self.is_macos {
            self.home.join("Library/Application Support").join(name)
        } else {
            self.config.join(name)
        }
    }
}

impl Host {
    /// The configuration of its user.
    pub(super) fn file(self, folders: &Folders) -> PathBuf {
        let home = |path: &str| folders.home.join(path);
        match self {
            Self::ClaudeDesktop => folders
                .of_program("Claude")
                .join("claude_desktop_config.json"),
            Self::ClaudeCode => home(".claude.json"),
            Self::Cursor => home(".cursor/mcp.json"),
            Self::Vscode => folders.of_program("Code").join("User/mcp.json"),
            Self::GeminiCli => home(".gemini/settings.json"),
            // On macOS too.
            Self::Zed => folders.config.join("zed/settings.json"),
            Self::Goose => folders.config.join("goose/config.yaml"),
        }
    }

    pub(super) fn form(self) -> Form {
        let json = |servers, has_type| Form::Json { servers, has_type };
        match self {
            Self::ClaudeDesktop | Self::Cursor | Self::GeminiCli => json("mcpServers", false),
            Self::ClaudeCode => json("mcpServers", true),
            Self::Vscode => json("servers", true),
            Self::Zed => json("context_servers", false),
            Self::Goose => Form::Yaml,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ClaudeDesktop => "Claude Desktop",
            Self::ClaudeCode => "Claude Code",
            Self::Cursor => "Cursor",
            Self::Vscode => "VS Code",
            Self::GeminiCli => "Gemini CLI",
            Self::Zed => "Zed",
            Self::Goose => "Goose",
        }
    }
}
