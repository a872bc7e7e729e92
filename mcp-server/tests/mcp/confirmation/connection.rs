//! Questions over a connection that stays open, as over standard input and output.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use rmcp::model::{
    CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig, ElicitRequestParams,
    ElicitResult, ElicitationAction, ErrorData, Implementation, ProtocolVersion,
};
use rmcp::service::{
    ClientLifecycleMode, RequestContext, RunningService, serve_client_with_lifecycle,
};
use rmcp::{ClientHandler, RoleClient, ServiceExt};
use serde_json::json;
use taskwire_mcp::{StateKey, serve_duplex};
use taskwire_testkit::{TestDb, both_databases};

use super::{add, deleting, status};
use crate::pipe::text;
use crate::service::Service;

both_databases!(people_are_asked_over_a_connection_in_both_eras);

/// A client with a person, who answers in this order.
#[derive(Clone)]
struct Person {
    answers: Arc<Mutex<VecDeque<ElicitResult>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Person {
    fn new(answers: impl IntoIterator<Item = ElicitResult>) -> Self {
        Self {
            answers: Arc::new(Mutex::new(answers.into_iter().collect())),
            asked: Arc::default(),
        }
    }
}

impl ClientHandler for Person {
    fn get_info(&self) -> ClientConfig {
        let capabilities = ClientCapabilities::builder().enable_elicitation().build();
        ClientConfig::new(capabilities, Implementation::new("host", "1"))
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let ElicitRequestParams::FormElicitationParams { message, .. } = request else {
            panic!("a form");
        };
        self.asked.lock().unwrap().push(message);
        let answer = self.answers.lock().unwrap().pop_front();
        answer.ok_or_else(|| ErrorData::internal_error("no answer", None))
    }
}

async fn delete(client: &RunningService<RoleClient, Person>, numbers: &[i64]) -> CallToolResult {
    let arguments = deleting(numbers).as_object().unwrap().clone();
    let call = CallToolRequestParams::new("tasks_delete").with_arguments(arguments);
    client.call_tool(call).await.unwrap()
}

async fn people_are_asked_over_a_connection_in_both_eras(db: TestDb) {
    let service = Service::open(db).await;
    add(&service, 4).await;
    let server = service
        .server
        .clone()
        .with_state_key(StateKey::from([5; 32]));
    let accept =
        ElicitResult::new(ElicitationAction::Accept).with_content(json!({"confirm": true}));
    let answers = [
        ElicitResult::new(ElicitationAction::Decline),
        ElicitResult::new(ElicitationAction::Cancel),
        accept,
    ];
    for (is_modern, numbers) in [(false, [1, 2]), (true, [3, 4])] {
        let person = Person::new(answers.clone());
        let asked = Arc::clone(&person.asked);
        let pipe = serve_duplex(server.clone());
        let client = if is_modern {
            let mode = ClientLifecycleMode::Discover {
                preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            };
            serve_client_with_lifecycle(person, pipe, mode)
                .await
                .unwrap()
        } else {
            person.serve(pipe).await.unwrap()
        };
        let before = service.events().await;
        for expected in ["did not agree", "closed without an answer"] {
            let refused = delete(&client, &numbers).await;
            assert_eq!(refused.is_error, Some(true));
            assert!(text(&refused).contains(expected), "{}", text(&refused));
        }
        assert_eq!(service.events().await, before);
        let done = delete(&client, &numbers).await;
        assert_eq!(done.structured_content.unwrap()["succeeded"], 2);
        assert_eq!(status(&service, numbers[0]).await, "deleted");
        if !is_modern {
            // A client that fails to ask has not agreed.
            let before = service.events().await;
            let failed = delete(&client, &[3, 4]).await;
            assert!(
                text(&failed).contains("could not be asked"),
                "{}",
                text(&failed)
            );
            assert_eq!(service.events().await, before);
        }
        let asked = asked.lock().unwrap().clone();
        assert_eq!(asked.len(), if is_modern { 3 } else { 4 });
        assert!(
            asked
                .iter()
                .all(|message| message.starts_with("Delete 2 tasks?"))
        );
    }
}
