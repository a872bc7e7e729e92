//! Tags.

use taskwire_domain::contract::{NewTag, TagView};
use taskwire_domain::text::trim;
use taskwire_domain::{EventKind, Invalid, TagId, TagName, Task};
use taskwire_store::TagRow;

use super::{Context, Error, conflict};

/// The tags a new user starts with, each with a colour of its own.
pub(crate) const FIRST_TAGS: [(&str, &str); 5] = [
    ("Work", "#4878d0"),
    ("Personal", "#956cb4"),
    ("Shopping", "#d5a021"),
    ("Health", "#6acc64"),
    ("Finance", "#3ba7a0"),
];

/// Colours given to tags in turn, readable on light and dark.
const COLORS: [&str; 8] = [
    "#4878d0", "#d65f5f", "#6acc64", "#956cb4", "#d5a021", "#3ba7a0", "#c7679b", "#8c8c8c",
];

/// The colour of a tag without a chosen one: always the same for a name.
pub(crate) fn color_of(name: &TagName) -> &'static str {
    let sum = name
        .key()
        .bytes()
        .fold(0usize, |sum, byte| sum * 31 % 65_521 + usize::from(byte));
    COLORS.get(sum % COLORS.len()).copied().unwrap_or("#8c8c8c")
}

fn view(tag: &TagRow) -> TagView {
    TagView {
        id: tag.id.0,
        name: tag.name.to_string(),
        color: tag.color.clone(),
    }
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
        let color = color_of(name);
        if make(context, name.clone(), color.into()).await?.is_none()
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
    };
    if !context.tx.insert_tag(context.owner, &tag).await? {
        return Ok(None);
    }
    context
        .record_tag(EventKind::TagCreated, view(&tag))
        .await?;
    Ok(Some(tag))
}

/// Creates a tag.
pub(crate) async fn create(context: &mut Context, input: &NewTag) -> Result<TagView, Error> {
    let name = TagName::parse(&input.name).map_err(|why| why.at("/name"))?;
    let color = match &input.color {
        None => color_of(&name).to_owned(),
        Some(color) if is_color(color) => color.to_ascii_lowercase(),
        Some(_) => {
            return Err(
                Invalid::new("/color", "invalid_color", "Not a valid colour.")
                    .hint("Send #rrggbb, such as #4878d0.")
                    .into(),
            );
        }
    };
    match make(context, name.clone(), color).await? {
        Some(tag) => Ok(view(&tag)),
        None => Err(conflict(
            "tag_exists",
            format!("The tag {name} already exists."),
            "Use that tag; names are case-insensitive.",
        )),
    }
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// One tag of the owner.
pub(crate) async fn get(context: &mut Context, id: TagId) -> Result<TagView, Error> {
    let all = context.tx.list_tags(context.owner).await?;
    all.iter()
        .find(|tag| tag.id == id)
        .map(view)
        .ok_or_else(|| Error::NotFound("such tag".into()))
}

/// Maximum number of tags that an error lists.
const SHOWN_MAX: usize = 50;

/// Refuses the name of an unknown tag in a filter, which could find nothing.
pub(crate) async fn check_known(context: &mut Context, names: &[&TagName]) -> Result<(), Error> {
    if names.is_empty() {
        return Ok(());
    }
    let own = context.tx.list_tags(context.owner).await?;
    let is_known = |name: &TagName| own.iter().any(|tag| tag.name.key() == name.key());
    match names.iter().find(|name| !is_known(name)) {
        None => Ok(()),
        Some(name) => {
            // Names from earlier versions may be invisible.
            let names = own.iter().map(|tag| trim(tag.name.as_str()));
            let shown = names.filter(|name| !name.is_empty()).take(SHOWN_MAX);
            let mut shown = shown.collect::<Vec<_>>().join(", ");
            if own.len() > SHOWN_MAX {
                shown.push_str(", …");
            }
            Err(Invalid::new(
                "tag",
                "unknown_tag",
                format!("Unknown tag {:?}.", name.as_str()),
            )
            .hint(format!("Your tags: {shown}."))
            .into())
        }
    }
}

/// All tags of the owner.
pub(crate) async fn list(context: &mut Context) -> Result<Vec<TagView>, Error> {
    Ok(context
        .tx
        .list_tags(context.owner)
        .await?
        .iter()
        .map(view)
        .collect())
}
