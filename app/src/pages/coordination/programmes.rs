//! Programmes and how far each is: implantations count to the target, verifications do not.

use domain::desk::plan::{ProgrammeForm, ProgrammeList, Progress};
use domain::id::ProgrammeId;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use phrases::{Locale, common, coordination as say, format};

use super::{Act, Data, Heading, Told, act, shown, typed};
use crate::api;
use crate::components::action::{Actions, Button};
use crate::components::empty_state::EmptyState;
use crate::components::question::Question;
use crate::components::table::{Column, DataTable, figure, promised};
use crate::components::text_field::Keyboard;
use crate::locale::locale;
use crate::routes;

/// The page.
pub struct ProgrammesPage {
    list: Data<ProgrammeList>,
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
fn Page(list: Data<ProgrammeList>) -> impl IntoView {
    let locale = locale();
    let save: Save = act(api::plan::save_programme, move |_: ProgrammeId| list.refetch());
    view! {
        <div class="flow">
            <Heading title=say::nav_programmes(locale) />
            <Told act=save done=say::programme_saved(locale) />
            {shown(
                list,
                move |list| {
                    let issuer = list.issuer;
                    let form = list.may_plan.then(|| view! { <New save=save issuer=issuer /> });
                    if list.rows.is_empty() {
                        return view! {
                            {form}
                            <EmptyState icon="chart-column" title=say::programmes_empty(locale)>
                                <p>{say::programmes_empty_next(locale)}</p>
                            </EmptyState>
                        }
                            .into_any();
                    }
                    let rows = list
                        .rows
                        .into_iter()
                        .map(|progress| view! { <Programme progress=progress /> })
                        .collect_view();
                    view! {
                        {rows}
                        {form}
                    }
                        .into_any()
                },
            )}
        </div>
    }
}

type Save = Act<ProgrammeForm, ProgrammeId>;

/// The form of a new one, which is issued by whom the installation names unless somebody else is.
#[component]
fn New(save: Save, issuer: String) -> impl IntoView {
    let locale = locale();
    let [name, starts_on, ends_on] = [(); 3].map(|()| RwSignal::new(String::new()));
    let issuer = RwSignal::new(issuer);
    let targets = [(); 5].map(|()| RwSignal::new(String::new()));
    let labels = [
        say::implantations(locale),
        say::dewormings_internal(locale),
        say::dewormings_external(locale),
        say::sterilisations(locale),
        say::nav_outreaches(locale),
    ];
    let promised = targets
        .iter()
        .zip(labels)
        .enumerate()
        .map(|(place, (value, label))| {
            let question = Question::new(format!("meta-{place}"), label).optional();
            typed::text(*value, question, Keyboard::Digits)
        })
        .collect_view();
    let go = move |_| {
        let form = ProgrammeForm {
            name: name.get_untracked(),
            issuer: issuer.get_untracked(),
            starts_on: starts_on.get_untracked(),
            ends_on: ends_on.get_untracked(),
            targets: targets.map(|target| target.get_untracked()),
        };
        save.dispatch(form);
    };
    let ask = Question::new;
    view! {
        <details class="act">
            <summary>{say::programme_new(locale)}</summary>
            <div class="form-grid">
                {typed::text(name, ask("programa", common::name(locale)), Keyboard::Text)}
                {typed::text(
                    issuer,
                    ask("emisor", say::programme_issuer(locale)),
                    Keyboard::Text,
                )}
                {typed::text(
                    starts_on,
                    ask("empieza", say::programme_starts(locale)),
                    Keyboard::Date,
                )}
                {typed::text(ends_on, ask("termina", say::programme_ends(locale)), Keyboard::Date)}
                {promised}
            </div>
            <Actions>
                <Button busy=save.pending() on:click=go>
                    {common::save(locale)}
                </Button>
            </Actions>
        </details>
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
            <h2>
                <a rel="external" href=routes::desk_programme(programme.id)>
                    {programme.name.to_string()}
                </a>
            </h2>
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
    let progress = (target > 0).then(|| {
        let percent = u64::from(done) * 100 / u64::from(target);
        view! {
            <span class="progress-line">
                <progress max=target value=done.min(target) aria-label=name></progress>
                <span class="figures">{format!("{percent} %")}</span>
            </span>
        }
    });
    view! {
        <tr>
            <th scope="row">{name}</th>
            {figure(done, locale)}
            {promised(target, locale)}
            <td>{progress}</td>
        </tr>
    }
}
