//! Who may sign up.

use clap::{Args, ValueEnum};

/// Who may sign up.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, ValueEnum)]
enum Who {
    /// Anyone
    Open,
    /// Whoever has an invitation, made with `POST /api/v1/invitations` or `taskwire token invite`
    Invitation,
    /// Nobody; `taskwire token` creates users
    #[default]
    Closed,
}

/// Whether the API accepts new users.
#[derive(Args, Clone)]
pub(crate) struct SignUpOption {
    /// Who may sign up
    #[arg(
        long,
        env = "TASKWIRE_SIGN_UP",
        value_name = "WHO",
        default_value = "closed"
    )]
    sign_up: Who,
}

impl SignUpOption {
    pub(crate) fn sign_up(&self) -> taskwire_api::SignUp {
        match self.sign_up {
            Who::Open => taskwire_api::SignUp::Open,
            Who::Invitation => taskwire_api::SignUp::Invitation,
            Who::Closed => taskwire_api::SignUp::Closed,
        }
    }
}
