//! Who did something at the door, or changed a plan, stands in the history, and nobody whom it was
//! about.

use backend::clock::fresh_id;
use backend::store::vocabulary::history::{BodyRow, HistoryRow};
use backend::{day, planning, territory};
use domain::booking::TurnAwayReason;
use domain::desk::planned::{Asked, OfferingForm, PlanForm};
use domain::desk::territory::OrganisationForm;
use domain::id::{BookingId, OrganisationId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::day::{booked, lay_out, shown};
use crate::it::field::Field;
use crate::it::offered::booker;

/// Every link of a chain: what happened, who did it, and what it says.
async fn chain(field: &Field, kind: &'static str, id: Uuid) -> Vec<(String, Option<Uuid>, Value)> {
    let read: Stored<(Vec<HistoryRow>, Vec<BodyRow>)> = field
        .office
        .store
        .read(move |tx| {
            Box::pin(async move {
                Ok((tx.history_of(kind, id).await?, tx.history_bodies_of(kind, id).await?))
            })
        })
        .await;
    let (links, bodies) = read.unwrap();
    assert_eq!(links.len(), bodies.len());
    let said = bodies.iter().map(|body| serde_json::from_slice(&body.body).unwrap());
    links.into_iter().zip(said).map(|(link, said)| (link.kind, link.actor_id, said)).collect()
}

on_both_databases! {
    async fn who_acts_at_the_door_is_named_and_nobody_else(database) {
        let field = Field::on(&database).await;
        let (office, here) = (&field.office, field.outreach);
        let rows = [
            booked(&field, &booker(1_000_001, "Ana", false)),
            booked(&field, &booker(1_000_002, "Eva", false)),
        ];
        lay_out(&field, 4, &rows).await;
        let [served, away] = [0, 1].map(|at| BookingId(rows[at].id));
        for row in &rows {
            shown(&field, row).await;
        }
        let before = chain(&field, "outreach", here.0).await.len();
        let (operative, coordinator) = (field.as_operative(), field.as_coordinator());
        day::serve(office, operative, here, served).await.unwrap();
        day::serve(office, operative, here, served).await.unwrap_err();
        day::turn_away(office, coordinator, here, (away, TurnAwayReason::Unfit)).await.unwrap();
        assert_eq!(day::release_no_shows(office, operative, here).await.unwrap(), 0);
        let told = chain(&field, "outreach", here.0).await.split_off(before);
        for (_, _, said) in &told {
            let said = said.to_string();
            for personal in ["Ana", "Eva", "1000001", "1000002"] {
                assert!(!said.contains(personal), "{personal}: {said}");
            }
        }
        let unfit = json!({ "booking": away, "reason": "unfit" });
        let expected = [
            ("booking_served".to_owned(), operative.id(), json!({ "booking": served })),
            ("booking_turned_away".to_owned(), coordinator.id(), unfit),
        ];
        assert_eq!(told, expected, "and what did nothing is not told");
    }

    async fn the_places_that_are_freed_are_told_by_their_bookings(database) {
        let field = Field::on(&database).await;
        let (office, here, actor) = (&field.office, field.outreach, field.as_coordinator());
        let rows = [
            booked(&field, &booker(1_000_001, "Ana", false)),
            booked(&field, &booker(1_000_002, "Eva", false)),
        ];
        // Both keep all places, so that one of them is missed.
        lay_out(&field, 4, &rows).await;
        assert_eq!(day::release_no_shows(office, actor, here).await.unwrap(), 1);
        let missed = "SELECT COUNT(*) FROM booking WHERE state = 'no_show'";
        assert_eq!(database.number(missed).await, 1);
        let chain = chain(&field, "outreach", here.0).await;
        let (kind, who, said) = chain.last().unwrap();
        assert_eq!((kind.as_str(), *who), ("bookings_released", actor.id()));
        let first = rows.iter().map(|row| row.id).min().unwrap();
        assert_eq!(*said, json!({ "bookings": [first] }));
    }

    async fn what_a_plan_becomes_is_told_with_its_place_and_whom_it_takes(database) {
        let field = Field::on(&database).await;
        let (office, here, actor) = (&field.office, field.outreach, field.as_coordinator());
        let form = PlanForm {
            latitude: "-23.65".to_owned(),
            longitude: "-70.4".to_owned(),
            ..PlanForm::default()
        };
        let saved = planning::plan::save(office, actor, here, &form).await.unwrap();
        assert_eq!(saved, Asked::Done(()));
        let offering = OfferingForm {
            offering: "chip".to_owned(),
            capacity: "10".to_owned(),
            minutes: "10".to_owned(),
            stations: "2".to_owned(),
            from_months: "2".to_owned(),
            per_owner: "3".to_owned(),
            ..OfferingForm::default()
        };
        let saved = planning::save_offering(office, actor, here, &offering).await.unwrap();
        assert_eq!(saved, Asked::Done(()));
        let told = chain(&field, "outreach", here.0).await;
        let of = |kind: &str| {
            let link = told.iter().find(|(one, ..)| one == kind);
            link.map(|(_, _, said)| said.clone()).unwrap()
        };
        let plan = of("plan_changed");
        let (north, east) = (&plan["latitude"], &plan["longitude"]);
        assert!(north.is_number() && east.is_number() && north != east, "{plan}");
        assert_eq!(of("offering_planned")["eligibility"]["per_owner"], json!(3));
    }

    async fn which_fields_of_an_organisation_changed_is_told_and_not_what_they_say(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = OrganisationId(fresh_id());
        let form = OrganisationForm {
            name: "Junta de vecinos 54".to_owned(),
            kind: "neighbourhood_council".to_owned(),
            commune: "02101".to_owned(),
            unit: String::new(),
            address: String::new(),
            contact_name: "Secretaría".to_owned(),
            phone: String::new(),
            email: "jv54@example.cl.invalid".to_owned(),
        };
        territory::save_organisation(office, actor, id, &form).await.unwrap();
        let other = OrganisationForm {
            contact_name: "Presidencia".to_owned(),
            email: String::new(),
            phone: "+56912345678".to_owned(),
            ..form
        };
        territory::save_organisation(office, actor, id, &other).await.unwrap();
        territory::save_organisation(office, actor, id, &other).await.unwrap();
        let told = chain(&field, "staff", actor.id().unwrap()).await;
        let told: Vec<_> = told.iter().filter(|(kind, ..)| kind == "organisation_saved").collect();
        let changed: Vec<_> = told.iter().map(|(_, _, said)| said["changed"].clone()).collect();
        let fresh = json!(["kind", "name", "commune", "contact_name", "email"]);
        assert_eq!(changed, [fresh, json!(["contact_name", "phone", "email"]), json!([])]);
        let said = format!("{told:?}");
        for personal in ["Secretar", "Presidencia", "912345678", "jv54@"] {
            assert!(!said.contains(personal), "{personal}: {said}");
        }
    }
}
