//! Runs the statements on what a phone takes along, on both databases.

use backend::clock::fresh_id;
use backend::store::vocabulary::animal::AnimalRow;
use backend::store::vocabulary::owner::OwnerRow;
use backend::store::vocabulary::pack::SiteRow;
use backend::store::vocabulary::programme::OutreachRow;

use crate::it::databases::Stored;
use crate::it::field::{outreach_row, programme_row};
use crate::it::story_registry::{animal_row, owner_row, service_row};

const UNIT: &str = "02101-7";
const NOBODY: &str = "n n";

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

            let (kind, key) = (home.document_kind.clone(), home.document_key.clone().unwrap());
            let asked = [(kind.clone(), vec![key.clone(), "nobody's".to_owned()])];
            let known = (kind.clone(), key, home.id, 7);
            assert_eq!(tx.owners_with_documents(&asked).await?, [known]);
            assert!(tx.owners_with_documents(&[]).await?.is_empty());
            assert!(tx.owners_with_documents(&[(kind, Vec::new())]).await?.is_empty());

            let animal = animal_row(away.id);
            tx.insert_animals(std::slice::from_ref(&animal)).await?;
            let service = service_row(animal.id, here.id, "implantation");
            tx.insert_services(std::slice::from_ref(&service)).await?;
            let outreaches = [here.id];
            assert_eq!(tx.owners_served_at(&outreaches, NOBODY).await?, [(away.id, 1)]);
            assert!(tx.owners_served_at(&[other.id], NOBODY).await?.is_empty());
            assert!(tx.owners_served_since(&outreaches, 1).await?.is_empty());
            tx.annul_service(service.id, None, "otro animal", 2).await?;
            assert_eq!(tx.owners_served_since(&outreaches, 1).await?, [away.id]);
            assert!(tx.owners_served_at(&outreaches, NOBODY).await?.is_empty());
            assert_eq!(tx.owners_of_changed_animals(0, 5).await?, [away.id]);
            assert!(tx.owners_of_changed_animals(1, 5).await?.is_empty());
            assert!(tx.owners_of_changed_animals(0, 0).await?.is_empty());

            // The one at home alone was changed after it was recorded.
            assert_eq!(tx.owners_changed(1, 5).await?, [home.id]);
            assert!(tx.owners_changed(7, 5).await?.is_empty());
            tx.update_animal(&AnimalRow { updated_at: 9, ..animal }).await?;
            assert_eq!(tx.owners_changed(7, 5).await?, [away.id]);
            assert_eq!(tx.owners_changed(1, 1).await?.len(), 1);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn of_whom_nothing_is_left_is_no_part_of_a_place(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let programme = programme_row();
            tx.insert_programme(&programme).await?;
            let here = outreach_row(programme.id);
            tx.insert_outreach(&here).await?;
            let owner = OwnerRow { search_key: NOBODY.to_owned(), ..owner_row() };
            tx.insert_owners(std::slice::from_ref(&owner)).await?;
            let animal = animal_row(owner.id);
            tx.insert_animals(std::slice::from_ref(&animal)).await?;
            tx.insert_services(&[service_row(animal.id, here.id, "implantation")]).await?;
            let served = tx.owners_served_at(&[here.id], NOBODY).await?;
            assert_eq!(served, [(owner.id, 1)]);
            let blank = OwnerRow {
                document_key: None,
                phone: None,
                email: None,
                commune: None,
                ..owner
            };
            tx.update_owner(&blank).await?;
            assert!(tx.owners_served_at(&[here.id], NOBODY).await?.is_empty());
            Ok(())
        })).await;
        done.unwrap();
    }
}
