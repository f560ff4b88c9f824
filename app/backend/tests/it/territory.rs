//! Organisations, neighbourhood units, where next and the calendar.

use backend::clock::fresh_id;
use backend::error::Error;
use backend::office::Office;
use backend::{planning, territory};
use domain::desk::territory::{
    FileFault, FileVerdict, NextRow, OrganisationForm, OrganisationList, UnitFile, Weighed,
    WeightsForm,
};
use domain::field_error::{Field as Asked, Problem};
use domain::id::OrganisationId;
use domain::outreach::OutreachStatus;
use domain::refusal::Refusal;
use domain::territory::file::{Judged, Verdict};
use domain::territory::ranking::{FULL, Part};
use domain::territory::{Commune, UnitKey};

use crate::it::databases::Database;
use crate::it::desk::auditor;
use crate::it::field::{Field, Guest};

/// Two units of Antofagasta.
pub const TABLE: &str = "uv;nombre;hogares;perros y gatos;latitud;longitud
54;Bonilla;1200;2000;-23,59;-70,39
7;Centro;800;400;-23,65;-70,40
";

/// The form of a file of units.
pub fn file(text: &str) -> UnitFile {
    UnitFile {
        text: text.to_owned(),
        commune: "02101".to_owned(),
        source: "Municipalidad".to_owned(),
        year: "2025".to_owned(),
    }
}

/// A unit of Antofagasta.
pub fn unit(number: u16) -> UnitKey {
    UnitKey::new(Commune::ANTOFAGASTA, number).unwrap()
}

fn judged(verdict: FileVerdict) -> Vec<Judged> {
    let FileVerdict::Judged(rows) = verdict else { panic!("{verdict:?}") };
    rows
}

fn weights(weights: [&str; 5]) -> WeightsForm {
    WeightsForm {
        weights: weights.map(str::to_owned),
        latitude: "-23.65".to_owned(),
        longitude: "-70.40".to_owned(),
    }
}

/// Where next.
pub async fn rows(office: &Office, field: &Field) -> Vec<NextRow> {
    territory::where_next(office, field.as_coordinator()).await.unwrap().rows
}

on_both_databases! {
    async fn an_organisation_is_kept_with_whom_to_ask_for(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = OrganisationId(fresh_id());
        let form = OrganisationForm {
            name: "Junta de vecinos 54".to_owned(),
            kind: "neighbourhood_council".to_owned(),
            commune: "02101".to_owned(),
            unit: "54".to_owned(),
            address: String::new(),
            contact_name: "Secretaría".to_owned(),
            phone: "+56912345678".to_owned(),
            email: "jv54@example.cl.invalid".to_owned(),
        };
        // The same form sent twice is one organisation.
        territory::save_organisation(office, actor, id, &form).await.unwrap();
        territory::save_organisation(office, actor, id, &form).await.unwrap();
        let list = territory::organisations(office, actor).await.unwrap();
        assert_eq!((list.rows.len(), list.may_plan), (1, true));
        assert_eq!(territory::organisation(office, actor, id).await.unwrap(), form);
        let told = |list: &OrganisationList| {
            let row = list.rows.first().unwrap();
            [&row.contact_name, &row.phone, &row.email].map(Option::is_some)
        };
        assert_eq!(told(&list), [true; 3]);
        // An auditor sees no personal data.
        let list = territory::organisations(office, auditor()).await.unwrap();
        assert_eq!((list.rows.len(), list.may_plan), (1, false));
        assert_eq!(told(&list), [false; 3]);
        let wrong = OrganisationForm {
            phone: "12".to_owned(),
            email: "nadie".to_owned(),
            unit: "x".to_owned(),
            kind: String::new(),
            ..form
        };
        let refused = territory::save_organisation(office, actor, id, &wrong).await;
        let Err(Error::Refused(Refusal::Invalid { fields })) = refused else {
            panic!("{refused:?}");
        };
        let named: Vec<_> = fields.iter().map(|error| error.field).collect();
        let all = [Asked::Organisation, Asked::NeighbourhoodUnit, Asked::Phone, Asked::Email];
        assert_eq!(named, all);
        let nobody = OrganisationId(fresh_id());
        assert!(territory::organisation(office, actor, nobody).await.is_err());
    }

    async fn a_file_of_units_is_looked_at_and_then_taken_in(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let sent = file(&format!("{TABLE}x;Sin número;1;1;;\n54;Otra vez;1;1;;\n"));
        let looked = judged(territory::look_at_units(office, actor, &sent).await.unwrap());
        assert!(matches!(looked[0].verdict, Verdict::New(_)));
        assert!(matches!(looked[2].verdict, Verdict::Wrong(_)));
        assert_eq!(looked[3].verdict, Verdict::Repeated);
        assert!(territory::units(office, actor).await.unwrap().rows.is_empty(), "only looked at");
        let taken = judged(territory::take_units(office, actor, &sent).await.unwrap());
        assert_eq!(taken, looked);
        let list = territory::units(office, actor).await.unwrap().rows;
        let keys: Vec<_> = list.iter().map(|unit| unit.key).collect();
        assert_eq!(keys, [unit(7), unit(54)]);
        assert_eq!(list[1].source.as_ref().unwrap().year, 2025);
        let again = judged(territory::take_units(office, actor, &sent).await.unwrap());
        assert_eq!(again[0].verdict, Verdict::Same);
        assert_eq!(again[1].verdict, Verdict::Same);
        // Boundaries alone take no figure away.
        let ring = "[[-70.4,-23.6],[-70.3,-23.6],[-70.3,-23.5],[-70.4,-23.6]]";
        let shapes = format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[{{\"properties\":{{\"uv\":54}},\
             \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[{ring}]}}}}]}}"
        );
        territory::take_units(office, actor, &file(&shapes)).await.unwrap();
        let map = territory::map(office, actor).await.unwrap();
        let of_map = map.rows.iter().find(|row| row.scored.facts.unit == unit(54)).unwrap();
        assert!(of_map.boundary.is_some());
        assert_eq!(of_map.estimated, Some(2_000));
        let unfit = territory::look_at_units(office, actor, &file("nombre\nX\n")).await.unwrap();
        assert_eq!(unfit, FileVerdict::Unfit(FileFault::NoUnitColumn));
        let late = UnitFile { year: "2999".to_owned(), ..file(TABLE) };
        let wrong = territory::take_units(office, actor, &late).await.unwrap();
        assert_eq!(wrong, FileVerdict::Wrong(vec![("year", Problem::InFuture)]));
    }

    async fn where_next_is_ranked_by_what_is_known_and_weighed(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        territory::take_units(office, actor, &file(TABLE)).await.unwrap();
        let first = rows(office, &field).await;
        assert_eq!(first[0].scored.facts.unit, unit(54), "more animals are not served there");
        assert_eq!(first[0].scored.facts.unserved, Some(2_000));
        assert_eq!(first[0].scored.facts.metres, None, "nobody said where the office is");
        let near = weights(["0", "0", "0", "100", "0"]);
        let kept = territory::set_weights(office, actor, &near).await.unwrap();
        assert_eq!(kept, Weighed::Kept);
        let by_way = rows(office, &field).await;
        assert_eq!(by_way[0].scored.facts.unit, unit(7), "the office is there");
        assert_eq!(by_way[0].scored.of(Part::Distance), FULL);
        let far = by_way[1].scored.facts.metres.unwrap();
        assert!((6_500..7_000).contains(&far), "{far} m");
        let wrong = WeightsForm { longitude: "x".to_owned(), ..weights(["0", "", "0", "0", "0"]) };
        let Weighed::Wrong(wrong) = territory::set_weights(office, actor, &wrong).await.unwrap()
        else {
            panic!("they were kept");
        };
        assert_eq!(wrong.len(), 6);
        assert_eq!(rows(office, &field).await, by_way, "what is wrong changes nothing");
    }

    /// One outreach reached two units, another has no cost: its services are in no figure.
    async fn what_a_service_cost_is_told_of_each_unit_that_was_reached(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let guest = Guest::new(40_000_801);
        territory::take_units(office, actor, &file(TABLE)).await.unwrap();
        database.raw("UPDATE outreach SET unit = '02101-54'").await;
        let pesos = async || {
            let mut all = rows(office, &field).await;
            all.sort_by_key(|row| row.scored.facts.unit);
            all.into_iter().map(|row| row.scored.facts.pesos).collect::<Vec<_>>()
        };
        field.submit(field.visit(&guest, "999000000000801")).await;
        assert_eq!(pesos().await, [None, None], "no cost is known");
        let meant = "INSERT INTO outreach_unit (outreach_id, unit) SELECT id, '02101-7'";
        database.raw(&format!("{meant} FROM outreach")).await;
        let plan = "INSERT INTO outreach_plan (outreach_id, cost, called_number, last_number)";
        database.raw(&format!("{plan} SELECT id, 90000, 0, 0 FROM outreach")).await;
        assert_eq!(pesos().await, [Some(30_000); 2]);
    }

    async fn a_suggestion_becomes_one_draft(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let words = || ("Operativo Bonilla".to_owned(), "Por definir".to_owned());
        let unknown = territory::accept(office, actor, unit(54), words()).await;
        assert!(matches!(unknown, Err(Error::Refused(Refusal::Invalid { .. }))), "{unknown:?}");
        territory::take_units(office, actor, &file(TABLE)).await.unwrap();
        let draft = territory::accept(office, actor, unit(54), words()).await.unwrap();
        assert_eq!(territory::accept(office, actor, unit(54), words()).await.unwrap(), draft);
        let outreach = planning::outreach(office, actor, draft).await.unwrap().view.outreach;
        assert_eq!((outreach.status, outreach.unit), (OutreachStatus::Draft, Some(unit(54))));
        let row = rows(office, &field).await.into_iter().find(|row| row.planned.is_some());
        let row = row.expect("the draft is told");
        assert_eq!(row.planned.map(|(id, ..)| id), Some(draft));
        assert_eq!(row.last_on, None, "a draft was not held");
    }

    /// Two coordinators, or a second tap, at the same moment.
    async fn a_suggestion_taken_at_once_by_several_is_one_draft(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        territory::take_units(office, actor, &file(TABLE)).await.unwrap();
        let words = || ("Operativo Bonilla".to_owned(), "Por definir".to_owned());
        let accept = || territory::accept(office, actor, unit(54), words());
        let (one, two, three, four) = tokio::join!(accept(), accept(), accept(), accept());
        let drafts = [one, two, three, four].map(Result::unwrap);
        assert!(drafts.iter().all(|draft| *draft == drafts[0]), "{drafts:?}");
        let made = "SELECT COUNT(*) FROM outreach WHERE status = 'draft'";
        assert_eq!(database.number(made).await, 1);
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'outreach_planned'";
        assert_eq!(database.number(noted).await, 1);
        // Another unit has a draft of its own.
        let other = territory::accept(office, actor, unit(7), words()).await.unwrap();
        assert_ne!(other, drafts[0]);
    }

    async fn the_public_calendar_has_what_is_announced_only(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let mut form = planning::choices(office, actor, None).await.unwrap().form;
        (form.name, form.place) = ("Borrador".to_owned(), "Sede".to_owned());
        planning::save(office, actor, None, form.clone()).await.unwrap();
        let names = |all: Vec<domain::outreach::Outreach>| -> Vec<String> {
            all.iter().map(|outreach| outreach.name.to_string()).collect()
        };
        let public = names(territory::public(office).await.unwrap().0);
        assert_eq!(public, ["Operativo de prueba"]);
        let day = office.day_of(office.clock.now());
        let desk = names(territory::between(office, actor, day, day).await.unwrap().0);
        assert_eq!(desk.len(), 2);
        form.act = None;
        form.name = "Anunciado".to_owned();
        form.status = OutreachStatus::Published.code().to_owned();
        planning::save(office, actor, None, form).await.unwrap();
        let public = names(territory::public(office).await.unwrap().0);
        assert!(public.contains(&"Anunciado".to_owned()));
    }
}

/// What a list asks does not grow with its rows: the database is asked the same few questions.
#[tokio::test]
async fn a_thousand_units_are_ranked_at_once() {
    let database = Database::sqlite().await;
    let field = Field::on(&database).await;
    let (office, actor) = (&field.office, field.as_coordinator());
    let mut text = "uv;hogares\n".to_owned();
    for number in 1..=UnitKey::LARGEST {
        text.push_str(&format!("{number};{number}\n"));
    }
    territory::take_units(office, actor, &file(&text)).await.unwrap();
    assert_eq!(rows(office, &field).await.len(), usize::from(UnitKey::LARGEST));
}
