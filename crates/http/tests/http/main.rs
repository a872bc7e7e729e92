//! The servers' common parts over real sockets and without.

#[cfg(test)]
mod connections;
#[cfg(test)]
mod forward;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod support;
