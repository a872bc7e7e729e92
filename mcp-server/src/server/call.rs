//! Tool calls: what they may do, and what a person is asked before.

use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ErrorData, InputResponses, JsonObject,
    Tool,
};
use rmcp::service::RequestContext;
use serde_json::Value;
use tokio::time::Instant;
use tracing::{Instrument, debug};

use super::{TOOLS, TaskServer};
use crate::confirmation::{Answer, Channel, Confirmation, Question};
use crate::identity::CallContext;
use crate::refusal::Refusal;
use crate::request_state::{LIFETIME, Subject};
use crate::tool_name::ToolName;
use crate::{links, observe, tools};

/// A call, and what its client sent with it.
struct Call<'a> {
    name: ToolName,
    tool: &'a Tool,
    arguments: JsonObject,
    /// What the client was given with a question, and its answers.
    state: Option<String>,
    responses: Option<InputResponses>,
}

/// Why a call has no result of its tool.
enum Stop {
    Refused(Refusal),
    /// An error of the protocol.
    Invalid(ErrorData),
    /// A question.
    Asked(Box<CallToolResponse>),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

fn invalid(message: impl Into<String>) -> Stop {
    Stop::Invalid(ErrorData::invalid_params(message.into(), None))
}

impl TaskServer {
    /// Carries out a call, or asks about it.
    pub(super) async fn call_with(
        &self,
        request: CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let known = ToolName::parse(&request.name)
            .and_then(|name| Some((name, TOOLS.iter().find(|tool| tool.name == name.as_str())?)));
        let Some((name, tool)) = known else {
            return Err(ErrorData::invalid_params(
                "Unknown tool; see tools/list.",
                None,
            ));
        };
        let begun = Instant::now();
        let call = Call {
            name,
            tool,
            arguments: request.arguments.unwrap_or_default(),
            state: request.request_state,
            responses: request.input_responses,
        };
        let outcome = Box::pin(self.carry_out(call, context)).await;
        let refusal = match outcome {
            Ok(mut result) => {
                observe::measure(name, false, begun);
                links::add(name, &mut result, context);
                return Ok(result.into());
            }
            Err(Stop::Asked(question)) => {
                observe::measure(name, false, begun);
                return Ok(*question);
            }
            Err(Stop::Invalid(error)) => {
                observe::measure(name, true, begun);
                return Err(error);
            }
            Err(Stop::Refused(refusal)) => refusal,
        };
        observe::measure(name, true, begun);
        debug!(tool.name = name.as_str(), "Rejected tool call");
        let mut result = refusal.into_result(self.server.as_deref());
        links::add(name, &mut result, context);
        Ok(result.into())
    }

    async fn carry_out(
        &self,
        sent: Call<'_>,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResult, Stop> {
        let mut call = self.call(context, sent.name)?;
        self.mode.check(sent.name, &sent.arguments)?;
        let channel = Channel::of(context, self.subscriptions.is_some());
        let channel =
            channel.filter(|channel| *channel != Channel::Result || self.state_key.is_some());
        call.confirmation = self.confirmation(&sent, &call, channel)?;
        let outcome = self.run(&sent, &call, sent.arguments.clone()).await;
        let (Err(Refusal::Unconfirmed(_)), Some(channel)) = (&outcome, channel) else {
            return Ok(outcome?);
        };
        // What it would do is what the person is asked about; what would be refused is refused without a question.
        let mut trial = sent.arguments.clone();
        trial.insert("dry_run".to_owned(), Value::Bool(true));
        let tried = self.run(&sent, &call, trial).await?;
        let question = Question::of(sent.name, &sent.arguments, &tried);
        match channel {
            Channel::Result => {
                let state = self.state_key.as_ref().map(|key| {
                    let user = user_of(&call);
                    key.seal(subject(&sent, &user), self.clock.now())
                });
                let asked = question.result(state.unwrap_or_default())?;
                Err(Stop::Asked(Box::new(asked.into())))
            }
            Channel::Request => {
                ask(question, context).await?;
                call.confirmation = Confirmation::Given(None);
                Ok(self.run(&sent, &call, sent.arguments.clone()).await?)
            }
        }
    }

    /// Whether a person has agreed already, from what the client sent.
    fn confirmation(
        &self,
        sent: &Call<'_>,
        call: &CallContext,
        channel: Option<Channel>,
    ) -> Result<Confirmation, Stop> {
        let Some(state) = &sent.state else {
            if sent.responses.is_some() {
                return Err(invalid(
                    "`inputResponses` without the `requestState` of the question: send both, or neither.",
                ));
            }
            return Ok(channel.map_or(Confirmation::Impossible, |_| Confirmation::Open));
        };
        let user = user_of(call);
        let key = self
            .state_key
            .as_ref()
            .filter(|_| channel == Some(Channel::Result));
        let now = self.clock.now();
        let opened = key.and_then(|key| key.open(state, subject(sent, &user), now));
        let Some(opened) = opened else {
            return Err(invalid(
                "`requestState` was not issued for this call: send the call without it. Nothing was changed.",
            ));
        };
        if opened.is_expired {
            return Err(Stop::Refused(Refusal::unconfirmed(
                "The question has expired, so nothing was changed. Send the call again to have it asked once more.",
            )));
        }
        match Answer::among(sent.responses.as_ref()).map_err(invalid)? {
            Some(Answer::Yes) => Ok(Confirmation::Given(Some(opened.id))),
            Some(other) => Err(other.refusal().into()),
            None => Ok(Confirmation::Open),
        }
    }

    async fn run(
        &self,
        sent: &Call<'_>,
        call: &CallContext,
        arguments: JsonObject,
    ) -> Result<CallToolResult, Refusal> {
        let span = observe::span(sent.name, call.client.trace());
        let schema = &sent.tool.input_schema;
        // The request's cancellation is ignored: if the caller leaves, the whole batch is done rather than half of it.
        let outcome = tools::run(sent.name, call, &*self.clock, schema, arguments)
            .instrument(span.clone())
            .await;
        if outcome
            .as_ref()
            .is_err_and(|refusal| !matches!(refusal, Refusal::Unconfirmed(_)))
        {
            taskwire_telemetry::mark_failed(&span);
        }
        outcome
    }
}

/// The user, for whom alone a state counts; empty where the server acts for a single one.
fn user_of(call: &CallContext) -> String {
    let user = call.user.as_ref();
    user.map(|user| user.id.to_string()).unwrap_or_default()
}

fn subject<'a>(sent: &'a Call<'_>, user: &'a str) -> Subject<'a> {
    Subject {
        user,
        tool: sent.name.as_str(),
        arguments: &sent.arguments,
    }
}

/// Asks over the connection, and waits for the answer.
async fn ask(question: Question, context: &RequestContext<RoleServer>) -> Result<(), Refusal> {
    let form = question.form()?;
    let wait = LIFETIME.unsigned_abs();
    let asked = context
        .peer
        .create_elicitation_with_timeout(form, Some(wait));
    let answer = tokio::select! {
        answer = asked => answer,
        // Nothing has been done yet, so there is nothing to complete.
        () = context.ct.cancelled() => {
            return Err(Refusal::unconfirmed("The call was cancelled, so nothing was changed."));
        }
    };
    match answer.as_ref().map(Answer::of) {
        Ok(Answer::Yes) => Ok(()),
        Ok(other) => Err(other.refusal()),
        Err(error) => {
            debug!(%error, "Could not ask for confirmation");
            Err(Refusal::unconfirmed(
                "The user could not be asked, or did not answer in time, so nothing was changed.",
            ))
        }
    }
}
