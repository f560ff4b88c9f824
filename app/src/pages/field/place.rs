//! Which page of the field app is on the screen: the browser's own history, a memo and no router.
//! `/field.js` takes the taps on links.

use crate::components::live::memo;
use crate::offline::browser;
use crate::pages::field::MAIN;
use crate::routes::FieldPage;
use leptos::prelude::*;

/// Where one is, as a context of the field pages.
#[derive(Clone, Copy)]
pub struct Place(Memo<FieldPage>);

impl Place {
    /// Follows the address, as the app, its links and the browser's buttons change it.
    #[must_use]
    pub fn follow() -> Self {
        let path = RwSignal::new(browser::path());
        let look = move || path.set(browser::path());
        browser::on_window("popstate", move || {
            look();
            browser::focus_heading(MAIN);
        });
        browser::on_window(browser::GONE, move || {
            look();
            browser::to_top();
            // What was tapped has gone with its page.
            browser::focus_heading(MAIN);
        });
        Self(memo(move || path.with(|path| FieldPage::at(path))))
    }

    /// The page.
    #[must_use]
    pub fn page(self) -> FieldPage {
        self.0.get()
    }
}
