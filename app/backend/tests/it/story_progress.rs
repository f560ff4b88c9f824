//! Runs the vocabulary of a programme's progress on both databases.

use backend::clock::fresh_id;
use backend::store::Tx;
use backend::store::vocabulary::animal::AnimalRow;
use backend::store::vocabulary::owner::OwnerRow;
use backend::store::vocabulary::plan::{OfferingRow, OutreachPlanRow};
use backend::store::vocabulary::programme::{AuthorisationRow, OutreachRow, ProgrammeRow};
use backend::store::vocabulary::progress::{
    CountedRow, CountedWantedRow, KindTotalRow, OutreachCostRow, PlannedRow, ReachedRow,
    ReachedWantedRow,
};
use backend::store::vocabulary::service::ServiceRow;
use domain::booking::Offering;
use domain::id::ProgrammeId;
use domain::outreach::funding::Funding;
use domain::role::Role;
use domain::service::ServiceKind;
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::field::{NOW, outreach_row, programme_row, staff_row};
use crate::it::offered::offering_row;
use crate::it::story_closing::talk;
use crate::it::story_registry::{animal_row, owner_row, service_row};

const DAY: &str = "2026-11-22";

/// A programme, another beside it, and an animal.
async fn two(tx: &mut Tx) -> Stored<(ProgrammeRow, ProgrammeRow, Uuid)> {
    let own = programme_row();
    let other = ProgrammeRow { number: 2, name: "Otro".to_owned(), ..programme_row() };
    tx.insert_programme(&own).await?;
    tx.insert_programme(&other).await?;
    let owner = owner_row();
    tx.insert_owners(std::slice::from_ref(&owner)).await?;
    let animal = animal_row(owner.id);
    tx.insert_animals(std::slice::from_ref(&animal)).await?;
    Ok((own, other, animal.id))
}

/// An outreach of one programme with chips and, if there is another, surgeries that it pays.
async fn mixed(tx: &mut Tx, own: Uuid, surgeries: Option<Uuid>) -> Stored<OutreachRow> {
    let row = outreach_row(own);
    tx.insert_outreach(&row).await?;
    assert!(tx.put_offering(&offering_row(row.id, "chip", 5)).await?);
    let surgery =
        OfferingRow { programme_id: surgeries, ..offering_row(row.id, "sterilisation", 4) };
    assert!(tx.put_offering(&surgery).await?);
    Ok(row)
}

/// One service of each kind, at an outreach.
fn each(animal: Uuid, outreach: Uuid) -> Vec<ServiceRow> {
    ServiceKind::ALL.iter().map(|kind| service_row(animal, outreach, kind.code())).collect()
}

/// What of an outreach counts to a programme.
async fn kinds(tx: &mut Tx, programme: Uuid, outreach: Uuid) -> Stored<BTreeSet<String>> {
    let rows = tx.programme_progress(programme).await?.into_iter();
    Ok(rows.filter(|row| row.outreach_id == outreach).map(|row| row.kind).collect())
}

/// Every way to offer something or nothing, under the outreach's programme or another, numbered
/// from 0 to 26.
async fn agrees(tx: &mut Tx, (own, other, animal): (Uuid, Uuid, Uuid), way: usize) -> Stored<()> {
    let row = outreach_row(own);
    tx.insert_outreach(&row).await?;
    let mut offered = Vec::new();
    for (offering, weight) in Offering::ALL.iter().zip([1, 3, 9]) {
        let state = way / weight % 3;
        if state == 0 {
            continue;
        }
        let programme_id = (state == 2).then_some(other);
        let named = OfferingRow { programme_id, ..offering_row(row.id, offering.code(), 5) };
        assert!(tx.put_offering(&named).await?);
        offered.push((*offering, programme_id.map(ProgrammeId)));
    }
    tx.insert_services(&each(animal, row.id)).await?;
    let funding = Funding::new(ProgrammeId(own), offered.clone());
    for programme in [own, other] {
        let paid = ServiceKind::ALL.iter().filter(|kind| funding.of(**kind).0 == programme);
        let paid: BTreeSet<_> = paid.map(|kind| kind.code().to_owned()).collect();
        assert_eq!(kinds(tx, programme, row.id).await?, paid, "{offered:?}");
    }
    Ok(())
}

async fn figures(tx: &mut Tx) -> Stored<()> {
    let (own, other, animal) = two(tx).await?;
    let here = mixed(tx, own.id, Some(other.id)).await?;
    let alone = mixed(tx, own.id, None).await?;
    let annulled =
        ServiceRow { annulled_at: Some(9), ..service_row(animal, here.id, "sterilisation") };
    let mut services = each(animal, here.id);
    let surgery = services.iter().find(|row| row.kind == "sterilisation").unwrap().id;
    services.extend([annulled, service_row(animal, alone.id, "sterilisation")]);
    tx.insert_services(&services).await?;
    let total = |kind: &str, total| KindTotalRow { kind: kind.to_owned(), total };
    let mut all: Vec<_> = ServiceKind::ALL.iter().map(|kind| total(kind.code(), 1)).collect();
    all.sort_by(|one, other| one.kind.cmp(&other.kind));
    assert_eq!(tx.programme_totals(own.id).await?, all, "its surgery is that of the other day");
    assert_eq!(tx.programme_totals(other.id).await?, [total("sterilisation", 1)]);
    assert_eq!(tx.programme_totals(fresh_id()).await?, []);
    let outreaches =
        [tx.programme_outreaches(own.id).await?, tx.programme_outreaches(other.id).await?];
    assert_eq!(outreaches, [2, 1]);
    assert_eq!(tx.animals_covered(other.id).await?, [("02101".to_owned(), 1)]);
    let wanted = |commune: &str, from| ReachedWantedRow {
        programme_id: other.id,
        commune: commune.to_owned(),
        from,
        is_back: false,
        limit: 9,
    };
    let back = |from| ReachedWantedRow { is_back: true, ..wanted("02101", from) };
    let reached = ReachedRow {
        animal_id: animal,
        id: surgery,
        kind: "sterilisation".to_owned(),
        performed_on: DAY.to_owned(),
        outreach_id: here.id,
    };
    let first = wanted("02101", Uuid::nil());
    assert_eq!(tx.animals_reached(&first).await?, std::slice::from_ref(&reached));
    assert_eq!(tx.animals_reached(&back(Uuid::max())).await?, [reached]);
    for none in [wanted("02101", animal), back(animal), wanted("02104", Uuid::nil())] {
        assert_eq!(tx.animals_reached(&none).await?, [], "{none:?}");
    }
    let own = ReachedWantedRow { programme_id: own.id, ..first };
    assert_eq!(tx.animals_reached(&own).await?.len(), 1, "once, whatever was done");
    let all = tx.outreach_progress(here.id).await?;
    assert_eq!(all.len(), ServiceKind::ALL.len(), "whoever pays");
    assert!(all.iter().all(|row| row.outreach_id == here.id && row.total == 1), "{all:?}");
    Ok(())
}

async fn plans(tx: &mut Tx) -> Stored<()> {
    let (own, other, _) = two(tx).await?;
    let here = mixed(tx, own.id, Some(other.id)).await?;
    let cost = Some(1_200_000);
    let plan = OutreachPlanRow { outreach_id: here.id, cost, ..OutreachPlanRow::default() };
    tx.put_outreach_plan(&plan).await?;
    let known = OutreachCostRow {
        outreach_id: here.id,
        programme_id: own.id,
        name: here.name.clone(),
        held_on: DAY.to_owned(),
        cost: 1_200_000,
    };
    let day = Some(DAY.to_owned());
    for programme in [own.id, other.id] {
        assert_eq!(tx.programme_costs(programme).await?, std::slice::from_ref(&known));
        assert_eq!(tx.programme_days(programme, DAY, DAY).await?, (day.clone(), day.clone()));
        for (from, to) in [("2026-01-01", "2026-11-21"), ("2026-11-23", "2026-12-31")] {
            assert_eq!(tx.programme_days(programme, from, to).await?, (None, None), "{from}");
        }
    }
    let off = OutreachRow { status: "suspended".to_owned(), ..here.clone() };
    tx.update_outreach(&off).await?;
    assert_eq!(tx.programme_days(own.id, DAY, DAY).await?, (None, None), "it has no day yet");
    let open = OutreachRow { status: "open".to_owned(), ..outreach_row(other.id) };
    tx.insert_outreach(&open).await?;
    let part = |offering: &str, programme_id, capacity| PlannedRow {
        outreach_id: here.id,
        own_id: own.id,
        offering: Some(offering.to_owned()),
        programme_id,
        capacity: Some(capacity),
        is_taught: false,
    };
    let here = OutreachRow { status: "draft".to_owned(), ..here.clone() };
    tx.update_outreach(&here).await?;
    let both = [part("chip", None, 5), part("sterilisation", Some(other.id), 4)];
    assert_eq!(tx.planned_places(own.id, here.id, NOW.0).await?, both);
    assert_eq!(tx.planned_places(own.id, fresh_id(), NOW.0).await?, [], "it is not announced");
    let nothing = PlannedRow {
        outreach_id: open.id,
        own_id: other.id,
        offering: None,
        programme_id: None,
        capacity: None,
        is_taught: false,
    };
    assert_eq!(tx.planned_places(other.id, fresh_id(), NOW.0).await?, [nothing]);
    assert_eq!(tx.planned_places(other.id, here.id, NOW.0).await?.len(), 3);
    Ok(())
}

async fn listed(tx: &mut Tx) -> Stored<()> {
    let (own, _, first) = two(tx).await?;
    let here = mixed(tx, own.id, None).await?;
    let owner = OwnerRow { document_key: None, ..owner_row() };
    tx.insert_owners(std::slice::from_ref(&owner)).await?;
    let own_chip = Some("999000000000002".to_owned());
    let second = AnimalRow { chip: own_chip, ..animal_row(owner.id) };
    tx.insert_animals(std::slice::from_ref(&second)).await?;
    let chip = |animal, residence: Option<&str>| ServiceRow {
        residence: residence.map(str::to_owned),
        chip: Some("999000000000001".to_owned()),
        ..service_row(animal, here.id, "implantation")
    };
    let put_off = ServiceRow { counts: false, ..chip(first, None) };
    let later = ServiceRow { performed_on: "2026-11-23".to_owned(), ..chip(first, None) };
    let seconds = chip(second.id, Some("02104"));
    let services = [chip(first, None), chip(first, None), seconds, put_off, later];
    tx.insert_services(&services).await?;
    let key = |row: &ServiceRow| (row.animal_id, row.id);
    let [mine, again, other] = [key(&services[0]), key(&services[1]), key(&services[2])];
    let mut three = [mine, again, other];
    three.sort_unstable();
    let rows = |keys: &[(Uuid, Uuid)]| -> Vec<CountedRow> {
        let chip = Some("999000000000001".to_owned());
        let row =
            |&(animal_id, id): &(Uuid, Uuid)| CountedRow { id, animal_id, chip: chip.clone() };
        keys.iter().map(row).collect()
    };
    let all = CountedWantedRow {
        outreach_id: here.id,
        kind: "implantation".to_owned(),
        performed_on: DAY.to_owned(),
        residence: None,
        from: (Uuid::nil(), Uuid::nil()),
        is_back: false,
        limit: 9,
    };
    let end = (Uuid::max(), Uuid::max());
    let back = CountedWantedRow { from: end, is_back: true, ..all.clone() };
    assert_eq!(tx.counted_services(&all).await?, rows(&three));
    let [one, two, last] = three;
    assert_eq!(tx.counted_services(&back).await?, rows(&[last, two, one]));
    for (place, from) in three.into_iter().enumerate() {
        let rest = CountedWantedRow { from, ..all.clone() };
        assert_eq!(tx.counted_services(&rest).await?, rows(&three[place + 1..]), "each once");
        let nearest = CountedWantedRow { from, limit: 1, ..back.clone() };
        let before = rows(&three[place.saturating_sub(1)..place]);
        assert_eq!(tx.counted_services(&nearest).await?, before);
    }
    let of =
        |residence: &str| CountedWantedRow { residence: Some(residence.to_owned()), ..all.clone() };
    let mut both = [mine, again];
    both.sort_unstable();
    assert_eq!(tx.counted_services(&of("02104")).await?, rows(&[other]));
    assert_eq!(tx.counted_services(&of("")).await?, rows(&both));
    assert_eq!(tx.counted_services(&of("02101")).await?, []);
    Ok(())
}

/// Three outreaches of a programme are held one after the other: one by a surgery, one by a talk,
/// one by both.
async fn held(tx: &mut Tx) -> Stored<()> {
    let (programme, owner) = (programme_row(), owner_row());
    tx.insert_programme(&programme).await?;
    tx.insert_owners(std::slice::from_ref(&owner)).await?;
    let animal = animal_row(owner.id);
    tx.insert_animals(std::slice::from_ref(&animal)).await?;
    let [operated, taught, both] = [(); 3].map(|()| outreach_row(programme.id));
    for outreach in [&operated, &taught, &both] {
        tx.insert_outreach(outreach).await?;
    }
    let surgery = |outreach| service_row(animal.id, outreach, "sterilisation");
    let put_off = ServiceRow { counts: false, ..surgery(operated.id) };
    tx.insert_services(&[put_off, surgery(both.id)]).await?;
    assert_eq!(tx.programme_outreaches(programme.id).await?, 1, "one surgery was performed");
    tx.insert_services(&[surgery(operated.id)]).await?;
    assert_eq!(tx.programme_outreaches(programme.id).await?, 2);

    let lesson = talk(taught.id);
    tx.insert_education(&lesson).await?;
    tx.insert_education(&talk(both.id)).await?;
    assert_eq!(tx.programme_outreaches(programme.id).await?, 3, "each once");
    tx.annul_education(lesson.id, None, "Fue otro día", 9).await?;
    assert_eq!(tx.programme_outreaches(programme.id).await?, 2);
    Ok(())
}

async fn signers(tx: &mut Tx) -> Stored<()> {
    let (own, other, _) = two(tx).await?;
    let here = mixed(tx, own.id, Some(other.id)).await?;
    let staff = staff_row(Role::Veterinarian);
    tx.insert_staff(&staff).await?;
    let leave = AuthorisationRow {
        staff_id: staff.id,
        outreach_id: here.id,
        signature: "M1 1L2 2".to_owned(),
        authorised_at: 1,
        revoked_at: None,
    };
    tx.authorise_outreach(&leave).await?;
    for (offering, name) in
        [("chip", &own.name), ("deworming", &own.name), ("sterilisation", &other.name)]
    {
        let signer = tx.signer(staff.id, here.id, offering).await?.unwrap();
        assert_eq!(&signer.programme_name, name, "{offering}");
    }
    Ok(())
}

on_both_databases! {
    async fn a_programme_without_services_has_no_totals(database) {
        let read = database.store.write(|tx| {
            Box::pin(async move {
                let programme = programme_row();
                tx.insert_programme(&programme).await?;
                let totals = tx.programme_totals(programme.id).await?;
                Ok((totals.len(), tx.programme_outreaches(programme.id).await?))
            })
        });
        let read: Stored<(usize, i64)> = read.await;
        assert_eq!(read.unwrap(), (0, 0));
    }

    async fn an_outreach_was_held_by_a_service_or_by_a_talk(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(held(tx))).await;
        done.unwrap();
    }

    async fn the_store_says_of_every_offer_who_pays_as_the_domain_does(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (own, other, animal) = two(tx).await?;
            for way in 0..27 {
                agrees(tx, (own.id, other.id, animal), way).await?;
            }
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn what_counts_is_told_of_each_programme_by_itself(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(figures(tx))).await;
        done.unwrap();
    }

    async fn what_is_planned_and_what_it_cost_is_told_to_all_who_pay(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(plans(tx))).await;
        done.unwrap();
    }

    async fn services_that_count_are_listed_in_an_order_that_stays(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(listed(tx))).await;
        done.unwrap();
    }

    async fn who_signs_is_told_with_the_programme_that_pays(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(signers(tx))).await;
        done.unwrap();
    }
}
