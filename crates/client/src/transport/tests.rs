use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

#[tokio::test]
async fn a_refusal_without_details_comes_from_something_before_the_api() {
    for status in [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        // A Dapr sidecar that does not find the API, or finds it unhealthy.
        StatusCode::INTERNAL_SERVER_ERROR,
        StatusCode::BAD_GATEWAY,
    ] {
        let answer = (
            status,
            r#"{"errorCode":"ERR_DIRECT_INVOKE","message":"no"}"#,
        );
        let router = axum::Router::new().fallback(move || async move { answer });
        let error = Client::in_process(router).get("/tasks").send_empty().await;
        assert!(matches!(error, Err(Error::Unreachable(_))), "{error:?}");
    }
}

const ANSWER: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\nnull";

/// Reads one request without a body.
async fn read(stream: &mut TcpStream) {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).await.unwrap(), 1);
        read.push(byte[0]);
    }
}

/// A server that ends each connection during its second request: without a response, or in the middle of one. Counts the
/// requests.
async fn cutting(listener: TcpListener, half: &str) -> usize {
    let mut count = 0;
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        read(&mut stream).await;
        count += 1;
        stream.write_all(ANSWER.as_bytes()).await.unwrap();
        if count == 3 {
            return count;
        }
        read(&mut stream).await;
        count += 1;
        stream.write_all(half.as_bytes()).await.unwrap();
    }
}

#[tokio::test]
async fn a_request_whose_connection_is_cut_is_sent_once_more_if_that_does_no_harm() {
    for half in ["", &ANSWER[..30], &ANSWER[..ANSWER.len() - 2]] {
        for (method, key, is_repeated) in [
            (Method::GET, None, true),
            (Method::POST, Some("k"), true),
            (Method::POST, None, false),
        ] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let base = format!("http://{}", listener.local_addr().unwrap());
            let half = half.to_owned();
            let server = tokio::spawn(async move { cutting(listener, &half).await });
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            let client = Client::http(base.parse().unwrap(), http);
            let call = || Call::new(&client, method.clone(), "/tasks").idempotency_key(key);
            call().send_empty().await.unwrap();
            let second = call().send_empty().await;
            if is_repeated {
                second.unwrap();
                assert_eq!(server.await.unwrap(), 3);
            } else {
                assert!(matches!(second, Err(Error::Unreachable(_))), "{second:?}");
                server.abort();
            }
        }
    }
}
