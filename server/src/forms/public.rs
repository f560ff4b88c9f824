//! Pages for everybody: home, verifying, the public account, privacy.

use app::pages::public::form_state::FormState;
use app::pages::public::home::HomePage;
use app::pages::public::privacy::PrivacyPage;
use app::pages::public::public_account::{Account, Figures, Measure, PublicAccountPage};
use app::pages::public::verifying::VerifyingPage;
use app::routes;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use backend::error::{Error, Fault};
use backend::owner_access::figures;
use backend::reports::{self, Totals};
use domain::certificate::provisional;
use domain::field_error::{Field, FieldError, Problem as FieldProblem};
use domain::refusal::Refusal;
use leptos::prelude::*;
use phrases::{Locale, common, public};
use serde::Deserialize;

use crate::doors::Routes;
use crate::forms::{Fields, see};
use crate::pages::Ask;
use crate::refused::Problem;
use crate::state::AppState;
use crate::verification::{is_base32, signed_text};

/// The routes of this module.
pub fn router() -> Routes {
    Routes::default()
        .get(routes::HOME, home)
        .both(routes::VERIFYING, verifying, verify)
        .get(routes::PUBLIC_ACCOUNT, account)
        .get(routes::PUBLIC_ACCOUNT_CSV, account_csv)
        .get(routes::PRIVACY, privacy)
}

async fn home(ask: Ask) -> Response {
    ask.page(|| view! { <HomePage /> }).await
}

async fn privacy(State(state): State<AppState>, ask: Ask) -> Response {
    let issuer = state.config.issuer_name().to_owned();
    let email = bare_address(&state.config.mail_from).to_owned();
    ask.page(move || view! { <PrivacyPage issuer=issuer email=email /> }).await
}

/// The address of `Name <address>`.
fn bare_address(mailbox: &str) -> &str {
    let inside = mailbox.rsplit_once('<').map_or(mailbox, |(_, address)| address);
    inside.trim_end_matches('>').trim()
}

async fn verifying(ask: Ask) -> Response {
    ask.page(|| view! { <VerifyingPage /> }).await
}

/// Goes to the verdict on a pasted address.
async fn verify(ask: Ask, fields: Fields) -> Response {
    let text = signed_text(fields.text("link"));
    if !text.is_empty() && text.len() <= LONGEST && text.chars().all(is_base32) {
        let page = if provisional::is_one(text) { routes::PROVISIONAL } else { routes::VERIFY };
        return see(&format!("{page}/{text}"));
    }
    let problem = if text.is_empty() { FieldProblem::Empty } else { FieldProblem::Malformed };
    let refusal = Refusal::field(FieldError::new(Field::Link, problem));
    let form = FormState::refused(refusal, fields.keep(&["link"]));
    ask.refused(form).page(|| view! { <VerifyingPage /> }).await
}

/// Longest text that is looked at.
const LONGEST: usize = provisional::TEXT_MAX_CHARS;

/// Which year.
#[derive(Debug, Default, Deserialize)]
struct Wanted {
    #[serde(default)]
    year: String,
}

async fn account(
    State(state): State<AppState>,
    Query(wanted): Query<Wanted>,
    ask: Ask,
) -> Result<Response, Problem> {
    let account = figures_of(&state, &wanted, ask.locale).await?;
    Ok(ask.page(move || view! { <PublicAccountPage account=account /> }).await)
}

async fn account_csv(
    State(state): State<AppState>,
    Query(wanted): Query<Wanted>,
    ask: Ask,
) -> Result<Response, Problem> {
    let account = figures_of(&state, &wanted, ask.locale).await?;
    let bytes = csv(&account, ask.locale).map_err(Problem::Failed)?;
    let name = format!("attachment; filename=\"cuenta-publica-{}.csv\"", account.year);
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((head, bytes).into_response())
}

/// The figures of the year asked for, if there is such a year; of the latest with data otherwise.
async fn figures_of(state: &AppState, wanted: &Wanted, locale: Locale) -> Result<Account, Error> {
    let office = &state.office;
    let years = figures::years(office).await?;
    let asked = wanted.year.parse::<i16>().ok();
    let asked = asked.filter(|year| years.contains(year));
    let Some(year) = asked.or_else(|| years.first().copied()) else {
        return Ok(Account::default());
    };
    let sums = reports::public_account(office, year).await?;
    let promised = figures::targets(office, year).await?;
    let name = |code: String| {
        if code.is_empty() {
            public::account_no_commune(locale).to_owned()
        } else {
            reports::commune_name(&code)
        }
    };
    let mut communes: Vec<_> =
        sums.communes.into_iter().map(|(code, one)| (name(code), row(one))).collect();
    communes.sort_by_key(|(name, _)| domain::name::search_key(name));
    Ok(Account {
        year,
        years,
        total: row(sums.total),
        targets: [
            promised.implantations,
            0,
            promised.dewormings_internal,
            promised.dewormings_external,
            promised.sterilisations,
            0,
        ],
        communes,
    })
}

/// In the order of [`Measure::ALL`].
const fn row(totals: Totals) -> Figures {
    [
        totals.implantations,
        totals.verifications,
        totals.dewormings_internal,
        totals.dewormings_external,
        totals.sterilisations,
        totals.sterilisation_outreaches,
    ]
}

/// The table as RFC 4180, with the mark by which spreadsheets know UTF-8.
fn csv(account: &Account, locale: Locale) -> Result<Vec<u8>, Fault> {
    let wrong = |error: csv::Error| Fault::caused("the table is no CSV", error);
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let heads = Measure::ALL.map(|measure| measure.words(locale));
    let first = [common::commune(locale)];
    writer.write_record(first.iter().chain(&heads)).map_err(wrong)?;
    let total = (public::account_total(locale).to_owned(), account.total);
    for (name, figures) in account.communes.iter().chain([&total]) {
        let cells = figures.iter().map(ToString::to_string);
        let cells = std::iter::once(name.clone()).chain(cells);
        writer.write_record(cells).map_err(wrong)?;
    }
    writer.into_inner().map_err(|error| Fault::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_mailbox_is_bare() {
        assert_eq!(bare_address("Huella <huella@example.cl>"), "huella@example.cl");
        assert_eq!(bare_address("huella@example.cl"), "huella@example.cl");
    }

    #[test]
    fn the_file_holds_every_commune_and_the_total() {
        let communes = vec![("Quilpué".to_owned(), [1, 2, 3, 4, 5, 6])];
        let account = Account { year: 2020, communes, total: [7; 6], ..Account::default() };
        let text = String::from_utf8(csv(&account, Locale::Es).unwrap()).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("\u{feff}Comuna,Microchips implantados,"), "{text}");
        assert_eq!(lines[1..], ["Quilpué,1,2,3,4,5,6", "Total,7,7,7,7,7,7"]);
    }
}
