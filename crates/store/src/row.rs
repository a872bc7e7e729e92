//! Rows whose columns are listed once: the fields of a struct are the columns of its table.

/// Declares the row of a table, and a macro with its columns for statements.
///
/// `key` columns never change, `read` columns are read and written, `write` columns are for searching and sorting and
/// are only written; `derived` columns are only read, because triggers write them. The macro has the forms `(read)`, the
/// columns of a SELECT; `(all)` and `(values)`, those of an INSERT and their placeholders; `(set)`, all but the key, with
/// their placeholders, of an UPDATE. The key has the first placeholders, then `read` and `write` follow in order, which
/// is the order in which `bind` binds them.
macro_rules! row {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident, columns: $columns:ident {
            $(key { $($key:ident: $key_type:ty,)* })?
            read { $($read:ident: $read_type:ty,)* }
            $(write { $($write:ident: $write_type:ty,)* })?
            $(derived { $($derived:ident: $derived_type:ty,)* })?
        }
    ) => {
        $(#[$meta])*
        #[derive(sqlx::FromRow)]
        $vis struct $name {
            $($(pub(super) $key: $key_type,)*)?
            $(pub(super) $read: $read_type,)*
            $($(#[sqlx(default)] pub(super) $write: $write_type,)*)?
            $($(pub(super) $derived: $derived_type,)*)?
        }

        impl $name {
            /// Binds every column, in the order of the placeholders.
            pub(super) fn bind<D: sqlx::Database>(
                self,
                query: sqlx::query::Query<'_, D, D::Arguments>,
            ) -> sqlx::query::Query<'_, D, D::Arguments>
            where
                $($($key_type: for<'t> sqlx::Encode<'t, D> + sqlx::Type<D>,)*)?
                $($read_type: for<'t> sqlx::Encode<'t, D> + sqlx::Type<D>,)*
                $($($write_type: for<'t> sqlx::Encode<'t, D> + sqlx::Type<D>,)*)?
            {
                query
                    $($(.bind(self.$key))*)?
                    $(.bind(self.$read))*
                    $($(.bind(self.$write))*)?
            }
        }

        macro_rules! $columns {
            (read) => {
                $crate::row::names!($($($key)*)? $($read)* $($($derived)*)?)
            };
            (all) => {
                $crate::row::names!($($($key)*)? $($read)* $($($write)*)?)
            };
            (values) => {
                $crate::row::placeholders!([] [$($($key)*)? $($read)* $($($write)*)?])
            };
            (set) => {
                concat!(
                    "(", $crate::row::names!($($read)* $($($write)*)?), ") = (",
                    $crate::row::placeholders!([$($($key)*)?] [$($read)* $($($write)*)?]), ")"
                )
            };
        }
    };
}
pub(crate) use row;

/// Names separated by commas.
macro_rules! names {
    ($first:ident $($rest:ident)*) => {
        concat!(stringify!($first) $(, ", ", stringify!($rest))*)
    };
}
pub(crate) use names;

/// A placeholder for each column of the second list, numbered after those of the first.
macro_rules! placeholders {
    ([$($before:ident)*] [$($column:ident)*]) => {
        $crate::row::placeholders!(
            @skip [$($before)*] [$($column)*]
            [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36]
        )
    };
    (@skip [$before:ident $($more:ident)*] $columns:tt [$number:literal $($numbers:literal)*]) => {
        $crate::row::placeholders!(@skip [$($more)*] $columns [$($numbers)*])
    };
    (@skip [] [$column:ident $($columns:ident)*] [$number:literal $($numbers:literal)*]) => {
        $crate::row::placeholders!(@take ["$", $number] [$($columns)*] [$($numbers)*])
    };
    (@take [$($text:literal),*] [$column:ident $($columns:ident)*] [$number:literal $($numbers:literal)*]) => {
        $crate::row::placeholders!(@take [$($text),*, ", $", $number] [$($columns)*] [$($numbers)*])
    };
    (@take [$($text:literal),*] [] $numbers:tt) => {
        concat!($($text),*)
    };
}
pub(crate) use placeholders;

#[cfg(test)]
mod tests {
    row! {
        /// A row for tests.
        struct Sample, columns: sample_columns {
            key { id: i64, owner_id: i64, }
            read { title: String, due: Option<String>, }
            write { search: String, }
            derived { parts: i64, }
        }
    }

    #[test]
    fn a_statement_has_the_columns_of_its_row() {
        assert_eq!(sample_columns!(read), "id, owner_id, title, due, parts");
        assert_eq!(sample_columns!(all), "id, owner_id, title, due, search");
        assert_eq!(sample_columns!(values), "$1, $2, $3, $4, $5");
        assert_eq!(sample_columns!(set), "(title, due, search) = ($3, $4, $5)");
    }

    #[tokio::test]
    async fn each_value_is_bound_to_its_column() {
        let mut memory = <sqlx::SqliteConnection as sqlx::Connection>::connect("sqlite::memory:")
            .await
            .unwrap();
        let row = Sample {
            id: 1,
            owner_id: 2,
            title: "milk".into(),
            due: None,
            search: "Milk".into(),
            parts: 0,
        };
        let statement =
            "SELECT $1 AS id, $2 AS owner_id, $3 AS title, $4 AS due, $5 AS search, 7 AS parts";
        let read: Sample = sqlx::query_as(statement)
            .bind(row.id)
            .bind(row.owner_id)
            .bind(row.title.clone())
            .bind(row.due.clone())
            .bind(row.search.clone())
            .fetch_one(&mut memory)
            .await
            .unwrap();
        let bound = row
            .bind(sqlx::query(statement))
            .fetch_one(&mut memory)
            .await;
        let bound: Sample = sqlx::FromRow::from_row(&bound.unwrap()).unwrap();
        assert_eq!((bound.id, bound.owner_id), (read.id, read.owner_id));
        assert_eq!((bound.title, bound.due), (read.title, read.due));
        assert_eq!((bound.search.as_str(), bound.parts), ("Milk", 7));
    }
}
