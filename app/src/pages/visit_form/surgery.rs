//! A surgery as it is filled in, and as it is read.

use domain::animal::Drawing;
use domain::catalogue::SterilisationOutcome;
use domain::field_error::{Field, FieldError, Problem};
use domain::name::ShortText;
use domain::service::Sterilisation;
use domain::weight::Weight;
use serde::{Deserialize, Serialize};

use crate::pages::visit_form::reading::Faults;

/// A surgery.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SterilisationForm {
    /// How it ended.
    pub outcome: Option<SterilisationOutcome>,
    /// The owner signed the consent on paper.
    pub consent: bool,
    /// The strokes of the owner's signature under the consent, as path data.
    #[serde(default)]
    pub signature: String,
    /// What else matters.
    pub remarks: String,
}

impl SterilisationForm {
    /// Whether somebody entered something.
    #[must_use]
    pub const fn is_begun(&self) -> bool {
        self.outcome.is_some() || !self.signature.is_empty()
    }

    /// The surgery; a signature counts only where nothing was signed on paper.
    ///
    /// # Errors
    /// Every field that cannot be taken.
    pub fn read(&self, weight: Option<Weight>) -> Result<Sterilisation, Vec<FieldError>> {
        let mut faults = Faults::default();
        let outcome = faults.needed(Field::Outcome, self.outcome);
        let remarks = faults.optional(Field::Remarks, &self.remarks, ShortText::parse);
        let consent_signature = match self.consent {
            true => None,
            false => Drawing::parse(&self.signature).ok().filter(Drawing::is_signature),
        };
        let consent = self.consent || consent_signature.is_some();
        let needs_consent = self.outcome.is_none_or(SterilisationOutcome::needs_consent);
        if needs_consent && !consent {
            faults.0.push(FieldError::new(Field::Consent, Problem::NotSigned));
        }
        faults.finish(outcome.map(|outcome| Sterilisation {
            outcome,
            weight,
            consent,
            consent_signature,
            remarks,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(consent: bool, signature: &str) -> SterilisationForm {
        let outcome = Some(SterilisationOutcome::Performed);
        let (signature, remarks) = (signature.to_owned(), String::new());
        SterilisationForm { outcome, consent, signature, remarks }
    }

    #[test]
    fn a_surgery_needs_a_signature_or_the_word_that_there_is_a_paper() {
        let read = |form: SterilisationForm| {
            form.read(None).map(|surgery| (surgery.consent, surgery.consent_signature.is_some()))
        };
        let missing = Err(vec![FieldError::new(Field::Consent, Problem::NotSigned)]);
        assert_eq!(read(form(false, "")), missing);
        // The finger was put down and has drawn nothing.
        assert_eq!(read(form(false, "M10 20")), missing);
        assert_eq!(read(form(false, "M10 20L10 20")), missing, "nor has a hand that lay there");
        assert_eq!(read(form(false, "M10 20L30 40")), Ok((true, true)));
        assert_eq!(read(form(true, "")), Ok((true, false)));
        assert_eq!(read(form(true, "M10 20L30 40")), Ok((true, false)));
    }

    #[test]
    fn what_was_not_done_needs_no_consent() {
        let rejected = Some(SterilisationOutcome::Rejected);
        let form = SterilisationForm { outcome: rejected, ..form(false, "") };
        assert_eq!(form.read(None).map(|surgery| surgery.consent), Ok(false));
    }

    #[test]
    fn a_visit_that_an_older_app_was_filling_in_is_read() {
        let older = r#"{"outcome":"performed","consent":true,"remarks":""}"#;
        let read: SterilisationForm = crate::offline::json::read(older).unwrap();
        assert_eq!(read, form(true, ""));
    }
}
