//! Settings with a few named values.

/// Declares a setting with a few values and their names on the wire and in the database.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident at $field:literal, $code:literal { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// All values.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name on the wire and in the database.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Reads the name. Fails with a code of its own.
            pub fn parse(text: &str) -> Result<Self, $crate::Invalid> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::Invalid::new($field, $code, format!("{:?} is not known here.", $crate::text::clip(text)))
                        .hint(format!("Send one of {}.", [$($text),+].join(", ")))),
                }
            }
        }
    };
}
pub(crate) use choices;
