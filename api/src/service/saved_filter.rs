//! Saved filters.

use taskwire_domain::contract::{FilterPatch, FilterView, NewFilter};
use taskwire_domain::filter::{self, Saved, SavedFilter};
use taskwire_domain::{FilterId, FilterName, Invalid};
use taskwire_store::FilterRow;

use super::draft::collect_err;
use super::task::lock_owner;
use super::{Context, Error, conflict, tag};

/// Maximum number of saved filters of a user.
const FILTERS_MAX: usize = 100;

/// The owner's filters, by name.
pub(crate) async fn list(context: &mut Context) -> Result<Vec<FilterView>, Error> {
    let rows = context.tx.list_filters(context.owner).await?;
    Ok(rows.iter().map(view).collect())
}

/// A filter of the owner.
pub(crate) async fn get(context: &mut Context, id: FilterId) -> Result<FilterView, Error> {
    Ok(view(&find(context, id).await?))
}

/// Saves a new filter.
pub(crate) async fn create(context: &mut Context, input: &NewFilter) -> Result<FilterView, Error> {
    let (name, expression) = read(context, Some(&input.name), Some(&input.filter)).await?;
    let (Some(name), Some(expression)) = (name, expression) else {
        return Err(Error::Internal("a filter was not read".into()));
    };
    lock_owner(context).await?;
    let all = context.tx.list_filters(context.owner).await?;
    check_name(&all, &name, None)?;
    if all.len() >= FILTERS_MAX {
        return Err(conflict(
            "too_many_filters",
            format!("{FILTERS_MAX} filters are saved."),
            "Delete one that is not needed first.",
        ));
    }
    let row = FilterRow {
        id: context.ids.next(context.now),
        name,
        expression,
        version: 1,
        created_at: context.now,
        updated_at: context.now,
    };
    if !context.tx.insert_filter(context.owner, &row).await? {
        return Err(Error::Internal(format!("filter {} already exists", row.id)));
    }
    Ok(view(&row))
}

/// Renames a filter, or gives it another expression. A patch that changes nothing does nothing.
pub(crate) async fn patch(
    context: &mut Context,
    id: FilterId,
    input: &FilterPatch,
) -> Result<FilterView, Error> {
    lock_owner(context).await?;
    let before = find(context, id).await?;
    context.check_version(&before.version.to_string())?;
    let (name, expression) = read(context, input.name.as_deref(), input.filter.as_deref()).await?;
    let mut after = FilterRow {
        name: name.unwrap_or_else(|| before.name.clone()),
        expression: expression.unwrap_or_else(|| before.expression.clone()),
        ..before.clone()
    };
    if after == before {
        return Ok(view(&before));
    }
    if after.name != before.name {
        let all = context.tx.list_filters(context.owner).await?;
        check_name(&all, &after.name, Some(id))?;
    }
    after.version += 1;
    after.updated_at = context.now;
    context.tx.update_filter(context.owner, &after).await?;
    Ok(view(&after))
}

/// Deletes a filter.
pub(crate) async fn delete(context: &mut Context, id: FilterId) -> Result<(), Error> {
    lock_owner(context).await?;
    let before = find(context, id).await?;
    context.check_version(&before.version.to_string())?;
    context.tx.delete_filter(context.owner, id).await?;
    Ok(())
}

/// The filters that an expression may name: those of the owner, if it names any.
pub(super) async fn known(
    context: &mut Context,
    expression: Option<&str>,
) -> Result<Vec<SavedFilter>, Error> {
    if !expression.is_some_and(|text| text.contains('@')) {
        return Ok(Vec::new());
    }
    let rows = context.tx.list_filters(context.owner).await?;
    let saved = |row: FilterRow| SavedFilter {
        name: row.name,
        text: row.expression,
    };
    Ok(rows.into_iter().map(saved).collect())
}

async fn find(context: &mut Context, id: FilterId) -> Result<FilterRow, Error> {
    let found = context.tx.find_filter(context.owner, id).await?;
    found.ok_or_else(|| Error::NotFound("such filter".into()))
}

/// Checks what was sent.
async fn read(
    context: &mut Context,
    name: Option<&str>,
    expression: Option<&str>,
) -> Result<(Option<FilterName>, Option<String>), Error> {
    let mut refused = Vec::new();
    let name = name.map(FilterName::parse);
    let name = name.and_then(|name| collect_err(&mut refused, name));
    let tree = expression.map(|text| {
        let tree = filter::parse_with_tags(text, &context.words(), Saved::Refused);
        tree.map_err(|why| why.at("/filter"))
    });
    let tree = tree.and_then(|tree| collect_err(&mut refused, tree));
    if let Some((_, tags)) = tree {
        let named: Vec<tag::Named> = tag::Named::in_filter(tags).collect();
        match tag::check_known(context, &named).await {
            Err(Error::Invalid(all)) => {
                refused.extend(all.into_iter().map(|why| why.at("/filter")));
            }
            other => other?,
        }
    }
    if !refused.is_empty() {
        return Err(Error::Invalid(refused));
    }
    Ok((name, expression.map(|text| text.trim().to_owned())))
}

/// Refuses the name of another filter.
fn check_name(all: &[FilterRow], name: &FilterName, own: Option<FilterId>) -> Result<(), Error> {
    let other = all
        .iter()
        .find(|other| other.name.key() == name.key() && Some(other.id) != own);
    match other {
        None => Ok(()),
        Some(other) => Err(Error::Conflict(
            Invalid::new(
                "/name",
                "filter_exists",
                format!("There is a filter with the name {:?}.", other.name.as_str()),
            )
            .hint(format!(
                "Choose another name, or change that one with PATCH /api/v1/filters/{}.",
                other.id
            )),
        )),
    }
}

fn view(row: &FilterRow) -> FilterView {
    FilterView {
        id: row.id.0,
        name: row.name.to_string(),
        filter: row.expression.clone(),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}
