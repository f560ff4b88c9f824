//! A code by which a phone is paired for an outreach: in large letters, and as a QR.

use domain::id::OutreachId;
use domain::pairing::Invitation;
use leptos::prelude::*;
use phrases::{common, coordination as say, format};

use super::{Act, Failure, act, visitor};
use crate::api;
use crate::components::action::{Actions, Button, Weight};
use crate::components::dialog::Dialog;
use crate::components::qr_code::QrCode;
use crate::locale::locale;

/// The button, and the dialog with the code that it makes. Every opening makes a new one.
#[component]
pub(super) fn Pairing(
    /// For which outreach.
    outreach: OutreachId,
) -> impl IntoView {
    let locale = locale();
    let open = RwSignal::new(false);
    let invite: Act<OutreachId, Invitation> = act(api::phones::invite_phone, |_| ());
    let make = move |_| {
        open.set(true);
        invite.dispatch(outreach);
    };
    let shown = move || {
        if invite.pending().get() {
            return Some(view! { <p class="soft">{common::loading(locale)}</p> }.into_any());
        }
        invite.value().get().map(|answer| match answer {
            Ok(invitation) => view! { <Code invitation=invitation /> }.into_any(),
            Err(error) => view! { <Failure error=error /> }.into_any(),
        })
    };
    view! {
        <Button weight=Weight::Quiet icon="smartphone" on:click=make>
            {say::pair_phone(locale)}
        </Button>
        <Dialog open=open title=say::pair_phone(locale)>
            <p>{say::pair_lead(locale)}</p>
            {shown}
            <Actions>
                <Button weight=Weight::Quiet busy=invite.pending() on:click=make>
                    {say::pair_another(locale)}
                </Button>
            </Actions>
        </Dialog>
    }
}

#[component]
fn Code(invitation: Invitation) -> impl IntoView {
    let locale = locale();
    let (_, minute) = visitor().zone.local(invitation.until);
    view! {
        <p role="status">
            <strong class="value" data-size="large">
                {invitation.code}
            </strong>
        </p>
        <QrCode text=invitation.qr label=say::pair_qr(locale) />
        <p class="soft">{say::pair_until(locale, format::time(minute))}</p>
    }
}
