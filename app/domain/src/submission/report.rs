//! What a phone says of itself with its batch, for the coordinator who answers for its records.

use super::Outcome;
use crate::id::SubmissionId;
use crate::timestamp::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

/// A phone's clock that differs from the server's by more than this is told at the phone, in
/// milliseconds: 2 minutes.
pub const CLOCK_TOLERANCE_MS: i64 = 2 * 60_000;

/// A report that is older than the one before it by up to this much, in milliseconds, was
/// overtaken on its way: 10 minutes, longer than any request lasts. One that seems older still
/// comes from a phone whose clock was put back.
const LATE_MS: i64 = 10 * 60_000;
/// Most withdrawn records that a phone tells at once, the latest.
pub const MOST_WITHDRAWN: usize = 64;
/// Most records that a phone asks after at once.
pub const MOST_ASKED: usize = 200;
/// Most characters of a build's identifier.
const LONGEST_BUILD: usize = 40;
/// The last moment of the year 9999: what lies beyond is no clock.
const LAST_MOMENT: Timestamp = Timestamp(253_402_300_799_999);

/// A record that was refused, or is in conflict, and that somebody withdrew on its phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Withdrawn {
    /// Which.
    pub id: SubmissionId,
    /// When, by the phone's clock.
    pub at: Timestamp,
}

/// How a phone stands when it sends. It is shown; nothing is decided by it but that nobody need
/// decide what was withdrawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct PhoneReport {
    /// The build of the app: up to 40 letters, digits, points and hyphens; empty when unknown.
    pub build: String,
    /// The phone's clock.
    pub clock: Timestamp,
    /// Records without an answer, those of this batch included.
    pub waiting: u32,
    /// Refused records that somebody at the phone must mend or withdraw.
    pub to_mend: u32,
    /// Records in conflict or in quarantine, as far as the phone knows.
    pub at_desk: u32,
    /// When the oldest record without an answer was made, by the phone's clock.
    pub oldest: Option<Timestamp>,
    /// Whether the browser promised to keep what the phone holds; none where it does not say.
    pub persisted: Option<bool>,
    /// Records of which the server holds nothing under their number although they have an answer,
    /// those that went from the phone since included ([`crate::sync::Count::aside`]). An old app
    /// does not say.
    #[serde(default)]
    pub aside: u32,
    /// Pictures of records that were not sent yet, or could not be. An old app does not say.
    #[serde(default)]
    pub pictures: u32,
    /// What was withdrawn on it, until a reply names it among what is resolved. An old app does not
    /// say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<Withdrawn>,
    /// With an empty batch, what waits on it for a person: what became of these is told, however
    /// long ago it was resolved. Of more than can be asked after at once each has its turn. An old
    /// app does not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<SubmissionId>,
}

impl PhoneReport {
    /// How the phone stands once it has the answers to its batch, which it had counted as waiting.
    /// Of the records that wait on, the oldest is at least as young as the one that was named.
    #[must_use]
    pub fn once_answered<'a>(&self, answers: impl IntoIterator<Item = &'a Outcome>) -> Self {
        let mut after = self.clone();
        for outcome in answers {
            after.waiting = after.waiting.saturating_sub(1);
            match outcome {
                Outcome::Accepted { .. } => {}
                Outcome::Refused { .. } => after.to_mend = after.to_mend.saturating_add(1),
                Outcome::Conflict { .. } | Outcome::Quarantined => {
                    after.at_desk = after.at_desk.saturating_add(1);
                }
            }
        }
        after.oldest = after.oldest.filter(|_| after.waiting > 0);
        after
    }

    /// Whether a later report, made when the phone's clock was at `known`, has overtaken this one.
    #[must_use]
    pub fn is_late(&self, known: Option<Timestamp>) -> bool {
        known.is_some_and(|known| (1..=LATE_MS).contains(&known.since_ms(self.clock)))
    }

    /// Whether it can be what a phone of ours says.
    fn is_sound(&self) -> bool {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let is_moment = |at: Timestamp| (Timestamp(0)..=LAST_MOMENT).contains(&at);
        self.build.len() <= LONGEST_BUILD
            && self.build.chars().all(is_plain)
            && is_moment(self.clock)
            && self.oldest.is_none_or(is_moment)
            && self.withdrawn.len() <= MOST_WITHDRAWN
            && self.asks.len() <= MOST_ASKED
            && self.withdrawn.iter().all(|one| is_moment(one.at))
    }
}

/// Reads a report; one that makes no sense is none, for the records that come with it do.
pub(super) fn if_sound<'de, D>(source: D) -> Result<Option<PhoneReport>, D::Error>
where
    D: Deserializer<'de>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        Report(PhoneReport),
        Other(IgnoredAny),
    }
    Ok(match Said::deserialize(source)? {
        Said::Report(report) => Some(report).filter(PhoneReport::is_sound),
        Said::Other(IgnoredAny) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::DeviceId;
    use crate::refusal::Refusal;
    use crate::submission::Batch;
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn report() -> PhoneReport {
        PhoneReport {
            build: "0123456789abcdef".to_owned(),
            clock: Timestamp(1_800_000_000_000),
            waiting: 3,
            to_mend: 1,
            at_desk: 0,
            oldest: Some(Timestamp(1_799_000_000_000)),
            persisted: Some(true),
            aside: 1,
            pictures: 2,
            withdrawn: vec![withdrawn(8)],
            asks: vec![withdrawn(9).id],
        }
    }

    fn withdrawn(number: u128) -> Withdrawn {
        Withdrawn { id: SubmissionId(Uuid::from_u128(number)), at: Timestamp(1_799_500_000_000) }
    }

    fn batch_with(report: &Value) -> Batch<Value> {
        let device = DeviceId(Uuid::from_u128(7));
        let batch = json!({ "device": device, "submissions": [1], "report": report });
        serde_json::from_value(batch).unwrap()
    }

    #[test]
    fn a_report_is_read_as_it_is_written() {
        let told = batch_with(&serde_json::to_value(report()).unwrap());
        assert_eq!((told.report, told.submissions.len()), (Some(report()), 1));
    }

    #[test]
    fn a_phone_of_before_tells_nothing_of_what_came_later() {
        let mut told = serde_json::to_value(report()).unwrap();
        for field in ["aside", "pictures", "withdrawn", "asks"] {
            told.as_object_mut().unwrap().remove(field);
        }
        let (withdrawn, asks) = (Vec::new(), Vec::new());
        let expected = PhoneReport { aside: 0, pictures: 0, withdrawn, asks, ..report() };
        let text = serde_json::to_string(&expected).unwrap();
        assert!(!text.contains("withdrawn") && !text.contains("asks"));
        assert_eq!(batch_with(&told).report, Some(expected));
    }

    #[test]
    fn so_many_withdrawn_records_are_told_at_once_and_no_more() {
        let told = |count: usize| PhoneReport {
            withdrawn: (0..count).map(|number| withdrawn(number as u128)).collect(),
            ..report()
        };
        let most = told(MOST_WITHDRAWN);
        assert_eq!(batch_with(&serde_json::to_value(&most).unwrap()).report, Some(most));
        let more = serde_json::to_value(told(MOST_WITHDRAWN + 1)).unwrap();
        assert_eq!(batch_with(&more).report, None);
    }

    #[test]
    fn so_many_records_are_asked_after_at_once_and_no_more() {
        let asking = |count: usize| PhoneReport {
            asks: (0..count).map(|number| withdrawn(number as u128).id).collect(),
            ..report()
        };
        let most = asking(MOST_ASKED);
        assert_eq!(batch_with(&serde_json::to_value(&most).unwrap()).report, Some(most));
        let more = serde_json::to_value(asking(MOST_ASKED + 1)).unwrap();
        assert_eq!(batch_with(&more).report, None);
    }

    #[test]
    fn an_old_phone_has_none() {
        let text = json!({ "device": Uuid::from_u128(7), "submissions": [] });
        let batch: Batch = serde_json::from_value(text).unwrap();
        assert_eq!(batch.report, None);
        assert!(!serde_json::to_string(&batch).unwrap().contains("report"));
    }

    #[test]
    fn a_report_that_makes_no_sense_is_none_and_the_records_stay() {
        let sound = serde_json::to_value(report()).unwrap();
        for (field, value) in [
            ("build", json!("x".repeat(41))),
            ("build", json!("a\0b")),
            ("build", json!("<b>")),
            ("build", json!(7)),
            ("clock", json!(-1)),
            ("clock", json!(i64::MAX)),
            ("oldest", json!(i64::MIN)),
            ("waiting", json!(-1)),
            ("to_mend", json!(1e30)),
            ("at_desk", Value::Null),
            ("persisted", json!("yes")),
            ("aside", json!(-1)),
            ("pictures", json!(-1)),
            ("withdrawn", json!([1])),
            ("asks", json!([1])),
            ("withdrawn", json!([{ "id": Uuid::from_u128(8), "at": -1 }])),
        ] {
            let mut told = sound.clone();
            told[field] = value;
            let batch = batch_with(&told);
            assert_eq!((batch.report, batch.submissions.len()), (None, 1), "{field}");
        }
        for told in [json!("x"), json!([]), json!({}), json!(1), Value::Null] {
            assert_eq!(batch_with(&told).report, None);
        }
    }

    #[test]
    fn a_report_that_was_overtaken_is_late_and_a_clock_put_back_is_not() {
        let clock = report().clock;
        let is_late = |ahead_ms| report().is_late(Some(clock.plus_ms(ahead_ms)));
        assert!(is_late(1) && is_late(LATE_MS));
        assert!(!is_late(0) && !is_late(-1) && !is_late(LATE_MS + 1));
        assert!(!report().is_late(None), "the first is never late");
    }

    #[test]
    fn what_was_answered_waits_no_more() {
        let refused = Outcome::Refused { command: None, refusal: Refusal::ConsentMissing };
        let accepted = Outcome::Accepted { aliases: Vec::new(), documents: Vec::new() };
        let after = report().once_answered([&refused, &Outcome::Quarantined]);
        assert_eq!((after.waiting, after.to_mend, after.at_desk), (1, 2, 1));
        assert_eq!(after.oldest, report().oldest);
        let after = after.once_answered([&accepted, &accepted]);
        assert_eq!((after.waiting, after.oldest, after.aside), (0, None, 1));
    }
}
