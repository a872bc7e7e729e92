//! Operators that are written as words: `and`, `or` and `not` between conditions. Where they may also be words to search
//! for, or part of a name, the expression is refused instead of read in one of two ways.

use super::leaf::Leaf;
use super::problem::Problem;
use super::saved::Saved;
use super::token::Token;
use crate::grammar::Context;

/// A word of a text, and where it begins: in bytes, and in characters.
struct Word<'a> {
    text: &'a str,
    byte: usize,
    at: usize,
}

impl Word<'_> {
    /// The operator that this word may be.
    fn operator(&self) -> Option<Token> {
        let is = |name: &str| self.text.eq_ignore_ascii_case(name);
        match () {
            () if is("and") => Some(Token::And),
            () if is("or") => Some(Token::Or),
            () if is("not") => Some(Token::Not),
            () => None,
        }
    }
}

/// Whether the last word of a text is one that may be an operator.
pub(super) fn ends_with_operator(text: &str) -> bool {
    let is_apart = text.ends_with(char::is_whitespace);
    let last = words(text).pop();
    is_apart && last.is_some_and(|word| word.operator().is_some())
}

/// Replaces words by the operators that they are.
pub(super) fn written_out(
    tokens: Vec<(usize, Token)>,
    context: &Context,
    saved: Saved<'_>,
) -> Result<Vec<(usize, Token)>, Problem> {
    let mut all = Vec::new();
    let mut rest = tokens.into_iter().peekable();
    while let Some((at, token)) = rest.next() {
        let Token::Text(text) = token else {
            all.push((at, token));
            continue;
        };
        let piece = Piece {
            at,
            text: &text,
            follows_condition: matches!(all.last(), Some((_, Token::Close))),
            is_followed: matches!(rest.peek(), Some((_, Token::Open | Token::Not))),
            context,
            saved,
        };
        all.extend(piece.tokens()?);
    }
    Ok(all)
}

/// A text between two operators that are symbols.
struct Piece<'a> {
    at: usize,
    text: &'a str,
    /// Whether a parenthesis was closed before it, so that it has to begin with an operator.
    follows_condition: bool,
    /// Whether a condition begins behind it, so that it has to end with an operator.
    is_followed: bool,
    context: &'a Context,
    saved: Saved<'a>,
}

impl Piece<'_> {
    fn tokens(&self) -> Result<Vec<(usize, Token)>, Problem> {
        let words = words(self.text);
        let has_operator = words.iter().any(|word| word.operator().is_some());
        if !has_operator || self.is_whole() {
            return Ok(vec![(self.at, Token::Text(self.text.to_owned()))]);
        }
        // Texts and the operators between them; a text may be empty at both ends, and before "not".
        let mut tokens: Vec<(usize, Token)> = Vec::new();
        let mut begin: Option<&Word<'_>> = None;
        let mut end = 0;
        let close = |tokens: &mut Vec<(usize, Token)>, begin: Option<&Word<'_>>, end: usize| {
            let text = begin.and_then(|word| Some((word, self.text.get(word.byte..end)?)));
            tokens
                .extend(text.map(|(word, text)| (self.at + word.at, Token::Text(text.to_owned()))));
        };
        for word in &words {
            match word.operator() {
                // In the middle of a text it belongs to it.
                Some(Token::Not) if begin.is_some() => {}
                None => {}
                Some(operator) => {
                    close(&mut tokens, begin.take(), end);
                    tokens.push((self.at + word.at, operator));
                    continue;
                }
            }
            begin = begin.or(Some(word));
            end = word.byte + word.text.len();
        }
        close(&mut tokens, begin, end);
        self.check(&tokens)?;
        Ok(tokens)
    }

    /// Whether the text as it is has one meaning.
    fn is_whole(&self) -> bool {
        if let Some(name) = self.text.strip_prefix('@') {
            return self.saved.find(name, self.at).is_ok();
        }
        // Up to the next symbol everything is text.
        let is_text = ["text", "contains"].iter().any(|name| {
            let rest = self.text.get(name.len()..).unwrap_or_default();
            let begins = self.text.get(..name.len());
            begins.is_some_and(|begins| begins.eq_ignore_ascii_case(name))
                && rest.trim_start().starts_with([':', '='])
        });
        let leaf = Leaf {
            at: self.at,
            text: self.text,
        };
        is_text || (!self.text.starts_with('#') && leaf.is_value(self.context))
    }

    /// Each operator stands between two conditions. One at an end of the piece stands next to a parenthesis or a symbol.
    fn check(&self, tokens: &[(usize, Token)]) -> Result<(), Problem> {
        let is_clear = |side: Option<&(usize, Token)>| match side {
            Some((at, Token::Text(text))) => {
                let is_quoted = text.len() > 1 && text.starts_with('"') && text.ends_with('"');
                is_quoted || Leaf { at: *at, text }.is_condition(self.context)
            }
            _ => true,
        };
        for (index, (at, token)) in tokens.iter().enumerate() {
            if matches!(token, Token::Text(_)) {
                continue;
            }
            let before = index.checked_sub(1).and_then(|index| tokens.get(index));
            let after = tokens.get(index + 1);
            let needed = (index == 0 && self.follows_condition)
                || (index + 1 == tokens.len() && self.is_followed);
            let is_operator = needed || (is_clear(before) && is_clear(after));
            if !is_operator {
                return Err(unclear(*at, token));
            }
        }
        Ok(())
    }
}

fn unclear(at: usize, operator: &Token) -> Problem {
    let (word, symbol) = match operator {
        Token::Or => ("or", "|"),
        Token::Not => ("not", "!"),
        _ => ("and", "&"),
    };
    Problem::new(
        at,
        format!("\"{word}\" may be an operator here, or part of a name or text."),
        format!(
            "Write {symbol} for the operator; put a text to search for in double quotes, and a name too: #\"black and white\"."
        ),
    )
}

/// The words of a text outside double quotes; what is in quotes is one word with what touches it.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut all = Vec::new();
    let mut begin: Option<(usize, usize)> = None;
    let mut is_quoted = false;
    for (at, (byte, c)) in text.char_indices().enumerate() {
        if c == '"' {
            is_quoted = !is_quoted;
        }
        if c.is_whitespace() && !is_quoted {
            if let Some((from, at)) = begin.take() {
                all.extend(text.get(from..byte).map(|text| Word {
                    text,
                    byte: from,
                    at,
                }));
            }
        } else if begin.is_none() {
            begin = Some((byte, at));
        }
    }
    if let Some((from, at)) = begin {
        all.extend(text.get(from..).map(|text| Word {
            text,
            byte: from,
            at,
        }));
    }
    all
}
