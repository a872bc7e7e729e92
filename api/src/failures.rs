//! The errors of operations, for the contract. An operation lists its parts, and each part has its
//! errors: `Refusals<(Changes, TaskInPath, JsonBody, TitleField)>`. A test compares every response of every test with
//! the list.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use axum::http::StatusCode;
use serde_json::json;
use utoipa::IntoResponses;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

mod change_parts;
mod lists;
mod parts;
mod people;

pub(crate) use change_parts::*;
pub(crate) use lists::*;
pub(crate) use parts::*;
pub(crate) use people::*;

/// The extension that holds a response's name until [`share`] has read it.
const NAME: &str = "x-name";

/// One way to fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Failure {
    /// The part that fails in this way.
    part: &'static str,
    status: u16,
    code: &'static str,
    /// The text, or its meaning if each response has a text of its own.
    detail: &'static str,
}

/// A part of an operation that can fail.
pub(crate) trait Fails {
    /// Adds the ways in which it fails.
    fn add(to: &mut Vec<Failure>);
}

/// Declares parts, each with its statuses, and with the codes of each status.
macro_rules! failing_parts {
    ($($(#[$doc:meta])* $part:ident { $($status:literal { $($code:ident: $detail:literal,)+ })+ })+) => {$(
        $(#[$doc])*
        pub(crate) enum $part {}

        impl $crate::failures::Fails for $part {
            fn add(to: &mut Vec<$crate::failures::Failure>) {
                $($(to.push($crate::failures::Failure {
                    part: stringify!($part),
                    status: $status,
                    code: stringify!($code),
                    detail: $detail,
                });)+)+
            }
        }
    )+};
}
use failing_parts;

macro_rules! fails_together {
    ($($part:ident)+) => {
        impl<$($part: Fails),+> Fails for ($($part,)+) {
            fn add(to: &mut Vec<Failure>) {
                $($part::add(to);)+
            }
        }
    };
}
fails_together!(A);
fails_together!(A B);
fails_together!(A B C);
fails_together!(A B C D);
fails_together!(A B C D E);
fails_together!(A B C D E F);
fails_together!(A B C D E F G);
fails_together!(A B C D E F G H);

/// The refusals of an operation in the document: each status, with its codes and an example.
pub(crate) struct Refusals<T>(PhantomData<T>);

impl<T: Fails> IntoResponses for Refusals<T> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut all = Vec::new();
        Everywhere::add(&mut all);
        T::add(&mut all);
        let mut statuses: BTreeMap<u16, Vec<Failure>> = BTreeMap::new();
        for failure in all {
            let same = statuses.entry(failure.status).or_default();
            if same.iter().all(|known| known.code != failure.code) {
                same.push(failure);
            }
        }
        statuses
            .into_iter()
            .map(|(status, failures)| (status.to_string(), response(status, &failures).into()))
            .collect()
    }
}

/// Moves the refusals that several operations have in common to the document's components, and refers to them.
pub(crate) fn share(document: &mut OpenApi) {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in refusals(document) {
        *uses.entry(name).or_default() += 1;
    }
    let mut shared = BTreeMap::new();
    for (name, response) in refusals(document) {
        if let RefOr::T(refusal) = response {
            refusal.extensions = None;
        }
        if uses.get(&name).is_some_and(|uses| *uses > 1) {
            let reference = RefOr::Ref(Ref::from_response_name(&name));
            shared.insert(name, std::mem::replace(response, reference));
        }
    }
    let components = document.components.get_or_insert_default();
    components.responses.extend(shared);
}

/// The named responses of all operations.
fn refusals(document: &mut OpenApi) -> impl Iterator<Item = (String, &mut RefOr<Response>)> {
    document
        .paths
        .paths
        .values_mut()
        .flat_map(|path| {
            [
                &mut path.get,
                &mut path.put,
                &mut path.post,
                &mut path.patch,
                &mut path.delete,
            ]
        })
        .flatten()
        .flat_map(|operation| operation.responses.responses.values_mut())
        .filter_map(|response| {
            let RefOr::T(refusal) = &*response else {
                return None;
            };
            let name = refusal.extensions.as_ref()?.get(NAME)?.as_str()?.to_owned();
            Some((name, response))
        })
}

/// The reason phrase of the status and the parts that return it, except [`Everywhere`]:
/// `BadRequest-Authenticated-PathParameter`.
fn name(title: &str, failures: &[Failure]) -> String {
    let mut name: String = title.split_whitespace().collect();
    let mut last = "";
    for failure in failures {
        if failure.part != last && failure.part != "Everywhere" {
            last = failure.part;
            name.push('-');
            name.push_str(last);
        }
    }
    name
}

fn response(status: u16, failures: &[Failure]) -> Response {
    let title = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Error");
    let codes = failures.iter().map(|failure| failure.code);
    let schema = AllOfBuilder::new()
        .item(Ref::from_schema_name("Problem"))
        .item(
            ObjectBuilder::new().property(
                "code",
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some(codes)),
            ),
        );
    let described: Vec<String> = failures
        .iter()
        .map(|failure| format!("`{}`: {}", failure.code, failure.detail))
        .collect();
    let example = failures.first().map(|failure| {
        json!({
            "type": taskwire_http::problem_type(failure.code),
            "title": title,
            "status": status,
            "detail": failure.detail,
            "code": failure.code,
        })
    });
    ResponseBuilder::new()
        .description(described.join("\n"))
        .extensions(Some(Extensions::from_iter([(NAME, name(title, failures))])))
        .content(
            "application/problem+json",
            ContentBuilder::new()
                .schema(Some(schema))
                .example(example)
                .build(),
        )
        .build()
}
