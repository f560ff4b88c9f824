//! Booking over HTTP, without a script: a place is asked for, given, changed and given back; what
//! cannot be given is told, and nothing typed is lost.

use backend::clock::{Clock, fresh_id};
use backend::store::StoreError;
use backend::store::vocabulary::plan::{OfferingRow, OutreachPlanRow, SlotRow};
use backend::store::vocabulary::programme::OutreachRow;
use domain::booking::{Eligibility, Offering};
use domain::timestamp::{DAY_MS, HOUR_MS, Timestamp};

use crate::client::{Answer, Client};
use crate::house::{Engine, House};
use crate::papers::mails;
use crate::programme::programme;

/// Most bytes of a page: what fonts, style and icons leave of the 50 KB of goal P1.
const PAGE_BYTES: usize = 12 * 1024;

/// An outreach that takes bookings, with two hours of one place each.
pub struct Hall {
    pub id: String,
    pub hours: [String; 2],
}

impl Hall {
    pub fn lay_out(house: &House, offering: Offering) -> Self {
        let now = Clock::System.now();
        let starts_at = now.0 - now.0.rem_euclid(HOUR_MS) + 3 * DAY_MS;
        let hours = [starts_at, starts_at + HOUR_MS / 2];
        let id = fresh_id();
        let outreach = move |programme_id| OutreachRow {
            id,
            programme_id,
            name: "La Chimba <b>".to_owned(),
            kind: "mixed".to_owned(),
            status: "open".to_owned(),
            held_on: Timestamp(starts_at).local(-180).0.to_string(),
            starts_at,
            ends_at: starts_at + HOUR_MS,
            place: "Sede Villa Chica".to_owned(),
            commune: "02101".to_owned(),
            unit: None,
            host_id: None,
            phase: None,
            max_people: None,
        };
        let plan = OutreachPlanRow {
            outreach_id: id,
            bring: Some("Correa o transportín".to_owned()),
            way: Some("Micro 103".to_owned()),
            ..OutreachPlanRow::default()
        };
        let offered = OfferingRow {
            outreach_id: id,
            offering: offering.code().to_owned(),
            capacity: 2,
            minutes: 10,
            stations: 1,
            eligibility: serde_json::to_string(&Eligibility::usual(offering)).expect("JSON"),
            booked: 0,
            used: 0,
            shared: 0,
            programme_id: None,
        };
        let slot = |starts_at| SlotRow {
            outreach_id: id,
            offering: offering.code().to_owned(),
            starts_at,
            capacity: 1,
            booked: 0,
        };
        let slots = hours.map(slot);
        house.block_on(async |office| {
            let written = office.store.write(move |tx| {
                let (plan, offered, slots) = (plan.clone(), offered.clone(), slots.clone());
                Box::pin(async move {
                    let programme = programme();
                    tx.insert_programme(&programme).await?;
                    tx.insert_outreach(&outreach(programme.id)).await?;
                    tx.put_outreach_plan(&plan).await?;
                    assert!(tx.put_offering(&offered).await?);
                    tx.put_slots(id, &offered.offering, &slots).await?;
                    Ok::<_, StoreError>(())
                })
            });
            written.await.expect("the rows are written");
        });
        Self { id: id.to_string(), hours: hours.map(|hour| hour.to_string()) }
    }

    pub fn form(&self) -> String {
        format!("/operativos/{}/reservar", self.id)
    }

    /// Books a place for a dog of somebody, with some fields otherwise.
    pub fn ask(&self, client: &mut Client, otherwise: &[(&str, &str)]) -> Answer {
        // Every page has a name of its own, as it is drawn for a browser.
        let form = fresh_id().simple().to_string();
        let usual = [
            ("act", "book"),
            ("form", form.as_str()),
            ("rows", "3"),
            ("run", "12.345.678-5"),
            ("given", "María José"),
            ("surnames", "Núñez D’Angelo"),
            ("email", "tenedora@example.cl.invalid"),
            ("phone", "+56 9 1234 5678"),
            ("pet_name_1", "Luna"),
            ("species_1", "dog"),
            ("sex_1", "female"),
            ("years_1", "2"),
        ];
        let kept = usual.iter().filter(|(name, _)| !otherwise.iter().any(|(own, _)| own == name));
        let fields: Vec<_> = kept.chain(otherwise).copied().collect();
        client.form(&self.form(), &fields)
    }
}

/// The path that an answer leads to.
pub fn leads_to(answer: &Answer) -> String {
    answer.header("location").expect("a way on").to_owned()
}

/// A page without a script, and small on its way.
fn page(client: &mut Client, path: &str) -> String {
    let text = client.get(path).expect(200).text();
    assert!(!text.contains("<script"), "{path} has a script");
    let packed = client.send("GET", path, &[("accept-encoding", "br, gzip")], b"").expect(200);
    assert!(packed.body.len() <= PAGE_BYTES, "{path} weighs {} bytes", packed.body.len());
    text
}

/// The link in the newest of so many mails, and how many files that mail has.
fn link_of_mail(house: &House, count: usize) -> (String, usize) {
    let (_, mail) = mails(house, count).pop().expect("a mail");
    let message = mail_parser::MessageParser::default().parse(&mail).expect("a mail");
    let text = message.body_text(0).expect("a text").into_owned();
    let link = text.split_whitespace().find(|word| word.contains("/e/")).expect("a link");
    let path = link.split_once("/e/").map(|(_, token)| format!("/e/{token}")).expect("a token");
    (path, message.attachment_count())
}

#[test]
fn a_place_is_booked_without_a_script_and_has_its_papers() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let hall = Hall::lay_out(&house, Offering::Chip);
        let mut client = house.client();
        let list = page(&mut client, "/operativos?comuna=02101&servicio=chip");
        assert!(list.contains("La Chimba &lt;b") && list.contains("quedan 2 cupos"), "{list}");
        assert!(list.contains("href=\"/operativos.ics\""), "{list}");
        let other = page(&mut client, "/operativos?servicio=sterilisation");
        assert!(!other.contains("La Chimba"), "{other}");
        let one = page(&mut client, &format!("/operativos/{}", hall.id));
        assert!(one.contains("Correa o transportín") && one.contains("Micro 103"), "{one}");
        page(&mut client, &hall.form());

        let booked = hall.ask(&mut client, &[("time", &hall.hours[1])]).expect(303);
        let path = leads_to(&booked);
        let (ticket, _) = path.split_once('?').expect("what was done");
        let shown = page(&mut client, &path);
        assert!(shown.contains("Luna") && shown.contains("María José"), "{shown}");
        assert!(shown.contains("collar y correa"), "also where nobody typed it: {shown}");
        for personal in ["Núñez", "tenedora@", "12.345.678", "1234 5678"] {
            assert!(!shown.contains(personal), "{personal} is on the ticket: {shown}");
        }
        page(&mut client, &ticket.to_ascii_lowercase().replace("/T/", "/t/"));
        let pdf = client.get(&format!("{ticket}/boleto.pdf")).expect(200);
        assert!(pdf.body.starts_with(b"%PDF-"));
        assert_eq!(pdf.header("cache-control"), Some("no-store"));
        let entry = client.get(&format!("{ticket}/cita.ics")).expect(200);
        assert_eq!(entry.header("content-type"), Some("text/calendar; charset=utf-8"));
        let entry = entry.text();
        let (day, minute) = Timestamp(hall.hours[1].parse().expect("a number")).local(0);
        let day = day.to_string().replace('-', "");
        let begins = format!("DTSTART:{day}T{:02}{:02}00Z\r\n", minute / 60, minute % 60);
        assert!(entry.contains(&begins), "{begins} is not in {entry}");
        client.get(&format!("{ticket}/otra.pdf")).expect(404);
        let (link, files) = link_of_mail(&house, 1);
        assert_eq!(files, 2);
        assert!(page(&mut client, &link).contains("No puedo ir"));
    }
}

#[test]
fn what_is_full_has_a_waiting_list_and_a_freed_place_is_offered() {
    let house = House::start(Engine::Sqlite);
    let hall = Hall::lay_out(&house, Offering::Chip);
    let mut client = house.client();
    hall.ask(&mut client, &[]).expect(303);
    mails(&house, 1);
    let told = hall.ask(&mut client, &[("email", "otra@example.cl.invalid")]).expect(422).text();
    assert!(told.contains("no se puede dar otra hora") && told.contains("/mi-hora"), "{told}");
    let again = mails(&house, 2).remove(1).1;
    let again = String::from_utf8_lossy(&again);
    assert!(again.contains("tenedora@example.cl.invalid"), "the owner is told: {again}");
    hall.ask(&mut client, &[("run", "11.111.111-1")]).expect(303);
    mails(&house, 3);
    let third = [("run", "22.222.222-2"), ("email", "otra@example.cl.invalid")];
    let told = hall.ask(&mut client, &third).expect(422).text();
    assert!(told.contains("Ya no quedan cupos"), "{told}");
    let waits = [&third[..], &[("act", "wait")]].concat();
    let path = leads_to(&hall.ask(&mut client, &waits).expect(303));
    let shown = page(&mut client, &path);
    assert!(shown.contains("lugar 1"), "{shown}");
    let (link, files) = link_of_mail(&house, 4);
    assert_eq!(files, 0, "who waits has no ticket");

    // The first gives the place back: it is offered to who waits, who accepts it.
    let first = link_of_first_mail(&house);
    client.form(&first, &[("act", "cancel")]).expect(303);
    mails(&house, 6);
    let shown = page(&mut client, &link);
    assert!(shown.contains("Aceptar el cupo"), "{shown}");
    let accepted = client.form(&link, &[("act", "accept")]).expect(303);
    assert!(page(&mut client, &leads_to(&accepted)).contains("El cupo es suyo"));
}

/// The link in the oldest mail of the house.
fn link_of_first_mail(house: &House) -> String {
    let (_, mail) = mails(house, 1).remove(0);
    let message = mail_parser::MessageParser::default().parse(&mail).expect("a mail");
    let text = message.body_text(0).expect("a text").into_owned();
    let token = text.split_once("/e/").expect("a link").1;
    let token: String = token.chars().take_while(char::is_ascii_alphanumeric).collect();
    format!("/e/{token}")
}

#[test]
fn an_animal_that_is_not_taken_is_told_why_and_what_to_do() {
    let house = House::start(Engine::Sqlite);
    let hall = Hall::lay_out(&house, Offering::Sterilisation);
    let mut client = house.client();
    let pug = [("flat_1", "on"), ("years_1", "9")];
    let told = hall.ask(&mut client, &pug).expect(422).text();
    assert!(told.contains("clínica veterinaria") && told.contains("Pasa la edad"), "{told}");
    assert!(told.contains("value=\"Luna\""), "{told}");
    assert_eq!(mails_so_far(&house), 0);
}

fn mails_so_far(house: &House) -> usize {
    let entries = std::fs::read_dir(house.folder.join("mail")).into_iter().flatten().flatten();
    entries.filter(|entry| entry.path().extension().is_some_and(|kind| kind == "eml")).count()
}

#[test]
fn a_wrong_form_keeps_everything_that_was_typed() {
    let house = House::start(Engine::Sqlite);
    let hall = Hall::lay_out(&house, Offering::Chip);
    let mut client = house.client();
    let wrong = [
        ("run", "12.345.678-9"),
        ("given", "María <i>"),
        ("phone", "12"),
        ("email", "ana@municipio.cll"),
        ("address", "Sicilia 1516"),
        ("commune", "02201"),
        ("priority", "on"),
        ("pet_name_2", "Ñato"),
        ("species_2", "cat"),
        ("sex_2", ""),
        ("months_2", "tres"),
        ("chip_2", "123"),
    ];
    let told = hall.ask(&mut client, &wrong).expect(422).text();
    for typed in
        ["12.345.678-9", "María &lt;i", "value=\"12\"", "ana@municipio.cll", "Sicilia 1516", "Ñato"]
    {
        assert!(told.contains(typed), "{typed} was lost: {told}");
    }
    assert!(told.contains("ana@municipio.cl?"), "{told}");
    for field in ["run", "given", "phone", "email", "sex_2", "months_2", "chip_2"] {
        assert!(told.contains(&format!("href=\"#{field}\"")), "{field} is not told: {told}");
    }
    // Room for more animals comes with what was typed, and without a complaint.
    let more = [&wrong[..], &[("act", "add")]].concat();
    let more = hall.ask(&mut client, &more).expect(200).text();
    assert!(more.contains("name=\"pet_name_4\"") && more.contains("Ñato"), "{more}");
    assert!(!more.contains("href=\"#run\""), "{more}");
    let most = [("act", "add"), ("rows", "6")];
    let most = hall.ask(&mut client, &most).expect(200).text();
    assert!(most.contains("name=\"pet_name_6\"") && !most.contains("pet_name_7"), "{most}");
    assert!(most.len() <= 64 * 1024, "{} bytes", most.len());
    // An address that is meant as it stands is sent again.
    let sure = [("email", "ana@municipio.cll"), ("email_sure", "ana@municipio.cll")];
    hall.ask(&mut client, &sure).expect(303);
    let nobody = [("email", ""), ("phone", ""), ("run", "11.111.111-1")];
    hall.ask(&mut client, &nobody).expect(422);
}

#[test]
fn a_link_only_shows_and_each_act_is_a_post() {
    let house = House::start(Engine::Sqlite);
    let hall = Hall::lay_out(&house, Offering::Chip);
    let mut client = house.client();
    let booked = hall.ask(&mut client, &[("time", &hall.hours[0])]).expect(303);
    let path = leads_to(&booked);
    let ticket = path.split_once('?').expect("what was done").0.to_owned();
    let (link, _) = link_of_mail(&house, 1);
    let field = |client: &mut Client, name: &str| {
        let text = client.get(&format!("{ticket}/cita.ics")).expect(200).text();
        let line = text.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
        line.expect("a property")
    };
    let (uid, sequence) = (field(&mut client, "UID:"), field(&mut client, "SEQUENCE:"));
    // A mail scanner opens every link, with whatever is in it.
    for look in [link.clone(), format!("{link}?act=cancel"), link.to_ascii_lowercase()] {
        assert!(page(&mut client, &look).contains("No puedo ir"));
    }
    client.form(&link, &[]).expect(400);
    // What is theirs already stays theirs.
    client.form(&link, &[("act", "accept")]).expect(303);
    let asked = client.form(&link, &[("act", "move"), ("time", "")]).expect(422).text();
    assert!(asked.contains("href=\"#time\"") && asked.contains("id=\"time-error\""), "{asked}");
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let moved = [("act", "move"), ("time", hall.hours[1].as_str())];
    let done = client.form(&link, &moved).expect(303);
    assert!(page(&mut client, &leads_to(&done)).contains("Hora cambiada"));
    assert_eq!(field(&mut client, "UID:"), uid);
    let number = |text: &str| text.parse::<u32>().expect("a number");
    assert!(number(&field(&mut client, "SEQUENCE:")) > number(&sequence));
    let done = client.form(&link, &[("act", "cancel")]).expect(303);
    assert!(page(&mut client, &leads_to(&done)).contains("Reserva anulada"));
    assert!(page(&mut client, &ticket).contains("está anulada"));
    client.get(&format!("{ticket}/boleto.pdf")).expect(410);
    client.get(&format!("{ticket}/cita.ics")).expect(410);
    hall.ask(&mut client, &[("time", &hall.hours[1])]).expect(303);
}

#[test]
fn who_has_no_mail_comes_back_with_the_code_and_the_end_of_the_document() {
    let house = House::start(Engine::Sqlite);
    let hall = Hall::lay_out(&house, Offering::Chip);
    let mut client = house.client();
    let foreign = [
        ("run", ""),
        ("document_country", "Perú"),
        ("document", "X 1234k"),
        ("surnames", ""),
        ("email", ""),
    ];
    let path = leads_to(&hall.ask(&mut client, &foreign).expect(303));
    let code = path.trim_start_matches("/T/").split('?').next().expect("a code").to_owned();
    assert_eq!(code.len(), 10);
    let mine = |client: &mut Client, code: &str, end: &str| {
        client.form("/mi-hora", &[("code", code), ("document", end)])
    };
    page(&mut client, "/mi-hora");
    let told = mine(&mut client, "", "").expect(422).text();
    assert!(told.contains("href=\"#code\"") && told.contains("href=\"#document\""), "{told}");
    let told = mine(&mut client, &code, "9999").expect(422).text();
    assert!(told.contains("href=\"#document\"") && told.contains(&code), "{told}");
    mine(&mut client, "AAAAAAAAAA", "234K").expect(410);
    let spelled = code.to_ascii_lowercase();
    let own = leads_to(&mine(&mut client, &spelled, "234k").expect(303));
    assert!(page(&mut client, &own).contains("No puedo ir"));
    let done = client.form(&own, &[("act", "cancel")]).expect(303);
    assert!(leads_to(&done).ends_with("?hecho=anulada"));
}

#[test]
fn strange_addresses_and_texts_are_answered_in_our_words() {
    let house = House::start(Engine::Sqlite);
    let hall = Hall::lay_out(&house, Offering::Chip);
    let mut client = house.client();
    for (path, status) in [
        ("/operativos/x", 404),
        ("/operativos/01900000-0000-7000-8000-000000000000", 404),
        ("/operativos/01900000-0000-7000-8000-000000000000/reservar", 404),
        ("/operativos?comuna=%00&servicio=%3Cscript%3E&mes=9999-99", 200),
        ("/T/%3Cscript%3E", 410),
        ("/t/aaaaaaaaaa", 410),
        ("/T/AAAAAAAAAA/boleto.pdf", 410),
        ("/T/%0d%0aSet-Cookie:%20a=b", 410),
        ("/e/%0d%0aSet-Cookie:%20a=b", 410),
    ] {
        let answer = client.get(path).expect(status);
        let text = answer.text();
        assert!(text.contains("<html lang=\"es"), "{path}: {text}");
        assert!(!text.contains("<script"), "{path}: {text}");
    }
    let over = "/operativos/01900000-0000-7000-8000-000000000000";
    let told = client.get(over).expect(404).text();
    assert!(told.contains("no está anunciado") && told.contains("/mi-hora"), "{told}");
    // Nothing is booked for a service that is not offered, or for a program.
    let other = format!("{}?servicio=deworming", hall.form());
    assert_eq!(leads_to(&client.get(&other).expect(303)), format!("/operativos/{}", hall.id));
    let trapped = hall.ask(&mut client, &[("website", "http://x")]).expect(303);
    assert_eq!(leads_to(&trapped), "/operativos");
    let markup = [("pet_name_1", "<script>alert(1)</script>"), ("run", "<script>")];
    let told = hall.ask(&mut client, &markup).expect(422).text();
    assert!(!told.contains("<script>alert") && told.contains("&lt;script"), "{told}");
    hall.ask(&mut client, &[("time", "1")]).expect(422);
    hall.ask(&mut client, &[("time", "99999999999999999999")]).expect(422);
    let told = hall.ask(&mut client, &[("years_1", "-1")]).expect(422).text();
    assert!(told.contains("Años de edad: Escriba solo números."), "{told}");
    assert_eq!(mails_so_far(&house), 0);
}
