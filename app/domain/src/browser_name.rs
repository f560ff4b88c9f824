//! What a browser is called by people, read from what it calls itself.
//!
//! A user agent is a chain of claims for the sake of old pages (RFC 9110, section 10.1.5): each
//! browser also names those it descends from, so the youngest is looked for first.

/// Marks in a user agent, each with the name people know.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

/// The browser and the system, each if it is known by name: `Chrome`, `Android`.
#[must_use]
pub fn browser_and_system(user_agent: &str) -> (Option<&'static str>, Option<&'static str>) {
    let named = |table: &[(&str, &'static str)]| {
        table.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    (named(&BROWSERS), named(&SYSTEMS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_youngest_of_a_chain_of_claims_is_the_browser() {
        let chrome = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                      Chrome/131.0.0.0 Mobile Safari/537.36";
        assert_eq!(browser_and_system(chrome), (Some("Chrome"), Some("Android")));
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
                    Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0";
        assert_eq!(browser_and_system(edge), (Some("Edge"), Some("Windows")));
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_7 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/17.7 Mobile/15E148 Safari/604.1";
        assert_eq!(browser_and_system(iphone), (Some("Safari"), Some("iPhone")));
        assert_eq!(browser_and_system("curl/8.5.0"), (None, None));
        assert_eq!(browser_and_system(""), (None, None));
    }
}
