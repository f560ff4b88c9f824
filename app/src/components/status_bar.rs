//! The thin bar of the field app that always tells how things stand.

use leptos::prelude::*;
use phrases::field;

use crate::components::icon::{Icon, LiveIcon};
use crate::components::live::{derived, live};
use crate::locale::locale;

/// Whether the server can be reached. Off-line is a normal state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// No signal; work goes on.
    #[default]
    Offline,
    /// The server answers.
    Online,
    /// Records are on their way.
    Sending,
}

/// How things stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The outreach one is at; empty before one was chosen.
    pub outreach: String,
    /// Visits of today.
    pub today: u64,
    /// Records still only on this phone, and pictures that could not be sent.
    pub on_phone: u64,
    /// Pictures that wait to be sent.
    pub pictures: u64,
    /// Records and pictures a person has to look at.
    pub attention: u64,
    /// The signal.
    pub reach: Reach,
}

/// The bar, all of it one link to the list of records. Its place is kept from the first moment, so
/// that nothing below it jumps.
#[component]
pub fn StatusBar(
    /// How things stand.
    standing: Memo<Standing>,
    /// Where the list of records is.
    #[prop(into)]
    queue_href: String,
) -> impl IntoView {
    let locale = locale();
    let reach = move || match standing.read().reach {
        Reach::Offline => ("cloud-off", field::status_offline(locale)),
        Reach::Online => ("wifi", field::status_online(locale)),
        Reach::Sending => ("cloud-upload", field::status_sending(locale)),
    };
    let kept = move || {
        let standing = standing.read();
        match (standing.on_phone, standing.pictures) {
            (0, 0) => field::status_all_sent(locale).to_owned(),
            (0, pictures) => field::pictures_to_send(locale, pictures),
            (waiting, _) => field::status_on_phone(locale, waiting),
        }
    };
    let attention = move || {
        let count = standing.read().attention;
        (count > 0).then(|| {
            view! {
                <span class="status-item" data-kind="person">
                    <Icon name="circle-alert" />
                    {field::status_attention(locale, count)}
                </span>
            }
        })
    };
    view! {
        <header>
            <a class="status-bar" href=queue_href>
                <span class="status-place">{live(move || standing.read().outreach.clone())}</span>
                <span class="status-item">
                    <LiveIcon name=derived(move || reach().0) />
                    {live(move || reach().1)}
                </span>
                <span class="status-counts">
                    <span class="status-item">
                        {live(move || field::status_today(locale, standing.read().today))}
                    </span>
                    <span class="status-item">
                        <Icon name="smartphone" />
                        {kept}
                    </span>
                    {attention}
                </span>
            </a>
        </header>
    }
}
