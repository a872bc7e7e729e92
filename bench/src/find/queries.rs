//! The requests, and the tasks that they find.

/// A kind of request.
pub(super) struct Query {
    pub(super) name: &'static str,
    method: &'static str,
    /// `{n}` stands for a number of a task, `{i}` for the number of the request.
    path: &'static str,
    body: &'static str,
    /// Whether each request asks for the page after that of the one before.
    pub(super) is_paged: bool,
}

impl Query {
    /// Method, path and body of one request.
    pub(super) fn request(&self, index: usize, tasks: usize) -> (&'static str, String, String) {
        // Spread over all.
        let number = index * 7919 % tasks + 1;
        let fill = |text: &str| {
            text.replace("{n}", &number.to_string())
                .replace("{i}", &index.to_string())
        };
        (
            self.method,
            format!("/api/v1{}", fill(self.path)),
            fill(self.body),
        )
    }
}

const fn get(name: &'static str, path: &'static str) -> Query {
    Query {
        name,
        method: "GET",
        path,
        body: "",
        is_paged: false,
    }
}

const fn pages(name: &'static str, path: &'static str) -> Query {
    Query {
        is_paged: true,
        ..get(name, path)
    }
}

pub(super) const QUERIES: &[Query] = &[
    get("get", "/tasks/{n}"),
    Query {
        method: "POST",
        body: r#"{"title":"Write the annual report {i}","tags":["work"],"due":"2027-05-06"}"#,
        ..get("create", "/tasks")
    },
    get("list", "/tasks?limit=50"),
    get("list of 200", "/tasks?limit=200"),
    pages("list, page after page", "/tasks?limit=50"),
    get("status=all", "/tasks?status=all&limit=50"),
    get("status=completed", "/tasks?status=completed&limit=50"),
    get("status=deleted", "/tasks?status=deleted&limit=50"),
    get("sort=due, down", "/tasks?sort=due&order=desc&limit=50"),
    get("sort=priority", "/tasks?sort=priority&limit=50"),
    get(
        "sort=priority, down",
        "/tasks?sort=priority&order=desc&limit=50",
    ),
    get("sort=created", "/tasks?sort=created&limit=50"),
    get(
        "sort=updated, down",
        "/tasks?sort=updated&order=desc&limit=50",
    ),
    get("sort=title", "/tasks?sort=title&limit=50"),
    pages("sort=title, pages", "/tasks?sort=title&limit=50"),
    get(
        "sort=completed",
        "/tasks?status=completed&sort=completed&limit=50",
    ),
    get("sort=smart, all", "/tasks?sort=smart&status=all&limit=50"),
    get("priority", "/tasks?priority=urgent&limit=50"),
    get("two priorities", "/tasks?priority=urgent,high&limit=50"),
    get("tag of many", "/tasks?tag=work&limit=50"),
    get("tag of few", "/tasks?tag=rare&limit=50"),
    get("tag of none", "/tasks?tag=unused&limit=50"),
    get("two tags", "/tasks?tag=work,garden&limit=50"),
    get("one of two tags", "/tasks?tag_any=home,rare&limit=50"),
    get(
        "tag and priority",
        "/tasks?tag=home&priority=urgent&limit=50",
    ),
    get("tag, sort=title", "/tasks?tag=garden&sort=title&limit=50"),
    get("overdue", "/tasks?is_overdue=true&limit=50"),
    get(
        "overdue, sort=title",
        "/tasks?is_overdue=true&sort=title&limit=50",
    ),
    get("no_due", "/tasks?no_due=true&limit=50"),
    get("recurring", "/tasks?recurring=true&limit=50"),
    get(
        "due range",
        "/tasks?due_after=2027-03-01&due_before=2027-03-08&limit=50",
    ),
    get(
        "due range, sort=priority",
        "/tasks?due_after=2027-03-01&due_before=2027-03-08&sort=priority&limit=50",
    ),
    get("created range", "/tasks?created_after=2026-01-01&limit=50"),
    get(
        "completed range",
        "/tasks?status=completed&completed_after=2026-01-01&sort=completed&limit=50",
    ),
    get(
        "filter",
        "/tasks?filter=%28today%20%7C%20overdue%29%20%26%20%23work%20%26%20%21p3&limit=50",
    ),
    get(
        "filter of few",
        "/tasks?filter=%23rare%20%7C%20%28p1%20%26%20no%20due%29&limit=50",
    ),
    get(
        "filter of none",
        "/tasks?filter=%23rare%20%26%20%23unused&limit=50",
    ),
    get("search, rare word", "/tasks?search=zebra&limit=50"),
    get("search, no hit", "/tasks?search=xylophone&limit=50"),
    get("search, other no hit", "/tasks?search=nohit{i}&limit=50"),
    get("search, common word", "/tasks?search=report&limit=50"),
    get(
        "search, word of one in 100",
        "/tasks?search=dentist&limit=50",
    ),
    get("search, two letters", "/tasks?search=re&limit=50"),
    get(
        "search, one of many words",
        "/tasks?search=item{n}&limit=50",
    ),
    get("search, beginning of many", "/tasks?search=item&limit=50"),
    get("search, beginning of some", "/tasks?search=item12&limit=50"),
    get("search, two words", "/tasks?search=report%20board&limit=50"),
    get(
        "search, rare and common",
        "/tasks?search=zebra%20report&limit=50",
    ),
    get(
        "search, never together",
        "/tasks?search=dentist%20board&limit=50",
    ),
    get(
        "search, phrase",
        "/tasks?search=%22quarterly%20report%22&limit=50",
    ),
    get(
        "search, without a word",
        "/tasks?search=report%20-board&limit=50",
    ),
    get("search, wrong letter", "/tasks?search=dentits&limit=50"),
    get("search, in notes", "/tasks?search=finance&limit=50"),
    get(
        "search, all statuses",
        "/tasks?search=report&status=all&limit=50",
    ),
    get("search, sort=due", "/tasks?search=report&sort=due&limit=50"),
    get(
        "search, rare, sort=title",
        "/tasks?search=zebra&sort=title&limit=50",
    ),
    get("search and tag", "/tasks?search=report&tag=work&limit=50"),
    get(
        "search and rare tag",
        "/tasks?search=report&tag=rare&limit=50",
    ),
    pages("search, page after page", "/tasks?search=report&limit=50"),
    get("counts", "/tasks/counts"),
    get("counts of a filter", "/tasks/counts?filter=%23rare"),
    get("agenda", "/agenda"),
    get("agenda of 31 days", "/agenda?days=31"),
    get("series", "/series?limit=50"),
    get("tags with usage", "/tags?usage=true"),
    get("changes", "/changes?limit=50"),
];

/// Words of titles: those at the end are in more tasks.
const TITLES: [&str; 20] = [
    "Write the quarterly report for the board",
    "Call the plumber about the kitchen",
    "Buy bread, butter and apples",
    "Review the budget with Anna",
    "Prepare slides for the review",
    "Send the report to the team",
    "Water the plants on the balcony",
    "Book flights to Lisbon",
    "Renew the passport",
    "Clean the garage",
    "Read the book about gardens",
    "Fix the bicycle",
    "Plan the summer trip",
    "Return the library books",
    "Answer the letter of the landlord",
    "Repair the garden fence",
    "Order printer paper",
    "Back up the photos",
    "Learn twenty new words",
    "Replace the smoke detector",
];

/// Whether a task recurs; these are not completed, so that no task is created by itself.
pub(super) fn is_recurring(index: usize) -> bool {
    index % 200 == 51
}

/// The body of a task from which others are copied. Its title ends with a word that the copies replace.
pub(super) fn template(index: usize) -> String {
    let title = match index {
        13 => "See the zebra at the zoo",
        _ if index % 100 == 7 => "Make an appointment with the dentist",
        _ => pick(&TITLES, index),
    };
    let notes = pick(
        &["Numbers from finance, draft by Tuesday", "", "", "", ""],
        index,
    );
    let tags = match index % 10 {
        0..4 => r#","tags":["work"]"#,
        4..7 => r#","tags":["home"]"#,
        7 => r#","tags":["garden"]"#,
        _ if index == 9 => r#","tags":["rare"]"#,
        _ => "",
    };
    let priority = pick(&["low", "medium", "high", "urgent"], index / 7);
    let due = match index % 4 {
        0 => String::new(),
        _ => format!(
            r#","due":"{}-{:02}-{:02}""#,
            2026 + index / 12 % 3,
            index % 12 + 1,
            index / 3 % 28 + 1
        ),
    };
    let rule = if is_recurring(index) && !due.is_empty() {
        r#","recurrence":"every week""#
    } else {
        ""
    };
    format!(
        r#"{{"title":"{title} item{index}","notes":"{notes}","priority":"{priority}"{due}{tags}{rule}}}"#
    )
}

/// One text after another.
fn pick(texts: &'static [&'static str], index: usize) -> &'static str {
    texts.get(index % texts.len()).copied().unwrap_or_default()
}
