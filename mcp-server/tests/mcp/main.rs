//! The tools against a fake API, through every transport and both protocol eras; and against the API
//! itself, where the two must agree.

#[cfg(test)]
mod add;
#[cfg(test)]
mod app;
#[cfg(test)]
mod busy;
#[cfg(test)]
mod change;
#[cfg(test)]
mod confirmation;
#[cfg(test)]
mod empty;
#[cfg(test)]
mod fake;
#[cfg(test)]
mod filtered;
#[cfg(test)]
mod find;
#[cfg(test)]
mod http;
#[cfg(test)]
mod listing;
#[cfg(test)]
mod measured;
#[cfg(test)]
mod next;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod pipe;
#[cfg(test)]
mod prompts;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod reopen;
#[cfg(test)]
mod repeats;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod resources;
#[cfg(test)]
mod retried;
#[cfg(test)]
mod retry;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod series;
#[cfg(test)]
mod service;
#[cfg(test)]
mod size;
#[cfg(test)]
mod subscriptions;
#[cfg(test)]
mod tags;
#[cfg(test)]
mod undo;
#[cfg(test)]
mod update;
#[cfg(test)]
mod words;
