//! An animal of several records: on the desk and in its row the one that stands for the others
//! holds what holds of all of them, and beside it what it says itself.

use domain::standing::{Registration, Standing};

use super::held::HeldAnimal;
use crate::records::AnimalRecord;

impl AnimalRecord {
    /// What became of the animal, as this record has it.
    pub(crate) fn standing(&self) -> Standing {
        Standing {
            reproductive_state: self.details.reproductive_state,
            vital_state: self.vital_state,
            vital_since: self.vital_since,
            registration: Registration {
                state: self.rnm_state,
                number: self.rnm_number.clone(),
                reason: self.rnm_reason.clone(),
                since: self.rnm_changed_at,
            },
        }
    }

    /// Puts this into its place.
    pub(crate) fn stand(&mut self, standing: Standing) {
        let Registration { state, number, reason, since } = standing.registration;
        self.details.reproductive_state = standing.reproductive_state;
        self.vital_state = standing.vital_state;
        self.vital_since = standing.vital_since;
        self.rnm_state = state;
        self.rnm_number = number;
        self.rnm_reason = reason;
        self.rnm_changed_at = since;
    }
}

impl HeldAnimal {
    /// Changes records while each says what it says itself.
    pub(super) fn apart<R>(&mut self, change: impl FnOnce(&mut Self) -> R) -> R {
        if self.merged.is_empty() && self.held.record.own.is_none() {
            let changed = change(self);
            self.unite();
            return changed;
        }
        let before = self.held.record.clone();
        self.take_apart();
        let changed = change(self);
        self.unite();
        if self.held.record != before {
            self.touch();
        }
        changed
    }

    /// Has a word that was said of the animal hold for all of its records.
    pub(super) fn settle(&mut self) {
        self.apart(|_| ());
    }

    /// Leaves each record with what it says itself, and with what was said of the animal since
    /// they were united.
    pub(super) fn take_apart(&mut self) {
        let Some(own) = self.held.record.own.take() else { return };
        let now = self.held.record.standing();
        let mut others: Vec<_> = self.merged.iter().map(|one| one.record.standing()).collect();
        self.held.record.stand(Standing::apart(&now, &own, &mut others));
        for (one, says) in self.merged.iter_mut().zip(others) {
            if one.record.standing() != says {
                one.record.stand(says);
                one.touch();
            }
        }
    }

    /// Has the record that stands for the others hold what holds of all.
    pub(super) fn unite(&mut self) {
        if self.merged.is_empty() {
            return;
        }
        let own = self.held.record.standing();
        let others: Vec<_> = self.merged.iter().map(|one| one.record.standing()).collect();
        self.held.record.stand(Standing::of_all(&own, &others));
        self.held.record.own = Some(own);
    }
}
