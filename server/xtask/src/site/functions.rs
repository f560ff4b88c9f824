//! The functions of a program in another order. What names one by its number names the same one
//! afterwards; what browsers do not read is left out, and nothing else is changed.

use anyhow::{Context, Result, ensure};
use std::convert::Infallible;
use wasm_encoder::{
    CodeSection, FunctionSection, Module,
    reencode::{Error, Reencode},
};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, FunctionBody, FunctionSectionReader, Parser, Payload,
};

/// A program and the code of its functions.
pub(super) struct Functions<'a> {
    wasm: &'a [u8],
    /// So many are the browser's, and have the first numbers.
    imported: u32,
    bodies: Vec<FunctionBody<'a>>,
}

impl<'a> Functions<'a> {
    /// Reads a program.
    ///
    /// # Errors
    /// When it is none that a browser would take.
    pub(super) fn read(wasm: &'a [u8]) -> Result<Self> {
        let all = wasmparser::validate(wasm)?.as_ref().function_count();
        let mut bodies = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            if let Payload::CodeSectionEntry(body) = payload? {
                bodies.push(body);
            }
        }
        let imported = all.checked_sub(u32::try_from(bodies.len())?).context("several programs")?;
        Ok(Self { wasm, imported, bodies })
    }

    /// The code of each function, with the same number wherever it names one.
    ///
    /// # Errors
    /// When there is code that cannot be read.
    pub(super) fn likenesses(&self) -> Result<Vec<Vec<u8>>> {
        let mut alike = Reordered { order: &[], number: |_: u32| 0 };
        let likeness = |body: &FunctionBody<'_>| {
            let mut likeness = alike.new_function_with_parsed_locals(body)?;
            let mut code = body.get_operators_reader()?;
            while !code.eof() {
                likeness.instruction(&alike.parse_instruction(&mut code)?);
            }
            Ok(likeness.into_raw_body())
        };
        self.bodies.iter().map(likeness).collect()
    }

    /// The program with its functions in this order, each said by its place in the present one.
    ///
    /// # Errors
    /// When the order does not have each function once, or there is code that cannot be read.
    pub(super) fn written(&self, order: &[usize]) -> Result<Vec<u8>> {
        let mut places: Vec<(usize, u32)> = order.iter().copied().zip(self.imported..).collect();
        places.sort_unstable();
        let is_whole = places.iter().map(|&(old, _)| old).eq(0..self.bodies.len());
        ensure!(is_whole, "an order that has not each function once");
        let own = places.into_iter().map(|(_, new)| new);
        let numbers: Vec<u32> = (0..self.imported).chain(own).collect();
        let mut reordered = Reordered { order, number: |old: u32| numbers[old as usize] };
        let mut written = Module::new();
        reordered.parse_core_module(&mut written, Parser::new(0), self.wasm)?;
        Ok(written.finish())
    }
}

/// Copies a program, with its functions in another order.
struct Reordered<'a, F> {
    /// The place that each had.
    order: &'a [usize],
    /// The number that each has now, by the one it had.
    number: F,
}

impl<F: Fn(u32) -> u32> Reencode for Reordered<'_, F> {
    type Error = Infallible;

    fn function_index(&mut self, old: u32) -> Result<u32, Error> {
        Ok((self.number)(old))
    }

    fn parse_function_section(
        &mut self,
        written: &mut FunctionSection,
        types: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        let types = types.into_iter().collect::<Result<Vec<_>, _>>()?;
        for &old in self.order {
            written.function(types[old]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        written: &mut CodeSection,
        bodies: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        let bodies = bodies.into_iter().collect::<Result<Vec<_>, _>>()?;
        for &old in self.order {
            self.parse_function_body(written, bodies[old].clone())?;
        }
        Ok(())
    }

    fn parse_custom_section(
        &mut self,
        _: &mut Module,
        _: CustomSectionReader<'_>,
    ) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use wasm_encoder::{
        ConstExpr, CustomSection, ElementSection, Elements, EntityType, ExportKind, ExportSection,
        Function, GlobalSection, GlobalType, ImportSection, RefType, StartSection, TableSection,
        TableType, TypeSection, ValType,
    };

    /// A program with one function of the browser's, and these of its own, each with the number of
    /// its type. They take nothing and return nothing. A table has those that are said, of which
    /// the last is exported, begins, and is kept in a global.
    pub(crate) fn program(own: &[(u32, Function)], table: &[u32]) -> Module {
        let last = *table.last().unwrap();
        let size = u64::try_from(table.len()).unwrap();
        let (mut types, mut functions) = (TypeSection::new(), FunctionSection::new());
        let mut code = CodeSection::new();
        for (type_number, body) in own {
            types.ty().function([], []);
            functions.function(*type_number);
            code.function(body);
        }
        let table_type = TableType {
            element_type: RefType::FUNCREF,
            table64: false,
            minimum: size,
            maximum: None,
            shared: false,
        };
        let global = GlobalType { val_type: ValType::FUNCREF, mutable: false, shared: false };
        let items = Elements::Functions(table.into());
        let mut program = Module::new();
        program
            .section(&types)
            .section(ImportSection::new().import("a", "b", EntityType::Function(0)))
            .section(&functions)
            .section(TableSection::new().table(table_type))
            .section(GlobalSection::new().global(global, &ConstExpr::ref_func(last)))
            .section(ExportSection::new().export("run", ExportKind::Func, last))
            .section(&StartSection { function_index: last })
            .section(ElementSection::new().active(None, &ConstExpr::i32_const(0), items))
            .section(&code);
        program
    }

    /// `nop` so many times; then a call of each of these, and a reference to it.
    pub(crate) fn body(nops: usize, calls: &[u32]) -> Function {
        let mut body = Function::new([(1, ValType::I32)]);
        let mut code = body.instructions();
        for _ in 0..nops {
            code.nop();
        }
        for &called in calls {
            code.call(called).ref_func(called).drop();
        }
        code.end();
        body
    }

    #[test]
    fn what_named_a_function_names_it_afterwards() {
        let own = [(0, body(1, &[0, 2])), (1, body(2, &[1])), (2, body(3, &[3, 0]))];
        let mut named = program(&own, &[0, 1, 2, 3]);
        named.section(&CustomSection { name: "x".into(), data: (&[7]).into() });
        let wasm = named.finish();
        let written = Functions::read(&wasm).unwrap().written(&[2, 0, 1]).unwrap();
        // The first is the second now, the second the third, and the third the first.
        let own = [(2, body(3, &[1, 0])), (0, body(1, &[0, 3])), (1, body(2, &[2]))];
        assert_eq!(written, program(&own, &[0, 2, 3, 1]).finish());
        assert!(Functions::read(&written).is_ok());
    }

    #[test]
    fn likenesses_differ_in_all_but_what_is_named() {
        let own = [(0, body(1, &[0, 2])), (0, body(1, &[1, 3])), (0, body(2, &[1, 3]))];
        let wasm = program(&own, &[0, 1, 2, 3]).finish();
        let alike = body(1, &[0, 0]).into_raw_body();
        let likenesses = Functions::read(&wasm).unwrap().likenesses().unwrap();
        assert_eq!(likenesses, [alike.clone(), alike, body(2, &[0, 0]).into_raw_body()]);
    }

    #[test]
    fn an_order_that_loses_a_function_is_refused() {
        let wasm = program(&[(0, body(1, &[])), (1, body(2, &[]))], &[1, 2]).finish();
        let read = Functions::read(&wasm).unwrap();
        assert_eq!(read.written(&[0, 1]).unwrap(), wasm);
        assert!(read.written(&[0]).is_err());
        assert!(read.written(&[0, 0]).is_err());
        assert!(read.written(&[0, 2]).is_err());
        assert!(read.written(&[0, 1, 1]).is_err());
        assert!(Functions::read(b"no program").is_err());
    }
}
