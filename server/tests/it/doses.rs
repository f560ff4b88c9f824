//! Doses over HTTP: they go from the office to an outreach's box and back, and out of it for good.

use crate::client::Client;
use crate::house::{Engine, House};
use crate::outreach::Outreach;

const STOCK: &str = "/coordinacion/existencias";
/// The lot that is moved; another one expires before it and is offered first.
const LOT: &str = "LOTE-B";
const ACTS: [&str; 4] = [
    "01900000-0000-7000-8000-0000000000b1",
    "01900000-0000-7000-8000-0000000000b2",
    "01900000-0000-7000-8000-0000000000b3",
    "01900000-0000-7000-8000-0000000000b4",
];

/// A coordinator's desk with two lots of fifty doses, and an outreach's box.
struct Desk {
    desk: Client,
    /// The address of the box.
    held: String,
    /// The identifier of the lot that is moved.
    lot: String,
}

impl Desk {
    fn of(house: &House, outreach: &Outreach) -> Self {
        let mut desk = house.staff("coordinator");
        for (batch, expiry) in [("LOTE-A", "2099-06-30"), (LOT, "2099-12-31")] {
            let fields = [
                ("product", "Producto de prueba"),
                ("kind", "internal"),
                ("batch", batch),
                ("expiry", expiry),
                ("quantity", "50"),
            ];
            desk.form(&format!("{STOCK}/oficina/producto"), &fields).expect(303);
        }
        let held = format!("{STOCK}/{}", outreach.id);
        let page = desk.get(&format!("{held}/entregar-dosis")).expect(200).text();
        let lot = value(option(&page, &offered(50))).to_owned();
        Self { desk, held, lot }
    }

    /// Moves doses in one act, and shows the box.
    #[track_caller]
    fn act(&mut self, deed: &str, quantity: &str, act: &str) -> String {
        let lot = self.lot.as_str();
        let fields = [("act", act), ("lot", lot), ("quantity", quantity), ("reason", "spoilt")];
        let done = self.desk.form(&format!("{}/{deed}", self.held), &fields).expect(303);
        let next = done.header("location").expect("a page").to_owned();
        assert_eq!(next, format!("{}?hecho", self.held));
        self.desk.get(&next).expect(200).text()
    }

    /// What the box shows of the doses it holds.
    fn shown(&mut self) -> String {
        self.desk.get(&self.held).expect(200).text()
    }

    /// What the office offers of the lot.
    #[track_caller]
    fn offers(&mut self, doses: u32) {
        let page = self.desk.get(&format!("{}/entregar-dosis", self.held)).expect(200).text();
        assert_eq!(value(option(&page, &offered(doses))), self.lot);
    }
}

/// How a lot is offered of which so much is left.
fn offered(doses: u32) -> [String; 2] {
    [format!("lote {LOT},"), format!("(quedan {doses})")]
}

/// The one choice of a page with these words.
#[track_caller]
fn option<'p>(page: &'p str, words: &[String]) -> &'p str {
    let options = page.split("<option").skip(1).filter_map(|rest| rest.split("</option>").next());
    let fitting = |option: &&str| words.iter().all(|word| option.contains(word));
    let found: Vec<_> = options.filter(fitting).collect();
    assert_eq!(found.len(), 1, "{words:?} in {page}");
    found[0]
}

/// The value of a choice.
fn value(option: &str) -> &str {
    let value = option.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
    value.expect("a choice has a value")
}

/// Whether the choice with this value is chosen.
fn is_chosen(page: &str, value: &str) -> bool {
    let tags = page.split("<option").skip(1).filter_map(|rest| rest.split('>').next());
    let value = format!("value=\"{value}\"");
    tags.filter(|tag| tag.contains("selected")).any(|tag| tag.contains(&value))
}

/// The last figures of a page: of the doses that were allotted, were given, were lost, are left.
fn balance(page: &str) -> Vec<&str> {
    let cells = page.split("data-align=\"end\">").skip(1);
    let figures: Vec<_> = cells.filter_map(|rest| rest.split('<').next()).collect();
    figures[figures.len().saturating_sub(4)..].to_vec()
}

#[test]
fn doses_go_to_the_box_come_back_and_are_written_off() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, false);
        let mut desk = Desk::of(&house, &outreach);
        // Sent twice, it is done once.
        for _ in 0..2 {
            let page = desk.act("entregar-dosis", "20", ACTS[0]);
            assert_eq!(balance(&page), ["20", "0", "0", "20"], "{page}");
            assert!(page.contains("Quedó anotado.") && page.contains(LOT), "{page}");
        }
        desk.offers(30);
        for _ in 0..2 {
            let page = desk.act("baja-dosis", "3", ACTS[1]);
            assert_eq!(balance(&page), ["20", "0", "3", "17"], "{page}");
        }
        desk.offers(30);
        let phone = format!("/api/v1/outreaches/{}/stock", outreach.id);
        let told = outreach.operative.get(&phone).expect(200).json();
        assert_eq!(told["lots"][0]["lot"]["doses"], 20, "{told}");
        assert_eq!(told["lots"][0]["lost"], 3, "{told}");
        for _ in 0..2 {
            let page = desk.act("devolver-dosis", "7", ACTS[2]);
            assert_eq!(balance(&page), ["13", "0", "3", "10"], "{page}");
        }
        desk.offers(37);
        let told = outreach.operative.get(&phone).expect(200).json();
        assert_eq!(told["lots"][0]["lot"]["doses"], 13, "{told}");

        let mut auditor = house.staff("auditor");
        for deed in ["entregar-dosis", "baja-dosis", "devolver-dosis"] {
            let fields = [("lot", desk.lot.as_str()), ("quantity", "1"), ("reason", "lost")];
            auditor.form(&format!("{}/{deed}", desk.held), &fields).expect(403);
        }
        assert_eq!(balance(&desk.shown()), ["13", "0", "3", "10"]);
        // What is closed with opens the box that tells it.
        let closing = format!("/coordinacion/operativos/{}/cierre", outreach.id);
        let closing = desk.desk.get(&closing).expect(200).text();
        for figure in [13, 3, 10] {
            let way = format!("<a href=\"{}\">{figure}<", desk.held);
            assert!(closing.contains(&way), "{way}: {closing}");
        }
    }
}

#[test]
fn a_lot_that_was_received_wrong_is_put_right() {
    let house = House::start(Engine::Sqlite);
    let outreach = Outreach::in_house(&house, false);
    let mut desk = Desk::of(&house, &outreach);
    let path = format!("{STOCK}/oficina/corregir-lote");
    let page = desk.desk.get(STOCK).expect(200).text();
    assert!(page.contains(&format!("href=\"{path}\"")), "{page}");
    let lot = desk.lot.clone();
    let form =
        |act, reason| [("act", act), ("lot", &*lot), ("expiry", "2098-12-31"), ("reason", reason)];
    let refused = desk.desk.form(&path, &form(ACTS[0], "")).expect(422).text();
    assert!(refused.contains("value=\"2098-12-31\""), "nothing typed is lost: {refused}");
    for _ in 0..2 {
        desk.desk.form(&path, &form(ACTS[1], "Mal escrito")).expect(303);
    }
    let page = desk.desk.get(STOCK).expect(200).text();
    assert!(page.contains("2098"), "{page}");
    let mut auditor = house.staff("auditor");
    for reader in [&mut desk.desk, &mut auditor] {
        let page = reader.get(STOCK).expect(200).text();
        let (_, told) = page.split_once(">Historia<").expect("a history");
        let words = ["Lote corregido", LOT, "Prueba coordinator", "Mal escrito", "Vence el"];
        for words in words.into_iter().chain(["2099", "2098"]) {
            assert!(told.contains(words), "{words}: {told}");
        }
    }
    auditor.form(&path, &form(ACTS[2], "x")).expect(403);
}

#[test]
fn what_is_typed_wrong_of_doses_moves_none_and_stays_in_the_form() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let outreach = Outreach::in_house(&house, false);
        let mut desk = Desk::of(&house, &outreach);
        desk.act("entregar-dosis", "20", ACTS[0]);
        let not_free = "No todo eso está libre";
        let wrong = [
            ("entregar-dosis", "doce", "Escriba solo números."),
            ("entregar-dosis", "0", "El número es demasiado bajo."),
            ("entregar-dosis", "100001", "El número es demasiado alto."),
            ("entregar-dosis", "31", not_free),
            ("devolver-dosis", "-1", "Escriba solo números."),
            ("devolver-dosis", "21", not_free),
            ("baja-dosis", "1,5", "Escriba solo números."),
            ("baja-dosis", "0", "El número es demasiado bajo."),
            ("baja-dosis", "51", "El número es demasiado alto."),
        ];
        for (at, (deed, quantity, words)) in wrong.into_iter().enumerate() {
            let path = format!("{}/{deed}", desk.held);
            let lot = desk.lot.clone();
            // A write-off is answered for good, also when it is refused.
            let own = |more: usize| format!("01900000-0000-7000-8000-0000000001{more:02}");
            let acts = match deed {
                "baja-dosis" => [own(at), own(at + 50)],
                _ => [ACTS[3], ACTS[3]].map(str::to_owned),
            };
            let act = ("act", acts[0].as_str());
            let fields = [act, ("lot", &*lot), ("quantity", quantity), ("reason", "spoilt")];
            let page = desk.desk.form(&path, &fields).expect(422).text();
            assert!(page.contains(words), "{deed} {quantity}: {page}");
            assert!(page.contains(&format!("value=\"{quantity}\"")), "{deed} {quantity}: {page}");
            assert!(is_chosen(&page, &lot), "{deed} {quantity}: {page}");
            assert!(deed != "baja-dosis" || is_chosen(&page, "spoilt"), "{page}");
            assert!(!page.contains(&acts[0]), "what is put right is another act: {page}");
            let unknown = [
                ("act", acts[1].as_str()),
                ("lot", ACTS[2]),
                ("quantity", "5"),
                ("reason", "spoilt"),
            ];
            let page = desk.desk.form(&path, &unknown).expect(422).text();
            assert!(page.contains("Ese lote no está entre las existencias."), "{deed}: {page}");
            assert!(page.contains("value=\"5\""), "{deed}: {page}");
        }
        let path = format!("{}/baja-dosis", desk.held);
        let fields = [("lot", desk.lot.as_str()), ("quantity", "6"), ("reason", "otra")];
        let page = desk.desk.form(&path, &fields).expect(422).text();
        assert!(page.contains("Elija una opción de la lista."), "{page}");
        assert!(page.contains("value=\"6\"") && is_chosen(&page, &desk.lot), "{page}");
        assert_eq!(balance(&desk.shown()), ["20", "0", "0", "20"]);
        desk.offers(30);
        // The same act with what was put right.
        let page = desk.act("devolver-dosis", "20", ACTS[3]);
        assert!(!page.contains(LOT), "the box holds none any more: {page}");
        desk.offers(50);
    }
}

#[test]
fn doses_are_counted_box_by_box_and_a_difference_is_explained() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let outreach = Outreach::in_house(&house, false);
        let mut desk = Desk::of(&house, &outreach);
        desk.act("entregar-dosis", "20", ACTS[0]);
        let path = format!("{}/contar-dosis", desk.held);
        let page = desk.desk.get(&path).expect(200).text();
        let words = ["Común del operativo".to_owned(), format!("lote {LOT},")];
        let lot = value(option(&page, &words)).to_owned();
        assert!(!page.contains("quedan"), "it is counted before it is told: {page}");
        let fields = |quantity| [("act", ACTS[1]), ("lot", lot.as_str()), ("quantity", quantity)];
        let looked = desk.desk.form(&path, &fields("17")).expect(200).text();
        assert!(looked.contains("Contó 17: faltan 3."), "{looked}");
        assert!(looked.contains("value=\"20\"") && looked.contains(ACTS[1]), "{looked}");
        assert!(!looked.contains("aparecieron"), "nothing that is missing was found: {looked}");
        assert_eq!(balance(&desk.shown()), ["20", "0", "0", "20"]);
        let why = [("expected", "20"), ("reason", "spoilt")];
        for _ in 0..2 {
            let done = desk.desk.form(&path, &[&fields("17")[..], &why].concat()).expect(303);
            let counted = desk.desk.get(done.header("location").expect("a page")).expect(200);
            let counted = counted.text();
            assert!(counted.contains("Contó 17: faltan 3."), "{counted}");
            assert_eq!(balance(&counted), ["20", "0", "3", "17"]);
        }
        let fields = [("act", ACTS[2]), ("lot", lot.as_str()), ("quantity", "17")];
        let done = desk.desk.form(&path, &fields).expect(303);
        let counted = desk.desk.get(done.header("location").expect("a page")).expect(200).text();
        assert!(counted.contains("Contó 17, y eso es lo que debe quedar."), "{counted}");
        for lot in ["", "x", ".", &format!("{lot}.x"), &format!("{lot}.{}", ACTS[3])] {
            let fields = [("lot", lot), ("quantity", "17")];
            let page = desk.desk.form(&path, &fields).expect(422).text();
            assert!(page.contains("Ese lote no está entre las existencias."), "{lot}: {page}");
        }
    }
}

#[test]
fn a_lot_that_is_over_on_the_day_is_neither_proposed_nor_allotted() {
    let house = House::start(Engine::Sqlite);
    let outreach = Outreach::in_house(&house, false);
    let mut desk = Desk::of(&house, &outreach);
    let fields = [
        ("product", "Producto de prueba"),
        ("kind", "internal"),
        ("batch", "LOTE-0"),
        ("expiry", "2020-01-31"),
        ("quantity", "50"),
    ];
    desk.desk.form(&format!("{STOCK}/oficina/producto"), &fields).expect(303);
    let path = format!("{}/entregar-dosis", desk.held);
    let page = desk.desk.get(&path).expect(200).text();
    let over = option(&page, &["lote LOTE-0,".to_owned(), "(vencido)".to_owned()]);
    let (over, next) = (value(over).to_owned(), option(&page, &["lote LOTE-A,".to_owned()]));
    assert!(is_chosen(&page, value(next)) && !is_chosen(&page, &over), "{page}");
    let fields = [("lot", over.as_str()), ("quantity", "5")];
    let page = desk.desk.form(&path, &fields).expect(422).text();
    assert!(page.contains("Ese lote vence antes del día del operativo"), "{page}");
    assert!(page.contains("value=\"5\"") && is_chosen(&page, &over), "{page}");
}

/// Who has no printer reads the same: the phase, what is taken along, and where the paper is.
#[test]
fn the_day_sheet_says_what_is_taken_along() {
    let house = House::start(Engine::Sqlite);
    let outreach = Outreach::in_house(&house, false);
    let path = format!("/coordinacion/operativos/{}", outreach.id);
    let mut desk = Desk::of(&house, &outreach);
    let read = |desk: &mut Desk| {
        let page = desk.desk.get(&format!("{path}/hoja")).expect(200).text();
        let (_, taken) = page.split_once("Lo que se lleva").expect("what is taken along");
        (page.contains("fase 2, Transición"), taken.contains(LOT), taken.contains(">17<"))
    };
    assert_eq!(read(&mut desk), (false, false, false));
    let facts = [("phase", "transition"), ("phase_on", "2026-01-02")];
    desk.desk.form(&format!("{path}/plan/datos"), &facts).expect(303);
    desk.act("entregar-dosis", "17", ACTS[0]);
    assert_eq!(read(&mut desk), (true, true, true));
    let mut auditor = house.staff("auditor");
    let page = auditor.get(&format!("{path}/hoja")).expect(200).text();
    assert!(page.contains(&format!("href=\"{path}/hoja.pdf\"")), "{page}");
    assert!(page.contains(LOT), "{page}");
}
