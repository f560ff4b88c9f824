//! Keeping what was filled in: as a record of the phone, before the screen says so.

use domain::chip_number::ChipNumber;
use domain::command::{Command, CorrectionReason};
use domain::field_error::FieldError;
use domain::id::{OutreachId, SubmissionId, VisitId};
use domain::unicode::capital;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::label::Labelled;
use phrases::{common, coordination, field};

use crate::components::action::{BottomAction, Button};
use crate::components::choice::{Choice, Radios};
use crate::components::question::Question;
use crate::locale::locale;
use crate::offline::held::{Head, NewRecord, Record};
use crate::offline::queue::StorageError;
use crate::offline::{browser, drafts, json, pictures};
use crate::pages::field::asking::bound;
use crate::pages::field::correcting::otherwise;
use crate::pages::field::record::reopened;
use crate::pages::field::visit::taken::recorded_here;
use crate::pages::field::visit::{Visit, visit};
use crate::pages::visit_form::commands::{self, Circumstances};
use crate::pages::visit_form::draft::{AnimalDraft, VisitDraft};
use crate::pages::visit_form::usual::Usual;
use crate::routes;

/// Keeping is shown when it takes so long, in milliseconds. Before that no tap counts, and nothing
/// is drawn for what is over at once.
const SHOWN_MS: i32 = 150;

impl Visit {
    /// Keeps what is on the screen and goes on: to what the owner gets, or, after something was put
    /// right, to the list that says so.
    pub(super) fn finish(self) {
        let is_correction = self.is_correction();
        self.is_saving.set(true);
        browser::hold_taps(true);
        spawn_local(async move {
            browser::pause(SHOWN_MS).await;
            if self.is_saving.try_get_untracked() == Some(true) {
                self.is_busy.set(true);
                browser::hold_taps(false);
            }
        });
        spawn_local(async move {
            let kept = self.save().await;
            browser::hold_taps(false);
            match kept {
                Some(_) if is_correction => browser::go(&routes::field_records(), false),
                Some(id) => browser::go(&routes::field_saved(id), false),
                None => {
                    self.is_saving.set(false);
                    self.is_busy.set(false);
                }
            }
        });
    }

    /// Keeps it when everything could be read, else shows what could not.
    pub(super) fn finish_if(self, read: Result<(), Vec<FieldError>>) {
        match read {
            Ok(()) => self.finish(),
            Err(faults) => self.show(faults),
        }
    }

    /// Whether it puts right what was registered, and is no visit.
    pub(super) fn is_correction(self) -> bool {
        self.draft.with_untracked(|draft| draft.corrects.is_some())
    }

    /// Keeps the visit, unless another window has; the record's identifier when it is kept.
    async fn save(self) -> Option<SubmissionId> {
        // The queue itself takes no second record of one visit; it is asked before only of what it
        // would not refuse, of what is known to be kept already, and where pictures would be bound
        // to that one's record that are of no animal in it, and might go home with it.
        let (id, replaces) =
            (self.record.get_value(), self.draft.with_untracked(|draft| draft.replaces));
        let has_pictures = !self.pictures.get_untracked().is_none();
        if (replaces.is_some() || has_pictures || self.is_kept_here())
            && let Some(record) = self.kept_elsewhere((id, replaces)).await
        {
            let draft = self.draft.try_get_untracked()?;
            return self.go_on_beside(id, &record, draft).await;
        }
        if self.is_known_late().await {
            return None;
        }
        // Whoever has left the page meanwhile finds it again as it was.
        let draft = self.draft.try_get_untracked()?;
        let commands = self.read(&draft)?;
        let actor = self.phone.staff()?;
        let circumstances = self.circumstances(&draft);
        let new = NewRecord {
            id,
            actor,
            outreach: circumstances.outreach,
            visit: circumstances.visit,
            behind: circumstances.behind,
            recorded_at: circumstances.recorded_at,
            utc_offset_minutes: circumstances.utc_offset_minutes,
            replaces: draft.replaces,
            commands,
            form: json::write(&draft),
        };
        let usual = self.usual_after(&draft)?;
        // Before the record, and no record without: pictures of nothing are found again, those of
        // no draft are not.
        let is_bound = self.move_pictures(&draft, (draft.replaces, Some(id)), false).await;
        let rest = self.rest(id, &draft).await;
        let kept = match is_bound {
            true => self.phone.save(new, Some((drafts::VISIT, rest))).await,
            false => Err(StorageError),
        };
        let Ok(record) = kept else { return self.go_on_unkept(id, draft).await };
        self.not_kept.set(false);
        // Again: for a tab that began meanwhile they were of nothing.
        self.move_pictures(&draft, (draft.replaces, Some(id)), true).await;
        // Nobody waits for it, who has the next animal before them.
        spawn_local(async move { self.remember(&usual).await });
        Some(record.held.head.id)
    }

    /// It could not be kept, unless another window was first. Its pictures are the visit's again
    /// before that is looked for: a window that keeps it after that binds those of its record once
    /// more, and to one that has kept it before they are bound here.
    async fn go_on_unkept(self, own: SubmissionId, draft: VisitDraft) -> Option<SubmissionId> {
        let (id, replaces) = (Some(own), draft.replaces);
        self.move_pictures(&draft, (id, replaces), false).await;
        let record = self.kept_elsewhere((own, replaces)).await;
        // Of a correction something may have been typed meanwhile.
        let draft = self.draft.try_get_untracked().unwrap_or(draft);
        if let Some(record) = record {
            return self.go_on_beside(own, &record, draft).await;
        }
        self.not_kept.set(true);
        // What was changed last may not have been written down before.
        if let Some(queue) = self.phone.queue() {
            let draft = VisitDraft { record: id, outreach: self.here(), ..draft };
            let _ = drafts::keep_visit(&queue, &draft).await;
        }
        // What is said of it stands at the top.
        browser::to_top();
        None
    }

    /// The commands that it makes; where something cannot be taken, that is opened and told.
    fn read(self, draft: &VisitDraft) -> Option<Vec<Command>> {
        let at = Circumstances { today: self.today(), tests: self.tests() };
        match commands::commands(draft, &at, browser::new_id) {
            Ok(commands) => Some(commands),
            Err(faults) => {
                if let Some((animal, is_service)) = commands::fault_place(draft, &at) {
                    self.draft.update(|draft| draft.open_at(animal, is_service));
                }
                self.show(faults);
                None
            }
        }
    }

    /// What does not fit into it any more, as the next one, which takes its place where it lies;
    /// what lies there of another window is set aside for that.
    async fn rest(self, own: SubmissionId, draft: &VisitDraft) -> Option<String> {
        let (rest, outreach) = (draft.rest()?, self.here());
        let own = VisitDraft { record: Some(own), outreach, ..draft.clone() };
        let _ = drafts::keep_visit(&self.phone.queue()?, &own).await;
        let record = Some(SubmissionId(browser::new_id()));
        Some(json::write(&VisitDraft { record, outreach, ..rest }))
    }

    /// Where the team is.
    fn here(self) -> Option<OutreachId> {
        untrack(|| self.phone.outreach()).map(|view| view.outreach.id)
    }

    /// Whether the list of this phone names this very visit.
    fn is_kept_here(self) -> bool {
        self.phone.kept.with_untracked(|kept| kept.record(self.record.get_value()).is_some())
    }

    /// The record as which another window has kept it already, or has mended what this mends; of
    /// one that was mended since, what took its place.
    async fn kept_elsewhere(
        self,
        (own, replaces): (SubmissionId, Option<SubmissionId>),
    ) -> Option<Record> {
        let queue = self.phone.queue()?;
        let mut ids = vec![own];
        ids.extend(replaces);
        let kept = queue.opened(&ids).await.ok()?;
        let mut id = kept.iter().find_map(|record| match record.held.head.id {
            id if id == own => Some(id),
            _ => record.held.replaced_by,
        })?;
        loop {
            let record = queue.opened(&[id]).await.ok()?.pop()?;
            match record.held.replaced_by {
                Some(newer) => id = newer,
                None => break Some(record),
            }
        }
    }

    /// Another window has made this record of it, to which belong the pictures of its animals that
    /// were taken here since. Where this one says nothing else, it is kept so. Else the rest is
    /// gone on with here, which is told: as a visit of its own what is not in there, and as
    /// corrections what is there otherwise.
    async fn go_on_beside(
        self,
        own: SubmissionId,
        record: &Record,
        draft: VisitDraft,
    ) -> Option<SubmissionId> {
        let (id, queue) = (record.held.head.id, self.phone.queue()?);
        let rest = draft.apart(&record.held);
        let mut shared = draft.clone();
        for animal in rest.iter().flat_map(VisitDraft::animals).filter_map(|animal| animal.id) {
            shared.remove(animal);
        }
        self.move_pictures(&shared, (draft.replaces, Some(id)), false).await;
        if let Some(rest) = &rest {
            self.move_pictures(rest, (draft.replaces, None), false).await;
        }
        // What puts it right names it.
        self.phone.take_kept(&queue).await;
        let mut forms: Vec<_> = rest.into_iter().collect();
        match record.held.state.needs_person() {
            false => forms.extend(otherwise(self.phone, record, &draft).await),
            true if draft.otherwise(&record.held).is_empty() => {}
            true => forms.extend(reopened(record).map(|form| form.laid(&draft))),
        }
        for form in &mut forms {
            form.record = form.record.or_else(|| Some(SubmissionId(browser::new_id())));
            form.outreach = self.here();
        }
        let Some((first, later)) = forms.split_first() else { return Some(id) };
        let kept = drafts::keep_instead_of(&queue, own, (first, later)).await;
        self.not_kept.set(kept.is_err());
        if kept.is_ok() {
            let mut shown = first.clone();
            shown.outreach = None;
            if let Some(record) = shown.record.take() {
                self.record.set_value(record);
            }
            let step = shown.step;
            self.is_beside.set(true);
            self.draft.set(shown);
            self.go(step);
        }
        browser::to_top();
        None
    }

    /// Waits until all that this phone holds was read: behind what the visit goes home depends on
    /// it. Whether only then a chip turned out to be another animal's: it is shown where it was
    /// read, and who goes on has seen it.
    async fn is_known_late(self) -> bool {
        if untrack(|| self.phone.is_whole()) {
            return false;
        }
        self.phone.whole().await;
        let Some(draft) = self.draft.try_get_untracked() else { return false };
        let is_taken = |animal: &&AnimalDraft| {
            let form = animal.services.chip.as_ref();
            let chip = form.and_then(|form| ChipNumber::parse_read(&form.first).ok());
            let of = (animal.id, draft.replaces);
            chip.is_some_and(|chip| recorded_here(self.phone, chip, of).is_some())
        };
        let taken = draft.animals().find(is_taken).map(|animal| animal.id);
        if let Some(animal) = taken {
            self.draft.update(|draft| draft.open_at(animal, true));
            browser::to_top();
        }
        taken.is_some()
    }

    /// The visit's pictures, and those of the first record, belong to the second from now on, or to
    /// the visit; whether they do. Who has no pictures waits for nothing, and whose pictures were
    /// never counted is not held up by that.
    async fn move_pictures(
        self,
        draft: &VisitDraft,
        between: (Option<SubmissionId>, Option<SubmissionId>),
        is_kept: bool,
    ) -> bool {
        // Of a page that was left nobody knows the count any more.
        let told = self.pictures.try_get_untracked().unwrap_or_default();
        if told.is_none() {
            return true;
        }
        let (is_allowed, animals) = (draft.owner.allows_photos(), draft.animal_words());
        pictures::bind(between, is_allowed, is_kept, &animals).await || told.all == 0
    }

    /// When and where it happened: now and here, or, for a record that is mended, as that says.
    /// What puts something right is of the same visit. Who comes back before their first visit has
    /// an answer is served behind it: the register may know nothing of them yet.
    fn circumstances(self, draft: &VisitDraft) -> Head {
        let head = |id: SubmissionId| {
            self.phone.kept.with_untracked(|kept| kept.record(id).map(|record| record.held.head))
        };
        let now = self.phone.now();
        if let Some(mended) = draft.replaces.and_then(head) {
            let (recorded_at, utc_offset_minutes) = mended.happened(now);
            return Head { recorded_at, utc_offset_minutes, ..mended };
        }
        let right = draft.corrects.and_then(head);
        let ahead = || {
            let known = draft.owner.known.as_deref()?;
            self.phone.kept.with_untracked(|kept| kept.ahead(&known.animals))
        };
        let here = || self.here();
        let (recorded_at, utc_offset_minutes) = now;
        Head {
            id: SubmissionId(browser::new_id()),
            sequence: 0,
            outreach: right.map_or_else(here, |head| head.outreach),
            visit: right.map_or_else(|| Some(VisitId(browser::new_id())), |head| head.visit),
            recorded_at,
            utc_offset_minutes,
            replaces: None,
            actor: None,
            behind: right.map_or_else(ahead, |head| head.behind),
        }
    }

    /// What was given becomes the usual.
    fn usual_after(self, draft: &VisitDraft) -> Option<Usual> {
        let usual = self.usual.try_get_untracked()?;
        Some(draft.animals().fold(usual, |usual, animal| usual.after(&animal.services)))
    }

    /// Not kept means that it is asked again.
    async fn remember(self, usual: &Usual) {
        if let Some(queue) = self.phone.queue() {
            let _ = drafts::keep(&queue, drafts::USUAL, usual).await;
        }
    }
}

/// The way on from the data of a person or an animal: to the next question, or, where they are put
/// right, to keeping that, once it was said why.
#[component]
pub(super) fn Onward(
    /// What follows.
    on_next: Callback<()>,
    /// That in words, where it is no question.
    #[prop(optional)]
    words: Option<&'static str>,
) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let is_correction = visit.is_correction();
    let (reason, change) = bound!(visit, reason);
    let choice =
        |reason: &CorrectionReason| Choice::new(reason.code(), capital(reason.label(locale)));
    let asked = is_correction.then(|| {
        view! {
            <Radios
                question=Question::new("reason", coordination::correction_reason(locale))
                choices=CorrectionReason::CHOSEN.iter().map(choice).collect()
                value=reason
                on_choose=change
            />
            <p class="small soft">{field::correct_hint(locale)}</p>
        }
    });
    let words = match is_correction {
        true => coordination::save_correction(locale),
        false => words.unwrap_or_else(|| common::next(locale)),
    };
    view! {
        {asked}
        <BottomAction>
            <Button busy=visit.is_busy on:click=move |_| on_next.run(())>
                {words}
            </Button>
        </BottomAction>
    }
}
