//! What each mail needs to know. The words stand in `templates/<mail>/`.
//!
//! Every text is ready to print except where a type says otherwise; templates escape for HTML.

use domain::certificate::DocumentKind;
use domain::timestamp::CivilDate;
use serde::{Deserialize, Serialize};

/// One mail's content.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
pub enum Letter {
    /// To the owner: documents, new ones and those that replace others, all attached.
    Certificate(CertificateLetter),
    /// To the owner: documents were replaced by corrected ones, attached.
    Correction(CorrectionLetter),
    /// To the owner: the municipality approved the registration; the official PDF is attached.
    RnmApproved(RnmApprovedLetter),
    /// To a new member of staff: the one-time link that opens an account.
    Invitation(InvitationLetter),
    /// To a member of staff: the one-time link that sets a new password.
    PasswordReset(PasswordResetLetter),
    /// To the owner: the one-time code of the look-up.
    OwnerCode(OwnerCodeLetter),
    /// To the owner: somebody found the animal. The finder never learns who the owner is.
    FoundPet(FoundPetLetter),
    /// To who booked: the places are theirs; ticket and appointment are attached.
    Booked(BookingLetter),
    /// To who booked: they are on the waiting list.
    Waiting(BookingLetter),
    /// To who waits: a place became free and is kept for them for a while.
    PlaceOffered(BookingLetter),
    /// To who booked: they come at another hour, as they asked.
    BookingMoved(BookingLetter),
    /// To who booked: the booking is cancelled.
    BookingCancelled(BookingLetter),
    /// To who booked: it is soon.
    BookingReminder(BookingLetter),
    /// To who booked: the outreach is put off to another day.
    OutreachMoved(BookingLetter),
    /// To who booked: the outreach is called off.
    OutreachSuspended(BookingLetter),
    /// To who booked: the outreach is held elsewhere.
    OutreachRelocated(BookingLetter),
    /// To who booked: the outreach ended before their turn came.
    OutreachEnded(BookingLetter),
    /// To the team of an outreach and the contact of its host: it is announced, called off, put
    /// off, longer or shorter, or held elsewhere; to one of them: they hold it with the others, or
    /// no more.
    OutreachNews(OutreachNewsLetter),
}

impl Letter {
    /// The folder of its templates.
    #[must_use]
    pub const fn folder(&self) -> &'static str {
        match self {
            Self::Certificate(_) => "certificate",
            Self::Correction(_) => "correction",
            Self::RnmApproved(_) => "rnm_approved",
            Self::Invitation(_) => "invitation",
            Self::PasswordReset(_) => "password_reset",
            Self::OwnerCode(_) => "owner_code",
            Self::FoundPet(_) => "found_pet",
            Self::Booked(_) => "booked",
            Self::Waiting(_) => "waiting",
            Self::PlaceOffered(_) => "place_offered",
            Self::BookingMoved(_) => "booking_moved",
            Self::BookingCancelled(_) => "booking_cancelled",
            Self::BookingReminder(_) => "booking_reminder",
            Self::OutreachMoved(_) => "outreach_moved",
            Self::OutreachSuspended(_) => "outreach_suspended",
            Self::OutreachRelocated(_) => "outreach_relocated",
            Self::OutreachEnded(_) => "outreach_ended",
            Self::OutreachNews(_) => "outreach_news",
        }
    }
}

/// See [`Letter::Certificate`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CertificateLetter {
    /// The owner's name as one is addressed.
    pub owner_name: String,
    /// The visit they come from; none when they are sent again.
    pub visit: Option<VisitLine>,
    /// The animals that have a document here, one or more.
    pub pets: Vec<PetLine>,
    /// The animals of which a document replaces another.
    pub corrected: Vec<PetLine>,
    /// Address of the owner's look-up page.
    pub lookup_url: String,
    /// Demonstration data: the mail says so.
    pub demonstration: bool,
}

/// A visit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VisitLine {
    /// Its local day.
    pub on: CivilDate,
    /// Name of the outreach.
    pub outreach: String,
}

/// One animal of a visit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PetLine {
    /// Its name.
    pub name: String,
    /// Its chip in groups, `152 0981 0000 0001`; empty without one.
    pub chip: String,
    /// Its documents, one or more.
    pub documents: Vec<DocumentLine>,
    /// How its inscription in the RNM stands.
    pub rnm: Outlook,
}

/// What an owner may expect of the RNM for an animal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Outlook {
    /// Its certificate comes once the municipality approves.
    Coming,
    /// The form lacks something.
    Lacks {
        /// What, in words.
        what: Vec<String>,
    },
    /// It has no chip, without which nobody can ask.
    NoChip,
    /// Its owner has no RUN, which the platform asks for.
    NoRun,
    /// Nothing: it is inscribed, or nobody asks for it any more.
    Nothing,
}

/// One document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DocumentLine {
    /// What it is.
    pub kind: DocumentKind,
    /// Its verification address; the municipality's own certificate has none of ours.
    pub verify_url: Option<String>,
}

/// See [`Letter::Correction`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CorrectionLetter {
    /// The owner's name as one is addressed.
    pub owner_name: String,
    /// The animals, as corrected, with their new documents.
    pub pets: Vec<PetLine>,
}

/// See [`Letter::RnmApproved`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RnmApprovedLetter {
    /// The owner's name as one is addressed.
    pub owner_name: String,
    /// The animal's name.
    pub pet_name: String,
    /// Its chip in groups.
    pub chip: String,
    /// The number the RNM gave, opaque.
    pub rnm_number: String,
    /// The commune whose municipality approved, when its name is known.
    pub commune: Option<String>,
}

/// See [`Letter::Invitation`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InvitationLetter {
    /// The invited person's name.
    pub name: String,
    /// Who invites.
    pub inviter: String,
    /// The role in words.
    pub role: String,
    /// The one-time address.
    pub link: String,
    /// Hours it is good for.
    pub valid_hours: u32,
}

/// See [`Letter::PasswordReset`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasswordResetLetter {
    /// The person's name.
    pub name: String,
    /// The one-time address.
    pub link: String,
    /// Minutes it is good for.
    pub valid_minutes: u32,
}

/// See [`Letter::OwnerCode`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OwnerCodeLetter {
    /// The code, as typed.
    pub code: String,
    /// Minutes it is good for.
    pub valid_minutes: u32,
}

/// See [`Letter::FoundPet`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FoundPetLetter {
    /// The owner's name as one is addressed.
    pub owner_name: String,
    /// The animal's name.
    pub pet_name: String,
    /// What the finder calls themselves, if they said.
    pub finder_name: Option<String>,
    /// Telephone or e-mail the finder left.
    pub finder_contact: String,
    /// Where the animal is or was seen, if they said.
    pub place: Option<String>,
    /// The finder's words.
    pub message: String,
}

/// What an owner is told whose animals are not taken as they are on the day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnfitNote {
    /// Of which animals, without a stop at its end.
    pub title: String,
    /// Each with why.
    pub lines: Vec<String>,
    /// What becomes of the booking, and what they may do.
    pub next: String,
}

/// What the letters about a booking say, [`Letter::Booked`] to [`Letter::OutreachEnded`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BookingLetter {
    /// The owner's name as one is addressed.
    pub owner_name: String,
    /// Name of the outreach.
    pub outreach: String,
    /// The hall, square or street.
    pub place: String,
    /// Its commune.
    pub commune: String,
    /// The local day on which they come, or came before it was put off.
    pub day: CivilDate,
    /// The hour of that day, `09:30`.
    pub time: String,
    /// Until when a place is kept, in words after *hasta el*.
    pub until: Option<String>,
    /// What was booked, in words.
    pub offering: String,
    /// Names of the animals, one or more.
    pub animals: Vec<String>,
    /// The code of the ticket.
    pub code: String,
    /// The address where they may do something about it.
    pub link: String,
    /// What everybody has to do and to bring, a sentence each; nothing where nobody comes.
    pub prepare: Vec<String>,
    /// What to bring besides.
    pub bring: Option<String>,
    /// How to get there.
    pub way: Option<String>,
    /// Of a new date: the animals that are not taken as they are on it.
    #[serde(default)]
    pub unfit: Option<UnfitNote>,
    /// The place in the waiting list, from 1.
    pub position: Option<u32>,
    /// Why it ended, in words of the coordination.
    pub reason: Option<String>,
    /// The day to which it was put off.
    pub new_day: Option<CivilDate>,
    /// The hour of that day.
    pub new_time: Option<String>,
    /// The place is theirs still, though the outreach was called off: it waits for a new date.
    #[serde(default)]
    pub keeps_place: bool,
    /// The outreach was put off, and they have not said whether the new date suits.
    #[serde(default)]
    pub asks_new_date: bool,
    /// The team comes to their home.
    #[serde(default)]
    pub comes_home: bool,
    /// Then the hour until which it may come, counted from that which stands.
    #[serde(default)]
    pub home_until: Option<String>,
    /// Where they were asked to come before, if that changed.
    #[serde(default)]
    pub was_place: Option<String>,
    /// A file is attached that takes the appointment out of their calendar.
    #[serde(default)]
    pub ends_appointment: bool,
    /// Demonstration data: the mail says so.
    pub demonstration: bool,
}

/// What happened to an outreach, for those who hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutreachNews {
    /// It is announced.
    Published,
    /// It is called off.
    Suspended,
    /// It is held at another hour, or after all.
    Moved,
    /// It begins at the same hour, and ends at another.
    Ends,
    /// It is held elsewhere.
    Relocated,
    /// The recipient is in its team from now on.
    Joined,
    /// The recipient is in its team no more, or their organisation holds it no more.
    Left,
}

/// See [`Letter::OutreachNews`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OutreachNewsLetter {
    /// The recipient's name.
    pub name: String,
    /// The organisation whose contact they are; nothing of a member of the team.
    pub host: Option<String>,
    /// What happened.
    pub news: OutreachNews,
    /// Name of the outreach.
    pub outreach: String,
    /// The hall, square or street; where the homes are that are visited.
    pub place: String,
    /// Its commune.
    pub commune: String,
    /// Where it was to be held, if that changed.
    #[serde(default)]
    pub was_place: Option<String>,
    /// The team goes to the homes of those who book.
    #[serde(default)]
    pub comes_home: bool,
    /// The local day on which it begins.
    pub day: CivilDate,
    /// The hour of that day, `09:30`.
    pub time: String,
    /// The hour at which it ends.
    pub until: String,
    /// The day on which it was to begin before it was put off.
    pub was_day: Option<CivilDate>,
    /// The hour of that day; of one that ends at another, the hour at which it was to end.
    pub was_time: Option<String>,
    /// Why it was called off, in words of the coordination.
    pub reason: Option<String>,
    /// Its public page; none of what was called off.
    pub link: Option<String>,
    /// Demonstration data: the mail says so.
    pub demonstration: bool,
}
