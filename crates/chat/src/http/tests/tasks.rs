//! An MCP server with tasks in memory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ErrorData, ServerHandler};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// The MCP server.
pub(super) struct Tasks {
    pub(super) rows: Mutex<BTreeMap<i64, Value>>,
    /// The calls: tool, arguments, turn and call id.
    pub(super) calls: Mutex<Vec<(String, Value, String, String)>>,
    /// The keys of the calls that had one, and their results.
    pub(super) keys: Mutex<Vec<String>>,
    pub(super) answers: Mutex<BTreeMap<String, Value>>,
    /// How many more items the API accepts before it cannot be reached; `None` for no limit.
    pub(super) left: Mutex<Option<usize>>,
    /// The tasks added under the keys of items.
    pub(super) items: Mutex<BTreeMap<String, i64>>,
    /// Each call takes a permit; taking them away makes calls wait.
    pub(super) permits: Semaphore,
    pub(super) finished: AtomicUsize,
}

impl Tasks {
    pub(super) fn titles(&self) -> Vec<(String, String)> {
        let tasks = self.rows.lock().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        tasks
            .values()
            .map(|task| (text(&task["title"]), text(&task["status"])))
            .collect()
    }

    pub(super) fn add(&self, title: &str) -> i64 {
        let mut tasks = self.rows.lock().unwrap();
        let number = i64::try_from(tasks.len()).unwrap() + 1;
        let task = json!({"number": number, "title": title, "status": "open", "priority": "none",
            "due": "2026-11-27", "due_weekday": "Friday", "version": 1});
        tasks.insert(number, task);
        number
    }

    pub(super) fn called(&self) -> Vec<String> {
        self.calls
            .lock()
            .unwrap()
            .iter()
            .map(|call| call.0.clone())
            .collect()
    }

    /// Adds tasks until the API cannot be reached; items already added under their key return the same result.
    fn add_under(&self, key: &str, items: &[Value]) -> Value {
        let (mut results, mut failures) = (Vec::new(), Vec::new());
        for (index, item) in items.iter().enumerate() {
            let mut left = self.left.lock().unwrap();
            if *left == Some(0) {
                failures.push(json!({"index": index, "code": "unreachable",
                    "message": "Taskwire's API cannot be reached.", "hint": "Try this item again."}));
                continue;
            }
            *left = left.map(|left| left - 1);
            let title = item["title"].as_str().or_else(|| item["quick"].as_str());
            let mut known = self.items.lock().unwrap();
            let add = || self.add(title.unwrap());
            let number = if key.is_empty() {
                add()
            } else {
                *known.entry(format!("{key}/{index}")).or_insert_with(add)
            };
            results.push(json!({"index": index, "task": self.rows.lock().unwrap()[&number]}));
        }
        json!({"results": results, "failures": failures})
    }

    fn run(&self, key: &str, name: &str, arguments: &Value) -> Value {
        let items = arguments.get("tasks").or_else(|| arguments.get("numbers"));
        let items = items.and_then(Value::as_array).cloned().unwrap_or_default();
        match name {
            "tasks_find" if arguments.get("explain").is_some() => {
                let mut task = self.rows.lock().unwrap()[&items[0].as_i64().unwrap()].clone();
                task["why"] = json!(["It repeats every Friday."]);
                json!({"today": "2026-11-20", "tasks": [task]})
            }
            "tasks_agenda" => {
                let rows: Vec<Value> = self.rows.lock().unwrap().values().cloned().collect();
                json!({"today": "2026-11-20", "overdue": rows,
                    "days": [{"date": "2026-11-27", "weekday": "Friday", "tasks": rows, "upcoming": []}]})
            }
            "tasks_find" if arguments.get("numbers").is_some() => {
                let rows = self.rows.lock().unwrap();
                let numbers = arguments["numbers"].as_array().unwrap();
                let numbers = numbers.iter().filter_map(Value::as_i64);
                let (known, missing): (Vec<i64>, Vec<i64>) =
                    numbers.partition(|number| rows.contains_key(number));
                let tasks: Vec<&Value> = known.iter().map(|number| &rows[number]).collect();
                json!({"today": "2026-11-20", "tasks": tasks, "not_found": missing})
            }
            "tasks_find" => json!({"today": "2026-11-20",
                "tasks": self.rows.lock().unwrap().values().filter(|task| task["status"] == "open").collect::<Vec<_>>()}),
            "tags_list" => {
                json!({"tags": [{"name": "Work", "open": 1}, {"name": "Deep Work", "open": 0}]})
            }
            "tasks_add" => self.add_under(key, &items),
            _ => {
                let status = match name {
                    "tasks_complete" => "completed",
                    "tasks_reschedule" if items.iter().any(|item| item["skip"].is_u64()) => {
                        "skipped"
                    }
                    "tasks_delete" => "deleted",
                    _ => "open",
                };
                let (mut results, mut failures) = (Vec::new(), Vec::new());
                for (index, item) in items.iter().enumerate() {
                    let number = item.get("number").unwrap_or(item).as_i64().unwrap();
                    match self.rows.lock().unwrap().get_mut(&number) {
                        Some(task) => {
                            let is_new = task["status"] != status
                                || name == "tasks_update"
                                || item.get("due").is_some();
                            task["status"] = json!(status);
                            if let Some(due) = item.get("due") {
                                task["due"] = due.clone();
                            }
                            if item.get("clear").is_some() {
                                task.as_object_mut().unwrap().remove("due");
                            }
                            results.push(json!({"index": index, "changed": is_new, "task": task}));
                        }
                        None => failures.push(json!({"index": index, "code": "not_found",
                            "message": format!("There is no task {number}."), "hint": "List them."})),
                    }
                }
                json!({"results": results, "failures": failures})
            }
        }
    }
}

#[derive(Clone)]
pub(super) struct Handler(pub(super) Arc<Tasks>);

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let numbers = json!({"numbers": {"type": "array", "items": {"type": "integer"}}});
        let tasks = json!({"tasks": {"type": "array", "items": {"type": "object", "properties": {
            "number": {"type": "integer"}, "title": {"type": "string"}, "quick": {"type": "string"}}}}});
        let tools = [
            ("tags_list", json!({}), true, false),
            ("tasks_agenda", json!({}), true, false),
            ("tasks_add", tasks.clone(), false, false),
            ("tasks_complete", tasks.clone(), false, false),
            ("tasks_delete", numbers.clone(), false, true),
            (
                "tasks_find",
                json!({"query": {"type": "string"}}),
                true,
                false,
            ),
            ("tasks_reopen", numbers, false, false),
            ("tasks_reschedule", tasks.clone(), false, true),
            ("tasks_update", tasks, false, false),
        ];
        let tools = tools.map(|(name, properties, is_read_only, is_destructive)| {
            let Value::Object(schema) = json!({"type": "object", "properties": properties}) else {
                unreachable!()
            };
            let hints = ToolAnnotations::from_raw(
                None,
                Some(is_read_only),
                Some(is_destructive),
                Some(false),
                Some(false),
            );
            Tool::new(name, format!("The tool {name}."), Arc::new(schema)).with_annotations(hints)
        });
        Ok(ListToolsResult::with_all_items(tools.to_vec()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let text = |key: &str| {
            context
                .meta
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let entry = (
            request.name.to_string(),
            arguments.clone(),
            text("taskwire/chatTurn"),
            text("taskwire/toolCall"),
        );
        self.0.calls.lock().unwrap().push(entry);
        let permit = self.0.permits.acquire().await.unwrap();
        drop(permit);
        let key = text("taskwire/callKey");
        let known = self.0.answers.lock().unwrap().get(&key).cloned();
        let answer = known.unwrap_or_else(|| self.0.run(&key, &request.name, &arguments));
        let is_empty = |name: &str| answer[name].as_array().is_none_or(Vec::is_empty);
        let has_failed = !is_empty("failures");
        if !key.is_empty() {
            self.0.keys.lock().unwrap().push(key.clone());
            if !has_failed {
                self.0.answers.lock().unwrap().insert(key, answer.clone());
            }
        }
        if has_failed && answer["failures"][0]["code"] == "unreachable" && is_empty("results") {
            let text = "Taskwire's API cannot be reached; nothing was changed as far as is known; \
                        check with tasks_find, then try again.";
            return Ok(CallToolResult::error(vec![ContentBlock::text(text)]).into());
        }
        self.0.finished.fetch_add(1, Ordering::SeqCst);
        let mut result = CallToolResult::success(vec![ContentBlock::text(answer.to_string())]);
        result.structured_content = Some(answer);
        Ok(result.into())
    }
}
