//! Programmes, outreaches and their teams.

use crate::catalogue::EducationTopic;
use crate::chip_number::ChipNumber;
use crate::command::CorrectionReason;
use crate::decide::education::{Attendee, attendees};
use crate::desk::HistoryLine;
use crate::field_error::{Field, FieldError, Problem};
use crate::id::{AnimalId, ProgrammeId, ServiceId, StaffId, SubmissionId};
use crate::name::ShortText;
use crate::outreach::{Organisation, Programme, Targets};
use crate::role::Role;
use crate::service::{EducationSession, ServiceKind};
use crate::timestamp::{CivilDate, Timestamp};
use crate::view::OutreachView;
use serde::{Deserialize, Serialize};

/// A programme and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The programme with its targets.
    pub programme: Programme,
    /// What was done. Implantations count, verifications do not.
    pub done: Targets,
    /// Chips verified: told beside, for they count to no target.
    pub verifications: u32,
}

/// The programmes, and whether the caller may make one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeList {
    /// By number.
    pub rows: Vec<Progress>,
    /// Whether the caller may make one.
    pub may_plan: bool,
    /// Who issues the documents of one that names nobody.
    pub issuer: String,
}

/// A new programme as typed; it gets the next number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeForm {
    /// How people call it.
    pub name: String,
    /// Who issues its documents; an empty one is whom the installation names.
    pub issuer: String,
    /// First day, ISO.
    pub starts_on: String,
    /// Last day, ISO.
    pub ends_on: String,
    /// What was promised: implantations, internal and external doses, sterilisations, outreaches;
    /// an empty one is none.
    pub targets: [String; 5],
}

impl ProgrammeForm {
    /// A programme as it is, to be put right.
    #[must_use]
    pub fn of(programme: &Programme) -> Self {
        let Targets {
            implantations,
            dewormings_internal,
            dewormings_external,
            sterilisations,
            outreaches,
        } = programme.targets;
        let all =
            [implantations, dewormings_internal, dewormings_external, sterilisations, outreaches];
        Self {
            name: programme.name.to_string(),
            issuer: programme.issuer.to_string(),
            starts_on: programme.starts_on.to_string(),
            ends_on: programme.ends_on.to_string(),
            targets: all.map(|many| if many == 0 { String::new() } else { many.to_string() }),
        }
    }

    /// All of it in one text: by it a form says what it was filled from.
    #[must_use]
    pub fn seen(&self) -> String {
        self.facts().map(|(_, text)| text).join("|")
    }

    /// Each of its facts, under the name by which a history tells it.
    #[must_use]
    pub fn facts(&self) -> [(&'static str, &str); 9] {
        let [implantations, internal, external, sterilisations, outreaches] = &self.targets;
        [
            ("name", self.name.as_str()),
            ("issuer", self.issuer.as_str()),
            ("starts_on", self.starts_on.as_str()),
            ("ends_on", self.ends_on.as_str()),
            ("target_implantations", implantations.as_str()),
            ("target_dewormings_internal", internal.as_str()),
            ("target_dewormings_external", external.as_str()),
            ("target_sterilisations", sterilisations.as_str()),
            ("target_outreaches", outreaches.as_str()),
        ]
    }
}

/// What puts a programme right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgrammeCorrection {
    /// As it should be.
    pub form: ProgrammeForm,
    /// What the form was filled from ([`ProgrammeForm::seen`]).
    pub seen: String,
    /// Why.
    pub reason: String,
}

/// Which outreaches to list; empty fields do not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachFilter {
    /// The year.
    pub year: Option<i16>,
    /// Code of the status.
    pub status: Option<String>,
    /// Code of the commune.
    pub commune: Option<String>,
}

/// The list of outreaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachList {
    /// The year shown.
    pub year: i16,
    /// The latest first.
    pub rows: Vec<OutreachView>,
    /// Whether there are more than these, which are the nearest to today.
    pub has_more: bool,
    /// Whether the caller may make and change them.
    pub may_plan: bool,
}

/// A member of staff to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Which.
    pub id: StaffId,
    /// Full name.
    pub name: String,
    /// What they are.
    pub role: Role,
}

/// A member of an outreach's team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// When the documents of this outreach were authorised, by a veterinarian.
    pub authorised_at: Option<Timestamp>,
}

/// A service on an outreach's sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceRow {
    /// What.
    pub kind: ServiceKind,
    /// Its moment.
    pub at: Timestamp,
    /// On which animal.
    pub animal: AnimalId,
    /// Its name.
    pub animal_name: String,
    /// The chip, of a chip's services.
    pub chip: Option<ChipNumber>,
    /// It was annulled.
    pub annulled: bool,
}

/// A teaching session on an outreach's sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    /// Which.
    pub id: ServiceId,
    /// What about.
    pub topic: EducationTopic,
    /// How many listened.
    pub attendants: u32,
    /// How long, in minutes.
    pub minutes: u32,
    /// What was handed out.
    pub material: Option<String>,
    /// Who listened, with the RUN of who said it; nothing without a list, and for whom names are
    /// not to be read.
    #[serde(default)]
    pub listed: Vec<String>,
    /// Its moment.
    pub at: Timestamp,
    /// Why it was annulled, if it was.
    pub annulled: Option<String>,
}

/// A teaching session as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalkForm {
    /// Code of the topic.
    pub topic: String,
    /// How many listened; may be empty with a list.
    pub attendants: String,
    /// How long, in minutes.
    pub minutes: String,
    /// What was handed out; empty for nothing.
    pub material: String,
    /// Who listened, a line each; empty where they were only counted.
    #[serde(default)]
    pub listed: String,
}

/// What a teaching session should have said, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalkCorrection {
    /// All of it.
    pub form: TalkForm,
    /// Who listened as the form began with them: a list that was changed meanwhile, by a colleague
    /// or because somebody is to be forgotten, is not written over.
    pub was: String,
    /// Why.
    pub reason: CorrectionReason,
    /// When it was held, where that is corrected.
    pub at: Option<Timestamp>,
}

impl TalkForm {
    /// The session, as far as the form alone tells it, and who listened, where they are listed.
    ///
    /// # Errors
    /// Every field that cannot be read; fewer who listened than are listed.
    pub fn read(&self) -> Result<(EducationSession, Vec<Attendee>), Vec<FieldError>> {
        let mut fields = Vec::new();
        let listed = attendees(&self.listed).unwrap_or_else(|error| {
            fields.push(error);
            Vec::new()
        });
        let on_list = u32::try_from(listed.len()).unwrap_or(u32::MAX);
        let topic = EducationTopic::from_code(&self.topic);
        if topic.is_none() {
            fields.push(FieldError::new(Field::Name, Problem::Empty));
        }
        let mut number = |field, text: &str| match text.trim().parse::<u32>() {
            Ok(number) => number,
            Err(_) => {
                fields.push(FieldError::new(field, Problem::NotANumber));
                0
            }
        };
        let attendants = match self.attendants.trim() {
            "" if on_list > 0 => on_list,
            text => number(Field::Attendants, text),
        };
        let minutes = number(Field::Minutes, &self.minutes);
        if fields.is_empty() && attendants < on_list {
            fields.push(FieldError::new(Field::Attendants, Problem::TooSmall));
        }
        let material = match self.material.trim() {
            "" => None,
            text => match ShortText::parse(text) {
                Ok(text) => Some(text),
                Err(error) => {
                    fields.push(FieldError::new(Field::Remarks, error));
                    None
                }
            },
        };
        match topic {
            Some(topic) if fields.is_empty() => {
                Ok((EducationSession { topic, attendants, minutes, material }, listed))
            }
            _ => Err(fields),
        }
    }
}

/// One outreach with everything of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachSheet {
    /// The outreach.
    pub view: OutreachView,
    /// Who works there.
    pub team: Vec<Member>,
    /// Who else could.
    pub others: Vec<Person>,
    /// Which of those were in the team before.
    pub left: Vec<StaffId>,
    /// Its services, oldest first, at most 500.
    pub services: Vec<ServiceRow>,
    /// Its teaching sessions, oldest first.
    pub talks: Vec<Talk>,
    /// What happened, the latest first.
    pub history: Vec<HistoryLine>,
    /// Whether the caller may change it.
    pub may_plan: bool,
    /// Whether it is still known, and may be said, who listened to its sessions.
    pub names_listeners: bool,
    /// The identifier of the next act of this page.
    pub act: SubmissionId,
}

/// What an outreach's form chooses from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanChoices {
    /// Programmes by number.
    pub programmes: Vec<(ProgrammeId, String)>,
    /// Hosts by name.
    pub hosts: Vec<Organisation>,
    /// What the form starts with: the outreach being changed, or today.
    pub form: OutreachForm,
    /// The local day.
    pub today: CivilDate,
}

/// An outreach as typed. Identifiers and codes come from lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachForm {
    /// The programme.
    pub programme: String,
    /// How people call it.
    pub name: String,
    /// Code of its kind.
    pub kind: String,
    /// Code of its status.
    pub status: String,
    /// Its day, ISO.
    pub held_on: String,
    /// Start, `09:00`, local.
    pub starts: String,
    /// End, local; earlier than the start means the next day.
    pub ends: String,
    /// The place.
    pub place: String,
    /// Code of the commune.
    pub commune: String,
    /// Number of the neighbourhood unit.
    pub unit: String,
    /// The host; empty for none.
    pub host: String,
    /// Name of a host that is not in the list yet.
    pub new_host: String,
    /// Code of that host's kind.
    pub new_host_kind: String,
    /// Code of the sanitary phase.
    pub phase: String,
    /// Most people at once.
    pub max_people: String,
    /// The status and hours that the form was filled with; empty for a new outreach. Saved over
    /// others, it would undo what somebody else did meanwhile.
    #[serde(default)]
    pub seen: String,
    /// Of a new outreach, the identifier that its sheet gave it: sent twice, it is made once.
    #[serde(default)]
    pub act: Option<SubmissionId>,
}
