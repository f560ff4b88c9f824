//! `/`: what the programme is, and the doors.

use leptos::prelude::*;
use phrases::{booking, public};

use crate::components::action::LinkButton;
use crate::components::card::LinkCard;
use crate::components::icon::Icon;
use crate::components::notice::Notice;
use crate::locale::locale;
use crate::pages::public::{PublicPage, Visit};
use crate::routes;

/// The page.
#[component]
pub fn HomePage() -> impl IntoView {
    let locale = locale();
    let demonstration = use_context::<Visit>().is_some_and(|visit| visit.demonstration);
    let notice = demonstration.then(|| {
        view! {
            <Notice title=public::home_demonstration(locale)>
                <p>{public::home_demonstration_body(locale)}</p>
            </Notice>
        }
    });
    view! {
        <PublicPage title=public::home_title(locale) description=public::home_lead(locale)>
            <section class="hero">
                <h1>{public::home_title(locale)}</h1>
                <p class="lead">{public::home_lead(locale)}</p>
                <p>
                    <LinkButton href=routes::CERTIFICATES>
                        {public::certificate_title(locale)}
                    </LinkButton>
                </p>
            </section>
            <div class="flow">
                {notice}
                <ul class="cards doors">
                    <Door
                        href=routes::OPEN
                        icon="calendar"
                        title=booking::list_title(locale)
                        detail=booking::list_short(locale)
                    />
                    <Door
                        href=routes::CERTIFICATES
                        icon="file-check"
                        title=public::nav_certificate(locale)
                        detail=public::certificate_short(locale)
                    />
                    <Door
                        href=routes::FOUND_PET
                        icon="paw-print"
                        title=public::nav_found(locale)
                        detail=public::found_short(locale)
                    />
                    <Door
                        href=routes::VERIFYING
                        icon="qr-code"
                        title=public::verify_title(locale)
                        detail=public::verify_short(locale)
                    />
                    <Door
                        href=routes::PUBLIC_ACCOUNT
                        icon="chart-column"
                        title=public::nav_account(locale)
                        detail=public::account_short(locale)
                    />
                </ul>
                <h2>{public::home_about_title(locale)}</h2>
                <p>{public::home_about_body(locale)}</p>
                <p>{public::home_about_law(locale)}</p>
            </div>
        </PublicPage>
    }
}

#[component]
fn Door(
    href: &'static str,
    icon: &'static str,
    title: &'static str,
    detail: &'static str,
) -> impl IntoView {
    view! {
        <li class="door">
            <Icon name=icon />
            <LinkCard href=href title=title>
                <p class="soft">{detail}</p>
            </LinkCard>
        </li>
    }
}
