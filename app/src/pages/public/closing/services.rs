//! The services behind a figure of a programme or an outreach, page by page.

use domain::closing::{
    ServiceFilter, ServiceLine, ServiceList, ServicePage, ServiceTurn, ServicesOf,
};
use domain::service::ServiceKind;
use domain::territory::Commune;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, closing as say, common, coordination};

use super::ClosingFrame;
use super::figures::{kind_words, month_words};
use crate::components::empty_state::EmptyState;
use crate::components::navigation::{BackLink, Pager};
use crate::components::table::{Column, DataTable};
use crate::components::value::{ChipText, DateText};
use crate::locale::locale;
use crate::pages::public::stock::Links;
use crate::routes;

/// In the address: what is asked for, and which page of it.
const KIND: &str = routes::SERVICE_KIND;
const OUTREACH: &str = "operativo";
const COMMUNE: &str = "comuna";
const UNIT: &str = "unidad";
const RESIDENCE: &str = "residencia";
const MONTH: &str = "mes";
const REACHED: &str = "cobertura";
const PAGE: &str = "pagina";
const AFTER: &str = "tras";
const BEFORE: &str = "antes";

/// What the pairs of an address ask for, and which page of it. What is not understood asks for
/// nothing.
#[must_use]
pub fn services_asked(
    pairs: impl Iterator<Item = (String, String)>,
) -> (ServiceFilter, ServicePage) {
    let (mut filter, mut page) = (ServiceFilter::default(), ServicePage::default());
    for (name, value) in pairs {
        match name.as_str() {
            KIND => filter.kinds.extend(ServiceKind::from_code(&value)),
            OUTREACH => filter.outreach = value.parse().ok(),
            COMMUNE => filter.commune = Some(value),
            UNIT => filter.unit = Some(value),
            RESIDENCE => filter.residence = Some(value),
            MONTH => filter.month = Some(value),
            REACHED => filter.reached = Some(value),
            PAGE => page.number = value.parse().unwrap_or(1),
            AFTER => page.turn = value.parse().ok().map(ServiceTurn::After),
            BEFORE => page.turn = value.parse().ok().map(ServiceTurn::Before),
            _ => {}
        }
    }
    if filter.reached.is_some() {
        filter = ServiceFilter { reached: filter.reached, ..ServiceFilter::default() };
    }
    (filter, page)
}

/// The address of such services.
pub(super) fn address(of: ServicesOf, filter: &ServiceFilter) -> String {
    address_of(of, filter, ServicePage::default())
}

/// The address of a page of them.
fn address_of(of: ServicesOf, filter: &ServiceFilter, page: ServicePage) -> String {
    let kinds = filter.kinds.iter().map(|kind| (KIND, Some(kind.to_string())));
    let pairs = [
        (OUTREACH, filter.outreach.map(|outreach| outreach.to_string())),
        (COMMUNE, filter.commune.clone()),
        (UNIT, filter.unit.clone()),
        (RESIDENCE, filter.residence.clone()),
        (MONTH, filter.month.clone()),
        (REACHED, filter.reached.clone()),
        (PAGE, (page.number > 1).then(|| page.number.to_string())),
    ];
    let turn = page.turn.map(|turn| match turn {
        ServiceTurn::After(service) => (AFTER, Some(service.to_string())),
        ServiceTurn::Before(service) => (BEFORE, Some(service.to_string())),
    });
    let pairs = kinds.chain(pairs).chain(turn).filter_map(|(name, value)| Some((name, value?)));
    let pairs: Vec<_> =
        pairs.map(|(name, value)| format!("{name}={}", routes::escape_query(&value))).collect();
    let path = match of {
        ServicesOf::Programme(id) => routes::desk_programme_services(id),
        ServicesOf::Outreach(id) => routes::desk_outreach_services(id),
    };
    if pairs.is_empty() { path } else { format!("{path}?{}", pairs.join("&")) }
}

/// A commune's name, or its code where it is none of ours.
fn commune_words(code: &str) -> String {
    let name = Commune::parse(code).ok().and_then(Commune::name);
    name.map_or_else(|| code.to_owned(), str::to_owned)
}

/// What was asked for, in words.
fn asked_words(list: &ServiceList, locale: Locale) -> String {
    let filter = &list.filter;
    let residence = |code: &str| match code {
        "" => say::residence_unknown(locale).to_owned(),
        code => say::residents_of(locale, commune_words(code)),
    };
    let unit = |unit: &str| match unit {
        "" => say::unknown(locale).to_owned(),
        unit => format!("{} {unit}", say::unit(locale)),
    };
    let kinds = filter.kinds.iter().map(|kind| Some(kind_words(*kind, locale).to_owned()));
    let parts = [
        list.outreach_name.clone(),
        filter.commune.as_deref().map(commune_words),
        filter.unit.as_deref().map(unit),
        filter.residence.as_deref().map(residence),
        filter.month.as_deref().map(|month| month_words(month, locale)),
        filter.reached.as_deref().map(|code| say::reached_in(locale, commune_words(code))),
    ];
    kinds.chain(parts).flatten().collect::<Vec<_>>().join(" · ")
}

/// `/coordinacion/programas/{id}/servicios`, `/coordinacion/operativos/{id}/atenciones`.
#[component]
pub fn ServicesPage(
    /// The links round it.
    links: Links,
    /// What there is.
    list: ServiceList,
) -> impl IntoView {
    let locale = locale();
    let title = say::services_of(locale, &list.name);
    let asked = asked_words(&list, locale);
    let asked = (!asked.is_empty()).then(|| view! { <p class="lead">{asked}</p> });
    let (of, page, pages) = (list.of, list.page, list.pages);
    let (part, back) = match of {
        ServicesOf::Programme(id) => (routes::PROGRAMMES, routes::desk_programme(id)),
        ServicesOf::Outreach(id) => (routes::OUTREACHES, routes::desk_outreach(id)),
    };
    let at = |page: ServicePage| address_of(of, &list.filter, page);
    let previous = list.previous().map(at).unwrap_or_default();
    let next = list.next().map(at).unwrap_or_default();
    let pager = (pages > 1).then(|| {
        view! {
            <Pager
                now=u64::from(page)
                total=u64::from(pages)
                previous=previous
                next=next
            />
        }
    });
    let count = match list.filter.reached {
        Some(_) => say::reached_count(locale, list.total.into()),
        None => coordination::services_count(locale, list.total.into()),
    };
    view! {
        <ClosingFrame title=title.clone() links=links current=part>
            <BackLink href=back />
            <div class="page-head">
                <h1>{title}</h1>
            </div>
            <div class="flow">{asked} <Lines lines=list.lines count=count /> {pager}</div>
        </ClosingFrame>
    }
}

#[component]
fn Lines(lines: Vec<ServiceLine>, count: String) -> impl IntoView {
    let locale = locale();
    if lines.is_empty() {
        return view! {
            <EmptyState icon="inbox" title=say::services_none(locale)>
                <p>{say::services_none_next(locale)}</p>
            </EmptyState>
        }
        .into_any();
    }
    let columns = vec![
        Column::words(common::animal(locale)),
        Column::words(coordination::service(locale)),
        Column::words(common::date(locale)),
        Column::words(common::chip(locale)),
        Column::words(say::outreach(locale)),
    ];
    let row = move |line: ServiceLine| {
        let name = match line.animal_name.is_empty() {
            true => common::not_stated(locale).to_owned(),
            false => line.animal_name,
        };
        let chip = line.chip.map(|chip| view! { <ChipText chip=chip /> });
        view! {
            <tr>
                <th scope="row">
                    <a href=routes::desk_animal(line.animal)>{name}</a>
                </th>
                <td>{capital(line.kind.label(locale))}</td>
                <td>
                    <DateText date=line.on />
                </td>
                <td>{chip}</td>
                <td>
                    <a href=routes::desk_outreach(line.outreach)>{line.outreach_name}</a>
                </td>
            </tr>
        }
    };
    let rows = lines.into_iter().map(row).collect_view();
    view! {
        <DataTable caption=count columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::{OutreachId, ProgrammeId, ServiceId};
    use uuid::Uuid;

    #[test]
    fn what_is_asked_for_is_read_from_its_address() {
        let programme = ProgrammeId(Uuid::from_u128(7));
        let outreach = OutreachId(Uuid::from_u128(8));
        let text = |text: &str| Some(text.to_owned());
        let filters = [
            ServiceFilter::default(),
            ServiceFilter { unit: text(""), month: text("2026-11"), ..ServiceFilter::default() },
            ServiceFilter {
                kinds: vec![ServiceKind::DewormingInternal, ServiceKind::DewormingExternal],
                outreach: Some(OutreachId(Uuid::from_u128(9))),
                commune: text("02101"),
                unit: text("02101-7"),
                residence: text("02104"),
                month: text("2026-12"),
                reached: None,
            },
            ServiceFilter { reached: text("02104"), ..ServiceFilter::default() },
        ];
        let lists = [
            (ServicesOf::Programme(programme), routes::desk_programme_services(programme)),
            (ServicesOf::Outreach(outreach), routes::desk_outreach_services(outreach)),
            (ServicesOf::Programme(programme), routes::desk_programme_services(programme)),
        ];
        let line = ServiceId(Uuid::from_u128(10));
        let turns =
            [(1, None), (3, Some(ServiceTurn::After(line))), (2, Some(ServiceTurn::Before(line)))];
        for filter in filters {
            for ((number, turn), (of, own)) in turns.into_iter().zip(&lists) {
                let page = ServicePage { number, turn };
                let address = address_of(*of, &filter, page);
                let (path, query) = address.split_once('?').unwrap_or((&address, ""));
                assert_eq!(path, own);
                let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
                assert_eq!(services_asked(pairs), (filter.clone(), page), "{address}");
            }
        }
        let odd = ServiceFilter { commune: text("a&b=ñ"), ..ServiceFilter::default() };
        assert!(
            address(ServicesOf::Programme(programme), &odd).ends_with("?comuna=a%26b%3D%C3%B1")
        );
    }

    #[test]
    fn what_is_not_understood_asks_for_nothing() {
        let pairs = [(KIND, "bath"), (OUTREACH, "x"), (PAGE, "-1"), (AFTER, "1"), ("other", "1")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(
            services_asked(pairs.into_iter()),
            (ServiceFilter::default(), ServicePage::default())
        );
    }
}
