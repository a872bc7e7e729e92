//! The parts of operations that list or count, and the errors of each.

use super::failing_parts;

failing_parts! {
    /// A filter of tasks.
    TaskFilter {
        422 {
            invalid_value: "A query parameter has an unknown value.",
            conflicting_parameters: "Two parameters contradict each other.",
            invalid_limit: "The limit is out of range.",
            invalid_cursor: "This cursor does not belong to this list.",
            invalid_search: "This text cannot be searched for.",
            invalid_filter: "The expression cannot be read.",
            unknown_tag: "Unknown tag.",
        }
        503 { took_too_long: "This took longer than 5 seconds, and was stopped.", }
    }

    /// An expression that finds tasks.
    FilterExpression {
        422 {
            invalid_filter: "The expression cannot be read.",
            unknown_tag: "Unknown tag.",
        }
    }

    /// A read with a limit of time.
    TakesLong {
        503 { took_too_long: "This took longer than 5 seconds, and was stopped.", }
    }

    /// The fields of a saved filter.
    FilterFields {
        409 { filter_exists: "There is a filter with this name.", }
        422 {
            empty_name: "A filter needs a name.",
            invalid_name: "The name contains a character that has a meaning in filters.",
            too_long: "The text is too long.",
            invalid_character: "The text contains a character that is not accepted.",
            invalid_filter: "The expression cannot be read.",
            unknown_tag: "Unknown tag.",
        }
    }

    /// One more saved filter.
    FilterLimit {
        409 { too_many_filters: "100 filters are saved.", }
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
            unknown_tag: "Unknown tag.",
        }
    }

    /// Occurrences to come.
    Coming { 422 { invalid_coming: "The number of occurrences is out of range.", } }

    /// Days that are counted.
    DayCount { 422 { invalid_days: "The number of days is out of range.", } }
}
