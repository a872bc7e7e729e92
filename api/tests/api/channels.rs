//! `/api/v1/channels`, and what is sent over them.

mod links;
mod own;
mod sending;
mod support;
mod times;
