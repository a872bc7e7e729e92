//! Prompts: requests that a person can select in a host that shows them.

use rmcp::model::{GetPromptResult, Prompt, PromptMessage, Role};

/// A prompt without arguments: text that the host adds to the conversation as the person's own.
struct PromptText {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    text: &'static str,
}

const ALL: [PromptText; 2] = [
    PromptText {
        name: "plan_day",
        title: "Plan my day",
        description: "What is overdue and due today, in a sensible order.",
        text: "Plan my day. Read tasks_agenda for today. Tell me what is overdue and what is due today, the most \
               important first, and what could wait. Ask me before you change anything.",
    },
    PromptText {
        name: "weekly_review",
        title: "Review my week",
        description: "What was done, what is late, and what comes next week.",
        text: "Review my week. Find with tasks_find what I completed last, and read tasks_agenda for the next seven \
               days. Tell me what was done, what is overdue and what is coming, and propose what to move or drop. Ask \
               me before you change anything.",
    },
];

/// The list for prompts/list.
pub(crate) fn list() -> Vec<Prompt> {
    let shown = |prompt: &PromptText| {
        Prompt::new(prompt.name, Some(prompt.description), None).with_title(prompt.title)
    };
    ALL.iter().map(shown).collect()
}

/// The prompt of this name.
pub(crate) fn get(name: &str) -> Option<GetPromptResult> {
    let prompt = ALL.iter().find(|prompt| prompt.name == name)?;
    let message = PromptMessage::new_text(Role::User, prompt.text);
    Some(GetPromptResult::new(vec![message]).with_description(prompt.description))
}
