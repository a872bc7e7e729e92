//! A crate's modules, the names in them, and the uses between files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{Visit, visit_item_mod, visit_path};
use syn::{Attribute, Item, ItemMod, ItemUse, UseTree};

/// A file, one that it uses, and the item that it uses from there.
pub(crate) type Dependency = (PathBuf, PathBuf, String);

/// A module by its path within the crate; the root is empty.
type ModulePath = Vec<String>;

/// How many re-exports a path may pass; more is a cycle of `use` declarations, which the compiler refuses.
const REEXPORTS_MAX: usize = 16;

#[derive(Default)]
struct Module {
    file: PathBuf,
    /// Names defined here other than modules.
    items: BTreeSet<String>,
    /// Names brought in by `use`, with their paths as written.
    imports: BTreeMap<String, Vec<String>>,
    /// Modules whose names are brought in by `use …::*`.
    globs: Vec<Vec<String>>,
    /// Qualified paths in the code, and all that is imported for use here.
    uses: Vec<Vec<String>>,
}

/// The modules of one crate, tests left out.
pub(crate) struct CrateSource {
    modules: BTreeMap<ModulePath, Module>,
}

impl CrateSource {
    pub(crate) fn read(folder: &Path) -> Self {
        let mut source = Self {
            modules: BTreeMap::new(),
        };
        let root = ["lib.rs", "main.rs"]
            .map(|name| folder.join(name))
            .into_iter()
            .find(|file| file.exists())
            .unwrap();
        source.read_file(&root, folder, Vec::new());
        source
    }

    /// Reads the module in `file`; `folder` is where its children are.
    fn read_file(&mut self, file: &Path, folder: &Path, path: ModulePath) {
        let text = std::fs::read_to_string(file).unwrap();
        let parsed =
            syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.read_items(&parsed.items, file, folder, path);
    }

    fn read_items(&mut self, items: &[Item], file: &Path, folder: &Path, path: ModulePath) {
        let mut module = Module {
            file: file.to_owned(),
            ..Module::default()
        };
        for item in items {
            match item {
                Item::Mod(child) => {
                    let mut path = path.clone();
                    path.push(child.ident.to_string());
                    self.read_child(child, file, folder, path);
                }
                Item::Use(declaration) => module.import(declaration),
                other => {
                    module.items.extend(name_of(other));
                    if !attributes_of(other).iter().any(is_test) {
                        PathCollector(&mut module.uses).visit_item(other);
                    }
                }
            }
        }
        self.modules.insert(path, module);
    }

    fn read_child(&mut self, child: &ItemMod, file: &Path, folder: &Path, path: ModulePath) {
        if child.attrs.iter().any(is_test) {
            return;
        }
        let name = child.ident.to_string();
        let below = folder.join(&name);
        if let Some((_, items)) = &child.content {
            self.read_items(items, file, &below, path);
        } else {
            let leaf = folder.join(format!("{name}.rs"));
            let nested = below.join("mod.rs");
            let found = if leaf.exists() { leaf } else { nested };
            self.read_file(&found, &below, path);
        }
    }

    /// The uses between files. Uses within a file do not count.
    pub(crate) fn dependencies(&self) -> Vec<Dependency> {
        let mut found = BTreeSet::new();
        for (path, module) in &self.modules {
            for used in &module.uses {
                let Some((owner, item)) = self.resolve(path, used, REEXPORTS_MAX) else {
                    continue;
                };
                let file = &self.modules[&owner].file;
                if *file != module.file {
                    found.insert((module.file.clone(), file.clone(), item));
                }
            }
        }
        found.into_iter().collect()
    }

    /// The module that defines `path` as seen from module `from`, and the item's name; `None` for other crates.
    fn resolve(
        &self,
        from: &[String],
        path: &[String],
        left: usize,
    ) -> Option<(ModulePath, String)> {
        let left = left.checked_sub(1)?;
        let mut at = from.to_vec();
        let mut rest = path.iter().peekable();
        let mut is_anchored = false;
        while let Some(segment) = rest.peek() {
            match segment.as_str() {
                "crate" => at.clear(),
                "self" => {}
                "super" => {
                    at.pop();
                }
                _ => break,
            }
            is_anchored = true;
            rest.next();
        }
        let mut is_first = true;
        while let Some(segment) = rest.next() {
            let module = self.modules.get(&at)?;
            let mut child = at.clone();
            child.push(segment.clone());
            if self.modules.contains_key(&child) {
                at = child;
            } else if module.items.contains(segment) {
                return Some((at, segment.clone()));
            } else if let Some(import) = module.imports.get(segment) {
                // Names that `use` imports for the module itself are resolved where they are used.
                if is_first && !is_anchored && import == path {
                    return None;
                }
                let mut onward = import.clone();
                onward.extend(rest.cloned());
                return self.resolve(&at, &onward, left);
            } else {
                let tail: Vec<String> = std::iter::once(segment).chain(rest).cloned().collect();
                return module.globs.iter().find_map(|glob| {
                    let mut onward = glob.clone();
                    onward.extend(tail.iter().cloned());
                    self.resolve(&at, &onward, left)
                });
            }
            is_first = false;
        }
        let name = at.last().cloned().unwrap_or_default();
        (at != from).then_some((at, name))
    }
}

impl Module {
    fn import(&mut self, declaration: &ItemUse) {
        if declaration.attrs.iter().any(is_test) {
            return;
        }
        let mut found = Vec::new();
        flatten(&declaration.tree, &mut Vec::new(), &mut found);
        // A re-export passes a name on without using it.
        let is_reexport = !matches!(declaration.vis, syn::Visibility::Inherited);
        for (name, path) in found {
            if !is_reexport {
                self.uses.push(path.clone());
            }
            match name {
                Some(name) => {
                    self.imports.insert(name, path);
                }
                None => self.globs.push(path),
            }
        }
    }
}

/// The leaves of a `use` tree: the name each brings in (none for a glob) and its path.
fn flatten(
    tree: &UseTree,
    prefix: &mut Vec<String>,
    found: &mut Vec<(Option<String>, Vec<String>)>,
) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, found);
            prefix.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            found.push((prefix.last().cloned(), prefix.clone()));
        }
        UseTree::Name(name) => {
            let mut path = prefix.clone();
            path.push(name.ident.to_string());
            found.push((Some(name.ident.to_string()), path));
        }
        UseTree::Rename(rename) => {
            let mut path = prefix.clone();
            if rename.ident != "self" {
                path.push(rename.ident.to_string());
            }
            found.push((Some(rename.rename.to_string()), path));
        }
        UseTree::Glob(_) => found.push((None, prefix.clone())),
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, prefix, found);
            }
        }
    }
}

/// Collects qualified paths; a bare name was imported, or is defined here.
struct PathCollector<'a>(&'a mut Vec<Vec<String>>);

impl<'ast> Visit<'ast> for PathCollector<'_> {
    /// A visibility is not a dependency.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 && path.leading_colon.is_none() {
            let segments = path.segments.iter();
            self.0
                .push(segments.map(|segment| segment.ident.to_string()).collect());
        }
        visit_path(self, path);
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !module.attrs.iter().any(is_test) {
            visit_item_mod(self, module);
        }
    }
}

fn is_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string() == "test")
}

fn attributes_of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => &[],
    }
}

fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// All Rust files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return found;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}
