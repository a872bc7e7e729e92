//! Accounts: signing up, in and out, passwords, invitations, and leaving.

use serde_json::Value;
use taskwire_domain::contract::{
    AccountDeletion, InvitationCreated, InvitationView, NewInvitation, NewUser, Page,
    PasswordChange, SessionView, SessionsQuery, SignIn, SignUpPolicy, UserView,
};
use uuid::Uuid;

use crate::{Client, Error};

impl Client {
    /// Who may sign up; needs no credential.
    pub async fn sign_up_policy(&self) -> Result<SignUpPolicy, Error> {
        self.get("/sign-up").send().await
    }

    /// Creates an account; needs no credential.
    pub async fn sign_up(&self, user: &NewUser) -> Result<UserView, Error> {
        self.post("/users").json(user)?.send().await
    }

    /// Checks a password or the code of a sign-in link. The session is in a cookie, which this client does not keep; needs no
    /// credential.
    pub async fn sign_in(&self, body: &SignIn) -> Result<SessionView, Error> {
        self.post("/session").json(body)?.send().await
    }

    /// Ends the session or token in use.
    pub async fn sign_out(&self) -> Result<(), Error> {
        self.delete("/session").send_empty().await
    }

    /// Ends all sessions of the user, or all but the one in use.
    pub async fn end_sessions(&self, query: &SessionsQuery) -> Result<(), Error> {
        self.delete("/sessions").query(query)?.send_empty().await
    }

    /// The user with their settings.
    pub async fn me(&self) -> Result<UserView, Error> {
        self.get("/me").send().await
    }

    /// Sets or changes the user's password. All other sessions end.
    pub async fn set_password(&self, change: &PasswordChange) -> Result<(), Error> {
        self.put("/me/password").json(change)?.send_empty().await
    }

    /// Everything that the user has: one line for each thing, with its `kind`.
    pub async fn export_account(&self) -> Result<Vec<Value>, Error> {
        let bytes = self.get("/me/export").send_bytes().await?;
        let lines = bytes.split(|byte| *byte == b'\n');
        lines
            .filter(|line| !line.is_empty())
            .map(serde_json::from_slice)
            .collect::<Result<_, _>>()
            .map_err(|error| Error::Unexpected(error.to_string()))
    }

    /// Deletes the account with everything in it. It cannot be restored.
    pub async fn delete_account(&self, body: &AccountDeletion) -> Result<(), Error> {
        self.delete("/me").json(body)?.send_empty().await
    }

    /// Creates an invitation to sign up; its code is shown only once. For operators.
    pub async fn create_invitation(
        &self,
        invitation: &NewInvitation,
    ) -> Result<InvitationCreated, Error> {
        self.post("/invitations").json(invitation)?.send().await
    }

    /// The invitations that can still be used. For operators.
    pub async fn list_invitations(&self) -> Result<Page<InvitationView>, Error> {
        self.get("/invitations").send().await
    }

    /// One invitation, without its code. For operators.
    pub async fn get_invitation(&self, id: Uuid) -> Result<InvitationView, Error> {
        self.get(&format!("/invitations/{id}")).send().await
    }

    /// Revokes an invitation. For operators.
    pub async fn revoke_invitation(&self, id: Uuid) -> Result<(), Error> {
        self.delete(&format!("/invitations/{id}"))
            .send_empty()
            .await
    }
}
