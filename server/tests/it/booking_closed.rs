//! A form of a booking that comes when nothing can be booked any more: nothing typed is lost.

use backend::store::StoreError;
use backend::store::vocabulary::programme::OutreachRow;
use domain::booking::Offering;
use uuid::Uuid;

use crate::booking::{Hall, leads_to};
use crate::client::Answer;
use crate::house::{Engine, House};

/// Brings the outreach of a hall to a status behind the desk's back.
fn bring(house: &House, hall: &Hall, status: &'static str) {
    let id: Uuid = hall.id.parse().expect("an identifier");
    house.block_on(async |office| {
        let brought: Result<(), StoreError> = office
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let row = tx.outreach(id).await?.expect("an outreach");
                    tx.update_outreach(&OutreachRow { status: status.to_owned(), ..row }).await
                })
            })
            .await;
        brought.expect("a database");
    });
}

/// Fails unless the form is there with what was typed and with why nothing was booked.
#[track_caller]
fn assert_kept(answer: Answer, status: u16) {
    let told = answer.expect(status).text();
    assert!(told.contains("no recibe reservas ahora"), "{told}");
    for typed in ["value=\"Luna\"", "value=\"12.345.678-5\"", "María José"] {
        assert!(told.contains(typed), "{typed} was lost: {told}");
    }
    assert!(told.contains("value=\"book\"") && !told.contains("value=\"wait\""), "{told}");
}

#[test]
fn a_form_that_comes_too_late_keeps_what_was_typed() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let hall = Hall::lay_out(&house, Offering::Chip);
        let mut client = house.client();
        for status in ["published", "suspended", "under_way", "closed"] {
            bring(&house, &hall, status);
            assert_kept(hall.ask(&mut client, &[]), 422);
            // Nobody puts right what cannot be booked.
            let wrong = hall.ask(&mut client, &[("phone", "12"), ("time", "1")]).expect(422).text();
            assert!(!wrong.contains("href=\"#phone\""), "{wrong}");
            assert_kept(hall.ask(&mut client, &[("act", "add")]), 200);
        }
        bring(&house, &hall, "draft");
        hall.ask(&mut client, &[]).expect(404);

        bring(&house, &hall, "open");
        let gone = format!("{}?servicio=deworming", hall.form());
        let fields = [("act", "book"), ("pet_name_1", "Luna"), ("run", "12.345.678-5")];
        let told = client.form(&gone, &fields).expect(422).text();
        assert!(told.contains("no recibe reservas ahora") && told.contains("Luna"), "{told}");
        let form = "0123456789abcdef0123456789abcdef";
        let code = leads_to(&hall.ask(&mut client, &[("form", form)]).expect(303));
        // What was booked is told again, whatever became of the outreach.
        bring(&house, &hall, "published");
        let again = leads_to(&hall.ask(&mut client, &[("form", form)]).expect(303));
        assert_eq!(again.split('?').next(), code.split('?').next());

        // Of a draft that was called off nobody has heard either.
        bring(&house, &hall, "draft");
        let plan = format!("/coordinacion/operativos/{}/plan/suspender", hall.id);
        house.staff("coordinator").form(&plan, &[("reason", "Sin recinto")]).expect(303);
        hall.ask(&mut client, &[]).expect(404);
    }
}
