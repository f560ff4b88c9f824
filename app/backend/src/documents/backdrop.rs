//! What stands behind the work of a batch and is the same for every submission of it: outreaches
//! with their teams, who signs at them, staff. Each is read once.

use domain::booking::Offering;
use std::collections::HashMap;
use uuid::Uuid;

use crate::store::vocabulary::people::StaffRow;
use crate::store::vocabulary::programme::{OutreachRow, SignerRow, TeamRow};
use crate::store::{StoreError, Tx};

/// The rows read so far. It belongs to one transaction, which sees one state of them.
#[derive(Debug, Default)]
pub(crate) struct Backdrop {
    outreaches: HashMap<Uuid, Option<OutreachRow>>,
    teams: HashMap<Uuid, Vec<TeamRow>>,
    staff: HashMap<Uuid, Option<StaffRow>>,
    signers: HashMap<(Uuid, Uuid, Offering), Option<SignerRow>>,
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

    /// The team of an outreach, with who has left it: of each person every time in it, in order.
    pub(crate) async fn team(
        &mut self,
        tx: &mut Tx,
        outreach: Uuid,
    ) -> Result<Vec<TeamRow>, StoreError> {
        if let Some(team) = self.teams.get(&outreach) {
            return Ok(team.clone());
        }
        let team = tx.ever_in_team(&[outreach]).await?;
        self.teams.insert(outreach, team.clone());
        Ok(team)
    }

    /// Who signs the documents of an offering at an outreach, and for which programme, if that
    /// veterinarian's authorisation is in force.
    pub(crate) async fn signer(
        &mut self,
        tx: &mut Tx,
        (staff, outreach): (Uuid, Uuid),
        offering: Offering,
    ) -> Result<Option<SignerRow>, StoreError> {
        if let Some(row) = self.signers.get(&(staff, outreach, offering)) {
            return Ok(row.clone());
        }
        let row = tx.signer(staff, outreach, offering.code()).await?;
        self.signers.insert((staff, outreach, offering), row.clone());
        Ok(row)
    }

    /// The name of who worked at an outreach: mostly somebody of its team, which was read before.
    pub(crate) async fn name_at(
        &mut self,
        tx: &mut Tx,
        (staff, outreach): (Uuid, Uuid),
    ) -> Result<Option<String>, StoreError> {
        let mut team = self.teams.get(&outreach).into_iter().flatten();
        if let Some(member) = team.find(|member| member.staff_id == staff) {
            return Ok(Some(member.name.clone()));
        }
        Ok(self.staff(tx, staff).await?.map(|staff| staff.name))
    }

    /// One member of staff.
    async fn staff(&mut self, tx: &mut Tx, id: Uuid) -> Result<Option<StaffRow>, StoreError> {
        if let Some(row) = self.staff.get(&id) {
            return Ok(row.clone());
        }
        let row = tx.staff(id).await?;
        self.staff.insert(id, row.clone());
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::fresh_id;
    use crate::store::{Store, StoreOptions};

    fn account() -> StaffRow {
        StaffRow {
            id: fresh_id(),
            email: "a@example.cl.invalid".to_owned(),
            email_key: "a@example.cl.invalid".to_owned(),
            name: "A".to_owned(),
            role: "operative".to_owned(),
            state: "active".to_owned(),
            password_hash: None,
            run: None,
            professional_kind: None,
            professional_registration: None,
            signature_svg: None,
            signature_drawn_at: None,
            created_at: 1,
            demonstration: true,
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
                    let (row, mut backdrop) = (account(), Backdrop::default());
                    let whose = (row.id, fresh_id());
                    assert_eq!(backdrop.name_at(tx, whose).await?, None);
                    tx.insert_staff(&row).await?;
                    // What changes meanwhile shows that nobody asked again.
                    assert_eq!(backdrop.name_at(tx, whose).await?, None);
                    let mut fresh = Backdrop::default();
                    assert_eq!(fresh.name_at(tx, whose).await?, Some(row.name));
                    Ok(())
                })
            })
            .await;
        done.unwrap();
        store.close().await;
        std::fs::remove_dir_all(folder).unwrap();
    }
}
