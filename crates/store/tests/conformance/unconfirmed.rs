//! A commit that the database carries out without telling so, because the connection breaks.

use taskwire_domain::EventId;
use taskwire_store::{Db, Options, Outage};
use taskwire_testkit::{Kind, TestDb};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use crate::fixture::Store;

/// Passes one connection on to a server, until a COMMIT: the server gets it, and its answer is not passed on.
async fn pass_on(mut client: TcpStream, server: String) {
    let mut server = TcpStream::connect(server).await.unwrap();
    let (mut request, mut response) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut request) => {
                let read = read.unwrap_or(0);
                if read == 0 {
                    return;
                }
                server.write_all(&request[..read]).await.unwrap();
                if request[..read].windows(6).any(|text| text == b"COMMIT") {
                    assert!(server.read(&mut response).await.unwrap() > 0);
                    return;
                }
            }
            read = server.read(&mut response) => {
                let read = read.unwrap_or(0);
                if read == 0 || client.write_all(&response[..read]).await.is_err() {
                    return;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_commit_without_an_answer_may_have_happened() {
    let store = Store::open(TestDb::create(Kind::Postgres)).await;
    let (start, place) = store.test_address().rsplit_once('@').unwrap();
    let (server, name) = place.split_once('/').unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = server.to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass_on(client, server.clone()));
        }
    });
    let address = format!("{start}@127.0.0.1:{port}/{name}");
    let db = Db::connect(&address, &Options::default()).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let id = EventId(Uuid::from_u128(1));
    tx.append_event(id, store.ada, "task.updated.v1", Uuid::from_u128(7), "{}")
        .await
        .unwrap();
    let failed = tx.commit().await.unwrap_err();
    assert_eq!(failed.outage(), Some(Outage::Unconfirmed), "{failed}");
    let mut tx = store.db.read().await.unwrap();
    assert_eq!(tx.first_event_after(0).await.unwrap(), Some(id));
}
