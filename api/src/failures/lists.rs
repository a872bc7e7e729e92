//! The parts of operations that list or count, and the errors of each.

use super::failing_parts;

failing_parts! {
    /// A filter of tasks.
    TaskFilter {
        422 {
            invalid_value: "A query parameter has an unknown value.",
            invalid_limit: "The limit is out of range.",
            invalid_cursor: "This cursor does not belong to this list.",
            invalid_search: "This text cannot be searched for.",
            invalid_filter: "The expression cannot be read.",
            unknown_tag: "Unknown tag.",
        }
        503 { took_too_long: "This list took longer than 5 seconds, and was stopped.", }
    }

    /// A page.
    Paged {
        422 {
            invalid_limit: "The limit is out of range.",
            invalid_cursor: "This cursor does not belong to this list.",
        }
    }

    /// Days of the agenda.
    Days {
        422 {
            invalid_days: "The number of days is out of range.",
            invalid_due: "The date is not understood.",
            unknown_zone: "Unknown time zone.",
        }
    }

    /// Days that are counted.
    DayCount { 422 { invalid_days: "The number of days is out of range.", } }
}
