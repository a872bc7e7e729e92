//! Splits an expression at its operators: `!` before `&` before `|`, and parentheses.

use super::leaf::Leaf;
use super::operator::{ends_with_operator, written_out};
use super::problem::Problem;
use super::saved::Saved;
use super::token::Token;
use super::tree::Filter;
use crate::grammar::Context;
use crate::{Invalid, TagName};

/// Longest expression, in characters.
pub const LENGTH_MAX: usize = 1000;
/// Longest expression together with the saved filters that it names, in characters: it becomes one statement.
pub const EXPANDED_MAX: usize = 1500;
/// How deep parentheses and negations may be nested.
pub const DEPTH_MAX: usize = 16;

/// Reads an expression such as `(today | overdue) & #work & @mine & !p3`. Fails with `invalid_filter`; the text names the
/// column.
pub fn parse(text: &str, context: &Context, saved: Saved<'_>) -> Result<Filter, Invalid> {
    parse_with_tags(text, context, saved).map(|(filter, _)| filter)
}

/// A tag that an expression names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedTag {
    /// The tag.
    pub name: TagName,
    /// Where it is named, in characters from 1. Of a tag in a saved filter, where that is named.
    pub column: usize,
}

/// Reads an expression as [`parse`] does, and says where it names tags.
pub fn parse_with_tags(
    text: &str,
    context: &Context,
    saved: Saved<'_>,
) -> Result<(Filter, Vec<NamedTag>), Invalid> {
    if text.chars().count() > LENGTH_MAX {
        return Err(
            Invalid::new("filter", "invalid_filter", "The filter is too long.")
                .hint(format!("Send at most {LENGTH_MAX} characters.")),
        );
    }
    let is_control = |c: char| {
        // Those of direction make a text look like another one.
        c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    if let Some(at) = text.chars().position(is_control) {
        return Err(Problem::new(at, "There is a control character here.", "Remove it.").invalid());
    }
    let tokens = tokens(text).map_err(Problem::invalid)?;
    let tokens = written_out(tokens, context, saved).map_err(Problem::invalid)?;
    let mut parser = Parser {
        tokens: &tokens,
        next: 0,
        end: text.trim_end().chars().count(),
        context,
        saved,
        expanded: text.chars().count(),
        tags: Vec::new(),
    };
    let filter = parser.whole().map_err(Problem::invalid)?;
    Ok((filter, parser.tags))
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Problem> {
    let mut tokens: Vec<(usize, Token)> = Vec::new();
    let mut piece = String::new();
    let mut begin = 0;
    let mut quote = None;
    for (at, c) in text.chars().enumerate() {
        let operator = match c {
            _ if quote.is_some() => None,
            // Inside a text it is punctuation.
            '!' if piece.trim().is_empty() || ends_with_operator(&piece) => Some(Token::Not),
            '&' => Some(Token::And),
            '|' => Some(Token::Or),
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            _ => None,
        };
        if c == '"' {
            quote = match quote {
                None => Some(at),
                Some(_) => None,
            };
        }
        let Some(operator) = operator else {
            if piece.is_empty() && !c.is_whitespace() {
                begin = at;
            }
            if !piece.is_empty() || !c.is_whitespace() {
                piece.push(c);
            }
            continue;
        };
        flush(&mut tokens, &mut piece, begin);
        // People also write && and ||.
        let is_doubled = matches!(operator, Token::And | Token::Or)
            && tokens.last() == Some(&(at.wrapping_sub(1), operator.clone()));
        if !is_doubled {
            tokens.push((at, operator));
        }
    }
    if let Some(at) = quote {
        return Err(Problem::new(
            at,
            "This quote is not closed.",
            "Write a second one.",
        ));
    }
    flush(&mut tokens, &mut piece, begin);
    Ok(tokens)
}

fn flush(tokens: &mut Vec<(usize, Token)>, piece: &mut String, begin: usize) {
    let text = std::mem::take(piece);
    if !text.trim().is_empty() {
        tokens.push((begin, Token::Text(text.trim_end().to_owned())));
    }
}

struct Parser<'a> {
    tokens: &'a [(usize, Token)],
    next: usize,
    /// Where the text ends.
    end: usize,
    context: &'a Context,
    saved: Saved<'a>,
    /// The length of the expression and of the saved filters in it so far.
    expanded: usize,
    /// The tags named so far.
    tags: Vec<NamedTag>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&(usize, Token)> {
        self.tokens.get(self.next)
    }

    fn takes(&mut self, token: &Token) -> bool {
        let is_it = self.peek().is_some_and(|(_, next)| next == token);
        self.next += usize::from(is_it);
        is_it
    }

    fn whole(&mut self) -> Result<Filter, Problem> {
        let filter = self.alternatives(0)?;
        match self.peek() {
            None => Ok(filter),
            Some((at, Token::Close)) => Err(Problem::new(
                *at,
                "This parenthesis closes nothing.",
                "Remove it, or write \"(\" before it.",
            )),
            Some((at, _)) => Err(Problem::new(
                *at,
                "An operator is missing before this.",
                "Write & (and) or | (or) here; put text with ( ) & | ! in it in double quotes.",
            )),
        }
    }

    fn alternatives(&mut self, depth: usize) -> Result<Filter, Problem> {
        let mut parts = vec![self.conjunction(depth)?];
        while self.takes(&Token::Or) {
            parts.push(self.conjunction(depth)?);
        }
        Ok(single_or(parts, Filter::Any))
    }

    fn conjunction(&mut self, depth: usize) -> Result<Filter, Problem> {
        let mut parts = vec![self.negation(depth)?];
        while self.takes(&Token::And) {
            parts.push(self.negation(depth)?);
        }
        Ok(single_or(parts, Filter::All))
    }

    fn negation(&mut self, depth: usize) -> Result<Filter, Problem> {
        let missing = "A condition is missing here.";
        let examples =
            "Write one, such as today, overdue, #work, p1, due < +7d, no:due or \"words\".";
        let Some((at, token)) = self.peek() else {
            return Err(Problem::new(self.end, missing, examples));
        };
        let (at, token) = (*at, token.clone());
        self.next += 1;
        if depth > DEPTH_MAX {
            let hint = format!("Nest at most {DEPTH_MAX} levels.");
            return Err(Problem::new(at, "This is nested too deeply.", hint));
        }
        match token {
            Token::Not => Ok(Filter::Not(Box::new(self.negation(depth + 1)?))),
            Token::Open => {
                let inner = self.alternatives(depth + 1)?;
                match self.peek() {
                    Some((_, Token::Close)) => {
                        self.next += 1;
                        Ok(inner)
                    }
                    Some((at, _)) => Err(Problem::new(
                        *at,
                        "An operator is missing before this.",
                        "Write & (and), | (or) or \")\" here.",
                    )),
                    None => Err(Problem::new(
                        at,
                        "This parenthesis is not closed.",
                        "Write \")\" after the condition.",
                    )),
                }
            }
            Token::Text(text) => {
                if let Some(name) = text.strip_prefix('@') {
                    return self.named(name, at);
                }
                let read = Leaf { at, text: &text }.read(self.context)?;
                self.note_tags(&read, at);
                Ok(read)
            }
            Token::And | Token::Or | Token::Close => Err(Problem::new(at, missing, examples)),
        }
    }
}

impl Parser<'_> {
    /// The saved filter of this name.
    fn named(&mut self, name: &str, at: usize) -> Result<Filter, Problem> {
        let found = self.saved.find(name, at)?;
        self.expanded += found.text.chars().count();
        if self.expanded > EXPANDED_MAX {
            return Err(Problem::new(
                at,
                "The saved filters in this expression are too long together.",
                format!("Use fewer: with the expression, at most {EXPANDED_MAX} characters."),
            ));
        }
        let read = parse(&found.text, self.context, Saved::Refused).map_err(|why| {
            // A later version may read less, or read it otherwise.
            let detail = format!(
                "The saved filter {:?} cannot be read: {}",
                found.name.as_str(),
                why.detail
            );
            Problem::new(at, detail, why.hint.unwrap_or_default())
        })?;
        self.note_tags(&read, at);
        Ok(read)
    }

    /// Notes the tags of a condition that begins at a character, counted from 0.
    fn note_tags(&mut self, read: &Filter, at: usize) {
        self.tags
            .extend(read.tags().into_iter().map(|name| NamedTag {
                name: name.clone(),
                column: at + 1,
            }));
    }
}

fn single_or(parts: Vec<Filter>, several: fn(Vec<Filter>) -> Filter) -> Filter {
    match <[Filter; 1]>::try_from(parts) {
        Ok([only]) => only,
        Err(parts) => several(parts),
    }
}
