//! The team: who may sign in as what, and the invitation of others.

use domain::desk::people::{AccountState, InvitationForm, StaffLine, StaffList};
use domain::field_error::Field;
use domain::id::StaffId;
use domain::role::Role;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use phrases::{common, coordination as say};

use super::{Act, Data, Failure, Heading, Told, act, label, shown, typed};
use crate::api::people;
use crate::components::action::{Actions, Button, Weight};
use crate::components::choice::Choice;
use crate::components::dialog::Dialog;
use crate::components::live::When;
use crate::components::notice::Tone;
use crate::components::question::Question;
use crate::components::table::{Column, DataTable};
use crate::components::text_field::Keyboard;
use crate::components::value::StateText;
use crate::locale::locale;

/// The page.
pub struct StaffPage {
    list: Data<StaffList>,
}

#[lazy_route]
impl LazyRoute for StaffPage {
    fn data() -> Self {
        Self { list: Resource::new(|| (), |()| people::staff()) }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page list=this.list /> }.into_any()
    }
}

type Close = Act<StaffId, ()>;
type Reopen = Act<StaffId, ()>;
type Change = Act<(StaffId, Role, String), ()>;

#[component]
fn Page(list: Data<StaffList>) -> impl IntoView {
    let locale = locale();
    let again = move |()| list.refetch();
    let invite: Act<InvitationForm, ()> = act(people::invite, again);
    let close: Close = act(people::disable_staff, again);
    let reopen: Reopen = act(people::enable_staff, again);
    let change: Change = act(|(staff, role, run)| people::change_role(staff, role, run), again);
    view! {
        <div class="flow">
            <Heading title=say::nav_team(locale) />
            <Told act=invite done=say::invited_done(locale) />
            <Told act=close done=say::account_closed(locale) />
            <Told act=reopen done=say::account_reopened(locale) />
            <Told act=change done=say::role_changed(locale) />
            {shown(
                list,
                move |list| {
                    let roles = list.may_invite.clone();
                    view! {
                        <Table list=list close=close reopen=reopen change=change />
                        <Invitation roles=roles invite=invite />
                    }
                },
            )}
        </div>
    }
}

#[component]
fn Table(list: StaffList, close: Close, reopen: Reopen, change: Change) -> impl IntoView {
    let locale = locale();
    let open = RwSignal::new(false);
    let chosen = RwSignal::new(None::<(StaffId, String)>);
    let columns = vec![
        Column::words(common::name(locale)),
        Column::words(common::email(locale)),
        Column::words(say::role(locale)),
        Column::words(common::state(locale)),
        Column::words(say::authorisation(locale)),
        Column::words(say::actions(locale)),
    ];
    let roles = list.may_change_roles;
    let signing = RwSignal::new(None::<(StaffId, String)>);
    let ask = move |id, name| {
        chosen.set(Some((id, name)));
        open.set(true);
    };
    let change_role = roles.then_some((change, signing));
    let rows = list.rows.into_iter().map(|line| row(line, change_role, (ask, reopen)));
    let rows = rows.collect_view();
    let confirm = move |_| {
        if let Some((id, _)) = chosen.get_untracked() {
            close.dispatch(id);
            open.set(false);
        }
    };
    view! {
        <DataTable caption=say::nav_team(locale) columns=columns repeats=true>
            {rows}
        </DataTable>
        <Dialog open=open title=say::close_account(locale)>
            <p>
                {move || {
                    chosen.get().map(|(_, name)| say::close_account_ask(locale, name))
                }}
            </p>
            <Actions>
                <Button weight=Weight::Grave on:click=confirm>
                    {say::close_account(locale)}
                </Button>
            </Actions>
        </Dialog>
        <Signing signing=signing change=change />
    }
}

/// Who becomes a veterinarian signs certificates, which print the RUN: it is asked where it is not
/// known.
#[component]
fn Signing(signing: RwSignal<Option<(StaffId, String)>>, change: Change) -> impl IntoView {
    let locale = locale();
    let (open, run) = (RwSignal::new(false), RwSignal::new(String::new()));
    Effect::new(move |_| {
        run.set(String::new());
        let is_asked = signing.read().is_some();
        if is_asked {
            change.value().set(None);
        }
        open.set(is_asked);
    });
    Effect::new(move |_| {
        if !open.get() && signing.read_untracked().is_some() {
            signing.set(None);
        }
    });
    // It stays open until the role is changed: then the list is drawn anew, without it.
    let confirm = move |_| {
        if let Some((id, _)) = signing.get_untracked() {
            change.dispatch((id, Role::Veterinarian, run.get_untracked()));
        }
    };
    let refused = move || {
        let error = change.value().get()?.err()?;
        open.get().then(|| view! { <Failure error=error /> })
    };
    let ask = Question::new("run-firma", common::run(locale))
        .error(typed::fault(typed::refused(change), Field::Run));
    view! {
        <Dialog open=open title=say::signing_run(locale)>
            <p>
                {move || signing.get().map(|(_, name)| say::signing_run_why(locale, name))}
            </p>
            {refused}
            {typed::text(run, ask, Keyboard::Run)}
            <Actions>
                <Button busy=change.pending() on:click=confirm>
                    {say::signing_run_save(locale)}
                </Button>
            </Actions>
        </Dialog>
    }
}

/// The way to another role, and who is to tell a RUN for it.
type RoleChange = (Change, RwSignal<Option<(StaffId, String)>>);

fn row(
    line: StaffLine,
    change: Option<RoleChange>,
    (ask, reopen): (impl Fn(StaffId, String) + Copy + Send + Sync + 'static, Reopen),
) -> impl IntoView {
    let locale = locale();
    let (id, name) = (line.id, line.name.clone());
    let (words, tone) = match line.state {
        AccountState::Active => (say::account_active(locale), Tone::Kept),
        AccountState::Invited => (say::account_invited(locale), Tone::Waiting),
        AccountState::Disabled => (say::account_disabled(locale), Tone::Info),
    };
    let is_open = line.state != AccountState::Disabled;
    let role = match change.filter(|_| line.may_change && is_open) {
        Some(change) => role_choice(&line, change),
        None => label(line.role, locale).into_any(),
    };
    let signature = (line.role == Role::Veterinarian).then(|| match line.has_signature {
        true => common::yes(locale),
        false => common::no(locale),
    });
    let close = (line.may_change && is_open).then(|| {
        view! {
            <Button weight=Weight::Plain on:click=move |_| ask(id, name.clone())>
                {say::close_account(locale)}
            </Button>
        }
    });
    let open = (line.may_change && !is_open).then(|| {
        view! {
            <Button
                weight=Weight::Plain
                busy=reopen.pending()
                on:click=move |_| {
                    reopen.dispatch(id);
                }
            >
                {say::reopen_account(locale)}
            </Button>
        }
    });
    view! {
        <tr>
            <th scope="row">{line.name}</th>
            <td>{line.email}</td>
            <td>{role}</td>
            <td>
                <StateText words=words tone=tone />
            </td>
            <td>{signature}</td>
            <td>{close} {open}</td>
        </tr>
    }
}

fn role_choice(line: &StaffLine, (change, signing): RoleChange) -> AnyView {
    let locale = locale();
    let StaffLine { id, role: now, has_run, .. } = *line;
    let name = line.name.clone();
    let label_of = say::role_of(locale, name.clone());
    let options = Role::ALL
        .iter()
        .map(|&role| {
            view! {
                <option value=role.code() selected=role == now>
                    {label(role, locale)}
                </option>
            }
        })
        .collect_view();
    let choose = move |event| match Role::from_code(&event_target_value(&event)) {
        Some(Role::Veterinarian) if !has_run => signing.set(Some((id, name.clone()))),
        Some(role) if role != now => {
            change.dispatch((id, role, String::new()));
        }
        Some(_) | None => {}
    };
    // Who leaves the question about the RUN, or is refused, leaves the role as it was.
    let shown = move || {
        signing.track();
        change.value().track();
        now.code()
    };
    view! {
        <select class="input" aria-label=label_of prop:value=shown on:change=choose>
            {options}
        </select>
    }
    .into_any()
}

#[component]
fn Invitation(roles: Vec<Role>, invite: Act<InvitationForm, ()>) -> impl IntoView {
    let locale = locale();
    let [email, name, role, run, registration] = [0; 5].map(|_| RwSignal::new(String::new()));
    let roles =
        roles.into_iter().map(|role| Choice::new(role.code(), label(role, locale))).collect();
    let signs = move || role.read().as_str() == Role::Veterinarian.code();
    let send = move |_| {
        let text = |signal: RwSignal<String>| signal.get_untracked();
        invite.dispatch(InvitationForm {
            email: text(email),
            name: text(name),
            role: text(role),
            run: text(run),
            registration: text(registration),
        });
    };
    let faults = typed::refused(invite);
    let ask = move |of, id, label| Question::new(id, label).error(typed::fault(faults, of));
    view! {
        <section class="flow block">
            <h2>{say::invite_title(locale)}</h2>
            <p class="soft">{say::invite_lead(locale)}</p>
            <div class="form-grid">
                {typed::text(
                    name,
                    ask(Field::PersonName, "nombre", say::full_name(locale)),
                    Keyboard::Name,
                )}
                {typed::text(
                    email,
                    ask(Field::Email, "correo", common::email(locale)),
                    Keyboard::Email,
                )}
                {typed::chosen(role, ask(Field::Role, "rol", say::role(locale)), roles)}
                <When holds=signs>
                    {typed::text(run, ask(Field::Run, "run", common::run(locale)), Keyboard::Run)}
                    {typed::text(
                        registration,
                        ask(Field::Document, "registro", say::registration(locale)).optional(),
                        Keyboard::Text,
                    )}
                </When>
            </div>
            <Actions>
                <Button icon="user-plus" busy=invite.pending() on:click=send>
                    {say::invite(locale)}
                </Button>
            </Actions>
        </section>
    }
}
