//! Users, their settings, and the codes of sign-in links.

use jiff::Timestamp;
use jiff::civil::Weekday;
use taskwire_domain::grammar::DateOrder;
use taskwire_domain::preferences::{self, Density, Language, Theme};
use taskwire_domain::{Preferences, UserId, Zone, weekday};
use uuid::Uuid;

use crate::error::one_row;
use crate::row::row;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// A person.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// The id.
    pub id: UserId,
    /// The name.
    pub name: String,
    /// Argon2 hash in PHC form, if the user has a password.
    pub password_hash: Option<String>,
    /// The zone of dates without a zone.
    pub zone: Zone,
    /// The first day of the user's week.
    pub week_start: Weekday,
    /// How the user reads a date such as 4/5.
    pub date_order: DateOrder,
    /// Other settings.
    pub preferences: Preferences,
}

impl UserRow {
    /// A user with the initial settings, who has no password.
    pub fn new(id: UserId, name: String, zone: Zone) -> Self {
        Self {
            id,
            name,
            password_hash: None,
            zone,
            week_start: Weekday::Monday,
            date_order: DateOrder::default(),
            preferences: Preferences::default(),
        }
    }
}

row! {
    pub(crate) struct UserColumns, columns: user_columns {
        read {
            id: Uuid,
            name: String,
            password_hash: Option<String>,
            zone: String,
            week_start: String,
            date_order: String,
            day_start: String,
            language: String,
            default_reminder: Option<i64>,
            theme: String,
            density: String,
        }
        write {
            name_key: String,
            last_number: i64,
            created_at: i64,
        }
    }
}

impl TryFrom<UserColumns> for UserRow {
    type Error = Error;

    fn try_from(row: UserColumns) -> Result<Self, Error> {
        let bad = |column| Error::inconsistent("users", row.id, column);
        Ok(Self {
            zone: Zone::parse(&row.zone).map_err(|_| bad("zone"))?,
            week_start: weekday::parse("", &row.week_start).map_err(|_| bad("week_start"))?,
            date_order: DateOrder::parse(&row.date_order).map_err(|_| bad("date_order"))?,
            preferences: Preferences {
                day_start: preferences::parse_day_start(&row.day_start)
                    .map_err(|_| bad("day_start"))?,
                language: Language::parse(&row.language).map_err(|_| bad("language"))?,
                default_reminder: row
                    .default_reminder
                    .map(preferences::check_default_reminder)
                    .transpose()
                    .map_err(|_| bad("default_reminder"))?,
                theme: Theme::parse(&row.theme).map_err(|_| bad("theme"))?,
                density: Density::parse(&row.density).map_err(|_| bad("density"))?,
            },
            id: UserId(row.id),
            name: row.name,
            password_hash: row.password_hash,
        })
    }
}

pub(crate) mod sql {
    //! Statements on `users`, `sign_in_codes` and `meta`.

    use crate::statements::statements;

    statements! {
        INSERT_USER = concat!("INSERT INTO users (", user_columns!(all), ") VALUES (", user_columns!(values), ")
            ON CONFLICT DO NOTHING");
        /// System: signing in starts with a name, before there is an owner.
        FIND_USER_BY_NAME = concat!("SELECT ", user_columns!(read), " FROM users WHERE name_key = $1 AND deleted_at IS NULL");
        FIND_USER = concat!("SELECT ", user_columns!(read), " FROM users WHERE id = $1 AND deleted_at IS NULL");
        SET_SETTINGS = "UPDATE users SET zone = $2, week_start = $3, date_order = $4, day_start = $5, language = $6,
            default_reminder = $7, theme = $8, density = $9 WHERE id = $1";
        SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1";
        NEXT_NUMBER = "UPDATE users SET last_number = last_number + 1 WHERE id = $1 RETURNING last_number";
        /// SQLite has no row locks. Not FOR UPDATE, which would wait for every row that refers to the user.
        LOCK_POSTGRES = "SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE";
        INSERT_CODE = "INSERT INTO sign_in_codes (hash, owner_id, expires_at) VALUES ($1, $2, $3)";
        /// System: the code identifies the owner. Deleting it makes it single-use.
        TAKE_CODE = "DELETE FROM sign_in_codes WHERE hash = $1 AND expires_at > $2 RETURNING owner_id";
        /// System: codes that were never used.
        DROP_CODES = "DELETE FROM sign_in_codes WHERE expires_at <= $1";
        /// System: settings of this installation, such as the key that signs cursors.
        GET_META = "SELECT value FROM meta WHERE name = $1";
        /// System: see above. The first value is kept.
        PUT_META = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    }
}

impl Tx {
    /// Adds a user; false if the name is taken, also by an account that is being deleted.
    pub async fn insert_user(&mut self, user: &UserRow, now: Timestamp) -> Result<bool, Error> {
        let preferences = &user.preferences;
        let row = UserColumns {
            id: user.id.0,
            name: user.name.clone(),
            password_hash: user.password_hash.clone(),
            zone: user.zone.name().into(),
            week_start: weekday::key(user.week_start).into(),
            date_order: user.date_order.as_str().into(),
            day_start: preferences::day_start_text(preferences.day_start),
            language: preferences.language.as_str().into(),
            default_reminder: preferences.default_reminder.map(i64::from),
            theme: preferences.theme.as_str().into(),
            density: preferences.density.as_str().into(),
            name_key: taskwire_domain::text::name_key(&user.name),
            last_number: 0,
            created_at: now.as_microsecond(),
        };
        let inserted = with_connection!(self, |connection| row
            .bind(sqlx::query(sql::INSERT_USER))
            .execute(connection)
            .await?
            .rows_affected());
        Ok(inserted == 1)
    }

    /// A user by name, without regard to case.
    pub async fn find_user_by_name(&mut self, name: &str) -> Result<Option<UserRow>, Error> {
        let row: Option<UserColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND_USER_BY_NAME)
                .bind(taskwire_domain::text::name_key(name))
                .fetch_optional(connection)
                .await?
        });
        row.map(UserRow::try_from).transpose()
    }

    /// A user by id.
    pub async fn find_user(&mut self, id: UserId) -> Result<Option<UserRow>, Error> {
        let row: Option<UserColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND_USER)
                .bind(id.0)
                .fetch_optional(connection)
                .await?
        });
        row.map(UserRow::try_from).transpose()
    }

    /// Writes a user's settings.
    pub async fn set_settings(&mut self, user: &UserRow) -> Result<(), Error> {
        let preferences = &user.preferences;
        let updated = with_connection!(self, |connection| sqlx::query(sql::SET_SETTINGS)
            .bind(user.id.0)
            .bind(user.zone.name())
            .bind(weekday::key(user.week_start))
            .bind(user.date_order.as_str())
            .bind(preferences::day_start_text(preferences.day_start))
            .bind(preferences.language.as_str())
            .bind(preferences.default_reminder.map(i64::from))
            .bind(preferences.theme.as_str())
            .bind(preferences.density.as_str())
            .execute(connection)
            .await?
            .rows_affected());
        one_row(updated)
    }

    /// Sets a user's password hash.
    pub async fn set_password(&mut self, id: UserId, hash: &str) -> Result<(), Error> {
        let updated = with_connection!(self, |connection| sqlx::query(sql::SET_PASSWORD)
            .bind(id.0)
            .bind(hash)
            .execute(connection)
            .await?
            .rows_affected());
        one_row(updated)
    }

    /// The next task number of a user. Locks the user's row until the transaction ends.
    pub async fn next_number(&mut self, owner: UserId) -> Result<i64, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_scalar(sql::NEXT_NUMBER)
                .bind(owner.0)
                .fetch_one(connection)
                .await?
        }))
    }

    /// Locks a user's row until the transaction ends. Not needed on SQLite, where this
    /// transaction is the only writer.
    pub async fn lock_user(&mut self, owner: UserId) -> Result<(), Error> {
        if self.is_postgres() {
            with_connection!(self, |connection| sqlx::query(sql::LOCK_POSTGRES)
                .bind(owner.0)
                .execute(connection)
                .await?
                .rows_affected());
        }
        Ok(())
    }

    /// Stores the hash of a sign-in code, and deletes expired ones.
    pub async fn insert_code(
        &mut self,
        hash: &str,
        owner: UserId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::DROP_CODES)
            .bind(now.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        with_connection!(self, |connection| sqlx::query(sql::INSERT_CODE)
            .bind(hash)
            .bind(owner.0)
            .bind(expires_at.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Consumes a sign-in code and returns its user.
    pub async fn take_code(&mut self, hash: &str, now: Timestamp) -> Result<Option<UserId>, Error> {
        let owner: Option<Uuid> = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::TAKE_CODE)
                .bind(hash)
                .bind(now.as_microsecond())
                .fetch_optional(connection)
                .await?
        });
        Ok(owner.map(UserId))
    }

    /// A setting of this installation, if there is one.
    pub async fn setting(&mut self, name: &str) -> Result<Option<String>, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_scalar(sql::GET_META)
                .bind(name)
                .fetch_optional(connection)
                .await?
        }))
    }

    /// A setting of this installation; `initial` is stored if there was none.
    pub async fn setting_or_insert(&mut self, name: &str, initial: &str) -> Result<String, Error> {
        with_connection!(self, |connection| sqlx::query(sql::PUT_META)
            .bind(name)
            .bind(initial)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(with_connection!(self, |connection| {
            sqlx::query_scalar(sql::GET_META)
                .bind(name)
                .fetch_one(connection)
                .await?
        }))
    }
}
