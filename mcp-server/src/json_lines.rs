//! Messages as lines. A line that cannot be parsed gets a response, as JSON-RPC 2.0 requires: rmcp itself ignores it,
//! and a client would wait for a response that never comes.

use std::io;
use std::pin::Pin;

use rmcp::RoleServer;
use rmcp::model::ErrorData;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::io::{
    AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, DuplexStream,
};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use crate::params::{self, RejectedMessage};

/// Longest line, in bytes, including the line break; the same as rmcp's.
const LINE_MAX: u64 = 16 * 1024 * 1024;
/// Size of the buffer between the checked lines and rmcp, in bytes.
const PIPE_BYTES: usize = 64 * 1024;

/// A transport over lines.
pub(crate) struct JsonLines<W: AsyncWrite> {
    inner: AsyncRwTransport<RoleServer, DuplexStream, W>,
    /// Receives the lines that cannot be read.
    unreadable: mpsc::Receiver<RejectedMessage>,
    /// The response being written; kept here because `receive` may be cancelled.
    answer: Option<Pin<Box<dyn Future<Output = io::Result<()>> + Send>>>,
    /// Reads the lines.
    _reader: AbortOnDropHandle<()>,
}

impl<W: AsyncWrite + Send + Unpin + 'static> JsonLines<W> {
    /// Must be called within a Tokio runtime.
    pub(crate) fn new(input: impl AsyncRead + Send + Unpin + 'static, output: W) -> Self {
        let (checked, lines) = tokio::io::duplex(PIPE_BYTES);
        let (refuse, unreadable) = mpsc::channel(1);
        let reader = tokio::spawn(check(input, checked, refuse));
        Self {
            inner: AsyncRwTransport::new_server(lines, output),
            unreadable,
            answer: None,
            _reader: AbortOnDropHandle::new(reader),
        }
    }

    fn refuse(&mut self, line: RejectedMessage) {
        let id = line.id.and_then(|id| serde_json::from_value(id).ok());
        let answer = TxJsonRpcMessage::<RoleServer>::error(line.error, id);
        self.answer = Some(Box::pin(self.inner.send(answer)));
    }
}

impl<W: AsyncWrite + Send + Unpin + 'static> Transport<RoleServer> for JsonLines<W> {
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        self.inner.send(message)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            if let Some(answer) = &mut self.answer {
                let written = answer.await;
                self.answer = None;
                written.ok()?;
            }
            let message = tokio::select! {
                biased;
                Some(line) = self.unreadable.recv() => Err(line),
                message = self.inner.receive() => {
                    match message {
                        Some(message) => Ok(message),
                        // The last line may have been refused just before the end of input.
                        None => Err(self.unreadable.try_recv().ok()?),
                    }
                }
            };
            match message {
                Ok(message) => return Some(message),
                Err(line) => self.refuse(line),
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        self.inner.close().await
    }
}

/// Passes on the lines that can be parsed, until the end of input or until the receiver is dropped.
async fn check(
    input: impl AsyncRead + Unpin,
    mut checked: DuplexStream,
    refuse: mpsc::Sender<RejectedMessage>,
) {
    let mut input = BufReader::new(input);
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut piece = (&mut input).take(LINE_MAX);
        if !matches!(piece.read_until(b'\n', &mut line).await, Ok(1..)) {
            return;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let read = if line.ends_with(b"\n") {
            params::read_message(&line).map(drop)
        } else {
            Err(RejectedMessage {
                id: None,
                error: ErrorData::parse_error("The line is too long.", None),
            })
        };
        let is_open = match read {
            Ok(()) => checked.write_all(&line).await.is_ok(),
            Err(unreadable) => {
                skip_line(&mut input, &mut line).await && refuse.send(unreadable).await.is_ok()
            }
        };
        if !is_open {
            return;
        }
    }
}

/// Skips the rest of a line that begins with `line`. False if it never ends.
async fn skip_line(input: &mut BufReader<impl AsyncRead + Unpin>, line: &mut Vec<u8>) -> bool {
    while !line.ends_with(b"\n") {
        line.clear();
        let mut piece = (&mut *input).take(LINE_MAX);
        if !matches!(piece.read_until(b'\n', line).await, Ok(1..)) {
            return false;
        }
    }
    true
}
