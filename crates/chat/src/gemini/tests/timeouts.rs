//! A model that sends nothing: another one is used, and the time of a turn is divided.

use super::*;

/// A client with these timeouts in milliseconds, for the first chunk and between two.
fn with_timeouts(fake: &FakeGemini, first_chunk: u64, next_chunk: u64) -> Gemini {
    let idle_timeout = IdleTimeout {
        first_chunk: Duration::from_millis(first_chunk),
        next_chunk: Duration::from_millis(next_chunk),
    };
    adapter(fake.url().into(), None, idle_timeout)
}

fn asked_models(fake: &FakeGemini) -> Vec<String> {
    let requests = fake.requests();
    let models = requests
        .iter()
        .map(|request| request["model"].as_str().unwrap().to_owned());
    models.collect()
}

#[tokio::test]
async fn a_model_that_does_not_begin_is_left_for_the_next_one() {
    let fake = FakeGemini::start(vec![
        FakeReply::Slow(Duration::from_mins(1), "late".into()),
        FakeReply::text("here"),
    ])
    .await
    .unwrap();
    let events: Vec<_> = with_timeouts(&fake, 100, 10_000)
        .stream(turn(vec![]))
        .collect()
        .await;
    let Some(Ok(ModelEvent::Done(reply))) = events.last() else {
        panic!("{events:?}");
    };
    assert_eq!(
        (reply.text.as_str(), reply.model.as_str()),
        ("here", "second")
    );
    assert_eq!(asked_models(&fake), ["first", "second"]);
}

#[tokio::test]
async fn a_model_that_stops_in_the_middle_is_not_asked_again() {
    let fake = FakeGemini::start(vec![
        FakeReply::Fault(Fault::Hang("once upon".into())),
        FakeReply::Fault(Fault::Hang("it was".into())),
    ])
    .await
    .unwrap();
    let events: Vec<_> = with_timeouts(&fake, 10_000, 100)
        .stream(turn(vec![]))
        .collect()
        .await;
    let text: Vec<&ModelEvent> = events.iter().flatten().collect();
    let restart = text.iter().position(|event| **event == ModelEvent::Restart);
    assert!(restart.is_some_and(|at| at > 0), "{events:?}");
    assert_ne!(
        text.last(),
        Some(&&ModelEvent::Restart),
        "the last words stay"
    );
    assert_eq!(events.last(), Some(&Err(ModelError::Stalled)));
    assert_eq!(asked_models(&fake), ["first", "second"]);
}

#[tokio::test]
async fn the_time_of_a_turn_is_divided_over_the_models() {
    let slow = || FakeReply::Slow(Duration::from_mins(1), "late".into());
    let fake = FakeGemini::start(vec![slow(), slow()]).await.unwrap();
    let mut asked = turn(vec![]);
    asked.deadline = Instant::now() + Duration::from_millis(400);
    let events: Vec<_> = with_timeouts(&fake, 60_000, 60_000)
        .stream(asked)
        .collect()
        .await;
    assert_eq!(events, [Err(ModelError::Stalled)]);
    assert_eq!(
        asked_models(&fake),
        ["first", "second"],
        "each had its part"
    );
}
