//! Cycles in a graph of files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::source::Dependency;

/// The groups of files that can reach each other, each of two or more.
pub(crate) fn cycles(dependencies: &[Dependency]) -> Vec<BTreeSet<PathBuf>> {
    let mut next: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> = BTreeMap::new();
    for (from, to, _) in dependencies {
        next.entry(from).or_default().insert(to);
    }
    let reach: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> = next
        .keys()
        .map(|from| (*from, reachable(from, &next)))
        .collect();
    let mut found: Vec<BTreeSet<PathBuf>> = Vec::new();
    for (from, reached) in &reach {
        if found.iter().any(|cycle| cycle.contains(*from)) {
            continue;
        }
        let cycle: BTreeSet<PathBuf> = reached
            .iter()
            .filter(|to| reach.get(*to).is_some_and(|back| back.contains(from)))
            .map(|to| (*to).clone())
            .collect();
        if cycle.len() > 1 {
            found.push(cycle);
        }
    }
    found
}

fn reachable<'a>(
    from: &PathBuf,
    next: &BTreeMap<&'a PathBuf, BTreeSet<&'a PathBuf>>,
) -> BTreeSet<&'a PathBuf> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for to in next.get(file).into_iter().flatten() {
            if reached.insert(*to) {
                open.push(to);
            }
        }
    }
    reached
}
