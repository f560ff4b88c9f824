//! Slips in the domains of e-mail addresses.

/// Domains people here really use, the commonest first: a slip is corrected to one of them.
const USUAL: [&str; 28] = [
    "gmail.com",
    "hotmail.com",
    "outlook.com",
    "yahoo.com",
    "hotmail.cl",
    "outlook.cl",
    "yahoo.es",
    "live.cl",
    "live.com",
    "icloud.com",
    "hotmail.es",
    "outlook.es",
    "yahoo.cl",
    "msn.com",
    "me.com",
    "protonmail.com",
    "proton.me",
    "vtr.net",
    "ucn.cl",
    "uantof.cl",
    "uchile.cl",
    "uc.cl",
    "duocuc.cl",
    "inacapmail.cl",
    "codelco.cl",
    "imantof.cl",
    "entelchile.net",
    "tie.cl",
];

/// Domains that exist and merely resemble a usual one: left alone.
const GENUINE: [&str; 24] = [
    "mail.com",
    "email.com",
    "ymail.com",
    "fastmail.com",
    "rocketmail.com",
    "gmx.com",
    "gmx.es",
    "aol.com",
    "mac.com",
    "live.com.ar",
    "live.com.mx",
    "hotmail.fr",
    "hotmail.it",
    "hotmail.de",
    "hotmail.com.ar",
    "outlook.fr",
    "outlook.com.ar",
    "outlook.com.br",
    "yahoo.fr",
    "yahoo.it",
    "yahoo.de",
    "yahoo.com.ar",
    "yahoo.com.br",
    "yahoo.com.mx",
];

/// Endings that are nobody's, for any domain.
const SLIPPED_ENDINGS: [(&str, &str); 9] = [
    (".con", ".com"),
    (".cpm", ".com"),
    (".vom", ".com"),
    (".xom", ".com"),
    (".ocm", ".com"),
    (".cmo", ".com"),
    (".comm", ".com"),
    (".coom", ".com"),
    (".cll", ".cl"),
];

/// The domain that was probably meant; `None` when this one is genuine or resembles none.
/// The domain is in lower case and may lack its ending.
pub(super) fn corrected(domain: &str) -> Option<String> {
    if domain.len() > 40 || USUAL.contains(&domain) || GENUINE.contains(&domain) {
        return None;
    }
    if let Some(usual) = nearest(domain) {
        return Some(usual.to_owned());
    }
    let stem = domain.split('.').next().unwrap_or_default();
    if matches!(stem, "gmail" | "icloud") {
        return Some(format!("{stem}.com"));
    }
    if !domain.contains('.') {
        let home = USUAL.iter().find(|usual| usual.strip_suffix(".com") == Some(domain));
        return home.map(|usual| (*usual).to_owned());
    }
    let (slipped, meant) = SLIPPED_ENDINGS.iter().find(|(slip, _)| domain.ends_with(slip))?;
    Some(format!("{}{meant}", domain.strip_suffix(slipped)?))
}

/// The usual domain nearest to this one, if near enough: one slip in eight characters, two in
/// more. Shorter domains resemble too many others.
fn nearest(domain: &str) -> Option<&'static str> {
    let candidates = USUAL.iter().filter(|usual| usual.len() >= 8);
    let measured = candidates.map(|usual| (distance(domain, usual), *usual));
    let near = measured.filter(|(slips, usual)| *slips <= if usual.len() > 8 { 2 } else { 1 });
    near.min_by_key(|(slips, _)| *slips).map(|(_, usual)| usual)
}

/// Insertions, omissions, replacements and swaps of neighbours between two short ASCII texts.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let replaced = last[j] + usize::from(from != to);
            let mut best = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *from == b[j - 1] && a[i - 1] == *to {
                best = best.min(before_last[j - 1] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}
