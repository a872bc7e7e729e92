//! The chat as a front end sees it: real HTTP to a fake model, a real MCP client and server, an API in memory.

mod api;
mod approval;
mod commands;
mod contract;
mod conversation;
mod fixture;
mod interrupted;
mod killed;
mod limits;
mod measured;
mod questions;
mod read;
mod replicas;
mod resend;
mod stored;
mod takeover;
mod tasks;
mod tool_server;
mod undo;
