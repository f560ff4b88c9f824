//! What a programme has done, by something: every figure opens the services that it counts.

use domain::closing::{ProgressLine, ServiceFilter, ServicesOf};
use domain::id::ProgrammeId;
use domain::service::ServiceKind;
use domain::timestamp::CivilDate;
use leptos::prelude::*;
use phrases::{Locale, closing as say, coordination, format};

use super::services::address;
use crate::components::table::{Column, DataTable, figure};
use crate::locale::locale;

/// What was done is told by this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The commune of the outreach.
    Commune,
    /// That in which the owners lived.
    Residence,
    /// The neighbourhood unit of the outreach.
    Unit,
    /// The month.
    Month,
}

impl By {
    /// What a table of it is called, what a line of it is, and what one of which it is not known.
    const fn words(self, locale: Locale) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Commune => (say::by_commune(locale), say::commune(locale), ""),
            Self::Residence => {
                (say::by_residence(locale), say::commune(locale), say::residence_unknown(locale))
            }
            Self::Unit => (say::by_unit(locale), say::unit(locale), say::unknown(locale)),
            Self::Month => (say::by_month(locale), say::month(locale), ""),
        }
    }

    /// The services of one line.
    fn filter(self, key: String) -> ServiceFilter {
        let (key, all) = (Some(key), ServiceFilter::default());
        match self {
            Self::Commune => ServiceFilter { commune: key, ..all },
            Self::Residence => ServiceFilter { residence: key, ..all },
            Self::Unit => ServiceFilter { unit: key, ..all },
            Self::Month => ServiceFilter { month: key, ..all },
        }
    }

    /// What a line is called.
    fn line(self, of: Option<String>, locale: Locale) -> String {
        match (self, of) {
            (Self::Month, Some(month)) => month_words(&month, locale),
            (_, Some(known)) => known,
            (_, None) => self.words(locale).2.to_owned(),
        }
    }
}

/// What services of a kind are called, many together.
pub(super) const fn kind_words(kind: ServiceKind, locale: Locale) -> &'static str {
    match kind {
        ServiceKind::Implantation => say::implantations(locale),
        ServiceKind::Verification => say::verifications(locale),
        ServiceKind::DewormingInternal => coordination::dewormings_internal(locale),
        ServiceKind::DewormingExternal => coordination::dewormings_external(locale),
        ServiceKind::Sterilisation => coordination::sterilisations(locale),
    }
}

/// A month, `2026-11`, as people write it.
pub(super) fn month_words(month: &str, locale: Locale) -> String {
    let first: Option<CivilDate> = format!("{month}-01").parse().ok();
    let words = first.map(|day| say::month_of(locale, format::month_long(day, locale), day.year()));
    words.unwrap_or_else(|| month.to_owned())
}

/// A cell with a figure, and the way to the services that it counts.
pub(super) fn opened(
    count: u32,
    (of, filter): (ServicesOf, &ServiceFilter),
    locale: Locale,
) -> AnyView {
    linked(count, address(of, filter), locale)
}

/// Those of one kind.
pub(super) fn of_kind(kind: ServiceKind) -> ServiceFilter {
    ServiceFilter { kinds: vec![kind], ..ServiceFilter::default() }
}

/// A cell with a figure, and the way to what it counts.
pub(super) fn linked(count: u32, href: String, locale: Locale) -> AnyView {
    if count == 0 {
        return figure(count, locale).into_any();
    }
    view! {
        <td data-align="end">
            <a href=href>{format::count(count.into(), locale)}</a>
        </td>
    }
    .into_any()
}

/// What was done, by something.
#[component]
pub(super) fn Table(
    /// Of which programme.
    programme: ProgrammeId,
    /// By what.
    by: By,
    /// What.
    lines: Vec<ProgressLine>,
) -> impl IntoView {
    let locale = locale();
    if lines.is_empty() {
        return ().into_any();
    }
    let (title, head, _) = by.words(locale);
    let mut columns = vec![Column::words(head)];
    columns.extend(ServiceKind::ALL.iter().map(|kind| Column::figures(kind_words(*kind, locale))));
    let row = move |ProgressLine { of, key, counts }: ProgressLine| {
        let cell = |kind: &ServiceKind| {
            let filter = ServiceFilter { kinds: vec![*kind], ..by.filter(key.clone()) };
            opened(counts.of(*kind), (ServicesOf::Programme(programme), &filter), locale)
        };
        let cells = ServiceKind::ALL.iter().map(cell).collect_view();
        view! {
            <tr>
                <th scope="row">{by.line(of, locale)}</th>
                {cells}
            </tr>
        }
    };
    let rows = lines.into_iter().map(row).collect_view();
    view! {
        <DataTable caption=title columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}
