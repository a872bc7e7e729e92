//! Measures each request, and logs those that change something.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::{Method, Request, Response, StatusCode};
use metrics::SharedString;
use taskwire_domain::{EventId, UserId};
use taskwire_telemetry::metric;
use tokio::time::Instant;
use tower::{Layer, Service};
use tracing::{debug, field, info};

/// A request that takes longer is always worth a line.
const SLOW: Duration = Duration::from_secs(1);
/// The route of requests for unknown paths.
pub(crate) const UNMATCHED: &str = "unmatched";

/// The requests that are logged at `info`; the others are logged at `debug`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum AccessLog {
    /// None.
    Off,
    /// Those that changed something, and slow ones.
    #[default]
    Writes,
    /// All.
    All,
}

/// The user who sent a request. A handler adds it to the extensions of its response, for the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogUser(pub UserId);

/// The events that a request wrote. A handler adds it to the extensions of its response, for the log; an empty list if
/// the request changed nothing after all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogEvents(pub Vec<EventId>);

/// Measures the requests of a service, and logs them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ObserveLayer(pub(crate) AccessLog);

/// A service whose requests are measured and logged.
#[derive(Clone, Debug)]
pub(crate) struct Observe<S> {
    inner: S,
    log: AccessLog,
}

impl<S> Layer<S> for ObserveLayer {
    type Service = Observe<S>;

    fn layer(&self, inner: S) -> Observe<S> {
        Observe { inner, log: self.0 }
    }
}

impl<S, B, C> Service<Request<B>> for Observe<S>
where
    S: Service<Request<B>, Response = Response<C>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let observed = Observed {
            begun: Instant::now(),
            method: method_name(request.method()),
            is_read: request.method().is_safe(),
            // Never the path, which may contain user input.
            route: request.extensions().get::<MatchedPath>().cloned(),
            log: self.log,
        };
        let answer = self.inner.call(request);
        Box::pin(async move {
            let response = answer.await?;
            observed.end(&response);
            Ok(response)
        })
    }
}

struct Observed {
    begun: Instant,
    method: &'static str,
    is_read: bool,
    route: Option<MatchedPath>,
    log: AccessLog,
}

impl Observed {
    fn end<C>(self, response: &Response<C>) {
        let took = self.begun.elapsed();
        let route: SharedString = match &self.route {
            Some(route) => route.as_str().to_owned().into(),
            None => SharedString::const_str(UNMATCHED),
        };
        metrics::histogram!(
            metric::HTTP_SERVER_REQUEST_DURATION,
            "http_request_method" => self.method,
            "http_route" => route,
            "http_response_status_code" => status_name(response.status()),
        )
        .record(took.as_secs_f64());
        self.log(response, took);
    }

    /// The line is in the span of the request, which has its id, method and route.
    fn log<C>(&self, response: &Response<C>, took: Duration) {
        let status = response.status();
        let events = response.extensions().get::<LogEvents>();
        let changed_nothing = events.is_some_and(|LogEvents(events)| events.is_empty());
        let is_change = !self.is_read
            && !changed_nothing
            && !status.is_client_error()
            && !status.is_server_error();
        let is_logged = match self.log {
            AccessLog::Off => false,
            AccessLog::Writes => is_change || took >= SLOW,
            AccessLog::All => true,
        };
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let status = status.as_u16();
        if !is_logged {
            debug!(
                http.response.status_code = status,
                duration_ms, "Handled request"
            );
            return;
        }
        let user = response.extensions().get::<LogUser>();
        let events = events
            .filter(|_| !changed_nothing)
            .map(|LogEvents(events)| {
                let events: Vec<String> = events.iter().map(ToString::to_string).collect();
                events.join(",")
            });
        info!(
            user.id = user.map(|LogUser(user)| field::display(user)),
            http.response.status_code = status,
            duration_ms,
            event.ids = events,
            "Handled request"
        );
    }
}

/// The method, according to OpenTelemetry's conventions: a caller can invent others.
pub(crate) fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "_OTHER",
    }
}

/// The status as a label. The usual ones need no memory.
fn status_name(status: StatusCode) -> SharedString {
    SharedString::const_str(match status.as_u16() {
        200 => "200",
        201 => "201",
        204 => "204",
        304 => "304",
        400 => "400",
        401 => "401",
        404 => "404",
        409 => "409",
        422 => "422",
        429 => "429",
        _ => return status.as_str().to_owned().into(),
    })
}

#[cfg(test)]
mod tests;
