//! The server's side of the protocol: its description, its list of tools, and their dispatch.

use std::sync::{Arc, LazyLock};

use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult,
    CustomRequest, CustomResult, DiscoverResult, ErrorCode, ErrorData, GetPromptRequestParams,
    GetPromptResponse, Implementation, InitializeRequestParams, InitializeResult,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
    PaginatedRequestParams, ProtocolVersion, ReadResourceRequestParams, ReadResourceResponse,
    Reference, ServerCapabilities, ServerConfig, SubscribeRequestParams, SubscriptionFilter, Tool,
    UnsubscribeRequestParams,
};
use rmcp::service::{RequestContext, SubscriptionContext};
use rmcp::{RoleServer, ServerHandler};
use taskwire_client::Client;
use taskwire_domain::{Clock, SystemClock};

use crate::identity::{CallContext, Credential};
use crate::instructions::INSTRUCTIONS;
use crate::mode::Mode;
use crate::refusal::Refusal;
use crate::request_state::StateKey;
use crate::resources::ResourceUri;
use crate::subscriptions::{Listener, Subscriptions, WATCHED_MAX, follow, no_connection};
use crate::tool_name::ToolName;
use crate::tools;
use crate::{app, completion, params, prompts, resources};

mod call;

/// How long a client may keep the list of tools: it changes only with a new release.
const LIST_TTL_MS: u64 = 300_000;

/// Built once: rmcp asks for it with every request.
static TOOLS: LazyLock<Vec<Tool>> = LazyLock::new(|| {
    let mut tools: Vec<Tool> = ToolName::ALL.map(tools::definition).into();
    tools.sort_by(|a, b| a.name.cmp(&b.name));
    tools
});

/// The MCP server. Cheap to clone: over HTTP every request gets its own.
#[derive(Clone, Debug)]
pub struct TaskServer {
    credential: Credential,
    clock: Arc<dyn Clock>,
    /// The address of the server that executes the calls, if it is another process that may end.
    server: Option<Arc<str>>,
    mode: Mode,
    /// What the client has subscribed to, if it has a connection of its own: over HTTP each request gets a server.
    subscriptions: Option<Arc<Subscriptions>>,
    /// Without one, clients of 2026-07-28 are not asked for confirmation.
    state_key: Option<StateKey>,
}

impl TaskServer {
    /// Creates a server in which each HTTP request acts for the user of its own token.
    pub fn over_http() -> Self {
        Self {
            credential: Credential::PerRequest,
            clock: Arc::new(SystemClock),
            server: None,
            mode: Mode::Full,
            subscriptions: None,
            state_key: None,
        }
    }

    /// Creates a server in which everything acts for the user whose token `client` has: for stdio and in-process use.
    pub fn fixed(client: Client) -> Self {
        Self {
            credential: Credential::Fixed(client),
            ..Self::over_http()
        }
    }

    /// The same server, which names this address if it cannot be reached.
    #[must_use]
    pub fn with_server(self, address: &str) -> Self {
        Self {
            server: Some(address.into()),
            ..self
        }
    }

    /// The same server, which lets its clients do no more than this.
    #[must_use]
    pub fn with_mode(self, mode: Mode) -> Self {
        Self { mode, ..self }
    }

    /// The same server, which asks clients of 2026-07-28 for confirmation: this key authenticates what they send back.
    #[must_use]
    pub fn with_state_key(self, key: StateKey) -> Self {
        Self {
            state_key: Some(key),
            ..self
        }
    }

    /// The same server for one client that stays connected.
    #[must_use]
    pub(crate) fn for_connection(self) -> Self {
        Self {
            subscriptions: Some(Arc::new(Subscriptions::new())),
            ..self
        }
    }

    /// The caller, for a request that fails as the tool would.
    fn call(
        &self,
        context: &RequestContext<RoleServer>,
        tool: ToolName,
    ) -> Result<CallContext, Refusal> {
        let words = tools::vocabulary(tool);
        CallContext::of(&self.credential, context, words, self.mode)
    }

    /// The caller of a request that is not a tool call.
    fn caller(&self, context: &RequestContext<RoleServer>) -> Result<CallContext, ErrorData> {
        // Only the words of errors differ by tool.
        let call = self.call(context, ToolName::Find);
        call.map_err(|refused| ErrorData::internal_error(refused.into_text(), None))
    }

    /// The same server with another clock: it tells the model today's date, and until when a person can answer.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }
}

impl ServerHandler for TaskServer {
    fn get_info(&self) -> ServerConfig {
        let me = Implementation::new("taskwire", env!("CARGO_PKG_VERSION")).with_title("Taskwire");
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_prompts()
            .enable_resources()
            .enable_resources_subscribe()
            .enable_completions()
            .build();
        ServerConfig::new(capabilities)
            .with_server_info(me)
            .with_instructions(format!("{INSTRUCTIONS}{}", self.mode.instructions()))
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        context.peer.set_peer_info(request.clone());
        let mut result = self.negotiate_initialize(&request)?;
        // Such a client hears of updates only on its connection.
        if self.subscriptions.is_none()
            && let Some(resources) = &mut result.capabilities.resources
        {
            resources.subscribe = None;
        }
        Ok(result)
    }

    async fn discover(
        &self,
        _context: RequestContext<RoleServer>,
    ) -> Result<DiscoverResult, ErrorData> {
        let versions = self.supported_protocol_versions().into_owned();
        Ok(DiscoverResult::from_server_info(versions, self.get_info())
            .with_ttl_ms(LIST_TTL_MS)
            .with_cache_scope(CacheScope::Private))
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let scopes = match self.call(&context, ToolName::Find) {
            Ok(call) => call.scopes().await,
            // Each call says what is missing.
            Err(_) => None,
        };
        let tools = tools::allowed(&TOOLS, self.mode, scopes.as_deref());
        let list = if app::is_offered(&context, self.subscriptions.is_some()) {
            tools.map(app::attach).collect()
        } else {
            tools.collect()
        };
        let list = ListToolsResult::with_all_items(list);
        Ok(if is_modern(&context) {
            list.with_ttl_ms(LIST_TTL_MS)
                .with_cache_scope(CacheScope::Private)
        } else {
            list
        })
    }

    async fn list_prompts(
        &self,
        _request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let list = ListPromptsResult::with_all_items(prompts::list());
        Ok(if is_modern(&context) {
            list.with_ttl_ms(LIST_TTL_MS)
                .with_cache_scope(CacheScope::Private)
        } else {
            list
        })
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        let prompt = prompts::get(&request.name, &arguments)
            .map_err(|mistake| ErrorData::invalid_params(mistake, None))?;
        Ok(prompt.into())
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let argument = request.argument;
        let kind = match &request.r#ref {
            Reference::Prompt(prompt) => prompts::kind(&prompt.name, &argument.name),
            Reference::Resource(template) => resources::kind(&template.uri, &argument.name),
            _ => Err("Only arguments of prompts and resources can be completed.".to_owned()),
        };
        let kind = kind.map_err(|mistake| ErrorData::invalid_params(mistake, None))?;
        let call = self.caller(&context)?;
        let values = completion::values(&call, kind, &argument.value).await?;
        Ok(CompleteResult::new(values))
    }

    async fn list_resources(
        &self,
        _request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let list = ListResourcesResult::with_all_items(resources::list());
        Ok(if is_modern(&context) {
            list.with_ttl_ms(LIST_TTL_MS)
                .with_cache_scope(CacheScope::Private)
        } else {
            list
        })
    }

    async fn list_resource_templates(
        &self,
        _request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let list = ListResourceTemplatesResult::with_all_items(resources::templates());
        Ok(if is_modern(&context) {
            list.with_ttl_ms(LIST_TTL_MS)
                .with_cache_scope(CacheScope::Private)
        } else {
            list
        })
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let call = |tool| self.call(&context, tool);
        let read = if request.uri == app::BOARD {
            app::read()
        } else {
            resources::read(call, &*self.clock, &request.uri).await?
        };
        Ok(if is_modern(&context) {
            read.with_ttl_ms(0).with_cache_scope(CacheScope::Private)
        } else {
            read
        }
        .into())
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let Some(subscriptions) = &self.subscriptions else {
            return Err(no_connection());
        };
        let call = |tool| self.call(&context, tool);
        // Only what can be read can be followed.
        resources::read(call, &*self.clock, &request.uri).await?;
        let client = self.caller(&context)?.client;
        let added = subscriptions.add(request.uri, &client, &context.peer).await;
        added.map_err(|mistake| ErrorData::invalid_params(mistake, None))
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let Some(subscriptions) = &self.subscriptions else {
            return Err(no_connection());
        };
        subscriptions.remove(&request.uri).await;
        Ok(())
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        let uris = requested.resource_subscriptions.iter().flatten();
        let uris = uris.filter(|uri| ResourceUri::parse(uri).is_some());
        let uris = uris.take(WATCHED_MAX).cloned();
        Some(
            SubscriptionFilter::builder()
                .resource_subscriptions(uris)
                .build(),
        )
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let client = self.caller(context.request_context())?.client;
        let listener = Listener::Stream(context.sink().clone());
        if context.accepted().resource_subscriptions.is_none() {
            context.cancelled().await;
            return Ok(());
        }
        tokio::select! {
            () = context.cancelled() => {}
            () = follow(&client, &listener) => {}
        }
        Ok(())
    }

    /// Handles a message that rmcp could not parse as a request of a known method.
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        if self.subscriptions.is_none() && params::is_of_a_connection(&request.method) {
            return Err(no_connection());
        }
        params::check(&request.method, request.params.as_ref())?;
        Err(ErrorData::new(
            ErrorCode::METHOD_NOT_FOUND,
            request.method,
            None,
        ))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        TOOLS.iter().find(|tool| tool.name == name).cloned()
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        self.call_with(request, &context).await
    }
}

/// Returns true if the client knows caching hints: strict clients of older revisions refuse unknown fields.
fn is_modern(context: &RequestContext<RoleServer>) -> bool {
    context
        .protocol_version()
        .is_some_and(|version| version >= ProtocolVersion::V_2026_07_28)
}
