//! Dates that a clock change or the rule itself moves.

use super::*;

#[test]
fn what_a_gap_moves_comes_in_the_order_of_time() {
    let recurrence = Recurrence::parse("FREQ=MINUTELY;INTERVAL=13", Overflow::Skip).unwrap();
    let start = due("2027-03-14T01:58[America/New_York]");
    let found: Vec<String> = recurrence
        .expand(&start, 8)
        .iter()
        .filter_map(|found| Some(found.zoned.as_ref()?.strftime("%H:%M").to_string()))
        .collect();
    // 02:11 to 02:50 are moved behind 03:03.
    assert_eq!(
        found,
        [
            "01:58", "03:03", "03:11", "03:16", "03:24", "03:29", "03:37", "03:42"
        ]
    );
}

#[test]
fn a_start_that_was_moved_out_of_its_period_keeps_the_phase() {
    for (text, start, expected) in [
        (
            "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1;X-TASKWIRE-SHIFT=-2",
            "2027-01-28",
            ["2027-01-28", "2027-03-30", "2027-05-28"],
        ),
        (
            "FREQ=MONTHLY;INTERVAL=20;BYMONTHDAY=1;X-TASKWIRE-SHIFT=-2",
            "2027-01-28",
            ["2027-01-28", "2028-09-28", "2030-05-30"],
        ),
        // Sunday 31 January goes to Monday.
        (
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31;X-TASKWIRE-SHIFT=NEXT",
            "2027-02-01",
            ["2027-02-01", "2027-04-30", "2027-08-02"],
        ),
        (
            "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=30;SKIP=FORWARD",
            "2027-03-01",
            ["2027-03-01", "2027-04-30", "2027-06-30"],
        ),
    ] {
        let recurrence = Recurrence::parse(text, Overflow::Clamp).unwrap();
        let position = recurrence.first(&due(start)).unwrap();
        assert_eq!(position.due(), due(start), "{text}");
        let found: Vec<String> = recurrence
            .expand(&position.start, 3)
            .iter()
            .map(|found| found.scheduled.to_string())
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}
