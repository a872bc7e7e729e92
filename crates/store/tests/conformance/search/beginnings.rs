//! Beginnings of very many words.

use taskwire_domain::filter::{Filter, search};
use taskwire_domain::{Status, Task};
use taskwire_store::{Direction, Sort, TaskList};
use taskwire_testkit::{TestDb, both_databases};

use super::{list, pages, tags_of};
use crate::fixture::{Store, due, tags};

both_databases!(very_many_words_may_begin_alike);

/// The beginning of very many words, which are not looked up one by one.
async fn very_many_words_may_begin_alike(db: TestDb) {
    const COUNT: i64 = 6500;
    let store = Store::open(db).await;
    let mut tx = store.db.begin().await.unwrap();
    for number in 1..=COUNT {
        let task = Task {
            tags: tags_of(number),
            due: (number % 3 == 0).then(|| due(&format!("2027-{:02}-01", number % 12 + 1))),
            status: if number <= 5 {
                Status::Completed
            } else {
                Status::Open
            },
            ..store.task(
                number,
                &format!(
                    "{} item{number}",
                    if number % 2 == 0 { "Old" } else { "New" }
                ),
            )
        };
        assert!(tx.insert_task(&task, &store.zone).await.unwrap());
    }
    tx.commit().await.unwrap();
    let newest = |is_meant: &dyn Fn(i64) -> bool| -> Vec<i64> {
        (1..=COUNT).rev().filter(|n| is_meant(*n)).collect()
    };
    let begins = |n: i64, begin: &str| n.to_string().starts_with(begin);
    for (query, expected) in [
        ("item", newest(&|_| true)),
        ("old item", newest(&|n| n % 2 == 0)),
        ("item -old", newest(&|n| n % 2 == 1)),
        ("item -old -new", vec![]),
        ("item12", newest(&|n| begins(n, "12"))),
        ("item12 -old", newest(&|n| begins(n, "12") && n % 2 == 1)),
        ("new item6", newest(&|n| begins(n, "6") && n % 2 == 1)),
        ("\"new item61\"", vec![61]),
        ("\"old new\"", vec![]),
    ] {
        assert!(
            pages(&store, search(query), 700).await == expected,
            "{query}"
        );
    }
    // Other conditions may leave only old ones.
    let tag = |name: &str| Filter::Tag(tags(&[name]).remove(0));
    for (part, expected) in [
        (Filter::Status(Status::Completed), vec![5, 4, 3, 2, 1]),
        (tag("by thousand"), newest(&|n| n % 1000 == 0)),
        (tag("even"), newest(&|n| n % 2 == 0)),
    ] {
        let filter = Filter::All(vec![part.clone(), search("item")]);
        assert!(pages(&store, filter, 999).await == expected, "{part:?}");
    }
    // In another order the pages are those of the list itself.
    for sort in [Sort::Due, Sort::Title, Sort::Updated] {
        for query in ["item", "old", "item -old", "new item3"] {
            let list = TaskList {
                sort,
                direction: Direction::Ascending,
                limit: 450,
                ..list(&store, search(query))
            };
            // Negated twice, it is a condition on each task, of which nothing is looked up first.
            let whole = TaskList {
                filter: Filter::Not(Box::new(Filter::Not(Box::new(list.filter.clone())))),
                limit: COUNT,
                ..list.clone()
            };
            let whole = store.read().await.list_tasks(&whole).await.unwrap();
            let whole: Vec<i64> = whole.iter().map(|task| task.number).collect();
            assert!(whole.len() > 400, "{query}");
            assert!(store.pages(&list).await == whole, "{query} {sort:?}");
        }
    }
}
