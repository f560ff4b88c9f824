//! What stands behind the work of a batch and is the same for every submission of it: outreaches
//! with their teams, programmes, staff and authorisations. Each is read once.

use std::collections::HashMap;
use uuid::Uuid;

use crate::store::vocabulary::people::StaffRow;
use crate::store::vocabulary::programme::{AuthorisationRow, OutreachRow, ProgrammeRow, TeamRow};
use crate::store::{StoreError, Tx};

/// The rows read so far. It belongs to one transaction, which sees one state of them.
#[derive(Debug, Default)]
pub(crate) struct Backdrop {
    outreaches: HashMap<Uuid, Option<OutreachRow>>,
    teams: HashMap<Uuid, Vec<TeamRow>>,
    programmes: HashMap<Uuid, Option<ProgrammeRow>>,
    staff: HashMap<Uuid, Option<StaffRow>>,
    authorisations: HashMap<(Uuid, Uuid), Option<AuthorisationRow>>,
}

impl Backdrop {
    /// One outreach.
    pub(crate) async fn outreach(
        &mut self,
        tx: &mut Tx,
        id: Uuid,
    ) -> Result<Option<OutreachRow>, StoreError> {
        if let Some(row) = self.outreaches.get(&id) {
            return Ok(row.clone());
        }
        let row = tx.outreach(id).await?;
        self.outreaches.insert(id, row.clone());
        Ok(row)
    }

    /// The team of an outreach.
    pub(crate) async fn team(
        &mut self,
        tx: &mut Tx,
        outreach: Uuid,
    ) -> Result<Vec<TeamRow>, StoreError> {
        if let Some(team) = self.teams.get(&outreach) {
            return Ok(team.clone());
        }
        let team = tx.team(&[outreach]).await?;
        self.teams.insert(outreach, team.clone());
        Ok(team)
    }

    /// One programme.
    pub(crate) async fn programme(
        &mut self,
        tx: &mut Tx,
        id: Uuid,
    ) -> Result<Option<ProgrammeRow>, StoreError> {
        if let Some(row) = self.programmes.get(&id) {
            return Ok(row.clone());
        }
        let row = tx.programme(id).await?;
        self.programmes.insert(id, row.clone());
        Ok(row)
    }

    /// One member of staff.
    pub(crate) async fn staff(
        &mut self,
        tx: &mut Tx,
        id: Uuid,
    ) -> Result<Option<StaffRow>, StoreError> {
        if let Some(row) = self.staff.get(&id) {
            return Ok(row.clone());
        }
        let row = tx.staff(id).await?;
        self.staff.insert(id, row.clone());
        Ok(row)
    }

    /// A veterinarian's authorisation of an outreach, if one is in force.
    pub(crate) async fn authorisation(
        &mut self,
        tx: &mut Tx,
        (staff, outreach): (Uuid, Uuid),
    ) -> Result<Option<AuthorisationRow>, StoreError> {
        if let Some(row) = self.authorisations.get(&(staff, outreach)) {
            return Ok(row.clone());
        }
        let row = tx.authorisation(staff, outreach).await?;
        self.authorisations.insert((staff, outreach), row.clone());
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::fresh_id;
    use crate::store::{Store, StoreOptions};

    fn programme() -> ProgrammeRow {
        ProgrammeRow {
            id: fresh_id(),
            number: 1,
            name: "P".to_owned(),
            issuer: "I".to_owned(),
            starts_on: "2026-01-01".to_owned(),
            ends_on: "2026-12-31".to_owned(),
            target_implantations: 0,
            target_dewormings_internal: 0,
            target_dewormings_external: 0,
            target_sterilisations: 0,
            target_outreaches: 0,
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_stands_behind_a_batch_is_read_once() {
        let folder = std::env::temp_dir().join(format!("huella-{}", fresh_id()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite:{}/huella.db", folder.display());
        let store = Store::open(&StoreOptions::new(&url)).await.unwrap();
        store.migrate().await.unwrap();
        let done: Result<(), StoreError> = store
            .write(|tx| {
                Box::pin(async move {
                    let (row, mut backdrop) = (programme(), Backdrop::default());
                    assert_eq!(backdrop.programme(tx, row.id).await?, None);
                    tx.insert_programme(&row).await?;
                    // What changes meanwhile shows that nobody asked again.
                    assert_eq!(backdrop.programme(tx, row.id).await?, None);
                    let mut fresh = Backdrop::default();
                    assert_eq!(fresh.programme(tx, row.id).await?, Some(row));
                    Ok(())
                })
            })
            .await;
        done.unwrap();
        store.close().await;
        std::fs::remove_dir_all(folder).unwrap();
    }
}
