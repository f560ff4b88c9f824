//! The application of `/coordinacion`: rendered by the server, then hydrated; one lazy route a
//! page.

use domain::desk::Visitor;
use domain::role::{Role, UseCase, allows};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::{Lazy, ParamSegment, SsrMode, StaticSegment};
use phrases::{Locale, account, common, coordination, field};

use crate::components::action::{LinkButton, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::frame::Frame;
use crate::components::navigation::Way;
use crate::locale::locale;
use crate::pages::coordination::{
    animal, home, keys, mail, outreach, outreach_form, outreaches, own_documents, owner,
    programmes, register, rnm, signature, staff, tasks, unresolved,
};
use crate::routes;

/// The whole application. The server provides a [`Visitor`]; the browser reads it from the page.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let visitor = SharedValue::new(expect_context::<Visitor>).into_inner();
    provide_context(Locale::from_code(&visitor.language).unwrap_or_default());
    provide_context(visitor.clone());
    view! {
        <Router base=routes::COORDINATION>
            <Chrome visitor=visitor />
        </Router>
    }
}

/// Head, navigation and foot round the pages.
#[component]
fn Chrome(visitor: Visitor) -> impl IntoView {
    let locale = locale();
    let ways = ways(visitor.role, locale);
    let hrefs: Vec<_> = ways.iter().map(|way| way.href.clone()).collect();
    let path = use_location().pathname;
    // A page below another marks the other's link: the longest address that begins this one.
    let current = Signal::derive(move || {
        let path = path.get();
        let covers = |href: &&String| path == **href || path.starts_with(&format!("{href}/"));
        hrefs.iter().filter(covers).max_by_key(|href| href.len()).cloned().unwrap_or_default()
    });
    let foot = vec![
        Way::new(routes::ACCOUNT, account::account_title(locale)),
        Way::new(routes::FIELD, field::title(locale)),
        Way::new(routes::SIGN_OUT, coordination::sign_out(locale)),
    ];
    let ribbon = visitor.demonstration.then(|| common::demonstration(locale).to_owned());
    view! {
        <Frame ways=ways current=current foot=foot ribbon=ribbon.unwrap_or_default()>
            <Pages />
        </Frame>
    }
}

/// The pages a role may open, in the order of a day.
fn ways(role: Role, locale: Locale) -> Vec<Way> {
    use coordination as say;
    let pages = [
        (UseCase::ManageOwnAccount, routes::COORDINATION.to_owned(), say::nav_today(locale)),
        (UseCase::SignDocuments, routes::desk(routes::SIGNATURE), say::nav_signature(locale)),
        (
            UseCase::RevokeOwnDocuments,
            routes::desk(routes::OWN_DOCUMENTS),
            say::nav_own_documents(locale),
        ),
        (UseCase::ReadOutreaches, routes::desk(routes::OUTREACHES), say::nav_outreaches(locale)),
        (UseCase::ReadRegistryMasked, routes::desk(routes::REGISTER), say::nav_register(locale)),
        (UseCase::ReadRegistryMasked, routes::desk(routes::RNM), say::nav_rnm(locale)),
        (UseCase::SolveTasks, routes::desk(routes::TASKS), say::nav_tasks(locale)),
        (UseCase::SolveTasks, routes::desk(routes::UNRESOLVED), say::nav_conflicts(locale)),
        (UseCase::ManageMail, routes::desk(routes::MAIL), say::nav_mail(locale)),
        (UseCase::InviteFieldStaff, routes::desk(routes::STAFF), say::nav_team(locale)),
        (UseCase::ReadOutreaches, routes::desk(routes::PROGRAMMES), say::nav_programmes(locale)),
        (UseCase::ManageKeys, routes::desk(routes::KEYS), say::nav_keys(locale)),
    ];
    let mine = pages.into_iter().filter(|(needs, ..)| allows(role.into(), *needs));
    mine.map(|(_, href, words)| Way::new(href, words)).collect()
}

/// Every route, below [`routes::COORDINATION`].
#[component]
fn Pages() -> impl IntoView {
    let (is, id) = (StaticSegment, ParamSegment("id"));
    let outreach = (is(routes::OUTREACHES), id);
    let new_outreach = (is(routes::OUTREACHES), is(routes::NEW_OUTREACH));
    let change = (is(routes::OUTREACHES), id, is(routes::CHANGE));
    let owner = (is(routes::REGISTER), is(routes::REGISTER_OWNER), id);
    let animal = (is(routes::REGISTER), is(routes::REGISTER_ANIMAL), id);
    let whole = SsrMode::Async;
    view! {
        <Routes fallback=Lost>
            <Route path=is("") view={Lazy::<home::HomePage>::new()} ssr=whole.clone() />
            <Route path=is(routes::OUTREACHES) view={Lazy::<outreaches::OutreachesPage>::new()} ssr=whole.clone() />
            <Route path=new_outreach view={Lazy::<outreach_form::OutreachFormPage>::new()} ssr=whole.clone() />
            <Route path=outreach view={Lazy::<outreach::OutreachPage>::new()} ssr=whole.clone() />
            <Route path=change view={Lazy::<outreach_form::ChangeOutreachPage>::new()} ssr=whole.clone() />
            <Route path=is(routes::PROGRAMMES) view={Lazy::<programmes::ProgrammesPage>::new()} ssr=whole.clone() />
            <Route path=is(routes::REGISTER) view={Lazy::<register::RegisterPage>::new()} ssr=whole.clone() />
            <Route path=owner view={Lazy::<owner::OwnerPage>::new()} ssr=whole.clone() />
            <Route path=animal view={Lazy::<animal::AnimalPage>::new()} ssr=whole.clone() />
            <Route path=is(routes::RNM) view={Lazy::<rnm::RnmPage>::new()} ssr=whole.clone() />
            <Route path=is(routes::TASKS) view={Lazy::<tasks::TasksPage>::new()} ssr=whole.clone() />
            <Route path=is(routes::UNRESOLVED) view={Lazy::<unresolved::UnresolvedPage>::new()} ssr=whole.clone() />
            <Route path=is(routes::MAIL) view={Lazy::<mail::MailPage>::new()} ssr=whole.clone() />
            <Route path=is(routes::SIGNATURE) view={Lazy::<signature::SignaturePage>::new()} ssr=whole.clone() />
            <Route path=is(routes::OWN_DOCUMENTS) view={Lazy::<own_documents::OwnDocumentsPage>::new()} ssr=whole.clone() />
            <Route path=is(routes::STAFF) view={Lazy::<staff::StaffPage>::new()} ssr=whole.clone() />
            <Route path=is(routes::KEYS) view={Lazy::<keys::KeysPage>::new()} ssr=whole />
        </Routes>
    }
}

#[component]
fn Lost() -> impl IntoView {
    let locale = locale();
    view! {
        <EmptyState icon="map-pin" title=common::page_not_found(locale)>
            <p>{common::page_not_found_next(locale)}</p>
            <LinkButton href=routes::COORDINATION weight=Weight::Quiet>
                {coordination::nav_today(locale)}
            </LinkButton>
        </EmptyState>
    }
}
