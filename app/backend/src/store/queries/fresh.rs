//! Which identifiers, documents and chips the register holds already. Hardly two of these
//! statements have the same text, so that none takes a place among those that are kept prepared.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, one_of};
use crate::store::vocabulary::fresh::{NamedKeysRow, NamedRow};

pub(crate) async fn held(db: &mut Connection, named: &NamedRow) -> sqlx::Result<Vec<Uuid>> {
    let mut query = QueryBuilder::<Db>::new("SELECT id FROM owner WHERE ");
    one_of(&mut query, "id", &named.owners);
    query.push(" UNION ALL SELECT alias_id FROM owner_alias WHERE ");
    one_of(&mut query, "alias_id", &named.owners);
    query.push(" UNION ALL SELECT id FROM animal WHERE ");
    one_of(&mut query, "id", &named.animals);
    query.push(" UNION ALL SELECT id FROM service WHERE ");
    one_of(&mut query, "id", &named.services);
    query.build_query_scalar().persistent(false).fetch_all(db).await
}

pub(crate) async fn held_keys(
    db: &mut Connection,
    named: &NamedKeysRow,
) -> sqlx::Result<Vec<String>> {
    let mut query = QueryBuilder::<Db>::new("SELECT chip FROM animal WHERE chip IS NOT NULL AND ");
    one_of(&mut query, "chip", &named.chips);
    for (kind, keys) in &named.documents {
        for state in ["NULL", "NOT NULL"] {
            query.push(" UNION ALL SELECT document_key FROM owner WHERE document_kind = ");
            query.push_bind(kind).push(" AND ");
            one_of(&mut query, "document_key", keys);
            query.push(" AND document_key IS NOT NULL AND merged_into IS ").push(state);
        }
    }
    query.build_query_scalar().persistent(false).fetch_all(db).await
}
