//! The functions of a program in another order. What names one by its number names the same one
//! afterwards; what browsers do not read is left out, and nothing else is changed.

use anyhow::{Context, Result, ensure};
use std::ops::Range;
use wasmparser::{ElementItems, ExternalKind, Operator, OperatorsReader, Parser, Payload, TypeRef};

/// The bytes that every program begins with: its mark, and the version of the format.
const HEAD: usize = 8;
/// The section of what browsers do not read.
const CUSTOM: u8 = 0;
/// The section of the functions' types.
const TYPES: u8 = 3;
/// The section of their code.
const CODE: u8 = 10;

/// A program, and where in it functions are named.
pub(super) struct Functions<'a> {
    wasm: &'a [u8],
    /// Identifier and content of each section.
    sections: Vec<(u8, Range<usize>)>,
    /// So many are the browser's, and have the first numbers.
    imported: usize,
    /// The number of each one's type.
    types: Vec<u32>,
    /// Where the code of each one is.
    bodies: Vec<Range<usize>>,
    /// Where a function is named by its number, from the first place to the last.
    named: Vec<usize>,
}

impl<'a> Functions<'a> {
    /// Reads a program.
    ///
    /// # Errors
    /// When it is none, or names functions in a way that is not looked for here.
    pub(super) fn read(wasm: &'a [u8]) -> Result<Self> {
        let mut read = Self {
            wasm,
            sections: Vec::new(),
            imported: 0,
            types: Vec::new(),
            bodies: Vec::new(),
            named: Vec::new(),
        };
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload?;
            if let Some((section, range)) = payload.as_section()
                && section != CUSTOM
            {
                read.sections.push((section, places(range)?));
            }
            read.look(payload)?;
        }
        ensure!(read.types.len() == read.bodies.len(), "functions without a type");
        ensure!(read.named.is_sorted(), "sections that stand in another order");
        Ok(read)
    }

    fn look(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    self.imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::FunctionSection(types) => {
                self.types = types.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    self.look_at_code(global?.init_expr.get_operators_reader())?;
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports.into_iter_with_offsets() {
                    let (at, export) = export?;
                    if export.kind == ExternalKind::Func {
                        // Its name, with how long that is, and one byte that says what it names.
                        let name = export.name.len();
                        let at = place(at)? + number(name)?.len() + name + 1;
                        self.named.push(at);
                    }
                }
            }
            Payload::StartSection { range, .. } => self.named.push(place(range.start)?),
            Payload::ElementSection(elements) => {
                for element in elements {
                    let ElementItems::Functions(items) = element?.items else {
                        anyhow::bail!("a table that is filled by expressions");
                    };
                    for item in items.into_iter_with_offsets() {
                        self.named.push(place(item?.0)?);
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                self.bodies.push(places(body.range())?);
                self.look_at_code(body.get_operators_reader()?)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn look_at_code(&mut self, code: OperatorsReader<'_>) -> Result<()> {
        for read in code.into_iter_with_offsets() {
            let (operator, at) = read?;
            let names_one = matches!(
                operator,
                Operator::Call { .. } | Operator::ReturnCall { .. } | Operator::RefFunc { .. }
            );
            if names_one {
                self.named.push(place(at)? + 1);
            }
        }
        Ok(())
    }

    /// The code of each function, with the same number wherever it names one.
    ///
    /// # Errors
    /// When the program breaks off.
    pub(super) fn likenesses(&self) -> Result<Vec<Vec<u8>>> {
        self.bodies.iter().map(|body| self.renumbered(body, |_| Some(0))).collect()
    }

    /// The program with its functions in this order, each said by its place in the present one.
    ///
    /// # Errors
    /// When the order does not have each function once.
    pub(super) fn written(&self, order: &[usize]) -> Result<Vec<u8>> {
        let mut places = vec![None; self.bodies.len()];
        for (new, &old) in order.iter().enumerate() {
            *places.get_mut(old).context("a function that is not there")? = Some(new);
        }
        let is_whole = order.len() == places.len() && places.iter().all(Option::is_some);
        ensure!(is_whole, "an order that leaves functions out");
        let new = |old: usize| match old.checked_sub(self.imported) {
            Some(own) => places.get(own).copied().flatten().map(|new| new + self.imported),
            None => Some(old),
        };
        let mut written = self.wasm.get(..HEAD).context("no program")?.to_vec();
        for (section, range) in &self.sections {
            let mut content = Vec::new();
            match *section {
                TYPES => {
                    content.extend(number(order.len())?);
                    for &old in order {
                        content.extend(number(usize::try_from(self.types[old])?)?);
                    }
                }
                CODE => {
                    content.extend(number(order.len())?);
                    for &old in order {
                        let body = self.renumbered(&self.bodies[old], new)?;
                        content.extend(number(body.len())?);
                        content.extend(body);
                    }
                }
                _ => content = self.renumbered(range, new)?,
            }
            written.push(*section);
            written.extend(number(content.len())?);
            written.extend(content);
        }
        Ok(written)
    }

    /// A part of the program with other numbers for its functions.
    fn renumbered(
        &self,
        part: &Range<usize>,
        new: impl Fn(usize) -> Option<usize>,
    ) -> Result<Vec<u8>> {
        let mut written = Vec::with_capacity(part.len());
        let mut from = part.start;
        let first = self.named.partition_point(|&at| at < part.start);
        for &at in self.named[first..].iter().take_while(|&&at| at < part.end) {
            let (old, length) = read_number(&self.wasm[at..]).context("no number")?;
            written.extend(&self.wasm[from..at]);
            written.extend(number(new(old).context("a number that no function has")?)?);
            from = at + length;
        }
        written.extend(&self.wasm[from..part.end]);
        Ok(written)
    }
}

fn place(at: u64) -> Result<usize> {
    Ok(usize::try_from(at)?)
}

fn places(range: Range<u64>) -> Result<Range<usize>> {
    Ok(place(range.start)?..place(range.end)?)
}

/// A number as programs have it: seven bits a byte, the lowest first (LEB128).
fn number(value: usize) -> Result<Vec<u8>> {
    let mut left = value;
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(left & 0x7f)?;
        left >>= 7;
        if left == 0 {
            bytes.push(low);
            return Ok(bytes);
        }
        bytes.push(low | 0x80);
    }
}

/// The number that stands first, and how many bytes it takes; none where it does not end.
fn read_number(bytes: &[u8]) -> Option<(usize, usize)> {
    let length = bytes.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let digits = bytes.get(..length)?.iter().rev();
    let value = digits.fold(0, |value, byte| (value << 7) | usize::from(byte & 0x7f));
    Some((value, length))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A section with a count before its items.
    fn section(id: u8, items: &[&[u8]]) -> Vec<u8> {
        let mut content = number(items.len()).unwrap();
        content.extend(items.concat());
        [vec![id], number(content.len()).unwrap(), content].concat()
    }

    /// A program with one function of the browser's, and these of its own. They take nothing and
    /// return nothing; the last is exported and begins, and a table has all in their order.
    pub(crate) fn program(bodies: &[&[u8]]) -> Vec<u8> {
        let own: Vec<u8> = (1..=u8::try_from(bodies.len()).unwrap()).collect();
        let last = *own.last().unwrap();
        let types = vec![&[0_u8][..]; bodies.len()];
        let sized: Vec<Vec<u8>> = bodies
            .iter()
            .map(|body| [number(body.len()).unwrap(), body.to_vec()].concat())
            .collect();
        let sized: Vec<&[u8]> = sized.iter().map(Vec::as_slice).collect();
        let element = [vec![0, 0x41, 0, 0x0b, last], own].concat();
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &[&[0x60, 0, 0]]),
            section(2, &[&[1, b'a', 1, b'b', 0, 0]]),
            section(TYPES, &types),
            section(4, &[&[0x70, 0, last]]),
            section(7, &[&[3, b'r', b'u', b'n', 0, last]]),
            vec![8, 1, last],
            section(9, &[&element]),
            section(CODE, &sized),
            vec![CUSTOM, 3, 1, b'x', 7],
        ]
        .concat()
    }

    /// Nothing is kept; `nop` so many times; then a call of each of these.
    pub(crate) fn body(nops: usize, calls: &[u8]) -> Vec<u8> {
        let calls = calls.iter().flat_map(|&called| [0x10, called]);
        [0].into_iter().chain([1].repeat(nops)).chain(calls).chain([0x0b]).collect()
    }

    #[test]
    fn what_named_a_function_names_it_afterwards() {
        let bodies = [body(1, &[0, 2]), body(2, &[1]), body(3, &[3, 0])];
        let wasm = program(&bodies.each_ref().map(Vec::as_slice));
        let written = Functions::read(&wasm).unwrap().written(&[2, 0, 1]).unwrap();
        // The first is the second now, the second the third, and the third the first.
        let bodies = [body(3, &[1, 0]), body(1, &[0, 3]), body(2, &[2])];
        let mut expected = program(&bodies.each_ref().map(Vec::as_slice));
        expected.truncate(expected.len() - 5);
        let named =
            |number: u8| [[3, b'r', b'u', b'n', 0, number].as_slice(), &[8, 1, number]].concat();
        let at = expected.windows(9).position(|bytes| bytes == named(3)).unwrap();
        expected[at..at + 9].copy_from_slice(&named(1));
        let table = expected.windows(3).position(|bytes| bytes == [1, 2, 3]).unwrap();
        expected[table..table + 3].copy_from_slice(&[2, 3, 1]);
        assert_eq!(written, expected);
        assert_eq!(Functions::read(&written).unwrap().named.len(), 10);
    }

    #[test]
    fn an_order_that_loses_a_function_is_refused() {
        let wasm = program(&[&body(1, &[]), &body(2, &[])]);
        let read = Functions::read(&wasm).unwrap();
        assert!(read.written(&[0, 1]).is_ok_and(|same| wasm.starts_with(&same)));
        assert!(read.written(&[0]).is_err());
        assert!(read.written(&[0, 0]).is_err());
        assert!(read.written(&[0, 2]).is_err());
        assert!(Functions::read(b"no program").is_err());
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for value in [0, 1, 127, 128, 300, 16_383, 16_384, 1 << 31] {
            let bytes = number(value).unwrap();
            assert_eq!(
                read_number(&[bytes.as_slice(), &[0x80]].concat()),
                Some((value, bytes.len()))
            );
        }
        assert_eq!(read_number(&[0x80]), None);
    }
}
