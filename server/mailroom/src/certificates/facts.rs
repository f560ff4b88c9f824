//! Facts as the templates read them: JSON with dates taken apart and chips in groups.

use domain::document::{CertificateFacts, Drawing};
use domain::timestamp::CivilDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::RenderError;

/// Longest side of a drawn signature's canvas, units of its path.
const DRAWING_MAX_SIDE: u16 = 4_000;
/// Longest path of a drawn signature, bytes.
const DRAWING_MAX_BYTES: usize = 40_000;

/// The slip for an owner without e-mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SlipFacts {
    /// Name of the issuing body.
    pub issuer: String,
    /// The animal's name.
    pub name: String,
    /// Chip, at most 15 decimal digits.
    pub chip: u64,
    /// Local day of the visit.
    pub on: CivilDate,
    /// The code of ten base32 characters; printed as two groups of five.
    pub code: String,
    /// The address of the QR: the certificate's, or that of the look-up page.
    pub url: String,
    /// The address of the look-up page, as a person types it.
    pub lookup: String,
    /// Whether it is demonstration.
    pub demonstration: bool,
}

impl SlipFacts {
    pub(super) fn ident(&self) -> String {
        format!("slip {:015} {}", self.chip, self.on)
    }

    pub(super) fn to_json(&self) -> Result<Value, RenderError> {
        let mut value = serde_json::to_value(self).map_err(material)?;
        value["chip"] = json!(grouped(self.chip));
        value["on"] = day(self.on);
        let half = self.code.len() / 2;
        if let Some((left, right)) = self.code.split_at_checked(half) {
            value["code"] = json!(format!("{left} {right}"));
        }
        Ok(value)
    }
}

/// The certificate's facts for its template.
pub(super) fn certificate(facts: &CertificateFacts) -> Result<Value, RenderError> {
    let mut value = serde_json::to_value(facts).map_err(material)?;
    value["animal"]["chip"] = json!(grouped(facts.animal.chip));
    value["animal"]["birth"] = facts.animal.birth.map_or(Value::Null, |birth| {
        json!({
            "on": day(birth.on),
            "estimated": birth.estimated,
            "months": birth.on.months_until(facts.place.on),
        })
    });
    value["issued_on"] = day(facts.issued_on);
    value["place"]["on"] = day(facts.place.on);
    value["veterinarian"]["drawing"] = json!(facts.veterinarian.drawing.is_some());
    Ok(value)
}

/// The drawn signature as SVG. Its path becomes part of an SVG text, so only plain path data of
/// straight lines and Bézier curves is taken.
pub(super) fn drawing_svg(drawing: &Drawing) -> Result<String, RenderError> {
    let Drawing { path, width, height } = drawing;
    let side = 1..=DRAWING_MAX_SIDE;
    let plain = |b: u8| b.is_ascii_digit() || b"MmLlHhVvQqTtCcSsZz-., ".contains(&b);
    let is_plain = side.contains(width)
        && side.contains(height)
        && (1..=DRAWING_MAX_BYTES).contains(&path.len())
        && path.starts_with(['M', 'm'])
        && path.bytes().all(plain);
    if !is_plain {
        return Err(RenderError::Drawing);
    }
    let stroke = f32::from(*height) / 45.0;
    Ok(format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}'>\
         <path d='{path}' fill='none' stroke='#12304a' stroke-width='{stroke}' \
         stroke-linecap='round' stroke-linejoin='round'/></svg>"
    ))
}

/// `152 0981 0000 0001`.
fn grouped(chip: u64) -> String {
    let digits = format!("{chip:015}");
    let groups = [0..3, 3..7, 7..11, 11..digits.len()];
    groups.map(|group| digits.get(group).unwrap_or_default().to_owned()).join(" ")
}

fn day(date: CivilDate) -> Value {
    json!({ "year": date.year(), "month": date.month(), "day": date.day() })
}

fn material(error: serde_json::Error) -> RenderError {
    RenderError::Material(error.to_string())
}
