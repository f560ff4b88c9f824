//! Pairing over HTTP: the code of a coordinator, the phone's proof, and the refusals.

use backend::clock::fresh_id;
use data_encoding::BASE64URL_NOPAD;
use domain::id::DeviceId;
use domain::pairing::{Delegation, PairingCode};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

use crate::house::{Engine, House};
use crate::outreach::Outreach;

pub const INVITING: &str = "/api/coordinacion/telefonos/invitar";
pub const PAIRING: &str = "/api/v1/field/pairing";

/// What a phone of this key sends.
pub fn proof(device: DeviceId, key: u8, code: &str) -> Value {
    let signing = SigningKey::from_bytes(&[key; 32]);
    let public_key = BASE64URL_NOPAD.encode(&signing.verifying_key().to_bytes());
    let text = PairingCode::parse(code).expect("a code").proof_text(device, &public_key);
    let signature = BASE64URL_NOPAD.encode(&signing.sign(text.as_bytes()).to_bytes());
    json!({
        "code": code, "device": device, "name": "Mesa 1", "public_key": public_key,
        "signature": signature,
    })
}

#[test]
fn a_phone_is_paired_and_whoever_may_not_is_told_why() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, false);
        let mut coordinator = house.staff("coordinator");
        let asked = json!({ "outreach": outreach.id });
        let invitation = coordinator.post_json(INVITING, &asked).expect(200).json();
        let code = invitation["code"].as_str().expect("a code").to_owned();
        assert_eq!(invitation["qr"], format!("HUELLA:{}", code.replace('-', "")));
        outreach.operative.post_json(INVITING, &asked).expect(403);
        let nowhere = json!({ "outreach": fresh_id() });
        coordinator.post_json(INVITING, &nowhere).expect(404);

        let device = DeviceId(fresh_id());
        let sent = proof(device, 7, &code);
        house.client().post_json(PAIRING, &sent).expect(401);
        house.staff("auditor").post_json(PAIRING, &sent).expect(403);
        let other = house.staff_at("operative", "other").post_json(PAIRING, &sent).expect(403);
        assert_eq!(other.json()["refusal"]["reason"], "not_your_outreach");
        let reason = |sent: &Value, outreach: &mut Outreach| {
            let told = outreach.operative.post_json(PAIRING, sent).expect(422).json();
            told["refusal"]["reason"].as_str().expect("a reason").to_owned()
        };
        let mut foreign = sent.clone();
        foreign["device"] = json!(fresh_id());
        assert_eq!(reason(&foreign, &mut outreach), "pairing_proof_wrong");
        let guessed = proof(device, 7, "ZZZZ-ZZZZ");
        assert_eq!(reason(&guessed, &mut outreach), "pairing_code_unknown");

        let told = outreach.operative.post_json(PAIRING, &sent).expect(200).json();
        let delegation = told["delegation"].clone();
        let delegation: Delegation = serde_json::from_value(delegation).expect("a delegation");
        assert_eq!((delegation.device, delegation.outreach), (device, outreach.id));
        assert_eq!(delegation.public_key, sent["public_key"].as_str().expect("a key"));
        assert_eq!((&told["name"], &told["until"]), (&json!("Mesa 1"), &json!(delegation.until)));
        assert_eq!(reason(&proof(device, 8, &code), &mut outreach), "pairing_code_used");
        let sheet = json!({ "phone": device });
        let sheet = coordinator.post_json("/api/coordinacion/telefonos/ver", &sheet);
        assert_eq!(sheet.expect(200).json()["line"]["pairing"]["until"], told["until"]);
    }
}
