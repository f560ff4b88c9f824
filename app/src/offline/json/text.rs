//! A text of JSON, taken apart into a tree.

use super::Error;
use super::tree::Tree;

/// One more than arrays and objects may stand inside one another; as in `serde_json`.
const DEEPEST: u8 = 128;

/// Takes a whole text apart.
#[inline(never)]
pub(super) fn parse(text: &str) -> Result<Tree, Error> {
    let mut parser = Parser { text, at: 0 };
    let tree = parser.value(DEEPEST)?;
    parser.skip_space();
    if parser.at == text.len() { Ok(tree) } else { Err(Error) }
}

struct Parser<'a> {
    text: &'a str,
    /// Bytes that were read.
    at: usize,
}

impl Parser<'_> {
    /// The next byte, and 0 at the end: JSON has none, not even inside a string.
    #[inline(never)]
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn take(&mut self) -> u8 {
        let sign = self.peek();
        self.at += 1;
        sign
    }

    /// Takes this sign, if it is the next one.
    #[inline(never)]
    fn takes(&mut self, sign: u8) -> bool {
        let is_next = self.peek() == sign;
        self.at += usize::from(is_next);
        is_next
    }

    #[inline(never)]
    fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\t' | b'\r') {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: u8) -> Result<Tree, Error> {
        self.skip_space();
        match self.peek() {
            b'"' => self.string().map(Tree::Text),
            b'[' => self.list(depth - 1),
            b'{' => self.object(depth - 1),
            b'n' => self.word("null", Tree::Null),
            b't' => self.word("true", Tree::Bool(true)),
            b'f' => self.word("false", Tree::Bool(false)),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Tree) -> Result<Tree, Error> {
        let is_it = word.bytes().all(|sign| self.takes(sign));
        if is_it { Ok(value) } else { Err(Error) }
    }

    fn list(&mut self, depth: u8) -> Result<Tree, Error> {
        let mut items = Vec::new();
        while self.has_more(b']', items.is_empty(), depth)? {
            items.push(self.value(depth)?);
        }
        Ok(Tree::List(items))
    }

    fn object(&mut self, depth: u8) -> Result<Tree, Error> {
        let mut entries = Vec::new();
        while self.has_more(b'}', entries.is_empty(), depth)? {
            self.skip_space();
            let key = self.string()?;
            self.skip_space();
            if !self.takes(b':') {
                return Err(Error);
            }
            entries.push((key, self.value(depth)?));
        }
        Ok(Tree::Object(entries))
    }

    /// Takes what stands before an item of an array or an object, or its end.
    fn has_more(&mut self, end: u8, is_first: bool, depth: u8) -> Result<bool, Error> {
        if depth == 0 {
            return Err(Error);
        }
        if is_first {
            // The sign that it begins with.
            self.at += 1;
        }
        self.skip_space();
        if self.takes(end) {
            return Ok(false);
        }
        if is_first || self.takes(b',') { Ok(true) } else { Err(Error) }
    }

    #[inline(never)]
    fn string(&mut self) -> Result<String, Error> {
        if !self.takes(b'"') {
            return Err(Error);
        }
        let mut read = String::new();
        loop {
            let rest = self.text.get(self.at..).ok_or(Error)?;
            let is_end = |sign| matches!(sign, b'"' | b'\\' | 0..b' ');
            let run = rest.bytes().position(is_end).ok_or(Error)?;
            read.push_str(rest.get(..run).ok_or(Error)?);
            self.at += run;
            match self.take() {
                b'"' => return Ok(read),
                b'\\' => read.push(self.escaped()?),
                _ => return Err(Error),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Error> {
        Ok(match self.take() {
            sign @ (b'"' | b'\\' | b'/') => char::from(sign),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut code = self.unit()?;
                // The first of two units that are one letter.
                if (0xD800..0xDC00).contains(&code) {
                    let is_followed = self.takes(b'\\') && self.takes(b'u');
                    let second = if is_followed { self.unit()? } else { 0 };
                    if !(0xDC00..0xE000).contains(&second) {
                        return Err(Error);
                    }
                    code = 0x10000 + ((code - 0xD800) << 10) + (second - 0xDC00);
                }
                char::from_u32(code).ok_or(Error)?
            }
            _ => return Err(Error),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, Error> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit * 16 + char::from(self.take()).to_digit(16).ok_or(Error)?;
        }
        Ok(unit)
    }

    fn number(&mut self) -> Result<Tree, Error> {
        let is_negative = self.takes(b'-');
        let begins_with_zero = self.peek() == b'0';
        let from = self.at;
        let size = self.digits()?;
        if begins_with_zero && self.at > from + 1 {
            return Err(Error);
        }
        let whole = self.at;
        if self.takes(b'.') {
            self.digits()?;
        }
        if self.takes(b'e') || self.takes(b'E') {
            if !self.takes(b'-') {
                self.takes(b'+');
            }
            self.digits()?;
        }
        let Some(size) = size.filter(|_| self.at == whole) else { return Ok(Tree::Real) };
        Ok(match (is_negative, 0_i64.checked_sub_unsigned(size)) {
            (false, _) => Tree::Natural(size),
            (true, Some(below @ ..0)) => Tree::Negative(below),
            (true, _) => Tree::Real,
        })
    }

    /// Digits, at least one, and their number unless it is too large.
    #[inline(never)]
    fn digits(&mut self) -> Result<Option<u64>, Error> {
        let (from, mut number) = (self.at, Some(0_u64));
        while let digit @ b'0'..=b'9' = self.peek() {
            let digit = u64::from(digit - b'0');
            let before = number.filter(|before| *before <= (u64::MAX - digit) / 10);
            number = before.map(|before| before * 10 + digit);
            self.at += 1;
        }
        if self.at > from { Ok(number) } else { Err(Error) }
    }
}
