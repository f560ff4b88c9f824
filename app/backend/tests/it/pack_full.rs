//! A neighbourhood with more owners than a phone takes along: who has booked is among them.

use backend::clock::fresh_id;
use backend::registry::pack::{self, Asked, MOST_OWNERS_IN_PACK};
use backend::store::vocabulary::booking::BookingRow;
use backend::store::vocabulary::owner::OwnerRow;
use domain::id::OwnerId;

use crate::it::databases::Stored;
use crate::it::day::{booked, lay_out};
use crate::it::field::{Field, Guest};
use crate::it::offered::booker;
use crate::it::story_registry::owner_row;

/// So many owners of the unit, changed just now.
async fn neighbours(field: &Field, count: usize) {
    let updated_at = field.office.clock.now().0;
    let details = serde_json::to_string(&Guest::new(40_001_200).details()).unwrap();
    let row = |_| OwnerRow {
        id: fresh_id(),
        document_key: None,
        unit: Some("02101-7".to_owned()),
        details: details.clone(),
        updated_at,
        ..owner_row()
    };
    let rows: Vec<OwnerRow> = (0..count).map(row).collect();
    let added = field
        .office
        .store
        .write_with(rows, |tx, rows| Box::pin(async move { tx.insert_owners(rows).await }));
    let added: Stored<bool> = added.await;
    assert!(added.unwrap());
}

/// Whose card is the first of everything, and whether there are more than were taken.
async fn first(field: &Field) -> (OwnerId, u32, bool) {
    let (actor, asked) = (field.as_operative(), Asked::default());
    let page = pack::page(&field.office, actor, field.outreach, asked).await.unwrap();
    (page.owners[0].id, page.total, page.more)
}

on_both_databases! {
    async fn who_has_booked_is_taken_along_before_who_changed_last(database) {
        const RUN: u32 = 40_001_201;
        let field = Field::on(&database).await;
        database.raw("UPDATE outreach SET unit = '02101-7'").await;
        let guest = Guest::new(RUN);
        field.submit(vec![guest.registered()]).await;
        let rows: [BookingRow; 1] = [booked(&field, &booker(RUN, "Ana", false))];
        lay_out(&field, 4, &rows).await;
        assert_eq!(first(&field).await, (guest.owner, 1, false));
        field.office.clock.advance_ms(60_000);
        neighbours(&field, MOST_OWNERS_IN_PACK).await;
        let most = u32::try_from(MOST_OWNERS_IN_PACK).unwrap();
        assert_eq!(first(&field).await, (guest.owner, most, true));
        database.raw("UPDATE booking SET state = 'cancelled'").await;
        assert_ne!(first(&field).await.0, guest.owner);
    }
}
