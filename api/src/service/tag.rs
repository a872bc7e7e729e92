//! Tags.

use std::collections::{BTreeMap, BTreeSet};

use taskwire_domain::contract::{NewTag, TagListItem, TagView};
use taskwire_domain::filter::NamedTag;
use taskwire_domain::text::trim;
use taskwire_domain::{Invalid, TagId, TagName, Task};
use taskwire_store::TagRow;

use super::outbox::tag_view;
use super::{Context, Error, conflict};

/// The tags a new user starts with, each with a colour of its own.
pub(crate) const FIRST_TAGS: [(&str, &str); 5] = [
    ("Work", "#4878d0"),
    ("Personal", "#956cb4"),
    ("Shopping", "#d5a021"),
    ("Health", "#6acc64"),
    ("Finance", "#3ba7a0"),
];

/// Colours given to tags, readable on light and dark, and each unlike the others.
const COLORS: [&str; 12] = [
    "#4878d0", "#d65f5f", "#6acc64", "#956cb4", "#d5a021", "#3ba7a0", "#c7679b", "#8c8c8c",
    "#ee854a", "#8c613c", "#2f7d4f", "#5fb4e5",
];

/// The colour of a tag without a chosen one: from its name, or the next one that no other tag has.
fn color_of(name: &TagName, used: &BTreeSet<String>) -> &'static str {
    let sum = name
        .key()
        .bytes()
        .fold(0usize, |sum, byte| sum * 31 % 65_521 + usize::from(byte));
    let in_turn = || {
        COLORS
            .iter()
            .cycle()
            .skip(sum % COLORS.len())
            .take(COLORS.len())
    };
    let free = in_turn().find(|color| !used.contains(**color));
    free.or_else(|| in_turn().next())
        .copied()
        .unwrap_or("#8c8c8c")
}

/// The colour of a new tag.
async fn next_color(context: &mut Context, name: &TagName) -> Result<String, Error> {
    let all = context.tx.list_tags(context.owner).await?;
    let used = all.into_iter().map(|tag| tag.color).collect();
    Ok(color_of(name, &used).to_owned())
}

/// Creates those tags of a task that its owner does not have yet. Existing tags keep their spelling, which the task
/// takes.
pub(super) async fn find_or_create_tags(
    context: &mut Context,
    task: &mut Task,
) -> Result<(), Error> {
    // Always in the same order: two transactions that create the same tags wait for each other, but never deadlock.
    let mut names: Vec<&mut TagName> = task.tags.iter_mut().collect();
    names.sort_by_key(|name| name.key());
    for name in names {
        if let Some(known) = context.tx.find_tag(context.owner, name).await? {
            *name = known.name;
            continue;
        }
        let color = next_color(context, name).await?;
        if make(context, name.clone(), color).await?.is_none()
            && let Some(known) = context.tx.find_tag(context.owner, name).await?
        {
            *name = known.name;
        }
    }
    Ok(())
}

/// Creates a tag unless another transaction has just done so.
async fn make(
    context: &mut Context,
    name: TagName,
    color: String,
) -> Result<Option<TagRow>, Error> {
    let tag = TagRow {
        id: context.ids.next::<TagId>(context.now),
        name,
        color,
        version: 1,
    };
    if !context.tx.insert_tag(context.owner, &tag).await? {
        return Ok(None);
    }
    context.record_tag(None, Some(&tag)).await?;
    Ok(Some(tag))
}

/// Creates a tag.
pub(crate) async fn create(context: &mut Context, input: &NewTag) -> Result<TagView, Error> {
    let name = TagName::parse(&input.name).map_err(|why| why.at("/name"))?;
    let color = match &input.color {
        None => next_color(context, &name).await?,
        Some(color) => parse_color(color)?,
    };
    match make(context, name.clone(), color).await? {
        Some(tag) => Ok(tag_view(&tag)),
        None => Err(conflict(
            "tag_exists",
            format!("The tag {name} already exists."),
            "Use that tag; names are case-insensitive.",
        )),
    }
}

/// Reads a colour.
pub(super) fn parse_color(text: &str) -> Result<String, Invalid> {
    let is_color = text.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    if is_color {
        return Ok(text.to_ascii_lowercase());
    }
    Err(
        Invalid::new("/color", "invalid_color", "Not a valid colour.")
            .hint("Send #rrggbb, such as #4878d0."),
    )
}

/// The tags of a task after one was replaced by another, or taken off. Each name is there once.
pub(super) fn replaced(tags: &[TagName], tag: &TagName, by: Option<&TagName>) -> Vec<TagName> {
    let mut kept: Vec<TagName> = Vec::new();
    for own in tags {
        let own = if own.key() == tag.key() {
            by
        } else {
            Some(own)
        };
        if let Some(own) = own
            && !kept.iter().any(|known| known.key() == own.key())
        {
            kept.push(own.clone());
        }
    }
    kept
}

/// Finds a tag of the owner.
pub(super) async fn find(context: &mut Context, id: TagId) -> Result<TagRow, Error> {
    let found = context.tx.find_tag_by_id(context.owner, id).await?;
    found.ok_or_else(|| Error::NotFound("such tag".into()))
}

/// One tag of the owner.
pub(crate) async fn get(context: &mut Context, id: TagId) -> Result<TagView, Error> {
    Ok(tag_view(&find(context, id).await?))
}

/// Maximum number of tags that an error lists.
const SHOWN_MAX: usize = 50;

/// A tag that a list names.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    /// The parameter or field.
    pub(crate) field: &'static str,
    /// Where it is named in an expression, in characters from 1.
    pub(crate) column: Option<usize>,
    pub(crate) name: TagName,
}

impl Named {
    /// The tags in an expression.
    pub(crate) fn in_filter(tags: Vec<NamedTag>) -> impl Iterator<Item = Self> {
        tags.into_iter().map(|NamedTag { name, column }| Self {
            field: "filter",
            column: Some(column),
            name,
        })
    }
}

/// Refuses the name of an unknown tag in a filter, which could find nothing.
pub(crate) async fn check_known(context: &mut Context, tags: &[Named]) -> Result<(), Error> {
    if tags.is_empty() {
        return Ok(());
    }
    let own = context.tx.list_tags(context.owner).await?;
    let is_known = |name: &TagName| own.iter().any(|tag| tag.name.key() == name.key());
    match tags.iter().find(|tag| !is_known(&tag.name)) {
        None => Ok(()),
        Some(Named {
            field,
            column,
            name,
        }) => {
            // Names from earlier versions may be invisible.
            let names = own.iter().map(|tag| trim(tag.name.as_str()));
            let shown = names.filter(|name| !name.is_empty()).take(SHOWN_MAX);
            let mut shown = shown.collect::<Vec<_>>().join(", ");
            if own.len() > SHOWN_MAX {
                shown.push_str(", …");
            }
            let place = column.map(|column| format!("Column {column}: "));
            let place = place.unwrap_or_default();
            Err(Invalid::new(
                *field,
                "unknown_tag",
                format!("{place}Unknown tag {:?}.", name.as_str()),
            )
            .hint(format!("Your tags: {shown}."))
            .into())
        }
    }
}

/// All tags of the owner, with how many tasks have each if that is asked for.
pub(crate) async fn list(
    context: &mut Context,
    with_usage: bool,
) -> Result<Vec<TagListItem>, Error> {
    let tags = context.tx.list_tags(context.owner).await?;
    let usage = if with_usage {
        context.tx.tag_usage(context.owner).await?
    } else {
        Vec::new()
    };
    let usage: BTreeMap<String, (i64, i64)> = usage
        .into_iter()
        .map(|usage| (usage.name_key, (usage.tasks, usage.open_tasks)))
        .collect();
    let item = |tag: &TagRow| {
        let count = usage.get(&tag.name.key()).copied().unwrap_or_default();
        let count = with_usage.then_some(count);
        TagListItem {
            tag: tag_view(tag),
            task_count: count.map(|(all, _)| all),
            open_task_count: count.map(|(_, open)| open),
        }
    };
    Ok(tags.iter().map(item).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_color_is_unlike_the_others() {
        let parts = |color: &str| -> Vec<i64> {
            (0..3)
                .map(|part| i64::from_str_radix(&color[part * 2 + 1..part * 2 + 3], 16).unwrap())
                .collect()
        };
        for (index, one) in COLORS.iter().enumerate() {
            for other in &COLORS[index + 1..] {
                let distance: i64 = parts(one)
                    .iter()
                    .zip(parts(other))
                    .map(|(one, other)| (one - other).pow(2))
                    .sum();
                assert!(distance > 45 * 45, "{one} {other} {distance}");
            }
        }
    }

    #[test]
    fn a_new_tag_has_a_color_that_no_other_has() {
        let mut used = BTreeSet::new();
        for index in 0..COLORS.len() {
            let name = TagName::parse(&format!("tag {index}")).unwrap();
            assert!(used.insert(color_of(&name, &used).to_owned()));
        }
        let name = TagName::parse("one more").unwrap();
        assert_eq!(color_of(&name, &used), color_of(&name, &BTreeSet::new()));
    }
}
