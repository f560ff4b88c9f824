//! Units and the figures of whole communes: by file, put right by hand, taken out, and used.

use backend::error::Error;
use backend::{closing, planning, territory};
use domain::closing::{CoverageLine, ServiceFilter, ServicesOf};
use domain::desk::territory::{AreaDeed, AreaForm, NextRow};
use domain::field_error::Problem;
use domain::refusal::Refusal;
use domain::territory::Commune;
use domain::territory::area::Area;
use domain::territory::units::Unit;

use crate::it::field::{Field, Guest};
use crate::it::shared::opened;
use crate::it::territory::{TABLE, file, rows, unit};

/// Fourteen animals for each ten households of Antofagasta; of the other no households.
const COMMUNES: &str = "comuna;hogares;perros y gatos\n02101;1000;1400\n02102;;6700\n";
const COMMUNE: Area = Area::Commune(Commune::ANTOFAGASTA);

fn area(number: u16) -> Area {
    Area::Unit(unit(number))
}

async fn take(field: &Field, text: &str) {
    let (office, actor) = (&field.office, field.as_coordinator());
    territory::take_units(office, actor, &file(text)).await.unwrap();
}

async fn form(field: &Field, area: Area) -> AreaForm {
    territory::area(&field.office, field.as_coordinator(), area).await.unwrap().form
}

async fn keep(field: &Field, area: Area, form: &AreaForm) -> Result<AreaDeed, Error> {
    territory::keep_area(&field.office, field.as_coordinator(), area, form).await
}

async fn take_out(field: &Field, area: Area) -> AreaDeed {
    territory::take_area_out(&field.office, field.as_coordinator(), area).await.unwrap()
}

async fn known(field: &Field, number: u16) -> Option<Unit> {
    let list = territory::units(&field.office, field.as_coordinator()).await.unwrap();
    list.rows.into_iter().find(|one| one.key == unit(number))
}

async fn next(field: &Field, number: u16) -> NextRow {
    let all = rows(&field.office, field).await;
    all.into_iter().find(|row| row.scored.facts.unit == unit(number)).unwrap()
}

fn is_late(answer: &Result<AreaDeed, Error>) -> bool {
    matches!(answer, Err(Error::Refused(Refusal::ChangedMeanwhile)))
}

on_both_databases! {
    async fn a_unit_is_put_right_by_hand_and_a_value_is_emptied(database) {
        let field = Field::on(&database).await;
        take(&field, TABLE).await;
        let was = form(&field, area(54)).await;
        assert_eq!((was.name.as_str(), was.households.as_str()), ("Bonilla", "1200"));
        assert_eq!((was.latitude.as_str(), was.year.as_str()), ("-23.590000", "2025"));
        field.office.clock.advance_ms(1);
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'area_changed'";
        assert_eq!(keep(&field, area(54), &was).await.unwrap(), AreaDeed::Kept);
        assert_eq!(database.number(noted).await, 0, "it says what was known");
        let right = AreaForm {
            name: "Bonilla Alto".to_owned(),
            households: String::new(),
            latitude: String::new(),
            longitude: String::new(),
            ..was.clone()
        };
        // Sent twice it is done once.
        for _ in 0..2 {
            assert_eq!(keep(&field, area(54), &right).await.unwrap(), AreaDeed::Kept);
        }
        assert_eq!(database.number(noted).await, 1);
        let unit = known(&field, 54).await.unwrap();
        assert_eq!(unit.name.unwrap().as_str(), "Bonilla Alto");
        assert_eq!((unit.households, unit.dogs_and_cats), (None, Some(2_000)));
        assert_eq!((unit.source.unwrap().year, unit.point), (2025, None));
        // Whoever has not seen that writes nothing over it.
        let late = keep(&field, area(54), &AreaForm { name: "Otra".to_owned(), ..was }).await;
        assert!(is_late(&late), "{late:?}");
        let seen = form(&field, area(54)).await;
        let wrong = AreaForm {
            households: "muchos".to_owned(), source: String::new(), ..seen.clone()
        };
        let faults = vec![("households", Problem::NotANumber), ("source", Problem::Empty)];
        assert_eq!(keep(&field, area(54), &wrong).await.unwrap(), AreaDeed::Wrong(faults));
        assert_eq!(form(&field, area(54)).await, seen, "what is wrong changes nothing");
        let unknown = keep(&field, area(9), &seen).await;
        assert!(matches!(unknown, Err(Error::Refused(Refusal::Invalid { .. }))), "{unknown:?}");
        assert_eq!(known(&field, 9).await, None);
    }

    async fn of_two_forms_at_once_one_is_kept(database) {
        let field = Field::on(&database).await;
        take(&field, TABLE).await;
        let was = form(&field, area(54)).await;
        field.office.clock.advance_ms(1);
        let one = AreaForm { name: "Una".to_owned(), ..was.clone() };
        let other = AreaForm { name: "Otra".to_owned(), ..was };
        let (one, other) =
            tokio::join!(keep(&field, area(54), &one), keep(&field, area(54), &other));
        assert_ne!(is_late(&one), is_late(&other), "{one:?} {other:?}");
        assert_ne!(one.is_ok(), other.is_ok());
    }

    async fn a_boundary_stays_until_it_is_taken_away(database) {
        let field = Field::on(&database).await;
        let ring = "[[-70.4,-23.6],[-70.3,-23.6],[-70.3,-23.5],[-70.4,-23.6]]";
        take(&field, &format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[{{\"properties\":{{\"uv\":54}},\
             \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[{ring}]}}}}]}}"
        )).await;
        let has_boundary = async || {
            let (office, actor) = (&field.office, field.as_coordinator());
            territory::area(office, actor, area(54)).await.unwrap().has_boundary
        };
        let named = AreaForm { name: "Bonilla".to_owned(), ..form(&field, area(54)).await };
        assert_eq!(keep(&field, area(54), &named).await.unwrap(), AreaDeed::Kept);
        assert!(has_boundary().await);
        let bare = AreaForm { drops_boundary: true, ..form(&field, area(54)).await };
        assert_eq!(keep(&field, area(54), &bare).await.unwrap(), AreaDeed::Kept);
        assert!(!has_boundary().await);
        assert!(known(&field, 54).await.unwrap().point.is_some(), "its middle stays");
    }

    async fn a_unit_is_taken_out_that_no_outreach_reaches(database) {
        let field = Field::on(&database).await;
        take(&field, TABLE).await;
        database.raw("UPDATE outreach SET unit = '02101-54'").await;
        let meant = "INSERT INTO outreach_unit (outreach_id, unit) SELECT id, '02101-7'
            FROM outreach";
        database.raw(meant).await;
        assert_eq!(take_out(&field, area(54)).await, AreaDeed::Reached(1));
        assert_eq!(take_out(&field, area(7)).await, AreaDeed::Reached(1));
        assert!(known(&field, 7).await.is_some());
        database.raw("DELETE FROM outreach_unit").await;
        // Twice, as by a second tap.
        for _ in 0..2 {
            assert_eq!(take_out(&field, area(7)).await, AreaDeed::TakenOut);
        }
        assert_eq!(known(&field, 7).await, None);
        assert!(known(&field, 54).await.is_some());
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'area_taken_out'";
        assert_eq!(database.number(noted).await, 1);
        let (office, actor) = (&field.office, field.as_coordinator());
        assert!(territory::area(office, actor, area(7)).await.is_err());
    }

    /// The commune is often all that is known: it serves the units of which less is known.
    async fn a_commune_has_figures_of_its_own(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        take(&field, TABLE).await;
        take(&field, "uv;hogares\n9;500\n").await;
        take(&field, "uv;nombre\n10;Sin cifras\n").await;
        assert_eq!(next(&field, 9).await.estimated, None);
        take(&field, COMMUNES).await;
        let list = territory::units(office, actor).await.unwrap();
        let told: Vec<_> = list
            .communes
            .iter()
            .map(|one| (one.commune.code(), one.households, one.dogs_and_cats))
            .collect();
        let antofagasta = ("02101".to_owned(), Some(1_000), Some(1_400));
        assert_eq!(told, [antofagasta, ("02102".to_owned(), None, Some(6_700))]);
        assert_eq!(list.rows.len(), 4, "a commune is no unit");

        let row = next(&field, 9).await;
        assert_eq!((row.estimated, row.is_of_commune), (Some(700), true));
        assert_eq!(row.scored.facts.unserved, Some(700));
        assert_eq!(row.source.unwrap().year, 2025);
        let own = next(&field, 54).await;
        assert_eq!((own.estimated, own.is_of_commune), (Some(2_000), false));
        assert_eq!(next(&field, 10).await.estimated, None, "nobody says how many households");

        office.clock.advance_ms(1);
        let was = form(&field, COMMUNE).await;
        let right = AreaForm { dogs_and_cats: "2800".to_owned(), ..was.clone() };
        assert_eq!(keep(&field, COMMUNE, &right).await.unwrap(), AreaDeed::Kept);
        assert_eq!(next(&field, 9).await.estimated, Some(1_400));
        let none = AreaForm {
            households: String::new(), dogs_and_cats: String::new(), ..was
        };
        let faults = vec![("households", Problem::Empty)];
        assert_eq!(keep(&field, COMMUNE, &none).await.unwrap(), AreaDeed::Wrong(faults));
        assert_eq!(take_out(&field, COMMUNE).await, AreaDeed::TakenOut);
        assert_eq!(next(&field, 9).await.estimated, None);
        assert_eq!(territory::units(office, actor).await.unwrap().communes.len(), 1);
    }

    async fn a_programme_tells_how_much_of_a_commune_it_has_reached(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let programme = planning::programmes(office, actor).await.unwrap().rows;
        let id = programme[0].programme.id;
        let coverage = async || -> Vec<CoverageLine> {
            closing::programme(office, actor, id).await.unwrap().unwrap().coverage
        };
        let guest = Guest::new(12_345_678);
        let dose = field.dewormed(guest.dog, domain::catalogue::DewormingKind::Internal);
        field.submit(vec![
            guest.registered(),
            guest.dog_registered("Ñato"),
            field.chipped(guest.dog, "999000000000001"),
            dose,
        ]).await;
        assert_eq!(coverage().await, [], "nobody says how many live there");
        take(&field, TABLE).await;
        let all = coverage().await;
        assert_eq!((all[0].served, all[0].estimated), (1, 2_400), "an animal counts once");
        let reached = Some(all[0].code.clone());
        let reached = ServiceFilter { reached, ..ServiceFilter::default() };
        let opened = opened(&field, ServicesOf::Programme(id), &reached).await;
        let seen: Vec<_> =
            opened.iter().map(|line| (line.animal, line.animal_name.as_str())).collect();
        assert_eq!(seen, [(guest.dog, "Ñato")], "so it does where the figure leads");
        assert_eq!(opened[0].chip.map(|chip| chip.to_string()).unwrap(), "999000000000001");
        assert_eq!((all[0].source.as_ref(), all.len()), (None, 1), "what the units have together");
        take(&field, COMMUNES).await;
        let all = coverage().await;
        assert_eq!((all[0].commune.as_str(), all[0].estimated), ("Antofagasta", 1_400));
        assert_eq!(all[0].source.as_ref().unwrap().year, 2025);
        assert_eq!(all.len(), 1, "nobody was served in the other");
    }
}
