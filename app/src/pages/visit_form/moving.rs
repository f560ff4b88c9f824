//! A visit that was begun at one outreach and is gone on with at another.

use domain::id::{OutreachId, StaffId};

use crate::pages::visit_form::draft::VisitDraft;

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
    use crate::pages::visit_form::draft::AnimalDraft;
    use domain::id::SubmissionId;
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

    #[test]
    fn where_it_was_begun_is_kept_and_makes_no_visit_of_a_search() {
        let text = json::write(&begun(Some(THERE)));
        assert_eq!(json::read::<VisitDraft>(&text).unwrap(), begun(Some(THERE)));
        assert!(!json::write(&begun(None)).contains("outreach"), "records do not repeat it");
        let mut search = VisitDraft { outreach: Some(THERE), ..VisitDraft::default() };
        "Rosa".clone_into(&mut search.owner.searched);
        assert!(search.is_only_search());
    }
}
