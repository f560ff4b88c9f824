//! The day sheet: what the team reads in the morning, on a screen or on paper.

use domain::closing::LotLine;
use domain::desk::planned::{PlanField, PlanSheet};
use domain::field_error::Field;
use domain::timestamp::Zone;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{closing, common, format, planning as say};

use super::tables::{Crew, Homes, Offerings, Times};
use super::{PlanFrame, hours, words};
use crate::components::action::{LinkButton, Weight};
use crate::components::navigation::BackLink;
use crate::components::notice::{Notice, Tone};
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::table::{Column, DataTable, figure};
use crate::components::value::DateText;
use crate::locale::locale;
use crate::pages::public::stock::Links;
use crate::routes;

/// `/coordinacion/operativos/{id}/hoja`.
#[component]
pub fn DaySheetPage(
    /// The links round it.
    links: Links,
    /// What is planned.
    sheet: PlanSheet,
    /// Chips and doses that the team takes along.
    taken: (u32, Vec<LotLine>),
    /// Changes of the local time.
    zone: Zone,
) -> impl IntoView {
    let locale = locale();
    let outreach = sheet.outreach.clone();
    let title = say::day_sheet_of(locale, &outreach.name);
    let none = move || common::not_stated(locale).to_owned();
    let place = format!("{}, {}", outreach.place, outreach.commune);
    let suspended = sheet.suspended_reason.clone().map(|reason| {
        view! { <Notice title=say::was_suspended(locale, reason) tone=Tone::Person /> }
    });
    // The sheet is to be read: nothing on it is to be changed.
    let read = PlanSheet { may_plan: false, ..sheet };
    let offered = (!read.offerings.is_empty()).then(|| view! { <Offerings sheet=read.clone() /> });
    let (programme, host) = (read.programme.clone(), read.host.clone());
    let when = hours(&outreach, &zone, locale);
    let most = outreach.max_people.map_or_else(none, |most| format::count(most.into(), locale));
    let row = move |field, value: Option<String>| {
        let name = words::field(field, locale);
        view! { <SummaryRow name=name>{value.unwrap_or_else(none)}</SummaryRow> }
    };
    let phase = row(PlanField::Phase, read.phase.map(|phase| words::phase(phase, locale)));
    let way = row(PlanField::Way, read.way.clone());
    let bring = row(PlanField::Bring, read.bring.clone());
    let file = format!("{}/{}", routes::desk_outreach(outreach.id), routes::DAY_SHEET_FILE);
    view! {
        <PlanFrame title=title.clone() links=links>
            <BackLink href=routes::desk_plan(outreach.id) />
            <div class="page-head">
                <h1>{title}</h1>
                <div class="actions">
                    <LinkButton href=file weight=Weight::Quiet>
                        {closing::day_sheet(locale)}
                    </LinkButton>
                </div>
            </div>
            <div class="flow">
                {suspended} <SummaryList>
                    <SummaryRow name=common::date(locale)>
                        {format::date_long(outreach.held_on, locale)}
                    </SummaryRow>
                    <SummaryRow name=say::hours_column(locale)>
                        {when}
                    </SummaryRow>
                    <SummaryRow name=common::place(locale)>{place}</SummaryRow>
                    <SummaryRow name=say::programme(locale)>{programme}</SummaryRow>
                    <SummaryRow name=say::host(locale)>
                        {host.unwrap_or_else(none)}
                    </SummaryRow>
                    {phase}
                    <SummaryRow name=say::field_max_people(locale)>{most}</SummaryRow>
                    {way}
                    {bring}
                </SummaryList> <Crew sheet=read.clone() zone=zone.clone() /> {offered}
                <Homes homes=read.homes zone=zone.clone() />
                <Times times=read.times zone=zone /> <TakenAlong chips=taken.0 lots=taken.1 />
            </div>
        </PlanFrame>
    }
}

/// What there should be in the box when the team leaves.
#[component]
fn TakenAlong(chips: u32, lots: Vec<LotLine>) -> impl IntoView {
    let locale = locale();
    let columns = vec![
        Column::words(closing::what(locale)),
        Column::words(closing::batch(locale)),
        Column::words(capital(Field::Expiry.label(locale))),
        Column::figures(closing::how_many(locale)),
    ];
    let row = move |line: LotLine| {
        view! {
            <tr>
                <th scope="row">{line.product}</th>
                <td>{line.lot}</td>
                <td>
                    <DateText date=line.expires_on />
                </td>
                {figure(line.doses, locale)}
            </tr>
        }
    };
    let rows = lots.into_iter().map(row).collect_view();
    view! {
        <DataTable caption=say::taken_along(locale) columns=columns>
            <tr>
                <th scope="row">{say::taken_along_chips(locale)}</th>
                <td></td>
                <td></td>
                {figure(chips, locale)}
            </tr>
            {rows}
        </DataTable>
    }
}
