//! Where a form is of, and of which day: a visit that was begun at one outreach and is gone on with
//! at another; and what mends a record, whenever that is done.

use domain::decide::PhoneMoment;
use domain::id::{OutreachId, StaffId};
use domain::outreach::Outreach;
use domain::timestamp::CivilDate;

use crate::offline::held::Head;
use crate::pages::visit_form::draft::VisitDraft;

/// The day by which a form is judged, as the server judges it: at its outreach, by what that says
/// of the moment; of what mends a record the moment is that of the record.
#[must_use]
pub fn judged_on(
    mended: Option<&Head>,
    now: PhoneMoment,
    outreach: Option<&Outreach>,
) -> CivilDate {
    let (at, offset_minutes) = mended.map_or(now, |head| head.happened(now));
    let on = at.local(offset_minutes).0;
    outreach.map_or(on, |outreach| outreach.day_of(at, on))
}

impl VisitDraft {
    /// Goes on at this outreach, where these veterinarians answer for what is done; whether it was
    /// begun at another, so that it would be kept as of this one. Of what mends or puts right a
    /// record the outreach is that of the record.
    pub fn go_on_at(&mut self, here: OutreachId, veterinarians: &[StaffId]) -> bool {
        let begun = self.outreach.take();
        let is_of_record = self.replaces.is_some() || self.corrects.is_some();
        if is_of_record || begun.is_none_or(|begun| begun == here) {
            return false;
        }
        for animal in self.done.iter_mut().chain([&mut self.animal]) {
            let answers = &mut animal.services.veterinarian;
            // Who does not work here would not be taken for it.
            if answers.is_some_and(|id| !veterinarians.contains(&id)) {
                *answers = veterinarians.first().copied();
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::json;
    use crate::pages::visit_form::commands::{Circumstances, services};
    use crate::pages::visit_form::draft::{AnimalDraft, DoseForm};
    use domain::catalogue::DewormingKind;
    use domain::chip_number::TestChips;
    use domain::id::{ProgrammeId, SubmissionId};
    use domain::name::ShortText;
    use domain::outreach::{OutreachKind, OutreachStatus};
    use domain::territory::Commune;
    use domain::timestamp::{DAY_MS, HOUR_MS, Timestamp};
    use uuid::Uuid;

    const HERE: OutreachId = OutreachId(Uuid::from_u128(1));
    const THERE: OutreachId = OutreachId(Uuid::from_u128(2));
    const OWN: StaffId = StaffId(Uuid::from_u128(3));
    const BOTH: StaffId = StaffId(Uuid::from_u128(4));
    const OTHER: StaffId = StaffId(Uuid::from_u128(5));

    fn under(veterinarian: Option<StaffId>) -> AnimalDraft {
        let mut animal = AnimalDraft::default();
        animal.services.veterinarian = veterinarian;
        animal
    }

    fn begun(outreach: Option<OutreachId>) -> VisitDraft {
        let done = vec![under(Some(OTHER)), under(Some(BOTH)), under(None)];
        VisitDraft { animal: under(Some(OTHER)), done, outreach, ..VisitDraft::default() }
    }

    fn answer(draft: &VisitDraft) -> Vec<Option<StaffId>> {
        draft.done.iter().chain([&draft.animal]).map(|one| one.services.veterinarian).collect()
    }

    #[test]
    fn a_visit_that_was_begun_elsewhere_is_told_and_answered_for_here() {
        let mut draft = begun(Some(THERE));
        assert!(draft.go_on_at(HERE, &[OWN, BOTH]));
        assert_eq!(answer(&draft), [Some(OWN), Some(BOTH), None, Some(OWN)]);
        assert!(!draft.go_on_at(HERE, &[OWN]), "it is told once");
        let mut draft = begun(Some(THERE));
        assert!(draft.go_on_at(HERE, &[]));
        assert_eq!(answer(&draft), [None; 4], "nobody answers here");
    }

    #[test]
    fn a_visit_of_here_stays_as_it_is() {
        for outreach in [Some(HERE), None] {
            let mut draft = begun(outreach);
            assert!(!draft.go_on_at(HERE, &[OWN]));
            assert_eq!(draft, begun(None));
        }
    }

    #[test]
    fn what_mends_or_puts_right_a_record_is_of_its_outreach() {
        let record = Some(SubmissionId(Uuid::from_u128(9)));
        let mends = VisitDraft { replaces: record, ..begun(Some(THERE)) };
        let corrects = VisitDraft { corrects: record, ..begun(Some(THERE)) };
        for mut draft in [mends, corrects] {
            assert!(!draft.go_on_at(HERE, &[OWN]));
            assert_eq!(answer(&draft), answer(&begun(None)));
        }
    }

    /// Sunday 22 November 2026, 14:00 in Santiago.
    const NOW: Timestamp = Timestamp(1_795_366_800_000);
    const OFFSET: i32 = -180;

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    fn made_at(recorded_at: Timestamp) -> Head {
        Head {
            id: SubmissionId(Uuid::from_u128(9)),
            sequence: 1,
            outreach: Some(THERE),
            visit: None,
            recorded_at,
            utc_offset_minutes: OFFSET,
            replaces: None,
            actor: None,
            behind: None,
        }
    }

    /// From ten in the morning until eleven at night.
    fn outreach() -> Outreach {
        let text = |text| ShortText::parse(text).unwrap();
        Outreach {
            id: THERE,
            programme: ProgrammeId(Uuid::nil()),
            name: text("Feria nocturna"),
            kind: OutreachKind::Mixed,
            status: OutreachStatus::Closed,
            held_on: day("2026-11-22"),
            starts_at: NOW.plus_ms(-4 * HOUR_MS),
            ends_at: NOW.plus_ms(9 * HOUR_MS),
            place: text("Plaza"),
            commune: Commune::ANTOFAGASTA,
            unit: None,
            host: None,
            phase: None,
            max_people: None,
        }
    }

    #[test]
    fn what_is_mended_late_is_judged_by_the_day_on_which_it_was_done() {
        let late = (NOW.plus_ms(3 * DAY_MS), OFFSET);
        let made = made_at(NOW);
        assert_eq!(judged_on(None, late, None), day("2026-11-25"));
        assert_eq!(judged_on(Some(&made), late, None), day("2026-11-22"));
        let ahead = made_at(NOW.plus_ms(9 * DAY_MS));
        assert_eq!(judged_on(Some(&ahead), late, None), day("2026-11-25"), "as it is recorded");

        let kind = DewormingKind::Internal;
        let [product, batch, expires] = ["Drontal", "A123", "22/11/2026"].map(str::to_owned);
        let mut animal = AnimalDraft::default();
        animal.services.internal =
            Some(DoseForm { product, batch, expires, ..DoseForm::blank(kind) });
        let read = |today| services(&animal, &Circumstances { today, tests: TestChips::Refused });
        assert!(read(judged_on(None, late, None)).is_err(), "it has expired since");
        assert_eq!(read(judged_on(Some(&made), late, None)).map(|done| done.len()), Ok(1));
    }

    #[test]
    fn what_is_done_past_midnight_is_judged_by_the_day_of_its_outreach() {
        let night = (NOW.plus_ms(11 * HOUR_MS), OFFSET);
        assert_eq!(judged_on(None, night, None), day("2026-11-23"));
        assert_eq!(judged_on(None, night, Some(&outreach())), day("2026-11-22"));
        let late = (NOW.plus_ms(9 * DAY_MS), OFFSET);
        let made = made_at(night.0);
        assert_eq!(judged_on(Some(&made), late, None), day("2026-11-23"));
        assert_eq!(judged_on(Some(&made), late, Some(&outreach())), day("2026-11-22"));
    }

    #[test]
    fn where_it_was_begun_is_kept_and_makes_no_visit_of_a_search() {
        let text = json::write(&begun(Some(THERE)));
        assert_eq!(json::read::<VisitDraft>(&text).unwrap(), begun(Some(THERE)));
        assert!(!json::write(&begun(None)).contains("outreach"), "records do not repeat it");
        let record = Some(SubmissionId(Uuid::from_u128(9)));
        let mut search = VisitDraft { outreach: Some(THERE), record, ..VisitDraft::default() };
        "Rosa".clone_into(&mut search.owner.searched);
        assert!(search.is_only_search());
    }
}
