//! The demonstration's mails, as they would leave.

use leptos::prelude::*;
use phrases::account;

use crate::components::card::LinkRow;
use crate::components::empty_state::EmptyState;
use crate::components::navigation::BackLink;
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::routes;

/// A mail in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailLine {
    /// Its page.
    pub href: String,
    /// Its subject.
    pub subject: String,
    /// To whom it goes.
    pub recipient: String,
}

/// A mail, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoMail {
    /// Head of it.
    pub line: MailLine,
    /// Its text part.
    pub text: String,
    /// Address and file name of each attachment.
    pub attachments: Vec<(String, String)>,
}

/// `/correo`.
#[component]
pub fn DemoMailsPage(
    /// The newest first.
    mails: Vec<MailLine>,
) -> impl IntoView {
    let locale = locale();
    let title = account::demo_mail_title(locale);
    let list = if mails.is_empty() {
        view! {
            <EmptyState icon="mail" title=account::demo_mail_empty(locale)>
                <p>{account::demo_mail_empty_next(locale)}</p>
            </EmptyState>
        }
        .into_any()
    } else {
        let rows = mails
            .into_iter()
            .map(|mail| {
                let to = account::demo_mail_to(locale, &mail.recipient);
                view! {
                    <li>
                        <LinkRow href=mail.href title=mail.subject detail=to icon="mail" />
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    view! {
        <PublicPage title=title>
            <div class="flow">
                <h1>{title}</h1>
                <p class="lead">{account::demo_mail_lead(locale)}</p>
                {list}
            </div>
        </PublicPage>
    }
}

/// `/correo/{mail}`.
#[component]
pub fn DemoMailPage(
    /// The mail.
    mail: DemoMail,
) -> impl IntoView {
    let locale = locale();
    let title = mail.line.subject;
    let attachments = (!mail.attachments.is_empty()).then(|| {
        let links = mail
            .attachments
            .into_iter()
            .map(|(href, name)| view! { <li><a href=href>{name}</a></li> })
            .collect_view();
        view! {
            <h2>{account::demo_mail_attachments(locale)}</h2>
            <ul>{links}</ul>
        }
    });
    let paragraphs = mail
        .text
        .split("\n\n")
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| {
            let lines = text
                .lines()
                .map(|line| view! { <span>{with_links(line)}</span> <br /> })
                .collect_view();
            view! { <p>{lines}</p> }
        })
        .collect_view();
    view! {
        <PublicPage title=title.clone()>
            <div class="flow">
                <BackLink href=routes::DEMO_MAIL />
                <h1>{title}</h1>
                <p class="soft">{account::demo_mail_to(locale, mail.line.recipient)}</p>
                {paragraphs}
                {attachments}
            </div>
        </PublicPage>
    }
}

/// A line whose addresses can be followed.
fn with_links(line: &str) -> impl IntoView + use<> {
    line.split_inclusive(' ')
        .map(|word| {
            let address = word.trim_matches(|c: char| c == ' ' || c == '<' || c == '>');
            if address.to_ascii_lowercase().starts_with("http") {
                let address = address.to_owned();
                view! { <a href=address.clone()>{address.clone()}</a> " " }.into_any()
            } else {
                word.to_owned().into_any()
            }
        })
        .collect_view()
}
