//! The user, their tokens and the apps that they connected.

use taskwire_domain::contract::{
    GrantView, NewToken, Page, SessionView, TokenCreated, TokenView, UserPatch, UserView,
};
use uuid::Uuid;

use crate::{Client, Error};

impl Client {
    /// The user, and the credential in use.
    pub async fn session(&self) -> Result<SessionView, Error> {
        self.get("/session").send().await
    }

    /// Changes the user's settings.
    pub async fn patch_me(&self, patch: &UserPatch) -> Result<UserView, Error> {
        self.patch("/me").json(patch)?.send().await
    }

    /// Creates an API token.
    pub async fn create_token(&self, token: &NewToken) -> Result<TokenCreated, Error> {
        self.post("/tokens").json(token)?.send().await
    }

    /// The tokens and sessions of the user.
    pub async fn list_tokens(&self) -> Result<Page<TokenView>, Error> {
        self.get("/tokens").send().await
    }

    /// One token or session.
    pub async fn get_token(&self, id: Uuid) -> Result<TokenView, Error> {
        self.get(&format!("/tokens/{id}")).send().await
    }

    /// Revokes a token or session.
    pub async fn revoke_token(&self, id: Uuid) -> Result<(), Error> {
        self.delete(&format!("/tokens/{id}")).send_empty().await
    }

    /// The apps that were connected by OAuth.
    pub async fn list_grants(&self) -> Result<Page<GrantView>, Error> {
        self.get("/grants").send().await
    }

    /// Ends the access of a connected app.
    pub async fn end_grant(&self, id: Uuid) -> Result<(), Error> {
        self.delete(&format!("/grants/{id}")).send_empty().await
    }
}
