//! `/cuenta-publica`: what was done in a year, against what was promised, by commune.

use leptos::prelude::*;
use phrases::{Locale, format, public};

use crate::components::action::{LinkButton, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::table::{Column, DataTable};
use crate::components::value::CountText;
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::routes;

/// What is counted, in the order of columns and cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Chips implanted.
    Implantations,
    /// Chips verified.
    Verifications,
    /// Internal doses.
    Internal,
    /// External doses.
    External,
    /// Surgeries performed.
    Sterilisations,
    /// Outreaches with surgeries.
    Outreaches,
}

impl Measure {
    /// Every one, in order.
    pub const ALL: [Self; 6] = [
        Self::Implantations,
        Self::Verifications,
        Self::Internal,
        Self::External,
        Self::Sterilisations,
        Self::Outreaches,
    ];

    /// Those that a chart by commune is drawn of.
    const DRAWN: [Self; 4] =
        [Self::Implantations, Self::Internal, Self::External, Self::Sterilisations];

    /// Its name.
    #[must_use]
    pub const fn words(self, locale: Locale) -> &'static str {
        match self {
            Self::Implantations => public::account_implantations(locale),
            Self::Verifications => public::account_verifications(locale),
            Self::Internal => public::account_internal(locale),
            Self::External => public::account_external(locale),
            Self::Sterilisations => public::account_sterilisations(locale),
            Self::Outreaches => public::account_outreaches(locale),
        }
    }
}

/// A figure for each [`Measure`], in its order.
pub type Figures = [u32; 6];

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The year.
    pub year: i16,
    /// The years there are, the latest first; none in an empty register.
    pub years: Vec<i16>,
    /// All communes together.
    pub total: Figures,
    /// What was promised; 0 is no promise.
    pub targets: Figures,
    /// Each commune by name.
    pub communes: Vec<(String, Figures)>,
}

/// The page.
#[component]
pub fn PublicAccountPage(
    /// What it shows.
    account: Account,
) -> impl IntoView {
    let locale = locale();
    let title = public::account_page_title(locale, account.year);
    if account.years.is_empty() {
        let title = public::nav_account(locale);
        return view! {
            <PublicPage title=title>
                <h1>{title}</h1>
                <EmptyState icon="chart-column" title=public::account_page_empty(locale)>
                    <p>{public::account_page_lead(locale)}</p>
                </EmptyState>
            </PublicPage>
        }
        .into_any();
    }
    let csv = format!("{}?year={}", routes::PUBLIC_ACCOUNT_CSV, account.year);
    let charts = Measure::ALL
        .iter()
        .zip(0..)
        .filter(|(measure, _)| Measure::DRAWN.contains(measure))
        .map(|(measure, place)| chart(*measure, place, &account.communes, locale))
        .collect_view();
    view! {
        <PublicPage title=title.clone() description=public::account_page_lead(locale)>
            <div class="flow">
                <h1>{title}</h1>
                <p class="lead">{public::account_page_lead(locale)}</p>
                <Years year=account.year years=account.years.clone() />
                <Sums total=account.total targets=account.targets />
                <h2>{public::account_by_commune(locale)}</h2>
                <div class="charts">{charts}</div>
                <CommuneTable account=account.clone() />
                <div class="actions">
                    <LinkButton href=csv weight=Weight::Quiet icon="download">
                        {public::account_csv(locale)}
                    </LinkButton>
                </div>
            </div>
        </PublicPage>
    }
    .into_any()
}

#[component]
fn Years(year: i16, years: Vec<i16>) -> impl IntoView {
    let locale = locale();
    let several = years.len() > 1;
    let links = years
        .into_iter()
        .map(|one| {
            let href = format!("{}?year={one}", routes::PUBLIC_ACCOUNT);
            let current = (one == year).then_some("page");
            view! { <a href=href aria-current=current>{one}</a> }
        })
        .collect_view();
    several.then(|| {
        view! { <nav class="tabs" aria-label=public::account_page_year(locale)>{links}</nav> }
    })
}

#[component]
fn Sums(total: Figures, targets: Figures) -> impl IntoView {
    let locale = locale();
    let each = Measure::ALL
        .into_iter()
        .zip(total.into_iter().zip(targets))
        .map(|(measure, (done, target))| {
            let against = (target > 0).then(|| {
                let promised = format::count(u64::from(target), locale);
                let percent = u64::from(done) * 100 / u64::from(target);
                view! {
                    <dd class="sum-target">
                        {public::account_page_target(locale, promised)}
                        <Bar part=done whole=target />
                        <span class="hidden-visually">
                            {public::account_page_percent(locale, percent)}
                        </span>
                    </dd>
                }
            });
            view! {
                <div class="sum">
                    <dt>{measure.words(locale)}</dt>
                    <dd class="sum-figure"><CountText number=u64::from(done) /></dd>
                    {against}
                </div>
            }
        })
        .collect_view();
    view! { <dl class="sums">{each}</dl> }
}

/// A bar as wide as its part of the whole; the figure beside it speaks.
#[component]
fn Bar(part: u32, whole: u32) -> impl IntoView {
    let width = f64::from(part.min(whole)) * 100.0 / f64::from(whole.max(1));
    view! {
        <svg
            class="bar"
            viewBox="0 0 100 4"
            preserveAspectRatio="none"
            aria-hidden="true"
            focusable="false"
        >
            <rect class="bar-whole" width="100" height="4"></rect>
            <rect class="bar-part" width=format!("{width:.1}") height="4"></rect>
        </svg>
    }
}

/// One measure by commune: the name, a bar, the figure. The table below holds the same.
fn chart(
    measure: Measure,
    place: usize,
    communes: &[(String, Figures)],
    locale: Locale,
) -> AnyView {
    let value = |figures: &Figures| figures.get(place).copied().unwrap_or(0);
    let most = communes.iter().map(|(_, figures)| value(figures)).max().unwrap_or(0);
    if most == 0 {
        return ().into_any();
    }
    let rows = communes
        .iter()
        .map(|(name, figures)| {
            let count = value(figures);
            view! {
                <li>
                    <span>{name.clone()}</span>
                    <Bar part=count whole=most />
                    <CountText number=u64::from(count) />
                </li>
            }
        })
        .collect_view();
    view! {
        <figure class="chart">
            <figcaption>{public::account_chart(locale, measure.words(locale))}</figcaption>
            <ul class="chart-rows">{rows}</ul>
        </figure>
    }
    .into_any()
}

#[component]
fn CommuneTable(account: Account) -> impl IntoView {
    let locale = locale();
    let figures = Measure::ALL.iter().map(|measure| Column::figures(measure.words(locale)));
    let columns = std::iter::once(Column::words(phrases::common::commune(locale)));
    let columns = columns.chain(figures).collect();
    let rows =
        account.communes.into_iter().map(|(name, figures)| row(name, figures)).collect_view();
    let totals = row(public::account_total(locale).to_owned(), account.total);
    view! {
        <DataTable
            caption=public::account_table(locale, account.year)
            columns=columns
            totals=totals
        >
            {rows}
        </DataTable>
    }
}

fn row(name: String, figures: Figures) -> AnyView {
    let cells = figures
        .map(|figure| view! { <td data-align="end"><CountText number=u64::from(figure) /></td> });
    view! {
        <tr>
            <th scope="row">{name}</th>
            {cells.into_iter().collect_view()}
        </tr>
    }
    .into_any()
}
