//! Programmes and how far each is: implantations count to the target, verifications do not.

use domain::desk::plan::Progress;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use phrases::{Locale, common, coordination as say, format};

use super::{Data, Heading, shown};
use crate::api;
use crate::components::empty_state::EmptyState;
use crate::components::table::{Column, DataTable};
use crate::locale::locale;
use crate::routes;

/// The page.
pub struct ProgrammesPage {
    list: Data<Vec<Progress>>,
}

#[lazy_route]
impl LazyRoute for ProgrammesPage {
    fn data() -> Self {
        Self { list: Resource::new(|| (), |()| api::plan::programmes()) }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page list=this.list /> }.into_any()
    }
}

#[component]
fn Page(list: Data<Vec<Progress>>) -> impl IntoView {
    let locale = locale();
    view! {
        <div class="flow">
            <Heading title=say::nav_programmes(locale) />
            {shown(
                list,
                move |list| {
                    if list.is_empty() {
                        return view! {
                            <EmptyState icon="chart-column" title=say::programmes_empty(locale)>
                                <p>{say::programmes_empty_next(locale)}</p>
                            </EmptyState>
                        }
                            .into_any();
                    }
                    list.into_iter()
                        .map(|progress| view! { <Programme progress=progress /> })
                        .collect_view()
                        .into_any()
                },
            )}
        </div>
    }
}

#[component]
fn Programme(progress: Progress) -> impl IntoView {
    let locale = locale();
    let programme = progress.programme;
    let (done, target) = (progress.done, programme.targets);
    let lines = [
        (say::implantations(locale), done.implantations, target.implantations),
        (say::dewormings_internal(locale), done.dewormings_internal, target.dewormings_internal),
        (say::dewormings_external(locale), done.dewormings_external, target.dewormings_external),
        (say::sterilisations(locale), done.sterilisations, target.sterilisations),
        (say::nav_outreaches(locale), done.outreaches, target.outreaches),
    ];
    let rows = lines
        .into_iter()
        .filter(|(_, done, target)| *done > 0 || *target > 0)
        .map(|(name, done, target)| row(name, done, target, locale))
        .collect_view();
    let days = format!(
        "{} – {}",
        format::date(programme.starts_on, locale),
        format::date(programme.ends_on, locale)
    );
    let year = programme.starts_on.year();
    let href = format!("{}?ano={year}", routes::desk(routes::OUTREACHES));
    let columns = vec![
        Column::words(say::what_was_promised(locale)),
        Column::figures(say::done(locale)),
        Column::figures(say::target(locale)),
        Column::words(say::progress(locale)),
    ];
    view! {
        <section class="flow block">
            <h2>{programme.name.to_string()}</h2>
            <p class="soft desk-line">
                <span>{programme.issuer.to_string()}</span>
                <span>{days}</span>
                <a href=href>{say::outreaches_in(locale, year)}</a>
            </p>
            <DataTable caption=programme.name.to_string() columns=columns>
                {rows}
            </DataTable>
            <p class="soft small">
                {say::verifications_apart(locale, u64::from(progress.verifications))}
            </p>
        </section>
    }
}

fn row(name: &'static str, done: u32, target: u32, locale: Locale) -> impl IntoView {
    let most = target.max(1);
    let percent = u64::from(done) * 100 / u64::from(target.max(1));
    let words = match target {
        0 => common::not_stated(locale).to_owned(),
        _ => format!("{percent} %"),
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td data-align="end">{format::count(done.into(), locale)}</td>
            <td data-align="end">{format::count(target.into(), locale)}</td>
            <td>
                <span class="progress-line">
                    <progress max=most value=done.min(most) aria-label=name></progress>
                    <span class="figures">{words}</span>
                </span>
            </td>
        </tr>
    }
}
