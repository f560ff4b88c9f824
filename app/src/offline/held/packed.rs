//! Many light records as few bytes. What is packed is sealed as one block, so that a start with ten
//! thousand records opens forty blocks instead of each record, and reads little of each.

use super::{Brief, Head, Held, Line};
use domain::chip_number::ChipNumber;
use domain::service::ServiceKind;
use domain::sync::ItemState;
use domain::timestamp::Timestamp;
use uuid::Uuid;

/// The form of the bytes and of what a [`Brief`] says. It is raised with every change of either,
/// and of [`domain::pack::line`]: what was packed before is then read anew from the records.
pub const FORM: u32 = 2;

/// The states, by the numbers under which they are packed.
const STATES: [ItemState; 6] = [
    ItemState::Pending,
    ItemState::Sending,
    ItemState::Refused,
    ItemState::Conflict,
    ItemState::Quarantined,
    ItemState::Sent,
];

/// The bytes of some records.
#[must_use]
pub fn packed<'a>(records: impl Iterator<Item = &'a Held>) -> Vec<u8> {
    let mut packing = Packing(Vec::new());
    for held in records {
        packing.flag(true);
        packing.held(held);
    }
    packing.flag(false);
    packing.0
}

/// The records that were packed; `None` when these are not such bytes.
#[must_use]
pub fn unpacked(bytes: &[u8]) -> Option<Vec<Held>> {
    let mut left = Left(bytes);
    let mut records = Vec::new();
    while left.flag()? {
        records.push(left.held()?);
    }
    left.0.is_empty().then_some(records)
}

struct Packing(Vec<u8>);

impl Packing {
    fn flag(&mut self, is_set: bool) {
        self.0.push(u8::from(is_set));
    }

    /// Seven bits in each byte, the lowest first; all but the last have the eighth.
    fn number(&mut self, mut value: u64) {
        while value > 0x7f {
            self.0.push(low(value) | 0x80);
            value >>= 7;
        }
        self.0.push(low(value));
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    fn some_text(&mut self, text: Option<&str>) {
        self.flag(text.is_some());
        if let Some(text) = text {
            self.text(text);
        }
    }

    fn some_id(&mut self, id: Option<Uuid>) {
        self.flag(id.is_some());
        if let Some(id) = id {
            self.0.extend_from_slice(id.as_bytes());
        }
    }

    fn held(&mut self, held: &Held) {
        self.head(&held.head);
        let state = STATES.iter().position(|state| *state == held.state);
        self.number(state.unwrap_or_default() as u64);
        self.some_id(held.replaced_by.map(|id| id.0));
        self.flag(held.is_cleared);
        self.number(held.bytes.into());
        self.flag(held.is_aside);
        self.flag(held.is_put_away);
        self.text(&held.copy);
        self.number(held.lines.len() as u64);
        for line in &held.lines {
            self.line(line);
        }
        self.flag(held.brief.is_some());
        if let Some(Brief { title, owner, words, line, is_arrival }) = &held.brief {
            for text in [title, owner, words, line] {
                self.text(text);
            }
            self.flag(*is_arrival);
        }
    }

    fn head(&mut self, head: &Head) {
        self.0.extend_from_slice(head.id.0.as_bytes());
        self.number(head.sequence.into());
        self.some_id(head.outreach.map(|id| id.0));
        self.some_id(head.visit.map(|id| id.0));
        self.number(head.recorded_at.0.cast_unsigned());
        self.number(i64::from(head.utc_offset_minutes).cast_unsigned());
        self.some_id(head.replaces.map(|id| id.0));
        self.some_id(head.actor.map(|id| id.0));
        self.some_id(head.behind.map(|id| id.0));
    }

    fn line(&mut self, line: &Line) {
        self.some_id(line.animal.map(|id| id.0));
        self.some_text(line.name.as_deref());
        self.some_text(line.service.map(ServiceKind::code));
        // None is 0, and a chip one more than its value.
        self.number(line.chip.map_or(0, |chip| chip.value() + 1));
        self.some_id(line.id.map(|id| id.0));
        self.some_id(line.annuls.map(|id| id.0));
        self.some_text(line.lot.as_deref());
        self.number(line.lost.into());
        self.flag(line.corrects);
    }
}

/// The lowest seven bits.
const fn low(value: u64) -> u8 {
    (value & 0x7f) as u8
}

/// What is left to be read.
struct Left<'a>(&'a [u8]);

impl<'a> Left<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        self.bytes(1)?.first().copied()
    }

    fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn number(&mut self) -> Option<u64> {
        let (mut value, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            value |= bits.checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
            shift += 7;
        }
    }

    fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::try_from(self.number()?).ok()?;
        str::from_utf8(self.bytes(length)?).ok().map(str::to_owned)
    }

    fn some<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.flag()? {
            true => read(self).map(Some),
            false => Some(None),
        }
    }

    fn id(&mut self) -> Option<Uuid> {
        Uuid::from_slice(self.bytes(16)?).ok()
    }

    fn some_id<T: From<Uuid>>(&mut self) -> Option<Option<T>> {
        self.some(Self::id).map(|id| id.map(T::from))
    }

    fn held(&mut self) -> Option<Held> {
        let head = self.head()?;
        let state = *STATES.get(usize::try_from(self.number()?).ok()?)?;
        let replaced_by = self.some_id()?;
        let is_cleared = self.flag()?;
        let bytes = self.small()?;
        let is_aside = self.flag()?;
        let is_put_away = self.flag()?;
        let copy = self.text()?;
        let mut lines = Vec::new();
        for _ in 0..self.number()? {
            lines.push(self.line()?);
        }
        let brief = self.some(Self::brief)?;
        let [body, form, content] = [const { String::new() }; 3];
        Some(Held {
            head,
            body,
            lines,
            state,
            form,
            replaced_by,
            is_cleared,
            bytes,
            content,
            is_aside,
            is_put_away,
            copy,
            brief,
        })
    }

    fn head(&mut self) -> Option<Head> {
        Some(Head {
            id: self.id()?.into(),
            sequence: self.small()?,
            outreach: self.some_id()?,
            visit: self.some_id()?,
            recorded_at: Timestamp(self.number()?.cast_signed()),
            utc_offset_minutes: i32::try_from(self.number()?.cast_signed()).ok()?,
            replaces: self.some_id()?,
            actor: self.some_id()?,
            behind: self.some_id()?,
        })
    }

    fn line(&mut self) -> Option<Line> {
        let animal = self.some_id()?;
        let name = self.some(Self::text)?;
        let service = self.some(Self::service)?;
        let chip = match self.number()? {
            0 => None,
            above => Some(chip(above - 1)?),
        };
        Some(Line {
            animal,
            name,
            service,
            chip,
            id: self.some_id()?,
            annuls: self.some_id()?,
            lot: self.some(Self::text)?,
            lost: self.small()?,
            corrects: self.flag()?,
        })
    }

    fn service(&mut self) -> Option<ServiceKind> {
        ServiceKind::from_code(&self.text()?)
    }

    fn brief(&mut self) -> Option<Brief> {
        Some(Brief {
            title: self.text()?,
            owner: self.text()?,
            words: self.text()?,
            line: self.text()?,
            is_arrival: self.flag()?,
        })
    }
}

/// The chip of this value.
fn chip(value: u64) -> Option<ChipNumber> {
    const BODIES: u64 = 1_000_000_000_000;
    ChipNumber::from_parts(u16::try_from(value / BODIES).ok()?, value % BODIES)
}

#[cfg(test)]
mod tests;
