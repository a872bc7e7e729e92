//! The whole service from outside: the real binary as one process or as many, real clients, both databases.

#[cfg(test)]
mod backup;
#[cfg(test)]
mod chat;
mod command_line;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod dates;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod doctor_deep;
#[cfg(test)]
mod front;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod migrate;
#[cfg(test)]
mod notifications;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod page;
#[cfg(test)]
mod process;
#[cfg(test)]
mod reminder;
#[cfg(test)]
mod replicas;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod start;
#[cfg(test)]
mod story;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tracing;
#[cfg(test)]
mod upgrade;
#[cfg(test)]
mod users;
