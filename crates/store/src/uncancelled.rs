//! A future that runs to completion even if its caller is dropped.

use std::pin::Pin;
use std::task::{Context, Poll};

/// Polls a future; if it is dropped before completion, the runtime runs the rest.
pub(crate) struct Uncancelled<T: Send + 'static> {
    future: Option<Pin<Box<dyn Future<Output = T> + Send>>>,
}

impl<T: Send + 'static> Uncancelled<T> {
    pub(crate) fn new(future: Pin<Box<dyn Future<Output = T> + Send>>) -> Self {
        Self {
            future: Some(future),
        }
    }
}

impl<T: Send + 'static> Future for Uncancelled<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let Some(future) = &mut self.future else {
            // Polled after completion, which `await` never does.
            return Poll::Pending;
        };
        let answer = future.as_mut().poll(context);
        if answer.is_ready() {
            self.future = None;
        }
        answer
    }
}

impl<T: Send + 'static> Drop for Uncancelled<T> {
    fn drop(&mut self) {
        if let Some(future) = self.future.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(future);
        }
    }
}
