//! The parts of operations on people and their credentials, and the errors of each.

use super::failing_parts;

failing_parts! {
    /// What a channel is for.
    ChannelFields {
        422 {
            invalid_label: "The label is not valid.",
            invalid_priority: "Unknown priority.",
            invalid_wait: "The time to wait is out of range.",
        }
    }

    /// A new channel.
    NewChannelFields {
        409 {
            channel_exists: "There is a channel to this address.",
            mail_unavailable: "This server cannot send e-mail.",
            too_many_channels: "There are 20 channels.",
        }
        422 {
            invalid_channel_kind: "Unknown kind of channel.",
            invalid_address: "The address is not one of this kind.",
            invalid_push_keys: "The keys are not those of a subscription, or this kind has none.",
            invalid_channel_token: "The token is not valid, or this kind has none.",
        }
    }

    /// A message that is sent because its owner asks for it.
    AsksForMessages { 429 { too_many_messages: "Too many messages were asked for in an hour.", } }

    /// The settings of notifications.
    NotificationSettingFields {
        422 {
            invalid_time_of_day: "Not a time of day.",
            incomplete_quiet_hours: "Quiet hours have two ends.",
            invalid_reminder: "The number of minutes is out of range.",
            unknown_tag: "There is no tag with this name.",
            invalid_notice: "This is not told.",
            out_of_range: "The number is out of range.",
        }
    }

    /// Signing in.
    SignsIn {
        401 {
            wrong_name_or_password: "Wrong name or password.",
            sign_in_link_used: "This sign-in link has expired or was already used.",
        }
        403 { foreign_origin: "A browser can sign in only from this server's own page.", }
        422 { invalid_sign_in: "Expected a code, or a name and a password.", }
        429 {
            too_many_sign_ins: "Too many failed sign-in attempts.",
            sign_in_busy: "Too many sign-ins at the moment.",
            too_many_requests: "Too many requests. Nothing was changed.",
        }
        503 {
            read_only: "The database is read-only at the moment. Nothing was changed.",
            outcome_unknown: "The database did not confirm the change, so it may be stored or not.",
        }
        507 { disk_full: "The database's disk is full. Nothing was changed.", }
    }

    /// Signing up.
    SignsUp {
        403 {
            sign_up_closed: "Nobody can sign up here.",
            foreign_origin: "A browser can sign up only from this server's own page.",
        }
        409 { name_taken: "This name is taken.", }
        422 {
            invalid_name: "The user name is not valid.",
            weak_password: "The password is too short or too long.",
            unknown_zone: "Unknown time zone.",
            invitation_required: "Signing up needs an invitation.",
            invalid_invitation: "This invitation is unknown, was used, or has expired.",
        }
        429 {
            too_many_sign_ups: "Too many sign-ups.",
            sign_in_busy: "Too many sign-ins at the moment.",
            too_many_requests: "Too many requests. Nothing was changed.",
        }
        503 {
            read_only: "The database is read-only at the moment. Nothing was changed.",
            outcome_unknown: "The database did not confirm the change, so it may be stored or not.",
        }
        507 { disk_full: "The database's disk is full. Nothing was changed.", }
    }

    /// The password of the signed-in user.
    ProvesPassword {
        409 { password_changed: "The password was changed in the meantime.", }
        422 {
            wrong_password: "The password is wrong.",
            password_required: "The account has a password.",
            no_password: "The account has no password.",
        }
        429 {
            too_many_sign_ins: "Too many failed sign-in attempts.",
            sign_in_busy: "Too many sign-ins at the moment.",
        }
    }

    /// Deleting an account.
    ClosesAccount {
        422 {
            wrong_name: "This is not the name of the account.",
            sign_in_again: "The session is too old.",
        }
    }

    /// A new password.
    NewPassword { 422 { weak_password: "The password is too short or too long.", } }

    /// A new token.
    TokenFields {
        403 { outlives_its_maker: "A token cannot create a token that expires later than itself.", }
        422 {
            invalid_label: "The label is not valid.",
            unknown_scope: "Unknown scope.",
            repeated_scope: "A scope is named twice.",
            invalid_expiry: "The number of days is out of range.",
        }
    }

    /// A new invitation.
    InvitationFields {
        422 {
            invalid_label: "The label is not valid.",
            invalid_expiry: "The number of days is out of range.",
        }
    }

    /// Settings.
    SettingFields {
        422 {
            unknown_zone: "Unknown time zone.",
            invalid_weekday: "Unknown weekday.",
            invalid_date_order: "Unknown date order.",
            invalid_day_start: "Not a time of day.",
            invalid_language: "Not a language tag.",
            invalid_reminder: "The number of minutes is out of range.",
            invalid_theme: "Unknown theme.",
            invalid_density: "Unknown density.",
        }
    }
}
