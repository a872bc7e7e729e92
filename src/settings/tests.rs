use clap::{CommandFactory, Parser};

use super::Settings;
use super::model::Effort;
use crate::commands::Cli;

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn effort_accepts_only_known_values() {
    let effort = |text| {
        Cli::try_parse_from(["taskwire", "doctor", "--model-effort", text])
            .map(|cli| cli.settings.model_effort)
    };
    assert_eq!(effort("high").unwrap(), Some(Effort::High));
    assert!(effort("extreme").is_err());
    assert!(toml::from_str::<Settings>("model-effort = \"low\"").is_ok());
    assert!(toml::from_str::<Settings>("model-effort = \"extreme\"").is_err());
}

#[test]
fn a_single_model_is_accepted_in_the_file() {
    let models = |text| toml::from_str::<Settings>(text).map(|settings| settings.model);
    assert_eq!(models("model = \"x\"").unwrap(), Some(vec!["x".to_owned()]));
    assert_eq!(
        models("model = [\"x\", \"y\"]").unwrap(),
        Some(vec!["x".to_owned(), "y".to_owned()])
    );
    assert_eq!(models("").unwrap(), None);
    assert!(models("model = 1").is_err());
}
