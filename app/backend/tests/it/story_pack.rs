//! Runs the statements on what a phone takes along, on both databases.

use backend::clock::fresh_id;
use backend::store::vocabulary::owner::OwnerRow;
use backend::store::vocabulary::pack::SiteRow;
use backend::store::vocabulary::programme::OutreachRow;

use crate::it::databases::Stored;
use crate::it::field::{outreach_row, programme_row};
use crate::it::story_registry::{animal_row, owner_row, service_row};

const UNIT: &str = "02101-7";

on_both_databases! {
    async fn whose_cards_a_place_has(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let programme = programme_row();
            tx.insert_programme(&programme).await?;
            let unit = Some(UNIT.to_owned());
            let here = OutreachRow { unit: unit.clone(), ..outreach_row(programme.id) };
            let other = outreach_row(programme.id);
            tx.insert_outreach(&here).await?;
            tx.insert_outreach(&other).await?;
            let site = SiteRow { commune: "02101".to_owned(), unit, host_id: None };
            let commune = SiteRow { unit: None, ..site.clone() };
            let host = SiteRow { host_id: Some(fresh_id()), ..commune.clone() };
            assert_eq!(tx.outreaches_at(&site, 5).await?, [here.id]);
            assert!(tx.outreaches_at(&commune, 5).await?.is_empty());
            assert!(tx.outreaches_at(&host, 5).await?.is_empty());

            let home = OwnerRow { unit: Some(UNIT.to_owned()), updated_at: 7, ..owner_row() };
            let away = OwnerRow { id: fresh_id(), document_key: None, ..owner_row() };
            tx.insert_owners(&[home.clone(), away.clone()]).await?;
            assert_eq!(tx.owners_at_home(&site, 5).await?, [(home.id, 7)]);
            assert_eq!(tx.owners_at_home(&commune, 5).await?, [(home.id, 7), (away.id, 1)]);
            assert_eq!(tx.owners_at_home(&commune, 1).await?, [(home.id, 7)]);

            let animal = animal_row(away.id);
            tx.insert_animals(std::slice::from_ref(&animal)).await?;
            let service = service_row(animal.id, here.id, "implantation");
            tx.insert_services(std::slice::from_ref(&service)).await?;
            let outreaches = [here.id];
            assert_eq!(tx.owners_served_at(&outreaches).await?, [(away.id, 1)]);
            assert!(tx.owners_served_at(&[other.id]).await?.is_empty());
            assert!(tx.owners_served_since(&outreaches, 1).await?.is_empty());
            tx.annul_service(service.id, None, "otro animal", 2).await?;
            assert_eq!(tx.owners_served_since(&outreaches, 1).await?, [away.id]);
            assert!(tx.owners_served_at(&outreaches).await?.is_empty());
            assert_eq!(tx.owners_of_changed_animals(0, 5).await?, [away.id]);
            assert!(tx.owners_of_changed_animals(1, 5).await?.is_empty());
            assert!(tx.owners_of_changed_animals(0, 0).await?.is_empty());
            Ok(())
        })).await;
        done.unwrap();
    }
}
