use super::*;

#[expect(
    clippy::disallowed_methods,
    reason = "it is compared with times of the file system"
)]
fn make(cache: &Path, name: &str, age: Duration) {
    let folder = cache.join(name);
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("file"), "content").unwrap();
    let modified = SystemTime::now() - age;
    File::open(&folder).unwrap().set_modified(modified).unwrap();
}

#[test]
fn only_folders_of_the_prefix_that_nobody_uses_are_deleted() {
    let cache = tempfile::tempdir().unwrap();
    let day = Duration::from_hours(24);
    make(cache.path(), "kafka-old", 15 * day);
    make(cache.path(), "kafka-new-killed", 20 * day);
    make(cache.path(), "kafka-recent", 13 * day);
    make(cache.path(), "kafka-used", 30 * day);
    make(cache.path(), "parts-kafka-old", 30 * day);
    mark_used(&cache.path().join("kafka-used")).unwrap();

    delete_unused(cache.path(), "kafka-").unwrap();

    let mut left: Vec<_> = std::fs::read_dir(cache.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["kafka-recent", "kafka-used", "parts-kafka-old"]);
}
