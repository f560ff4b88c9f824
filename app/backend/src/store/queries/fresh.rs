//! Which submissions, identifiers, documents and chips there are already.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, LISTS_MAKE_TEXTS, one_of};
use crate::store::vocabulary::fresh::NamedRow;

/// Where the lengths of lists make a statement's text, each with every other's, it is kept prepared
/// when none of them is longer.
const KEPT: usize = 16;

pub(crate) async fn named_before(
    db: &mut Connection,
    named: &NamedRow,
) -> sqlx::Result<Vec<(Option<Uuid>, Option<String>)>> {
    let mut query = QueryBuilder::<Db>::new("SELECT id, CAST(NULL AS TEXT) FROM owner WHERE ");
    one_of(&mut query, "id", &named.owners);
    query.push(" UNION ALL SELECT alias_id, NULL FROM owner_alias WHERE ");
    one_of(&mut query, "alias_id", &named.owners);
    query.push(" UNION ALL SELECT id, NULL FROM animal WHERE ");
    one_of(&mut query, "id", &named.animals);
    query.push(" UNION ALL SELECT id, NULL FROM service WHERE ");
    one_of(&mut query, "id", &named.services);
    query.push(" UNION ALL SELECT id, 'submission' FROM submission WHERE ");
    one_of(&mut query, "id", &named.submissions);
    query.push(" UNION ALL SELECT NULL, chip FROM animal WHERE chip IS NOT NULL AND ");
    one_of(&mut query, "chip", &named.chips);
    for (kind, keys) in &named.documents {
        for state in ["NULL", "NOT NULL"] {
            query.push(" UNION ALL SELECT NULL, document_key FROM owner WHERE document_kind = ");
            query.push_bind(kind).push(" AND ");
            one_of(&mut query, "document_key", keys);
            query.push(" AND document_key IS NOT NULL AND merged_into IS ").push(state);
        }
    }
    // Of large batches hardly two texts are the same: none takes a place among those that are kept
    // prepared.
    let lists = [&named.submissions, &named.owners, &named.animals, &named.services];
    let recurs = !LISTS_MAKE_TEXTS || lists.iter().all(|list| list.len() <= KEPT);
    query.build_query_as().persistent(recurs).fetch_all(db).await
}
