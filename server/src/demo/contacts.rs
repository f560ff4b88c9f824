//! With whom one speaks at the hosts: nobody, at addresses that nobody has.

use anyhow::Result;
use backend::office::Office;
use backend::store::StoreError;
use backend::store::vocabulary::programme::OrganisationRow;

/// Who is asked for.
const CONTACT: &str = "Directiva (demostración)";

/// Gives every host a contact.
pub(super) async fn add(office: &Office) -> Result<()> {
    let written: Result<(), StoreError> = office
        .store
        .write(|tx| {
            Box::pin(async move {
                for (number, row) in tx.organisations().await?.into_iter().enumerate() {
                    let row = OrganisationRow {
                        contact_name: Some(CONTACT.to_owned()),
                        email: Some(format!("directiva{}@example.cl.invalid", number + 1)),
                        ..row
                    };
                    tx.update_organisation(&row).await?;
                }
                Ok(())
            })
        })
        .await;
    Ok(written?)
}
