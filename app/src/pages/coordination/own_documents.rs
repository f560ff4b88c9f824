//! The documents issued in a veterinarian's own name, with the way to revoke one.

use domain::desk::paper::{DocumentLine, OwnDocuments};
use domain::document::DocumentState;
use domain::id::DocumentId;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use phrases::{common, coordination as say};

use super::{Act, Data, Heading, Told, act, label, moment, shown, typed};
use crate::api::paper;
use crate::components::action::{Actions, Button, Weight};
use crate::components::dialog::Dialog;
use crate::components::empty_state::EmptyState;
use crate::components::navigation::Pager;
use crate::components::notice::Tone;
use crate::components::question::Question;
use crate::components::table::{Column, DataTable};
use crate::components::value::StateText;
use crate::locale::locale;
use crate::routes;

/// What revoking a document needs.
pub(super) type Revoke = Act<(DocumentId, String), ()>;

/// The page.
pub struct OwnDocumentsPage {
    documents: Data<OwnDocuments>,
}

#[lazy_route]
impl LazyRoute for OwnDocumentsPage {
    fn data() -> Self {
        let query = use_query_map();
        let page = move || query.read().get("pagina").and_then(|n| n.parse().ok()).unwrap_or(1);
        Self { documents: Resource::new(page, paper::own_documents) }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page documents=this.documents /> }.into_any()
    }
}

#[component]
fn Page(documents: Data<OwnDocuments>) -> impl IntoView {
    let locale = locale();
    let revoke: Revoke = act(
        |(document, reason)| paper::revoke_document(document, reason),
        move |()| documents.refetch(),
    );
    view! {
        <div class="flow">
            <Heading title=say::nav_own_documents(locale) />
            <p class="soft">{say::own_documents_lead(locale)}</p>
            <Told act=revoke done=say::revoked_done(locale) />
            {shown(documents, move |page| view! { <List page=page revoke=revoke /> })}
        </div>
    }
}

#[component]
fn List(page: OwnDocuments, revoke: Revoke) -> impl IntoView {
    let locale = locale();
    if page.rows.is_empty() {
        return view! {
            <EmptyState icon="file-check" title=say::own_documents_empty(locale)>
                <p>{say::own_documents_empty_next(locale)}</p>
            </EmptyState>
        }
        .into_any();
    }
    let address = |page: u32| format!("{}?pagina={page}", routes::desk(routes::OWN_DOCUMENTS));
    let previous = if page.page > 1 { address(page.page - 1) } else { String::new() };
    let next = if page.more { address(page.page + 1) } else { String::new() };
    let pages = u64::from(page.page) + u64::from(page.more);
    let now = u64::from(page.page);
    view! {
        <DocumentTable
            caption=say::nav_own_documents(locale)
            rows=page.rows
            revoke=Some(revoke)
        />
        {(pages > 1)
            .then(|| view! { <Pager now=now total=pages previous=previous next=next /> })}
    }
    .into_any()
}

/// Documents in a table; with `revoke`, those in force can be revoked.
#[component]
pub(super) fn DocumentTable(
    /// What they are, as the heading above says too.
    #[prop(into)]
    caption: String,
    /// The documents.
    rows: Vec<DocumentLine>,
    /// The act, for whom it is open.
    revoke: Option<Revoke>,
) -> impl IntoView {
    let locale = locale();
    let (open, reason) = (RwSignal::new(false), RwSignal::new(String::new()));
    let chosen = RwSignal::new(None::<DocumentId>);
    let columns = vec![
        Column::words(common::date(locale)),
        Column::words(common::kind(locale)),
        Column::words(common::animal(locale)),
        Column::words(say::outreach(locale)),
        Column::words(common::state(locale)),
        Column::words(say::actions(locale)),
    ];
    let ask = move |id| {
        chosen.set(Some(id));
        reason.set(String::new());
        open.set(true);
    };
    let may_revoke = revoke.is_some();
    let rows = rows.into_iter().map(|line| row(line, may_revoke, ask)).collect_view();
    let confirm = move |_| {
        if let (Some(act), Some(id)) = (revoke, chosen.get_untracked()) {
            act.dispatch((id, reason.get_untracked()));
            open.set(false);
        }
    };
    let is_empty = Signal::derive(move || reason.read().trim().is_empty());
    view! {
        <DataTable caption=caption columns=columns repeats=true>
            {rows}
        </DataTable>
        <Dialog open=open title=say::revoke_title(locale)>
            <p>{say::revoke_lead(locale)}</p>
            {typed::text(
                reason,
                Question::new("motivo", say::reason(locale)),
                crate::components::text_field::Keyboard::Text,
            )}
            <Actions>
                <Button weight=Weight::Grave busy=is_empty on:click=confirm>
                    {say::revoke(locale)}
                </Button>
            </Actions>
        </Dialog>
    }
}

fn row(
    line: DocumentLine,
    may_revoke: bool,
    ask: impl Fn(DocumentId) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let locale = locale();
    let id = line.id;
    let line_slip = (id, line.may_have_slip, line.has_slip, line.slip_is_void);
    let tone = match line.state {
        DocumentState::Issued => Tone::Kept,
        DocumentState::Waiting => Tone::Waiting,
        DocumentState::Replaced => Tone::Info,
        DocumentState::Revoked | DocumentState::Withdrawn => Tone::Person,
    };
    let state = match line.state {
        DocumentState::Issued => say::document_issued(locale),
        DocumentState::Waiting => say::document_waiting(locale),
        DocumentState::Replaced => say::document_replaced(locale),
        DocumentState::Revoked => say::document_revoked(locale),
        DocumentState::Withdrawn => say::document_withdrawn(locale),
    };
    let open = line.has_file.then(|| {
        view! {
            <a href=routes::staff_document(id) rel="external" target="_blank">
                {common::open(locale)}
            </a>
        }
    });
    let revoke = (may_revoke && line.state == DocumentState::Issued).then(|| {
        view! {
            <Button weight=Weight::Plain on:click=move |_| ask(id)>
                {say::revoke(locale)}
            </Button>
        }
    });
    view! {
        <tr>
            <td>{moment(line.at)}</td>
            <th scope="row">{label(line.kind, locale)}</th>
            <td>{line.animal_name}</td>
            <td>{line.outreach}</td>
            <td>
                <StateText words=state tone=tone />
            </td>
            <td class="row-actions">{open} {revoke} {slip_actions(&line_slip)}</td>
        </tr>
    }
}

/// The slip of a document: printed again, or with another code. Plain ways, since they open a file.
fn slip_actions(
    &(id, may_have, has, is_void): &(DocumentId, bool, bool, bool),
) -> Option<impl IntoView + use<>> {
    let locale = locale();
    let open = (has && !is_void).then(|| {
        view! {
            <a href=routes::slip(id) rel="external" target="_blank">
                {say::slip(locale)}
            </a>
        }
    });
    let void = is_void.then(|| view! { <span class="soft">{say::slip_void(locale)}</span> });
    may_have.then(|| {
        view! {
            {open}
            {void}
            <form method="post" action=routes::slip(id) target="_blank">
                <Button weight=Weight::Plain submit=true>
                    {say::new_slip(locale)}
                </Button>
            </form>
        }
    })
}
