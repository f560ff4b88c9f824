//! What was not accepted, as the desk lists it: page by page, of all phones and of one.

use backend::desk::unresolved;
use domain::desk::queue::UnresolvedLine;
use domain::desk::unresolved::{UnresolvedFilter, UnresolvedList, UnresolvedView};
use domain::id::DeviceId;
use serde_json::json;

use crate::it::desk::auditor;
use crate::it::field::{Field, Guest};
use crate::it::quarantine::brought;

async fn list(field: &Field, filter: UnresolvedFilter) -> UnresolvedList {
    unresolved::list(&field.office, field.as_coordinator(), filter).await.unwrap()
}

/// The first page of a list, of all phones.
pub async fn lines_of(field: &Field, view: UnresolvedView) -> Vec<UnresolvedLine> {
    list(field, UnresolvedFilter::of(view)).await.rows
}

/// What waits for the desk.
pub async fn waiting_lines(field: &Field) -> Vec<UnresolvedLine> {
    lines_of(field, UnresolvedView::Waiting).await
}

/// The numbers that the phone gave, of the lines of a list.
fn numbers(list: &UnresolvedList) -> Vec<u32> {
    let read = list.rows.iter().map(|line| line.submission.as_ref().unwrap().sequence);
    read.collect()
}

on_both_databases! {
    async fn every_one_is_on_some_page_in_its_order(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let refused: Vec<_> = (1..=120)
            .map(|number: u32| json!({
                "id": backend::clock::fresh_id(), "sequence": number, "commands": "none",
            }))
            .collect();
        field.send_raw(actor, refused).await;
        let mut seen = Vec::new();
        for (asked, is, rows) in [(0, 1, 50), (1, 1, 50), (2, 2, 50), (3, 3, 20), (9, 3, 20)] {
            let filter =
                UnresolvedFilter { page: asked, ..UnresolvedFilter::of(UnresolvedView::Refused) };
            let list = list(&field, filter).await;
            assert_eq!((list.filter.page, list.pages, list.rows.len()), (is, 3, rows), "{asked}");
            assert_eq!(list.counts, [
                (UnresolvedView::Waiting, 0),
                (UnresolvedView::Refused, 120),
                (UnresolvedView::Withdrawn, 0),
            ]);
            if (1..=3).contains(&asked) {
                seen.extend(list.rows.into_iter().map(|line| line.id));
            }
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 120, "none is hidden, and none stands twice");
    }

    async fn a_list_is_of_all_phones_or_of_one(database) {
        let field = Field::on(&database).await;
        for number in 0..3_u32 {
            let chip = format!("99900000000140{number}");
            brought(&field, field.visit(&Guest::new(40_001_401 + number), &chip)).await;
        }
        let first = field.device;
        backend::desk::phones::rename(&field.office, field.as_coordinator(), first, "Mesa 1")
            .await
            .unwrap();
        let field = field.with_another_phone();
        brought(&field, field.visit(&Guest::new(40_001_404), "999000000001404")).await;

        let of = |phone: Option<DeviceId>| {
            UnresolvedFilter { phone, ..UnresolvedFilter::of(UnresolvedView::Waiting) }
        };
        let all = list(&field, of(None)).await;
        assert_eq!((numbers(&all), all.pages), (vec![1, 2, 3, 4], 1));
        let phones: Vec<_> = all.phones.iter().map(|(phone, count)| (phone.id, *count)).collect();
        assert_eq!(phones, [(first, 3), (field.device, 1)], "the most first");
        let (one, other) = (&all.phones[0].0, &all.phones[1].0);
        assert_eq!((one.name.as_str(), one.by.as_str()), ("Mesa 1", "Prueba coordinator"));
        assert_eq!(other.name, "");
        assert_eq!(&all.rows[0].phone, one);

        let of_one = list(&field, of(Some(first))).await;
        assert_eq!((numbers(&of_one), of_one.phones), (vec![1, 2, 3], all.phones.clone()));
        assert_eq!(of_one.counts[0], (UnresolvedView::Waiting, 3));
        let strange = list(&field, of(Some(backend::clock::fresh_id().into()))).await;
        assert_eq!((strange.rows, strange.phones), (Vec::new(), all.phones));

        // One of which nothing is left can be seen to be chosen.
        let refused = UnresolvedFilter { view: UnresolvedView::Refused, ..of(Some(first)) };
        let none = list(&field, refused).await;
        let named: Vec<_> = none.phones.iter().map(|(phone, count)| (phone.id, *count)).collect();
        assert_eq!((named, none.rows.len()), (vec![(first, 0)], 0));
        let forbidden = unresolved::list(&field.office, auditor(), of(None)).await;
        assert!(forbidden.is_err());
    }
}
