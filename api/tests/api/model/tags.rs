//! What each operation on a tag does.

use super::rules::NOT_FOUND;
use super::state::{Item, Model, Refused, Tag};

impl Model {
    pub(super) fn create_tag(&mut self, name: &str, color: Option<&str>) -> Result<(), Refused> {
        if self.tag_named(name).is_some() {
            return Err((409, "tag_exists"));
        }
        let tag = self.next_tag();
        let new = Tag {
            name: name.to_owned(),
            color: color.map(str::to_owned),
            version: 1,
        };
        self.save_tag(tag, Some(new));
        Ok(())
    }

    /// Returns how many tasks changed with it, if it changed.
    pub(super) fn patch_tag(
        &mut self,
        tag: usize,
        name: Option<&str>,
        color: Option<&str>,
    ) -> Result<Option<usize>, Refused> {
        let before = self.tags.get(&tag).ok_or(NOT_FOUND)?.clone();
        let mut after = before.clone();
        after.name = name.map_or(after.name, str::to_owned);
        after.color = color.map(str::to_owned).or(after.color);
        if after == before {
            return Ok(None);
        }
        if self
            .tag_named(&after.name)
            .is_some_and(|other| other != tag)
        {
            return Err((409, "tag_exists"));
        }
        self.recorded.kind = "update_tag";
        let mut count = 0;
        if after.name != before.name {
            count = self.replace_tag(&before.key(), Some(&after.name)).len();
        }
        after.version += 1;
        self.save_tag(tag, Some(after));
        Ok(Some(count))
    }

    pub(super) fn delete_tag(&mut self, tag: usize) -> Result<Option<usize>, Refused> {
        let before = self.tags.get(&tag).ok_or(NOT_FOUND)?.clone();
        self.recorded.kind = "delete_tag";
        let count = self.replace_tag(&before.key(), None).len();
        self.save_tag(tag, None);
        Ok(Some(count))
    }

    pub(super) fn merge_tag(&mut self, tag: usize, into: usize) -> Result<Option<usize>, Refused> {
        let before = self.tags.get(&tag).ok_or(NOT_FOUND)?.clone();
        let other = self.tags.get(&into).ok_or((422, "unknown_tag"))?.clone();
        if tag == into {
            return Err((422, "same_tag"));
        }
        self.recorded.kind = "merge_tags";
        let count = self.replace_tag(&before.key(), Some(&other.name)).len();
        self.save_tag(tag, None);
        Ok(Some(count))
    }

    /// Replaces a tag on all tasks that are not hidden, in the order of their ids. Returns which changed.
    pub(super) fn replace_tag(&mut self, key: &str, by: Option<&str>) -> Vec<i64> {
        let mut tagged: Vec<i64> = self.tagged(key);
        tagged.sort_by_key(|number| self.ids[number].clone());
        let mut changed = vec![];
        for number in tagged {
            let mut row = self.tasks[&number].row.clone();
            let mut tags: Vec<String> = vec![];
            for own in &row.tags {
                let is_it = own.to_lowercase() == key;
                let own = if is_it { by } else { Some(own.as_str()) };
                let is_new = |name: &&str| {
                    !tags
                        .iter()
                        .any(|tag| tag.to_lowercase() == name.to_lowercase())
                };
                if let Some(name) = own.filter(is_new) {
                    tags.push(name.to_owned());
                }
            }
            if tags != row.tags {
                row.tags = tags;
                self.save("task.updated.v1", number, row);
                changed.push(number);
            }
        }
        changed
    }

    /// The tasks with a tag that are not hidden, also in the trash.
    pub(super) fn tagged(&self, key: &str) -> Vec<i64> {
        let has = |tags: &[String]| tags.iter().any(|tag| tag.to_lowercase() == key);
        let all = self.visible().filter(|task| has(&task.row.tags));
        all.map(|task| task.number).collect()
    }

    /// Notes the colour that was chosen for a tag.
    pub(super) fn learn_color(&mut self, name: &str, color: &str) {
        let Some(handle) = self.tag_named(name) else {
            return;
        };
        let own = self.tags.get_mut(&handle).unwrap();
        if own.color.is_some() {
            return;
        }
        own.color = Some(color.to_owned());
        for item in self.changes.iter_mut().flat_map(|change| &mut change.items) {
            let Item::Tag {
                tag, before, after, ..
            } = item
            else {
                continue;
            };
            for (_, known) in before.iter_mut().chain(after).filter(|_| *tag == handle) {
                known.get_or_insert_with(|| color.to_owned());
            }
        }
    }
}
