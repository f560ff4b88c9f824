//! Planning: outreaches and their teams, programmes and how far they are.

use backend::{closing, planning};
use domain::desk::plan::{OutreachFilter, OutreachForm, ProgrammeCorrection, ProgrammeForm};
use domain::desk::{Changed, Made};
use domain::field_error::{Field as Named, FieldError, Problem};
use domain::outreach::life::LifeStep;
use domain::refusal::Refusal;
use domain::service::ServiceKind;

use crate::it::desk::refused;
use crate::it::field::{Field, Guest};

on_both_databases! {
    async fn an_outreach_is_planned_changed_and_staffed(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let mut form = planning::choices(office, actor, None).await.unwrap().form;
        let empty = refused(planning::save(office, actor, None, form.clone()).await);
        assert!(matches!(empty, Refusal::Invalid { .. }));
        form.name = "Bonilla".to_owned();
        form.place = "Av. Bonilla 9820".to_owned();
        form.new_host = "JJVV Villa Vida Nueva".to_owned();
        let id = planning::save(office, actor, None, form).await.unwrap();
        let mut form = planning::choices(office, actor, Some(id)).await.unwrap().form;
        assert_eq!((form.starts.as_str(), form.status.as_str()), ("10:00", "draft"));
        form.status = "published".to_owned();
        planning::save(office, actor, Some(id), form).await.unwrap();
        planning::set_member(office, actor, id, (field.veterinarian, true)).await.unwrap();
        let sheet = planning::outreach(office, actor, id).await.unwrap();
        assert_eq!(sheet.view.host.as_deref(), Some("JJVV Villa Vida Nueva"));
        assert_eq!((sheet.team.len(), sheet.others.len()), (1, 2));
        let kinds: Vec<_> = sheet.history.iter().map(|line| line.kind.as_str()).collect();
        assert_eq!(kinds, ["member_joined", "outreach_changed", "outreach_planned"]);
        planning::set_member(office, actor, id, (field.veterinarian, false)).await.unwrap();
        let forbidden = planning::choices(office, field.as_operative(), None).await;
        assert!(matches!(refused(forbidden), Refusal::Forbidden { .. }));
    }

    async fn a_new_outreach_is_made_once_however_often_its_sheet_is_sent(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let form = planning::choices(office, actor, None).await.unwrap().form;
        assert!(form.act.is_some());
        let form = OutreachForm {
            name: "Bonilla".to_owned(),
            place: "Av. Bonilla 9820".to_owned(),
            new_host: "JJVV Villa Vida Nueva".to_owned(),
            ..form
        };
        let save = || planning::save(office, actor, None, form.clone());
        let (one, other, third) = tokio::join!(save(), save(), save());
        let id = one.unwrap();
        assert_eq!((other.unwrap(), third.unwrap()), (id, id));
        // It was announced and renamed meanwhile: who sends the sheet once more made that one.
        planning::step(office, actor, id, LifeStep::Publish).await.unwrap();
        let known = planning::choices(office, actor, Some(id)).await.unwrap().form;
        assert_eq!(known.act, None);
        let renamed = OutreachForm { name: "Bonilla Alto".to_owned(), ..known };
        planning::save(office, actor, Some(id), renamed).await.unwrap();
        assert_eq!(save().await.unwrap(), id);
        let sheet = planning::outreach(office, actor, id).await.unwrap();
        assert_eq!(sheet.view.outreach.name.to_string(), "Bonilla Alto");
        let made = "SELECT COUNT(*) FROM history WHERE kind = 'outreach_planned'";
        assert_eq!(database.number(made).await, 1);
        let hosts = "SELECT COUNT(*) FROM organisation WHERE name = 'JJVV Villa Vida Nueva'";
        assert_eq!(database.number(hosts).await, 1);
        // Something else under the same identifier is nothing of it; a new sheet makes another.
        let other = OutreachForm { name: "Otro".to_owned(), ..form.clone() };
        let refusal = refused(planning::save(office, actor, None, other).await);
        assert_eq!(refusal, Refusal::SheetUsed);
        let act = planning::choices(office, actor, None).await.unwrap().form.act;
        let another = OutreachForm { act, new_host: String::new(), ..form.clone() };
        assert_ne!(planning::save(office, actor, None, another).await.unwrap(), id);
    }

    async fn implantations_count_to_the_target_and_verifications_do_not(database) {
        let field = Field::on(&database).await;
        let first = Guest::new(40_000_401);
        field.submit(field.visit(&first, "999000000000401")).await;
        let second = Guest::new(40_000_402);
        let chip = field.verified(second.dog, "999000000000402");
        field.submit(vec![second.registered(), second.dog_registered("Luna"), chip]).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let all = planning::programmes(office, actor).await.unwrap().rows;
        assert_eq!((all[0].done.implantations, all[0].verifications), (1, 1));
        assert_eq!((all[0].done.dewormings_internal, all[0].done.outreaches), (1, 1));
        assert_eq!(all[0].programme.targets.implantations, 800);
        let sheet = planning::outreach(office, actor, field.outreach).await.unwrap();
        let kinds: Vec<_> = sheet.services.iter().map(|service| service.kind).collect();
        assert_eq!(kinds.len(), 4);
        assert!(kinds.contains(&ServiceKind::Verification));
    }

    async fn outreaches_are_listed_by_year_status_and_commune(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let listed = async |filter| planning::outreaches(office, actor, filter).await.unwrap();
        assert_eq!(listed(OutreachFilter::default()).await.rows.len(), 1);
        let year = OutreachFilter { year: Some(2020), ..OutreachFilter::default() };
        assert_eq!(listed(year).await.rows.len(), 0);
        let commune = Some("02104".to_owned());
        let elsewhere = OutreachFilter { commune, ..OutreachFilter::default() };
        assert_eq!(listed(elsewhere).await.rows.len(), 0);
        let status = Some("under_way".to_owned());
        let running = OutreachFilter { status, ..OutreachFilter::default() };
        assert_eq!(listed(running).await.rows.len(), 1);
    }

    async fn a_programme_is_made_at_the_desk_and_gets_the_next_number(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let empty = domain::desk::plan::ProgrammeForm {
            issuer: "a".repeat(121),
            ..domain::desk::plan::ProgrammeForm::default()
        };
        let Refusal::Invalid { fields } =
            refused(planning::save_programme(office, actor, empty.clone()).await)
        else {
            panic!("another refusal")
        };
        let named: Vec<_> = fields.iter().map(|error| error.field.code()).collect();
        assert_eq!(named, ["name", "organisation", "date", "ends_on"]);
        let form = domain::desk::plan::ProgrammeForm {
            name: "Esterilización 2027".to_owned(),
            issuer: "Delegación de prueba".to_owned(),
            starts_on: "2027-01-01".to_owned(),
            ends_on: "2027-12-31".to_owned(),
            targets: ["", "", "", "876", "17"].map(str::to_owned),
        };
        let id = planning::save_programme(office, actor, form.clone()).await.unwrap();
        let all = planning::programmes(office, actor).await.unwrap().rows;
        let made = all.iter().find(|progress| progress.programme.id == id).unwrap();
        let told = closing::programme(office, actor, id).await.unwrap().unwrap().corrections;
        let by = Some("Prueba coordinator".to_owned());
        let noted = Made { at: office.zone.local(office.clock.now()), by };
        assert_eq!((told.rows.len(), told.made), (0, Some(noted)));
        assert_eq!((made.programme.number, made.programme.targets.sterilisations), (2, 876));
        let forbidden = planning::save_programme(office, field.as_operative(), form).await;
        assert!(matches!(refused(forbidden), Refusal::Forbidden { .. }));
    }

    async fn a_programme_is_put_right_with_its_reason(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = planning::programmes(office, actor).await.unwrap().rows[0].programme.id;
        let kept = planning::programme_form(office, actor, id).await.unwrap().unwrap();
        let correct = async |form: &ProgrammeForm, seen: &ProgrammeForm, reason: &str| {
            let (form, seen, reason) = (form.clone(), seen.seen(), reason.to_owned());
            let asked = ProgrammeCorrection { form, seen, reason };
            planning::correct_programme(office, actor, id, asked).await
        };
        let mut right = kept.clone();
        right.name = "Otro nombre".to_owned();
        right.ends_on = "2027-03-31".to_owned();
        right.targets = ["900", "", "", "", "17"].map(str::to_owned);
        let targets = ["x", "", "", "", ""].map(str::to_owned);
        let nothing = ProgrammeForm { targets, ..right.clone() };
        let Refusal::Invalid { fields } = refused(correct(&nothing, &kept, " ").await) else {
            panic!("another refusal")
        };
        let named: Vec<_> = fields.iter().map(|error| error.field.code()).collect();
        assert_eq!(named, ["quantity", "reason"]);
        // Its only outreach is of the 22nd of November.
        for (starts_on, ends_on, field) in [
            ("2026-11-23", "2026-12-31", Named::Date),
            ("2026-01-01", "2026-11-21", Named::EndDate),
        ] {
            let (starts_on, ends_on) = (starts_on.to_owned(), ends_on.to_owned());
            let short = ProgrammeForm { starts_on, ends_on, ..right.clone() };
            let left = FieldError::new(field, Problem::LeavesOutreaches);
            assert_eq!(refused(correct(&short, &kept, "x").await), Refusal::field(left));
        }
        correct(&right, &kept, "Estaba mal escrita").await.unwrap();
        correct(&right, &kept, "Estaba mal escrita").await.unwrap();
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'programme_corrected'";
        assert_eq!(database.number(noted).await, 1, "twice is once");
        let sheet = closing::programme(office, actor, id).await.unwrap().unwrap();
        let [told] = sheet.corrections.rows.as_slice() else { panic!("{:?}", sheet.corrections) };
        assert!(!sheet.corrections.has_more);
        assert_eq!(sheet.corrections.made, None, "it was not made at the desk");
        assert_eq!(told.reason, "Estaba mal escrita");
        assert_eq!((told.of.as_deref(), told.by.as_deref()), (None, Some("Prueba coordinator")));
        assert_eq!(told.at, office.zone.local(office.clock.now()));
        let all = kept.facts().into_iter().zip(right.facts()).filter(|(was, is)| was != is);
        let all = all.map(|((fact, before), (_, after))| {
            let [before, after] = [before, after].map(str::to_owned);
            Changed { fact, before, after }
        });
        assert_eq!(told.changed, all.collect::<Vec<_>>());
        let named = |fact: &str| told.changed.iter().find(|one| one.fact == fact).unwrap();
        assert_eq!(named("name").before, "Veterinario en Marcha");
        assert_eq!(named("target_implantations").after, "900");
        assert_eq!(planning::programme_form(office, actor, id).await.unwrap().unwrap(), right);
        let known = planning::programmes(office, actor).await.unwrap().rows;
        let programme = &known[0].programme;
        assert_eq!((programme.number, programme.targets.implantations), (1, 900));
        // Somebody who still sees what it was.
        let late = ProgrammeForm { name: "Tercero".to_owned(), ..kept.clone() };
        assert_eq!(refused(correct(&late, &kept, "x").await), Refusal::ChangedMeanwhile);
        let asked = ProgrammeCorrection { form: right, seen: kept.seen(), reason: "x".to_owned() };
        let unknown =
            planning::correct_programme(office, actor, uuid::Uuid::nil().into(), asked).await;
        assert!(matches!(refused(unknown), Refusal::Invalid { .. }));
    }

    async fn a_programme_that_names_no_issuer_has_the_installations(database) {
        let mut field = Field::on(&database).await;
        field.office.issuer = "Municipalidad de prueba".to_owned();
        let (office, actor) = (&field.office, field.as_coordinator());
        let form = domain::desk::plan::ProgrammeForm {
            name: "Esterilización 2027".to_owned(),
            issuer: " ".to_owned(),
            starts_on: "2027-01-01".to_owned(),
            ends_on: "2027-12-31".to_owned(),
            ..domain::desk::plan::ProgrammeForm::default()
        };
        planning::save_programme(office, actor, form).await.unwrap();
        let issuers = async || {
            let list = planning::programmes(office, actor).await.unwrap();
            assert_eq!(list.issuer, "Municipalidad de prueba", "what the form begins with");
            let rows = list.rows.into_iter();
            rows.map(|row| row.programme.issuer.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(issuers().await, ["Gobernación de prueba", "Municipalidad de prueba"]);
        database.raw("UPDATE programme SET issuer = ' '").await;
        assert_eq!(issuers().await, ["Municipalidad de prueba"; 2]);
    }
}
