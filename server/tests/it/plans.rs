//! The plan of an outreach over HTTP: every deed, what is refused with all that was typed, and who
//! may do it.

use backend::actor::Actor;
use backend::planning;
use domain::id::OutreachId;
use domain::timestamp::CivilDate;

use crate::client::{Answer, Client};
use crate::house::{Engine, House};
use crate::outreach::Outreach;

/// A draft in a month.
fn draft(house: &House) -> (OutreachId, CivilDate) {
    house.block_on(async |office| {
        let today = office.day_of(office.clock.now());
        let day = CivilDate::from_days(today.days() + 30);
        let mut form = planning::choices(office, Actor::System, None).await.expect("a form").form;
        form.name = "Feria Ñandú".to_owned();
        form.place = "Av. Bonilla 9820".to_owned();
        form.held_on = day.to_string();
        let saved = planning::save(office, Actor::System, None, form).await;
        (saved.expect("an outreach"), day)
    })
}

/// The fields of an offering of so many places.
fn chips(capacity: &str) -> [(&str, &str); 6] {
    [
        ("offering", "chip"),
        ("capacity", capacity),
        ("minutes", "17"),
        ("stations", "2"),
        ("from_months", "2"),
        ("per_owner", "3"),
    ]
}

struct Desk {
    client: Client,
    plan: String,
}

impl Desk {
    fn page(&mut self) -> String {
        let plan = self.plan.clone();
        self.client.get(&plan).expect(200).text()
    }

    fn act(&mut self, deed: &str, fields: &[(&str, &str)]) -> Answer {
        let path = format!("{}/{deed}", self.plan);
        self.client.get(&path).expect(200);
        self.client.form(&path, fields)
    }

    #[track_caller]
    fn done(&mut self, deed: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.act(deed, fields).expect(303);
        let to = answer.header("location").expect("a page").to_owned();
        self.client.get(&to).expect(200).text()
    }

    /// A doubled click makes one draft; another day from a sheet that was used makes none, and
    /// loses nothing that was typed.
    fn copied_once(&mut self, day: &str) {
        let form = self.client.get(&format!("{}/copiar", self.plan)).expect(200).text();
        let (_, act) = form.split_once("name=\"act\" value=\"").expect("it names the copy");
        let (act, _) = act.split_once('"').expect("a name");
        let act = act.to_owned();
        let mut copy = |starts: &str, status| {
            let fields = [("day", day), ("starts", starts), ("act", act.as_str())];
            self.act("copiar", &fields).expect(status)
        };
        let made = [copy("11:00", 303), copy("11:00", 303)];
        let [one, other] = made.map(|answer| answer.header("location").map(str::to_owned));
        assert!(one.is_some() && one == other, "{one:?}, {other:?}");
        let used = copy("12:15", 409).text();
        assert!(used.contains("value=\"12:15\"") && !used.contains(&act), "{used}");
    }

    #[track_caller]
    fn refused(&mut self, deed: &str, fields: &[(&str, &str)], words: &str) -> String {
        let text = self.act(deed, fields).expect(422).text();
        assert!(text.contains(words), "{words}: {text}");
        text
    }
}

#[test]
fn an_outreach_is_planned_published_opened_and_put_off() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let team = Outreach::in_house(&house, false);
        let (id, day) = draft(&house);
        let plan = format!("/coordinacion/operativos/{id}/plan");
        let mut desk = Desk { client: house.staff("coordinator"), plan: plan.clone() };
        let empty = desk.page();
        assert!(empty.contains("Feria Ñandú") && empty.contains("no hay servicios"), "{empty}");

        let published = desk.done("etapa", &[("step", "publish")]);
        assert!(published.contains("Quedó guardado") && published.contains("publicado"));
        desk.refused("etapa", &[("step", "open")], "ningún cupo que reservar");
        desk.refused("etapa", &[("step", "fiesta")], "no está en la lista");

        let typed = desk.refused("servicio", &chips("muchos"), "dentro de lo posible");
        assert!(typed.contains("value=\"muchos\"") && typed.contains("value=\"17\""), "{typed}");
        let offered = desk.done("servicio", &chips("40"));
        assert!(offered.contains("microchip y desparasitación") && offered.contains(">40<"));
        let opened = desk.done("etapa", &[("step", "open")]);
        assert!(opened.contains("con horas abiertas"), "{opened}");
        desk.refused("quitar", &[("offering", "chip")], "ningún cupo que reservar");

        let facts = [("way", "Micro 103 <i>"), ("opens_at", "08:30"), ("units", "54")];
        let typed = desk.refused("datos", &facts, "falta su pareja");
        assert!(typed.contains("Micro 103") && typed.contains("08:30"), "{typed}");
        let facts = [("way", "Micro 103 <i>"), ("part_of", "feria_mascotas"), ("units", "54, 7")];
        let told = desk.done("datos", &facts);
        assert!(told.contains("Micro 103 &lt;i") && told.contains("02101-54"), "{told}");
        assert!(told.contains("feria de mascotas"), "{told}");

        let member = team.veterinarian.to_string();
        let stranger = [("member", member.as_str()), ("duty", "surgery")];
        desk.refused("equipo", &stranger, "no está en la lista");

        desk.refused("reprogramar", &[("day", ""), ("starts", "09:35")], "09:35");
        let later = CivilDate::from_days(day.days() + 7).to_string();
        let moved = desk.done("reprogramar", &[("day", &later), ("starts", "09:35")]);
        assert!(moved.contains("Se reprogramó") && moved.contains("09:35"), "{moved}");

        let sheet = format!("/coordinacion/operativos/{id}/hoja");
        let sheet = desk.client.get(&sheet).expect(200).text();
        assert!(sheet.contains("Hoja de la jornada") && sheet.contains("10:05"), "{sheet}");
        assert!(!sheet.contains("/plan/servicio"), "{sheet}");

        desk.refused("copiar", &[("day", "2020-01-01"), ("starts", "10:00")], "ya pasó");
        let copied = desk.done("copiar", &[("day", &later), ("starts", "10:00")]);
        assert!(copied.contains("borrador") && copied.contains(">40<"), "{copied}");
        desk.copied_once(&later);

        desk.refused("suspender", &[("reason", " ")], "falta este dato");
        let suspended = desk.done("suspender", &[("reason", "Lluvia <u>")]);
        assert!(suspended.contains("Suspendido: Lluvia &lt;u"), "{suspended}");
        desk.refused("suspender", &[("reason", "Lluvia")], "otra etapa");
        let dropped = desk.done("quitar", &[("offering", "chip")]);
        assert!(dropped.contains("no hay servicios"), "{dropped}");
        let history = desk.client.get(&plan).expect(200).text();
        assert!(history.contains("Reprogramar"), "{history}");
    }
}

/// A storm at noon: the form says what becomes of everybody, and another day takes it up.
#[test]
fn what_is_under_way_is_called_off_in_words_of_its_own() {
    let house = House::start(Engine::Sqlite);
    let team = Outreach::in_house(&house, false);
    let plan = format!("/coordinacion/operativos/{}/plan", team.id);
    let mut desk = Desk { client: house.staff("coordinator"), plan: plan.clone() };
    assert!(desk.page().contains("en curso"), "{}", desk.page());
    let asked = desk.client.get(&format!("{plan}/suspender")).expect(200).text();
    assert!(asked.contains("Nadie queda como ausente"), "{asked}");
    let off = desk.done("suspender", &[("reason", "Viento")]);
    assert!(off.contains("Suspendido: Viento") && off.contains("reprogramar"), "{off}");
    let later = house.block_on(async |office| {
        let today = office.day_of(office.clock.now());
        CivilDate::from_days(today.days() + 7).to_string()
    });
    let moved = desk.done("reprogramar", &[("day", &later), ("starts", "10:00")]);
    assert!(moved.contains("publicado") && !moved.contains("Suspendido"), "{moved}");
}

#[test]
fn who_only_reads_changes_nothing_and_who_may_not_read_sees_nothing() {
    let house = House::start(Engine::Sqlite);
    let mut team = Outreach::in_house(&house, false);
    let plan = format!("/coordinacion/operativos/{}/plan", team.id);
    let mut auditor = house.staff("auditor");
    let page = auditor.get(&plan).expect(200).text();
    assert!(!page.contains("/plan/"), "{page}");
    auditor.form(&format!("{plan}/suspender"), &[("reason", "Lluvia")]).expect(403);
    team.operative.get(&plan).expect(403);
    team.operative.form(&format!("{plan}/etapa"), &[("step", "close")]).expect(403);

    let mut coordinator = house.staff("coordinator");
    coordinator.get(&format!("{plan}/otra-cosa")).expect(404);
    let nothing = "/coordinacion/operativos/01900000-0000-7000-8000-000000000000/plan";
    coordinator.get(nothing).expect(404);
    coordinator.form(&format!("{nothing}/etapa"), &[("step", "publish")]).expect(404);
    let duty = format!("{plan}/equipo");
    let member = team.veterinarian.to_string();
    let fields = [("member", member.as_str()), ("duty", "chipping"), ("starts", "09:00")];
    coordinator.form(&duty, &fields).expect(303);
    let asked = coordinator.get(&format!("{duty}?member={member}")).expect(200).text();
    assert!(asked.contains("value=\"09:00\""), "{asked}");
    assert!(coordinator.get(&plan).expect(200).text().contains("<td>microchip<"));
}
