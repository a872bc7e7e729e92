//! The servers' common behavior, with real sockets and without.

#[cfg(test)]
mod connections;
#[cfg(test)]
mod forward;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod support;
