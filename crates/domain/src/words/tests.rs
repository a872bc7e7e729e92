//! Folding and cutting.

use proptest::prelude::*;

use super::*;

#[test]
fn words_are_folded_alike_however_they_are_written() {
    for (left, right) in [
        ("Canción", "cancion"),
        ("STRASSE", "Straße"),
        ("ẞ", "ss"),
        ("e\u{301}clair", "Éclair"),
        ("ΑΘΗΝΑΣ", "αθηνας"),
        ("İstanbul", "ISTANBUL"),
        ("ﬁne", "fine"),
        ("ＡＢＣ", "abc"),
        ("Ærø", "aero"),
        ("Łódź", "lodz"),
        ("й", "и\u{306}"),
        ("ｶﾞ", "ガ"),
        ("한글", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}"),
        ("👍🏽", "👍"),
        ("❤️", "❤"),
        ("שָׁלוֹם", "שלום"),
    ] {
        assert_eq!(fold(left), fold(right), "{left} {right}");
    }
    assert_ne!(fold("か"), fold("が"));
    assert_ne!(fold("कि"), fold("क"));
}

#[test]
fn texts_are_cut_into_words() {
    for (text, expected) in [
        ("Pay the rent!", "pay the rent"),
        ("e-mail: bob@x.org", "e mail bob x org"),
        ("3.14 & 50%", "3 14 50"),
        ("can't", "can t"),
        ("日本語", "日本 本語 語"),
        ("買う milk", "買う う milk"),
        ("🎉party🎉🎉", "🎉 party 🎉 🎉"),
        ("👨‍👩‍👧", "👨 👩 👧"),
        ("हिन्दी", "हिन्दी"),
        ("", ""),
        ("'\"*:()-", ""),
    ] {
        assert_eq!(stored(text).join(" "), expected, "{text}");
    }
    assert_eq!(sought("日本語"), ["日本", "本語"]);
    assert_eq!(sought("語"), ["語"]);
    assert_eq!(sought("Café au lait"), ["cafe", "au", "lait"]);
}

#[test]
fn one_letter() {
    for (left, right, expected) in [
        ("milk", "mikl", true),
        ("milk", "mlk", true),
        ("milk", "millk", true),
        ("milk", "silk", true),
        ("milk", "milk", false),
        ("milk", "mail", false),
    ] {
        assert_eq!(differ_by_one(left, right), expected, "{left} {right}");
    }
}

proptest! {
    #[test]
    fn folding_twice_changes_nothing(text in "\\PC{0,20}") {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn what_is_stored_is_found(text in "\\PC{0,20}") {
        let stored = stored(&text);
        for word in sought(&text) {
            prop_assert!(stored.contains(&word), "{word}");
            prop_assert!(word.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric()), "{word}");
        }
    }
}
