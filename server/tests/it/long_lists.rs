//! Lists of outreaches that are longer than a page may be: each says that there are more.

use backend::clock::{Clock, fresh_id};
use backend::store::StoreError;
use backend::store::vocabulary::programme::OutreachRow;
use domain::timestamp::{DAY_MS, HOUR_MS};

use crate::house::{Engine, House};
use crate::programme::programme;

/// One more than the longest list takes.
const MANY: usize = 1_001;

/// So many outreaches of one day, some weeks ahead; answers its month, as an address names it.
fn lay_out(house: &House) -> String {
    let starts_at = Clock::System.now().plus_ms(40 * DAY_MS);
    let held_on = starts_at.local(-180).0.to_string();
    let month = held_on[..7].to_owned();
    house.block_on(async |office| {
        let written = office.store.write(move |tx| {
            let held_on = held_on.clone();
            Box::pin(async move {
                let programme = programme();
                tx.insert_programme(&programme).await?;
                let outreach = OutreachRow {
                    id: fresh_id(),
                    programme_id: programme.id,
                    name: "La Chimba".to_owned(),
                    kind: "mixed".to_owned(),
                    status: "published".to_owned(),
                    held_on,
                    starts_at: starts_at.0,
                    ends_at: starts_at.0 + HOUR_MS,
                    place: "Sede Villa Chica".to_owned(),
                    commune: "02101".to_owned(),
                    unit: None,
                    host_id: None,
                    phase: None,
                    max_people: None,
                };
                for _ in 0..MANY {
                    tx.insert_outreach(&OutreachRow { id: fresh_id(), ..outreach.clone() }).await?;
                }
                Ok::<_, StoreError>(())
            })
        });
        written.await.expect("the rows are written");
    });
    month
}

#[test]
fn a_list_that_is_cut_says_that_there_is_more() {
    let house = House::start(Engine::Sqlite);
    let mut anyone = house.client();
    let mut desk = house.staff("coordinator");
    let told = [
        ("/operativos", "Hay más operativos después de estos"),
        ("/operativos.ics", "X-WR-CALDESC:Hay más operativos que estos"),
    ];
    for (path, words) in told {
        assert!(!anyone.get(path).expect(200).text().contains(words), "{path}");
    }
    let month = lay_out(&house);
    for (path, words) in told {
        let text = anyone.get(path).expect(200).text();
        assert!(text.contains(words), "{path} has {} bytes", text.len());
    }
    for (path, words) in [
        (format!("/coordinacion/calendario?mes={month}"), "Hay más operativos que estos"),
        (format!("/coordinacion/calendario?mes={month}&vista=agenda"), "Hay más operativos que"),
        ("/coordinacion/existencias".to_owned(), "Hay más cajas que estas"),
    ] {
        let text = desk.get(&path).expect(200).text();
        assert!(text.contains(words), "{path} has {} bytes", text.len());
    }
}
