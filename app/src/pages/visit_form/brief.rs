//! What a record is called and by what it is found, made of its form once, when it is recorded or
//! opened.

use domain::name::search_key;
use domain::stock::LossReason;
use domain::unicode::capital;
use phrases::label::Labelled;
use phrases::{Locale, field, format};

use crate::offline::held::{Brief, Held};
use crate::offline::json;
use crate::offline::stock::LossDraft;
use crate::pages::visit_form::draft::{AnimalDraft, VisitDraft};
use crate::pages::visit_form::own::own_line;

/// The brief of a record, in the language of the field app; `None` of one that is shut.
#[must_use]
pub fn brief(held: &Held) -> Option<Brief> {
    if held.is_shut() {
        return None;
    }
    let locale = Locale::default();
    if held.is_loss() {
        let lost: LossDraft = json::read(&held.form).unwrap_or_default();
        let title = field::loss_of(locale, &lost.what);
        let words = searched(&title, "", held);
        return Some(Brief { title, owner: how(&lost, locale), words, ..Brief::default() });
    }
    if let Some(who) = held.arrival() {
        let title = field::arrival(locale).to_owned();
        let (owner, words) = (who.to_owned(), search_key(who));
        return Some(Brief { title, owner, words, is_arrival: true, ..Brief::default() });
    }
    let draft: Option<VisitDraft> = json::read(&held.form).ok();
    let line = draft.as_ref().and_then(|draft| own_line(draft, held)).unwrap_or_default();
    let draft = draft.unwrap_or_default();
    let (title, owner) = names(&draft, held, locale);
    let document = match &draft.owner.known {
        Some(card) => card.details.document.key().unwrap_or_default(),
        None => draft.owner.form.run.clone(),
    };
    let words = searched(&format!("{} {owner}", pets(&draft).join(" ")), &document, held);
    Some(Brief { title, owner, words, line, is_arrival: false })
}

/// What a visit is called, by its animals, and the owner's name.
fn names(draft: &VisitDraft, held: &Held, locale: Locale) -> (String, String) {
    let owner = owner_name(draft, locale);
    let pets = format::list(&pets(draft), locale);
    let title = match draft.corrects {
        _ if held.is_annulment() => field::annulment(locale, &pets),
        Some(_) if draft.animal.id.is_none() => field::correction(locale, &owner),
        Some(_) => field::correction(locale, &pets),
        None => pets,
    };
    (title, owner)
}

fn pets(draft: &VisitDraft) -> Vec<String> {
    draft.animals().map(AnimalDraft::name).collect()
}

/// The owner's name.
fn owner_name(draft: &VisitDraft, locale: Locale) -> String {
    let form = &draft.owner.form;
    match &draft.owner.known {
        Some(card) => card.details.name.full(),
        None if form.given.is_empty() => field::later_act(locale).to_owned(),
        None => format!("{} {}", form.given.trim(), form.surnames.trim()),
    }
}

/// How something left the box, in words; blank while it was not said.
fn how(said: &LossDraft, locale: Locale) -> String {
    let reason = LossReason::from_code(&said.reason);
    reason.map(|reason| capital(reason.label(locale))).unwrap_or_default()
}

/// Everything by which a record is looked for: names, RUN, chips.
fn searched(names: &str, document: &str, held: &Held) -> String {
    let mut words = format!("{names} {document}");
    for chip in held.lines.iter().filter_map(|line| line.chip) {
        words.push(' ');
        words.push_str(&chip.to_string());
    }
    search_key(&words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::held::{NewRecord, arrival_form};
    use crate::pages::visit_form::draft::AnimalForm;
    use domain::catalogue::{ReproductiveState, Sex, Species};
    use domain::chip_number::ChipNumber;
    use domain::command::Command;
    use domain::id::{AnimalId, DeviceId, OwnerId, ServiceId, StaffId, SubmissionId};
    use domain::name::ShortText;
    use domain::timestamp::Timestamp;
    use uuid::Uuid;

    const RUN: &str = "12.345.678-5";

    fn held(command: Command, form: String) -> Held {
        let new = NewRecord {
            id: SubmissionId(Uuid::from_u128(1)),
            actor: StaffId(Uuid::from_u128(2)),
            outreach: None,
            visit: None,
            behind: None,
            recorded_at: Timestamp(1_763_820_000_000),
            utc_offset_minutes: -180,
            replaces: None,
            commands: vec![command],
            form,
        };
        new.numbered(DeviceId(Uuid::from_u128(9)), 1)
    }

    fn draft() -> VisitDraft {
        let form = AnimalForm {
            name: " Ñata ".into(),
            species: Some(Species::Dog),
            sex: Some(Sex::Female),
            reproductive_state: Some(ReproductiveState::Intact),
            ..AnimalForm::default()
        };
        let id = Some(AnimalId(Uuid::from_u128(3)));
        let animal = AnimalDraft { id, form, ..AnimalDraft::default() };
        let mut draft = VisitDraft { animal, ..VisitDraft::default() };
        draft.owner.id = Some(OwnerId(Uuid::from_u128(4)));
        draft.owner.form.run = RUN.into();
        draft.owner.form.given = "María".into();
        draft.owner.form.surnames = "Núñez".into();
        draft
    }

    fn annulment() -> Command {
        let service = ServiceId(Uuid::from_u128(5));
        Command::AnnulService { service, reason: ShortText::parse("No").unwrap() }
    }

    fn lost(chip: &str) -> Command {
        let chip = ChipNumber::from_digits(chip).unwrap();
        Command::WriteOffChip { chip, reason: LossReason::Lost }
    }

    #[test]
    fn a_visit_is_called_by_its_animals_and_found_by_all_that_was_said() {
        let form = json::write(&draft());
        let held = held(lost("985121004515220"), form.clone());
        let held = Held { lines: Vec::new(), ..held };
        let brief = brief(&held).unwrap();
        assert_eq!((brief.title.as_str(), brief.owner.as_str()), ("Ñata", "María Núñez"));
        for words in ["nata", "maria nunez", &search_key(RUN)] {
            assert!(brief.words.contains(words), "{words} in {}", brief.words);
        }
        let line = own_line(&draft(), &held).unwrap();
        assert!(!brief.is_arrival && brief.line == line && line.contains(" nata"));
        // What takes it back is called so, and keeps its form.
        let back = super::brief(&self::held(annulment(), form)).unwrap();
        assert_ne!(back.title, brief.title);
        assert!(back.title.contains("Ñata"));
        let right = VisitDraft { corrects: Some(SubmissionId(Uuid::from_u128(7))), ..draft() };
        let right = json::write(&right);
        let right = super::brief(&Held { form: right, ..held }).unwrap();
        assert!(right.title != brief.title && right.title.contains("Ñata"));
    }

    #[test]
    fn a_loss_is_called_by_what_was_lost_and_found_by_its_chip() {
        let said = LossDraft { reason: LossReason::Lost.code().into(), ..LossDraft::default() };
        let said = LossDraft { what: "985 121".into(), ..said };
        let brief = brief(&held(lost("985121004515220"), json::write(&said))).unwrap();
        assert!(brief.title.contains("985 121") && brief.line.is_empty() && !brief.is_arrival);
        assert!(brief.words.contains("985121004515220"), "{}", brief.words);
        assert!(!brief.owner.is_empty(), "how it went");
    }

    #[test]
    fn an_arrival_is_called_by_who_came_and_what_is_shut_has_no_name() {
        let arrived = held(annulment(), arrival_form("Ana Núñez"));
        let arrived = Held { lines: Vec::new(), ..arrived };
        let made = brief(&arrived).unwrap();
        assert_eq!((made.owner.as_str(), made.words.as_str()), ("Ana Núñez", "ana nunez"));
        assert_eq!(arrived.clone().into_light(Some(made)).arrival(), Some("Ana Núñez"));
        assert_eq!(brief(&arrived.sealed("~".to_owned())), None);
    }
}
