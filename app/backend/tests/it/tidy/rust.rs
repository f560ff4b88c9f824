//! Just enough of Rust's lexical grammar to tell code, comments and string literals apart.

/// What a piece of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Everything else; the quotes of literals are here, what is between them is not.
    Code,
    /// Line and block comments, with their marks.
    Comment,
    /// The inside of a string literal, escapes as written.
    Text,
}

/// A stretch of one kind.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    /// Number of its first line, from 1.
    pub(super) line: usize,
}

/// Cuts a file into pieces.
pub(super) fn pieces(source: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = 0;
    let mut at = 0;
    let mut push = |kind, from: usize, to: usize| {
        if from < to {
            let line = source[..from].matches('\n').count() + 1;
            pieces.push(Piece { kind, text: &source[from..to], line });
        }
    };
    while at < source.len() {
        let tail = &source[at..];
        if tail.starts_with("//") {
            let end = at + tail.find('\n').unwrap_or(tail.len());
            push(Kind::Code, rest, at);
            push(Kind::Comment, at, end);
            (rest, at) = (end, end);
        } else if tail.starts_with("/*") {
            let end = at + block_comment(tail);
            push(Kind::Code, rest, at);
            push(Kind::Comment, at, end);
            (rest, at) = (end, end);
        } else if let Some((open, close)) = string(tail, source[..at].chars().next_back()) {
            let (begin, end) = (at + open, at + close);
            push(Kind::Code, rest, begin);
            push(Kind::Text, begin, end);
            (rest, at) = (end, end + 1);
        } else {
            at += character(tail);
        }
    }
    push(Kind::Code, rest, source.len());
    pieces
}

/// All code of a file, with the insides of literals and comments gone.
pub(super) fn code(source: &str) -> String {
    let code = |piece: &Piece<'_>| match piece.kind {
        Kind::Code => piece.text.to_owned(),
        // The lines must go on counting right.
        _ => "\n".repeat(piece.text.matches('\n').count()),
    };
    pieces(source).iter().map(code).collect()
}

/// The part of a file before its tests, which stand last.
pub(super) fn before_tests(source: &str) -> &str {
    source.split_once("#[cfg(test)]").map_or(source, |(before, _)| before)
}

fn block_comment(tail: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < tail.len() {
        if tail[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if tail[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += tail[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    tail.len()
}

/// Where a string literal that begins here has its inside, as offsets.
fn string(tail: &str, before: Option<char>) -> Option<(usize, usize)> {
    if let Some(inside) = tail.strip_prefix('"') {
        let mut escaped = false;
        let end = inside.char_indices().find(|&(_, letter)| {
            let ends = letter == '"' && !escaped;
            escaped = letter == '\\' && !escaped;
            ends
        });
        return Some((1, 1 + end.map_or(inside.len(), |(at, _)| at)));
    }
    let named = before.is_some_and(|letter| letter.is_alphanumeric() && letter != 'b');
    let raw = tail.strip_prefix('r').filter(|_| !named)?;
    let hashes = raw.len() - raw.trim_start_matches('#').len();
    let inside = raw[hashes..].strip_prefix('"')?;
    let closing = format!("\"{}", "#".repeat(hashes));
    let open = 2 + hashes;
    Some((open, open + inside.find(&closing).unwrap_or(inside.len())))
}

/// The length of a character literal that begins here, or of one character of something else;
/// `'"'` must not open a string, a lifetime must not swallow one.
fn character(tail: &str) -> usize {
    let mut letters = tail.chars();
    let first = letters.next().map_or(1, char::len_utf8);
    if !tail.starts_with('\'') {
        return first;
    }
    match (letters.next(), letters.next(), letters.next()) {
        (Some('\\'), Some(escaped), _) => {
            let from = 2 + escaped.len_utf8();
            tail[from..].find('\'').map_or(first, |end| from + end + 1)
        }
        (Some(letter), Some('\''), _) => 2 + letter.len_utf8(),
        _ => first,
    }
}

#[test]
fn code_comments_and_literals_are_told_apart() {
    let source = "let a = \"x \\\" // y\"; // c \"d\"\nlet b = r#\"q \"z\"\"#; /* e /* f */ */ 'g'";
    let found: Vec<(Kind, &str)> =
        pieces(source).iter().map(|piece| (piece.kind, piece.text)).collect();
    let expected = [
        (Kind::Code, "let a = \""),
        (Kind::Text, "x \\\" // y"),
        (Kind::Code, "\"; "),
        (Kind::Comment, "// c \"d\""),
        (Kind::Code, "\nlet b = r#\""),
        (Kind::Text, "q \"z\""),
        (Kind::Code, "\"#; "),
        (Kind::Comment, "/* e /* f */ */"),
        (Kind::Code, " 'g'"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_quote_in_a_character_opens_nothing() {
    assert_eq!(code("('\"', '\\'', 'ñ', &'a str) // x"), "('\"', '\\'', 'ñ', &'a str) ");
}
