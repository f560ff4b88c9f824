//! The owner's consent to a surgery.

use super::{VETERINARIAN, context, dog, facts, surgery};
use crate::animal::Drawing;
use crate::catalogue::SterilisationOutcome;
use crate::decide::service;
use crate::refusal::Refusal;
use crate::role::Caller;
use crate::service::ServiceDetails;

#[test]
fn a_consent_is_the_owners_word_on_paper_or_under_a_finger() {
    let details = dog();
    let context = context(Caller::Veterinarian);
    let decide = |consent: bool, strokes: Option<&str>| {
        let mut surgery = surgery(SterilisationOutcome::Performed, consent);
        if let ServiceDetails::Sterilisation(surgery) = &mut surgery {
            surgery.consent_signature = strokes.map(|strokes| Drawing::parse(strokes).unwrap());
        }
        service::record(&context, &surgery, Some(VETERINARIAN), &facts(&details)).map(|_| ())
    };
    let strokes = Some("M10 20L30 40");
    assert_eq!(decide(true, strokes), Ok(()));
    assert_eq!(decide(true, None), Ok(()), "the paper is the evidence");
    assert_eq!(decide(false, None), Err(Refusal::ConsentMissing));
    // Strokes alone are no word: who began to sign may have thought better of it.
    assert_eq!(decide(false, strokes), Err(Refusal::ConsentMissing));
}
