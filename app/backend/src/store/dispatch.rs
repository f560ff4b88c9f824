//! The macro that gives [`Tx`](crate::store::Tx) one method per query.

/// Gives `Tx` one method per line, and sends each call to the database that the `Tx` holds.
///
/// A line reads `/// what it does` and
/// `method = module::query(argument: Type, …) -> Answer;`, where `module` is a file of
/// `store/queries/`. The query takes `&mut Connection` first and answers `sqlx::Result<Answer>`.
macro_rules! vocabulary {
    ($(
        $(#[$doc:meta])*
        $method:ident = $module:ident :: $query:ident
            ( $($argument:ident : $kind:ty),* $(,)? ) -> $answer:ty;
    )*) => {
        impl crate::store::Tx {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// [`StoreError`](crate::store::StoreError) when the database fails.
                pub async fn $method(
                    &mut self,
                    $($argument: $kind),*
                ) -> Result<$answer, crate::store::StoreError> {
                    use crate::store::{postgres, sqlite, transaction::Held};
                    let answer = match self.held() {
                        Held::Sqlite(db) => {
                            sqlite::queries::$module::$query(db, $($argument),*).await
                        }
                        Held::Postgres(db) => {
                            postgres::queries::$module::$query(db, $($argument),*).await
                        }
                    };
                    self.noted(answer)
                }
            )*
        }
    };
}
