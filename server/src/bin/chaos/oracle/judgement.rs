//! The comparison at the end of a seed.

use domain::id::{ServiceId, SubmissionId, VisitId};
use domain::sync::ItemState;
use std::collections::{BTreeMap, BTreeSet};

use super::{Oracle, Told, Violation};
use crate::holding::Holding;
use crate::person::{Act, Stated};
use crate::register::{Register, Stored};

/// How the register calls what it has taken.
const ACCEPTED: &str = "accepted";

type Findings = Vec<(Violation, String)>;

impl Oracle {
    /// Compares what was told with the register and with what the phones hold.
    pub(crate) fn judge(&mut self, phones: &[Holding], register: &Register) {
        let mut found = Findings::new();
        for (id, told) in &self.told {
            let Some(phone) = phones.get(told.phone) else { continue };
            found.extend(self.of_one((*id, told), phone, register));
        }
        found.extend(self.of_copies(register));
        found.extend(self.of_services(register));
        found.extend(self.of_counts(register));
        found.extend(self.of_documents(register));
        found.extend(self.of_proposals(register));
        found.extend(self.of_mails(register));
        found.extend(self.of_phones(phones, register));
        let altered = register.altered.iter();
        found.extend(altered.map(|words| (Violation::Lost, format!("the history: {words}"))));
        let twice = register.tasks_twice.iter();
        found.extend(twice.map(|id| (Violation::Doubled, format!("{id} opened a task twice"))));
        self.found.extend(found);
    }

    fn of_one(
        &self,
        (id, told): (SubmissionId, &Told),
        phone: &Holding,
        register: &Register,
    ) -> Findings {
        let on_phone = phone.record(id).map(|held| held.state);
        let Some(stored) = register.submissions.get(&id) else {
            let is_lost = told.is_kept && !on_phone.is_some_and(ItemState::is_open);
            let words = format!("{id} was told as kept, and the server never had it");
            return is_lost.then_some((Violation::Lost, words)).into_iter().collect();
        };
        if stored.outcome == ACCEPTED {
            let mut found = rows_of((id, told), register);
            if on_phone.is_some_and(|state| state != ItemState::Sent && !state.is_open()) {
                let words = format!("{id} was accepted, and its phone says {on_phone:?}");
                found.push((Violation::Hidden, words));
            }
            found
        } else if stored.is_resolved {
            // Nobody is at the desk: a correction that was accepted resolves, and who withdraws.
            let words = format!("{id} was resolved, neither corrected nor withdrawn");
            let is_gone = self.withdrawn.contains(&id) && on_phone.is_none();
            let is_right = self.is_mended(id) || (stored.is_withdrawn && is_gone);
            (!is_right).then_some((Violation::Hidden, words)).into_iter().collect()
        } else {
            self.seen(id, phone, stored).into_iter().collect()
        }
    }

    /// What the server did not take is on its phone, with the reason, until a person has dealt
    /// with it; of what was withdrawn the server hears.
    fn seen(
        &self,
        id: SubmissionId,
        phone: &Holding,
        stored: &Stored,
    ) -> Option<(Violation, String)> {
        let hidden = |words: &str| Some((Violation::Hidden, format!("{id} {words}")));
        let Some(held) = phone.record(id) else {
            return match (self.is_mended(id), self.withdrawn.contains(&id)) {
                (true, _) => None,
                (false, true) => hidden("was withdrawn, and the server has not heard of it"),
                (false, false) => hidden("was not taken, and is on no phone"),
            };
        };
        if held.state.is_open() {
            return None;
        }
        let reason = phone.answer(id).map(|answer| answer.refusal());
        if held.state != ItemState::after(&stored.answer) {
            return hidden("stands otherwise on its phone than on the server");
        }
        if reason != Some(stored.answer.refusal()) {
            return hidden("is on its phone without the reason");
        }
        let correction = held.replaced_by.filter(|_| held.state.needs_person());
        let is_under_way = |by: SubmissionId| {
            phone.record(by).is_some_and(|correction| correction.state != ItemState::Sent)
        };
        match correction {
            Some(by) if !is_under_way(by) => hidden("waits for a correction that does not come"),
            _ => None,
        }
    }

    /// Those that the register accepted.
    fn taken<'a>(
        &'a self,
        register: &'a Register,
    ) -> impl Iterator<Item = (SubmissionId, &'a Told)> {
        let is_taken = |id: &SubmissionId| {
            register.submissions.get(id).is_some_and(|stored| stored.outcome == ACCEPTED)
        };
        self.told.iter().filter(move |(id, _)| is_taken(id)).map(|(id, told)| (*id, told))
    }

    fn of_services(&self, register: &Register) -> Findings {
        let mut found = Findings::new();
        let taken: BTreeMap<SubmissionId, &Told> = self.taken(register).collect();
        let annulled: BTreeSet<ServiceId> =
            taken.values().flat_map(|told| told.recorded.annuls.iter().copied()).collect();
        let mut chips: BTreeMap<&str, u32> = BTreeMap::new();
        for (id, service) in &register.services {
            let told = service.submission.and_then(|submission| taken.get(&submission));
            if !told.is_some_and(|told| told.recorded.services.contains(id)) {
                found.push((Violation::Doubled, format!("nobody recorded the service {id}")));
            }
            if service.is_annulled != annulled.contains(id) {
                let words = format!("the service {id} is annulled: {}", service.is_annulled);
                found.push((Violation::Lost, words));
            }
            if let Some(chip) = service.chip.as_deref().filter(|_| !service.is_annulled) {
                *chips.entry(chip).or_default() += 1;
            }
        }
        let twice = chips.into_iter().filter(|(_, count)| *count > 1);
        found.extend(twice.map(|(chip, _)| (Violation::Doubled, format!("{chip} is in twice"))));
        found
    }

    fn of_counts(&self, register: &Register) -> Findings {
        let owners: BTreeSet<usize> = self
            .taken(register)
            .filter_map(|(_, told)| told.recorded.owner.map(|(_, guest)| guest))
            .collect();
        let animals: BTreeSet<_> =
            self.taken(register).filter_map(|(_, told)| told.recorded.animal).collect();
        let owners = count("owners", register.owner_count, owners.len());
        owners.into_iter().chain(count("animals", register.animal_count, animals.len())).collect()
    }

    /// Each chip has one document, and nothing else has any.
    fn of_documents(&self, register: &Register) -> Findings {
        let stated = self.taken(register).flat_map(|(_, told)| &told.recorded.stated);
        stated
            .filter_map(|(service, stated)| {
                let made = register.documents.get(service).copied().unwrap_or(0);
                let made = i64::try_from(made).unwrap_or(i64::MAX);
                let what = format!("documents of the service {service}");
                count(&what, made, usize::from(stated.chip.is_some()))
            })
            .collect()
    }

    /// Of an owner who was registered with two telephones, the one that came first stands, and
    /// whoever stated the other has proposed it.
    fn of_proposals(&self, register: &Register) -> Findings {
        let mut guests: BTreeMap<usize, [BTreeSet<SubmissionId>; 2]> = BTreeMap::new();
        for (id, told) in self.taken(register) {
            if let Act::Visit(visit) = &told.act {
                let [first, moved] = guests.entry(visit.guest).or_default();
                let alike = if visit.moved { moved } else { first };
                alike.insert(id);
            }
        }
        let mut found = Findings::new();
        for (guest, [first, moved]) in guests {
            let all = first.union(&moved).copied();
            let proposed: BTreeSet<_> = all.filter(|id| register.proposals.contains(id)).collect();
            let is_right = match first.is_empty() || moved.is_empty() {
                true => proposed.is_empty(),
                false => proposed == first || proposed == moved,
            };
            if is_right {
                continue;
            }
            let is_more = proposed.len() > first.len().min(moved.len());
            let what = if is_more { Violation::Doubled } else { Violation::Lost };
            found.push((what, format!("proposals for the guest {guest}: {}", proposed.len())));
        }
        found
    }

    fn of_mails(&self, register: &Register) -> Findings {
        let mut wanted: BTreeMap<VisitId, usize> = BTreeMap::new();
        for (_, told) in self.taken(register) {
            if let (Some(visit), true) = (told.recorded.visit, told.recorded.mails) {
                *wanted.entry(visit).or_default() += 1;
            }
        }
        let mut found = Findings::new();
        for (visit, mails) in &register.mails {
            let one = wanted.get(visit).copied().unwrap_or(0);
            let mails = i64::try_from(*mails).unwrap_or(i64::MAX);
            found.extend(count(&format!("mails of the visit {visit}"), mails, one));
        }
        found.extend(count("mails", register.mail_count, wanted.values().sum()));
        found
    }

    fn of_phones(&self, phones: &[Holding], register: &Register) -> Findings {
        let mut found = Findings::new();
        for (number, phone) in phones.iter().enumerate() {
            let mine = self.told.iter().filter(|(_, told)| told.phone == number);
            let stored = mine.filter(|(id, _)| register.submissions.contains_key(id)).count();
            let counted = register.phones.get(&phone.device).copied().unwrap_or_default();
            let what = |name| format!("{name} of the phone {number}");
            let promised = phone.receipt.as_ref().map_or(0, |receipt| receipt.stored_total);
            if i64::from(promised) > counted.stored_total {
                let words = format!("the phone {number} has a receipt for {promised} submissions");
                found.push((Violation::Lost, words));
            }
            found.extend(count(&what("submissions"), counted.stored_total, stored));
            let waits = phone.records().any(|held| held.state.is_open());
            if !waits {
                let numbered = usize::try_from(phone.numbered).unwrap_or(usize::MAX);
                found.extend(count(&what("numbers"), counted.complete_to, numbered));
            }
        }
        found
    }
}

/// Whether everything that an accepted submission said is in the register.
fn rows_of((id, told): (SubmissionId, &Told), register: &Register) -> Findings {
    let recorded = &told.recorded;
    let service = |service: &ServiceId| {
        let found = register.services.get(service);
        let animal = recorded.animal;
        found.is_some_and(|found| {
            found.submission == Some(id) && animal.is_none_or(|animal| found.animal == animal)
        })
    };
    let is_as_stated = |(service, stated): (&ServiceId, &Stated)| {
        let found = register.services.get(service);
        found.is_none_or(|found| found.kind == stated.kind && found.chip == stated.chip)
    };
    let parts = [
        ("its owner", recorded.owner.is_none_or(|(owner, _)| register.owners.contains(&owner))),
        ("its animal", recorded.animal.is_none_or(|animal| register.animals.contains(&animal))),
        ("a service", recorded.services.iter().all(service)),
        ("kind or chip of a service", recorded.stated.iter().all(is_as_stated)),
    ];
    let lost = parts.into_iter().filter(|(_, is_there)| !is_there);
    lost.map(|(what, _)| (Violation::Lost, format!("{id} was accepted without {what}"))).collect()
}

fn count(what: &str, found: i64, told: usize) -> Option<(Violation, String)> {
    let told = i64::try_from(told).unwrap_or(i64::MAX);
    let violation = match found.cmp(&told) {
        std::cmp::Ordering::Equal => return None,
        std::cmp::Ordering::Greater => Violation::Doubled,
        std::cmp::Ordering::Less => Violation::Lost,
    };
    Some((violation, format!("{what}: {found} in the register, {told} told")))
}
