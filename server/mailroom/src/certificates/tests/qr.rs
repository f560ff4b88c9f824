//! The QR of every paper is decoded from its page, as a camera would see it.

use domain::catalogue::{Sex, Species};
use domain::certificate::{CertificatePayload, DocumentKind, PROGRAMME_MAX_BYTES, QR_MAX_CHARS};
use domain::document::DocumentFacts;
use domain::id::DocumentId;
use domain::name::PetName;
use domain::qr::{Correction, Symbol};
use uuid::Uuid;

use super::super::{Certificates, SlipFacts};
use super::{date, hostile, luna, poppler, signed_url, slip, sterilisation};

/// The text of every QR on the page, seen as a printed grey page at `dpi`.
pub(super) fn qr_codes(pdf: &[u8], dpi: &str) -> Vec<String> {
    qr_symbols(pdf, dpi).into_iter().map(|(text, _)| text).collect()
}

/// Every QR that can be read on the page, with the side of its symbol in pixels, without the empty
/// space round it.
fn qr_symbols(pdf: &[u8], dpi: &str) -> Vec<(String, i32)> {
    let image = poppler("pdftoppm", &["-gray", "-r", dpi, "-"], pdf);
    let header: Vec<&[u8]> = image.splitn(4, |b| b.is_ascii_whitespace()).collect();
    let number = |at: usize| std::str::from_utf8(header[at]).unwrap().parse::<usize>().unwrap();
    let (width, height) = (number(1), number(2));
    let pixels = &image[image.len() - width * height..];
    let mut page =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let grids = page.detect_grids();
    let side = |corners: [rqrr::Point; 4]| corners[1].x - corners[0].x;
    let read = |grid: &rqrr::Grid<_>| Some((grid.decode().ok()?.1, side(grid.bounds)));
    grids.iter().filter_map(read).collect()
}

#[test]
fn the_qr_is_decoded_from_the_rendered_page() {
    let press = Certificates::new().unwrap();
    let pages = [press.render(&luna()).unwrap(), press.render(&sterilisation()).unwrap()];
    for page in pages {
        assert_eq!(qr_codes(&page, "300"), [luna().verify_url]);
    }
    let pdf = press.slip(&slip()).unwrap();
    assert_eq!(qr_codes(&pdf, "300"), [slip().url]);
}

/// As large as a QR can become, among the longest that anybody could type.
#[test]
fn the_longest_qr_is_decoded_from_a_poor_print() {
    let payload = CertificatePayload {
        kind: DocumentKind::Sterilisation,
        document: DocumentId(Uuid::from_u128(u128::MAX)),
        issued_on: date(2099, 12, 31),
        chip: 999_999_999_999_999,
        species: Species::Cat,
        sex: Sex::Male,
        pet_name: "Ñ".repeat(usize::from(PetName::LONGEST)),
        programme: "P".repeat(PROGRAMME_MAX_BYTES),
    };
    let url = signed_url(&payload);
    let symbol = Symbol::of(&url, Correction::Medium).unwrap();
    assert_eq!(symbol.version(), 10, "{} signs, the most are {QR_MAX_CHARS}", url.len());
    let press = Certificates::new().unwrap();
    let voucher = DocumentFacts { verify_url: url.clone(), ..hostile() };
    let surgery = DocumentFacts { service: sterilisation().service, ..voucher.clone() };
    let pages = [press.render(&voucher).unwrap(), press.render(&surgery).unwrap()];
    let slip = press.slip(&SlipFacts { url: url.clone(), name: "W".repeat(40), ..slip() }).unwrap();
    for (page, dpi) in pages.iter().chain([&slip]).flat_map(|page| [(page, 150), (page, 200)]) {
        let seen = qr_symbols(page, &dpi.to_string());
        let [(text, side)] = &seen[..] else { panic!("{} codes at {dpi} dpi", seen.len()) };
        assert_eq!(*text, url, "at {dpi} dpi");
        let mm = f64::from(*side) / f64::from(dpi) * 25.4;
        assert!((35.0..40.0).contains(&mm), "the symbol is {mm:.1} mm wide at {dpi} dpi");
    }
}
