//! The application of `/coordinacion`: rendered by the server, then hydrated; one lazy route a
//! page.

use domain::desk::Visitor;
use domain::role::{Role, UseCase, allows};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::{Lazy, ParamSegment, SsrMode, StaticSegment};
use phrases::{Locale, account, common, coordination, field, import, stock, territory};

use crate::components::action::{LinkButton, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::frame::Frame;
use crate::components::navigation::Way;
use crate::locale::locale;
use crate::pages::coordination::{
    animal, home, keys, mail, outreach, outreach_form, outreaches, own_documents, owner, phone,
    phones, programmes, register, rnm, signature, staff, tasks, unresolved,
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
    let foot = foot(locale);
    let ribbon = visitor.demonstration.then(|| common::demonstration(locale).to_owned());
    view! {
        <Frame ways=ways current=current foot=foot ribbon=ribbon.unwrap_or_default()>
            <Pages />
        </Frame>
        {alive}
    }
}

/// Says on `<html>` that the page has come to life. It stands behind everything else, and a page is
/// hydrated from its beginning to its end, the code of a lazy route waited for: whoever reads it
/// there may press and type. The server writes the page as not alive (the coordination's shell).
fn alive() {
    // It fails only for a name that is none.
    #[cfg(target_arch = "wasm32")]
    let _ = document().document_element().map(|root| root.set_attribute("data-alive", "yes"));
}

/// The links at the foot of every page.
#[must_use]
pub fn foot(locale: Locale) -> Vec<Way> {
    vec![
        Way::new(routes::ACCOUNT, account::account_title(locale)),
        Way::new(routes::FIELD, field::title(locale)),
        Way::new(routes::SIGN_OUT, coordination::sign_out(locale)),
    ]
}

/// The pages a role may open, in the order of a day.
#[must_use]
pub fn ways(role: Role, locale: Locale) -> Vec<Way> {
    use coordination as say;
    let desk = |part: &str, words: &'static str| Way::new(routes::desk(part), words);
    let next = Way::new(routes::WHERE_NEXT, territory::where_next(locale));
    let hosts = Way::new(routes::ORGANISATIONS, territory::organisations(locale));
    let pages = [
        (UseCase::ManageOwnAccount, Way::new(routes::COORDINATION, say::nav_today(locale))),
        (UseCase::SignDocuments, desk(routes::SIGNATURE, say::nav_signature(locale))),
        (UseCase::RevokeOwnDocuments, desk(routes::OWN_DOCUMENTS, say::nav_own_documents(locale))),
        (UseCase::ReadOutreaches, desk(routes::OUTREACHES, say::nav_outreaches(locale))),
        (UseCase::ReadOutreaches, Way::new(routes::CALENDAR, territory::calendar(locale)).whole()),
        (UseCase::ReadOutreaches, next.whole()),
        (UseCase::ReadStock, Way::new(routes::STOCK, stock::nav(locale)).whole()),
        (UseCase::ReadRegistryMasked, desk(routes::REGISTER, say::nav_register(locale))),
        (UseCase::ReadRegistryMasked, desk(routes::RNM, say::nav_rnm(locale))),
        (UseCase::SolveTasks, desk(routes::TASKS, say::nav_tasks(locale))),
        (UseCase::SolveTasks, desk(routes::UNRESOLVED, say::nav_conflicts(locale))),
        (UseCase::ManageMail, desk(routes::MAIL, say::nav_mail(locale)).rare()),
        (UseCase::ManageDevices, desk(routes::PHONES, say::nav_phones(locale)).rare()),
        (UseCase::InviteFieldStaff, desk(routes::STAFF, say::nav_team(locale)).rare()),
        (UseCase::ReadOutreaches, hosts.whole().rare()),
        (UseCase::ReadOutreaches, desk(routes::PROGRAMMES, say::nav_programmes(locale)).rare()),
        (UseCase::ManageKeys, desk(routes::KEYS, say::nav_keys(locale)).rare()),
        (UseCase::ImportRegisters, Way::new(routes::IMPORTS, import::nav(locale)).whole().rare()),
    ];
    let mine = pages.into_iter().filter(|(needs, _)| allows(role.into(), *needs));
    mine.map(|(_, way)| way).collect()
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
    let phone = (is(routes::PHONES), id);
    let ssr = || SsrMode::Async;
    view! {
        <Routes fallback=Lost>
            <Route path=is("") view={page::<home::HomePage>()} ssr=ssr() />
            <Route
                path=is(routes::OUTREACHES)
                view={page::<outreaches::OutreachesPage>()}
                ssr=ssr()
            />
            <Route
                path=new_outreach
                view={page::<outreach_form::OutreachFormPage>()}
                ssr=ssr()
            />
            <Route path=outreach view={page::<outreach::OutreachPage>()} ssr=ssr() />
            <Route
                path=change
                view={page::<outreach_form::ChangeOutreachPage>()}
                ssr=ssr()
            />
            <Route
                path=is(routes::PROGRAMMES)
                view={page::<programmes::ProgrammesPage>()}
                ssr=ssr()
            />
            <Route path=is(routes::REGISTER) view={page::<register::RegisterPage>()} ssr=ssr() />
            <Route path=owner view={page::<owner::OwnerPage>()} ssr=ssr() />
            <Route path=animal view={page::<animal::AnimalPage>()} ssr=ssr() />
            <Route path=is(routes::RNM) view={page::<rnm::RnmPage>()} ssr=ssr() />
            <Route path=is(routes::TASKS) view={page::<tasks::TasksPage>()} ssr=ssr() />
            <Route
                path=is(routes::UNRESOLVED)
                view={page::<unresolved::UnresolvedPage>()}
                ssr=ssr()
            />
            <Route path=is(routes::MAIL) view={page::<mail::MailPage>()} ssr=ssr() />
            <Route path=is(routes::PHONES) view={page::<phones::PhonesPage>()} ssr=ssr() />
            <Route path=phone view={page::<phone::PhonePage>()} ssr=ssr() />
            <Route path=is(routes::SIGNATURE) view={page::<signature::SignaturePage>()} ssr=ssr() />
            <Route
                path=is(routes::OWN_DOCUMENTS)
                view={page::<own_documents::OwnDocumentsPage>()}
                ssr=ssr()
            />
            <Route path=is(routes::STAFF) view={page::<staff::StaffPage>()} ssr=ssr() />
            <Route path=is(routes::KEYS) view={page::<keys::KeysPage>()} ssr=ssr() />
        </Routes>
    }
}

/// A page whose code the browser loads when it is opened.
fn page<T>() -> Lazy<T> {
    Lazy::new()
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
