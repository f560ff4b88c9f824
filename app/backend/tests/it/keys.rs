//! Signing keys: one a purpose, sealed at rest, rotated.

use backend::actor::Actor;
use backend::error::Error;
use backend::keys::{Keys, Purpose, Secret};
use domain::id::StaffId;
use domain::refusal::Refusal;
use domain::role::Role;
use domain::timestamp::Timestamp;
use std::os::unix::fs::PermissionsExt;

use crate::it::databases::Database;

/// The keys of a test's database.
pub async fn keys(database: &Database) -> Keys {
    let secret = Secret::read_or_make(&database.folder.join("secret")).unwrap();
    Keys::open(&database.store, secret, Timestamp(1)).await.unwrap()
}

on_both_databases! {
    async fn a_rotated_key_goes_on_verifying(database) {
        let keys = keys(&database).await;
        let (kid, signature) = keys.sign(Purpose::Documents, b"one").unwrap();
        let pen = keys.pen(Purpose::Documents).unwrap();
        let by = Actor::System;
        let next = keys.rotate(&database.store, &by, Purpose::Documents, Timestamp(2)).await;
        assert_ne!(next.unwrap(), kid);
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'key_rotated'";
        assert_eq!(database.number(noted).await, 1);
        // Who had begun to write goes on with the key that is named already.
        assert!(keys.verify(Purpose::Documents, &pen.kid, b"late", &pen.sign(b"late")));
        assert!(keys.verify(Purpose::Documents, &kid, b"one", &signature));
        assert!(!keys.verify(Purpose::Documents, &kid, b"two", &signature));
        assert!(!keys.verify(Purpose::Receipts, &kid, b"one", &signature));
        assert!(!keys.verify(Purpose::Documents, &[0; 8], b"one", &signature));
        assert_eq!(keys.jwks(Purpose::Documents)["keys"].as_array().unwrap().len(), 2);
        assert_eq!(keys.list().len(), Purpose::ALL.len() + 1);
    }

    async fn another_process_reads_the_same_keys(database) {
        let (one, two) = tokio::join!(keys(&database), keys(&database));
        assert_eq!(one.list(), two.list());
        let (kid, signature) = one.sign(Purpose::Receipts, b"x").unwrap();
        assert!(two.verify(Purpose::Receipts, &kid, b"x", &signature));
        one.rotate(&database.store, &Actor::System, Purpose::Receipts, Timestamp(3)).await.unwrap();
        two.refresh(&database.store).await.unwrap();
        assert_eq!(
            two.pen(Purpose::Receipts).unwrap().kid,
            one.pen(Purpose::Receipts).unwrap().kid
        );
    }

    async fn keys_do_not_open_with_another_secret(database) {
        keys(&database).await;
        let other = database.folder.join("other");
        Secret::read_or_make(&other).unwrap();
        let opened = Keys::open_with(&database.store, &other, Timestamp(1)).await;
        let Err(Error::Failed(told)) = opened else { panic!("it opened") };
        let told = told.to_string();
        assert!(told.contains(&other.display().to_string()), "{told}");
        assert!(told.contains("HUELLA_SECRET_FILE"), "{told}");
    }

    async fn a_missing_secret_file_is_named_and_not_made_again_once_there_are_keys(database) {
        let file = database.folder.join("kept/secret");
        Keys::open_with(&database.store, &file, Timestamp(1)).await.unwrap();
        Keys::open_with(&database.store, &file, Timestamp(1)).await.unwrap();
        std::fs::remove_file(&file).unwrap();
        let Err(Error::Failed(told)) =
            Keys::open_with(&database.store, &file, Timestamp(1)).await
        else {
            panic!("it opened");
        };
        assert!(told.to_string().contains(&file.display().to_string()), "{told}");
        assert!(!file.exists());
    }

    async fn only_an_administrator_rotates_keys(database) {
        let keys = keys(&database).await;
        let id = StaffId(backend::clock::fresh_id());
        let actor = Actor::Staff { id, role: Role::Coordinator };
        let refused = keys.rotate(&database.store, &actor, Purpose::Receipts, Timestamp(2)).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Forbidden { .. }))));
    }
}

#[test]
fn a_secret_file_is_for_its_owner_only() {
    let folder = std::env::temp_dir().join(format!("huella-{}", backend::clock::fresh_id()));
    let path = folder.join("deep/secret");
    let sealed = Secret::read_or_make(&path).unwrap().seal(b"plain", b"about").unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let beside: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(beside.len(), 1, "nothing half-made stays: {beside:?}");
    let again = Secret::read_or_make(&path).unwrap();
    assert_eq!(again.open(&sealed, b"about").unwrap(), b"plain");
    assert!(again.open(&sealed, b"else").is_err());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let told = Secret::read_or_make(&path).err().unwrap().to_string();
    assert!(told.contains(&path.display().to_string()), "{told}");
    std::fs::remove_dir_all(folder).unwrap();
}
