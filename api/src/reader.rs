//! One read from the request to the response.

use std::marker::PhantomData;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use taskwire_domain::TokenId;

use crate::auth::{Access, Caller};
use crate::conditional;
use crate::error::ApiError;
use crate::extract::{Empty, Query};
use crate::resource::{Resource, response};
use crate::secret::digest;
use crate::service::precondition::{Condition, Precondition};
use crate::service::{Context, Error};
use crate::state::Api;

/// Length of the version of a list, in hexadecimal digits.
const LIST_VERSION: usize = 32;
/// How long a long read may take, with the wait for its turn.
const LONGEST: Duration = Duration::from_secs(5);

/// A requested read. `Q` are its query parameters, and `A` is the access it requires.
pub(crate) struct Reader<Q = Empty, A = Caller> {
    pub(crate) api: Api,
    pub(crate) caller: Caller,
    pub(crate) query: Q,
    access: PhantomData<A>,
    precondition: Precondition,
}

impl<Q: DeserializeOwned + Send, A: Access> FromRequestParts<Api> for Reader<Q, A> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let caller = A::from_request_parts(parts, api).await?.into();
        let Query(query) = Query::from_request_parts(parts, api).await?;
        Ok(Self {
            api: api.clone(),
            caller,
            query,
            access: PhantomData,
            precondition: conditional::precondition(&parts.headers)?,
        })
    }
}

impl<Q: Send + Sync, A: Access> Reader<Q, A> {
    /// The token or session of the request.
    pub(crate) fn current_token(&self) -> Option<TokenId> {
        self.caller.token.as_ref().map(|token| token.id)
    }

    /// The context of a use case that reads.
    pub(crate) async fn begin(&self) -> Result<Context, ApiError> {
        let tx = self.api.db.read().await?;
        Ok(self.caller.context(&self.api, tx, Precondition::default()))
    }

    /// The context of a use case that may read for long. It ends with [`taskwire_store::Tx::finish`].
    async fn begin_long(&self) -> Result<Context, ApiError> {
        let tx = self.api.db.read_long().await?;
        Ok(self.caller.context(&self.api, tx, Precondition::default()))
    }

    /// Runs a use case that may read for long. After [`LONGEST`], or when the client leaves, it stops.
    pub(crate) async fn run_long<T: Send>(
        &self,
        use_case: impl for<'a> FnOnce(&'a mut Context) -> BoxFuture<'a, Result<T, Error>> + Send,
    ) -> Result<T, ApiError> {
        // Dropped before it has finished, the database stops reading.
        let read = async {
            let mut context = self.begin_long().await?;
            let read = use_case(&mut context).await;
            context.tx.finish();
            Ok::<_, ApiError>(read?)
        };
        let read = tokio::time::timeout(LONGEST, read).await;
        read.map_err(|_| ApiError::TookTooLong(LONGEST.as_secs()))?
    }

    /// Refuses a condition that only a version could meet, for a response that has none.
    pub(crate) fn refuse_condition(&self) -> Result<(), ApiError> {
        match self.precondition.condition() {
            Some(condition @ Condition::Matches) => Err(Error::Stale {
                current: None,
                condition,
            }
            .into()),
            // No entity tag of the client can be current.
            Some(Condition::Differs) | None => Ok(()),
        }
    }

    /// Responds with a list, which has no version of its own, or with 304 if it is the same as the one that the client has.
    /// The list is read either way; what is saved is its transfer.
    pub(crate) fn respond_list(&self, read: &impl Resource) -> Result<Response, ApiError> {
        self.refuse_condition()?;
        let text =
            serde_json::to_string(read).map_err(|error| ApiError::Internal(error.to_string()))?;
        let digest: String = digest(&text).chars().take(LIST_VERSION).collect();
        let mut answer = match self.precondition.failed(&digest) {
            Some(Condition::Differs) => StatusCode::NOT_MODIFIED.into_response(),
            _ => response(StatusCode::OK, text, Some(read)),
        };
        let etag = conditional::weak_etag(&digest);
        answer
            .headers_mut()
            .extend(etag.map(|etag| (header::ETAG, etag)));
        Ok(answer)
    }

    /// Responds with the resource, or with 304 if it has not changed since the version that the client has.
    pub(crate) fn respond(&self, read: &impl Resource) -> Result<Response, ApiError> {
        let version = read.version();
        let failed = match &version {
            Some(version) => self.precondition.failed(version),
            // Without a version, no entity tag of the client can be current.
            None => self
                .precondition
                .condition()
                .filter(|condition| *condition == Condition::Matches),
        };
        match failed {
            Some(Condition::Differs) => {
                let etag = version.as_deref().and_then(conditional::etag);
                let mut response = StatusCode::NOT_MODIFIED.into_response();
                response
                    .headers_mut()
                    .extend(etag.map(|etag| (header::ETAG, etag)));
                Ok(response)
            }
            Some(condition) => Err(Error::Stale {
                current: version,
                condition,
            }
            .into()),
            None => {
                let text = serde_json::to_string(read)
                    .map_err(|error| ApiError::Internal(error.to_string()))?;
                Ok(response(StatusCode::OK, text, Some(read)))
            }
        }
    }
}
