//! A veterinarian's own page: the signature, and the outreaches it may stand for.

use domain::animal::{DRAWING_MAX_BYTES, Drawing};
use domain::desk::paper::{AuthorisationLine, SignatureDesk};
use domain::id::OutreachId;
use leptos::ev::PointerEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use phrases::{common, coordination as say};
use std::fmt::Write as _;

use super::{Act, Data, Heading, Told, act, moment, shown};
use crate::api::paper;
use crate::components::action::{Actions, Button, LinkButton, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::live::When;
use crate::components::notice::{Notice, Tone};
use crate::components::table::{Column, DataTable};
use crate::components::value::{DateText, StateText};
use crate::locale::locale;
use crate::routes;

/// The page.
pub struct SignaturePage {
    desk: Data<SignatureDesk>,
}

#[lazy_route]
impl LazyRoute for SignaturePage {
    fn data() -> Self {
        Self { desk: Resource::new(|| (), |()| paper::signature()) }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page desk=this.desk /> }.into_any()
    }
}

/// Where the password is given again, to come back here.
fn confirm_address() -> String {
    format!("{}?next={}", routes::CONFIRM, routes::desk(routes::SIGNATURE))
}

#[component]
fn Page(desk: Data<SignatureDesk>) -> impl IntoView {
    let locale = locale();
    let again = move |()| desk.refetch();
    let draw: Act<Drawing, ()> = act(paper::draw_signature, again);
    let authorise: Act<OutreachId, u32> = act(paper::authorise_outreach, move |_| desk.refetch());
    let withdraw: Act<OutreachId, ()> = act(paper::withdraw_authorisation, again);
    view! {
        <div class="flow">
            <Heading title=say::signature_title(locale) />
            <Told act=draw done=say::signature_kept(locale) />
            {shown(
                desk,
                move |desk| view! { <OwnSignature desk=desk draw=draw /> },
            )}
            <h2>{say::authorise_title(locale)}</h2>
            <p class="soft">{say::authorise_lead(locale)}</p>
            <Told act=authorise done=say::authorised_done(locale) />
            <Told act=withdraw done=say::withdrawn_done(locale) />
            {shown(
                desk,
                move |desk| {
                    view! { <Outreaches desk=desk authorise=authorise withdraw=withdraw /> }
                },
            )}
        </div>
    }
}

/// The drawing as it is, and the pad for a new one.
#[component]
fn OwnSignature(desk: SignatureDesk, draw: Act<Drawing, ()>) -> impl IntoView {
    let locale = locale();
    let drawn_at = desk.drawn_at.map(moment);
    let is_drawing = RwSignal::new(desk.drawing.is_none());
    let known = desk.drawing.map(|drawing| {
        let caption = say::signature_drawn(locale, drawn_at.unwrap_or_default());
        view! {
            <figure class="signature-kept">
                <svg viewBox="0 0 600 200" role="img" aria-label=say::signature_title(locale)>
                    <path class="signature-ink" d=drawing.path().to_owned() />
                </svg>
                <figcaption class="soft small">{caption}</figcaption>
            </figure>
            <When holds=Memo::new(move |_| !is_drawing.get())>
                <Button
                    weight=Weight::Quiet
                    icon="pencil"
                    on:click=move |_| is_drawing.set(true)
                >
                    {say::signature_again(locale)}
                </Button>
            </When>
        }
    });
    let is_missing = known.is_none();
    view! {
        <section class="flow">
            {is_missing
                .then(|| {
                    view! {
                        <Notice title=say::signature_missing(locale) tone=Tone::Person>
                            <p>{say::signature_missing_next(locale)}</p>
                        </Notice>
                    }
                })}
            {known}
            <When holds=is_drawing>
                <Pad draw=draw />
            </When>
        </section>
    }
}

/// A box to draw in with finger, pen or mouse. The strokes are a [`Drawing`]'s path data.
#[component]
fn Pad(draw: Act<Drawing, ()>) -> impl IntoView {
    let locale = locale();
    let (strokes, is_down) = (RwSignal::new(String::new()), RwSignal::new(false));
    let pad: NodeRef<html::Div> = NodeRef::new();
    let add = move |event: &PointerEvent, letter: char| {
        let Some(element) = pad.get_untracked() else { return };
        let at = |place: i32, size: i32, box_size: i32| {
            (place * box_size / size.max(1)).clamp(0, box_size)
        };
        let x = at(event.offset_x(), element.client_width(), 600);
        let y = at(event.offset_y(), element.client_height(), 200);
        strokes.update(|path| {
            if path.len() + POINT_BYTES < DRAWING_MAX_BYTES as usize {
                // Writing to a String cannot fail.
                let _ = write!(path, "{letter}{x} {y}");
            }
        });
    };
    let down = move |event: PointerEvent| {
        event.prevent_default();
        if let Some(element) = pad.get_untracked() {
            // Without the capture only strokes that leave the box end early.
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        is_down.set(true);
        add(&event, 'M');
        add(&event, 'L');
    };
    let moved = move |event: PointerEvent| {
        if is_down.get_untracked() {
            add(&event, 'L');
        }
    };
    let is_empty = Signal::derive(move || strokes.read().is_empty());
    let keep = move |_| {
        if let Ok(drawing) = Drawing::parse(&strokes.get_untracked()) {
            draw.dispatch(drawing);
        }
    };
    view! {
        <div
            class="signature-pad"
            node_ref=pad
            role="img"
            aria-label=say::signature_pad(locale)
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=move |_| is_down.set(false)
            on:pointercancel=move |_| is_down.set(false)
        >
            <svg viewBox="0 0 600 200" aria-hidden="true">
                <path class="signature-line" d="M40 160H560" />
                <path class="signature-ink" d=strokes />
            </svg>
        </div>
        <p class="field-hint">{say::signature_pad(locale)}</p>
        <Actions>
            <Button icon="signature" busy=is_empty on:click=keep>
                {say::signature_keep(locale)}
            </Button>
            <Button
                weight=Weight::Plain
                icon="undo-2"
                on:click=move |_| strokes.set(String::new())
            >
                {say::signature_clear(locale)}
            </Button>
        </Actions>
    }
}

/// Most bytes of one point of a drawing.
const POINT_BYTES: usize = 9;

/// The outreaches one works at, with what waits for the signature.
#[component]
fn Outreaches(
    desk: SignatureDesk,
    authorise: Act<OutreachId, u32>,
    withdraw: Act<OutreachId, ()>,
) -> impl IntoView {
    let locale = locale();
    if desk.outreaches.is_empty() {
        return view! {
            <EmptyState icon="calendar" title=say::own_outreaches_empty(locale)>
                <p>{say::own_outreaches_empty_next(locale)}</p>
            </EmptyState>
        }
        .into_any();
    }
    let (is_fresh, has_signature) = (desk.is_fresh, desk.drawing.is_some());
    let columns = vec![
        Column::words(common::date(locale)),
        Column::words(say::outreach(locale)),
        Column::words(common::state(locale)),
        Column::figures(say::waiting_documents(locale)),
        Column::words(say::actions(locale)),
    ];
    let rows = desk
        .outreaches
        .into_iter()
        .map(|line| {
            let way = match (line.authorised_at.is_some(), has_signature, is_fresh) {
                (true, ..) => Way::Withdraw(withdraw),
                (false, false, _) => Way::None,
                (false, true, false) => Way::Confirm,
                (false, true, true) => Way::Authorise(authorise),
            };
            outreach_row(line, way)
        })
        .collect_view();
    let confirm = (!is_fresh && has_signature).then(|| {
        view! {
            <Notice title=say::confirm_first(locale)>
                <p>{say::confirm_first_next(locale)}</p>
                <LinkButton href=confirm_address() weight=Weight::Quiet icon="key-round">
                    {say::confirm_go(locale)}
                </LinkButton>
            </Notice>
        }
    });
    view! {
        {confirm}
        <DataTable caption=say::own_outreaches(locale) columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

/// What can be done with an outreach now.
#[derive(Clone, Copy)]
enum Way {
    Authorise(Act<OutreachId, u32>),
    Withdraw(Act<OutreachId, ()>),
    Confirm,
    None,
}

fn outreach_row(line: AuthorisationLine, way: Way) -> impl IntoView {
    let locale = locale();
    let id = line.outreach.id;
    let (words, tone) = match line.authorised_at {
        Some(at) => (say::authorised_at(locale, moment(at)), Tone::Kept),
        None if line.waiting > 0 => (say::not_authorised(locale).to_owned(), Tone::Person),
        None => (say::not_authorised(locale).to_owned(), Tone::Waiting),
    };
    let button = match way {
        Way::Authorise(act) => view! {
            <Button weight=Weight::Quiet busy=act.pending() on:click=move |_| { act.dispatch(id); }>
                {say::authorise(locale)}
            </Button>
        }
        .into_any(),
        Way::Withdraw(act) => view! {
            <Button weight=Weight::Plain busy=act.pending() on:click=move |_| { act.dispatch(id); }>
                {say::withdraw(locale)}
            </Button>
        }
        .into_any(),
        Way::Confirm => view! {
            <LinkButton href=confirm_address() weight=Weight::Plain>
                {say::confirm_go(locale)}
            </LinkButton>
        }
        .into_any(),
        Way::None => view! { <span class="soft">{say::draw_first(locale)}</span> }.into_any(),
    };
    view! {
        <tr>
            <td>
                <DateText date=line.outreach.held_on />
            </td>
            <th scope="row">{line.outreach.name.to_string()}</th>
            <td>
                <StateText words=words tone=tone />
            </td>
            <td data-align="end">{line.waiting}</td>
            <td>{button}</td>
        </tr>
    }
}
