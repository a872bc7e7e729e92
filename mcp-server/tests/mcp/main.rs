//! The tools against a small stand-in for the API, through every transport and both protocol eras.

#[cfg(test)]
mod add;
#[cfg(test)]
mod change;
#[cfg(test)]
mod fake;
#[cfg(test)]
mod find;
#[cfg(test)]
mod http;
#[cfg(test)]
mod listing;
#[cfg(test)]
mod pipe;
#[cfg(test)]
mod series;
mod update;
