//! How the services that a figure counts are found page by page: by what was done together, in
//! which the line beside a page has its place.

use domain::closing::ServiceFilter;
use domain::service::ServiceKind;
use uuid::Uuid;

use crate::closing::programme::month;
use crate::desk::number;
use crate::records::code;
use crate::store::StoreError;
use crate::store::vocabulary::progress::ProgressRow;

/// Where the line is beside which a page stands, and on which side of it.
pub(super) struct Turn {
    /// Where the service of that line was done.
    pub(super) outreach: Uuid,
    /// Code of its kind.
    pub(super) kind: String,
    /// On which local day, ISO.
    pub(super) day: String,
    /// On which animal.
    pub(super) animal: Uuid,
    /// Which it is.
    pub(super) service: Uuid,
    /// The page ends before it; else it begins behind it.
    pub(super) is_back: bool,
}

impl Turn {
    /// With fewer lines it is not the page that it was meant to be: on a way back the first one has
    /// grown shorter, on one forth nothing is left.
    pub(super) fn least(&self, page: u8) -> usize {
        if self.is_back { page.into() } else { 1 }
    }
}

/// What was done of one kind at one outreach on one day: a page is read from the one in which it
/// begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// At which outreach.
    pub(super) outreach: Uuid,
    /// Of which kind.
    pub(super) kind: ServiceKind,
    /// On which local day, ISO.
    pub(super) day: String,
    /// How many.
    pub(super) total: u32,
}

impl Group {
    /// Whether the line beside which a page stands is of it.
    pub(super) fn holds(&self, turn: &Turn) -> bool {
        let is_there = self.outreach == turn.outreach;
        is_there && self.kind.code() == turn.kind && self.day == turn.day
    }
}

/// The groups on the asked side of a line, with its own, from there on. Of an outreach at which
/// nothing is left of what is asked for there is no telling where it stood.
pub(super) fn beside<'a>(groups: &'a [Group], turn: Option<&Turn>) -> Vec<&'a Group> {
    let Some(turn) = turn else { return groups.iter().collect() };
    let is_there = |group: &Group| group.outreach == turn.outreach;
    let comes_before = |group: &Group| {
        (group.kind.code(), group.day.as_str()) < (turn.kind.as_str(), turn.day.as_str())
    };
    let Some(first) = groups.iter().position(is_there) else { return Vec::new() };
    let there = groups.iter().skip(first).take_while(|&group| is_there(group));
    let place = first + there.filter(|&group| comes_before(group)).count();
    if !turn.is_back {
        return groups.iter().skip(place).collect();
    }
    let own = groups.get(place).is_some_and(|group| group.holds(turn));
    groups.iter().take(place + usize::from(own)).rev().collect()
}

/// What was asked for, in the order of the rows.
pub(super) fn groups(
    rows: &[ProgressRow],
    filter: &ServiceFilter,
) -> Result<Vec<Group>, StoreError> {
    let mut groups: Vec<Group> = Vec::new();
    for row in rows.iter().filter(|row| fits(row, filter)) {
        let (kind, total) = (code(&row.kind, ServiceKind::from_code)?, number(row.total));
        let (outreach, day) = (row.outreach_id, row.performed_on.clone());
        match groups.last_mut() {
            Some(last) if (last.outreach, last.kind, &last.day) == (outreach, kind, &day) => {
                last.total = last.total.saturating_add(total);
            }
            _ => groups.push(Group { outreach, kind, day, total }),
        }
    }
    Ok(groups)
}

fn fits(row: &ProgressRow, filter: &ServiceFilter) -> bool {
    let is =
        |wanted: &Option<String>, own: &str| wanted.as_deref().is_none_or(|wanted| wanted == own);
    (filter.kinds.is_empty() || filter.kinds.iter().any(|kind| kind.code() == row.kind))
        && filter.outreach.is_none_or(|outreach| outreach.0 == row.outreach_id)
        && is(&filter.commune, &row.commune)
        && is(&filter.unit, row.unit.as_deref().unwrap_or_default())
        && is(&filter.residence, row.residence.as_deref().unwrap_or_default())
        && is(&filter.month, month(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::OutreachId;

    fn row(outreach: u128, kind: &str, day: &str, residence: Option<&str>) -> ProgressRow {
        ProgressRow {
            outreach_id: Uuid::from_u128(outreach),
            commune: "02101".to_owned(),
            unit: (outreach == 1).then(|| "02101-7".to_owned()),
            residence: residence.map(str::to_owned),
            performed_on: day.to_owned(),
            kind: kind.to_owned(),
            total: 3,
        }
    }

    fn rows() -> [ProgressRow; 4] {
        [
            row(1, "implantation", "2026-11-30", None),
            row(1, "implantation", "2026-11-30", Some("02104")),
            row(1, "sterilisation", "2026-12-01", Some("02104")),
            row(2, "implantation", "2026-11-30", Some("02104")),
        ]
    }

    fn totals(filter: &ServiceFilter) -> Vec<u32> {
        groups(&rows(), filter).unwrap().iter().map(|group| group.total).collect()
    }

    #[test]
    fn what_was_done_on_a_day_is_one_group_whoever_lived_where() {
        assert_eq!(totals(&ServiceFilter::default()), [6, 3, 3]);
    }

    fn turn(outreach: u128, (kind, day): (ServiceKind, &str), is_back: bool) -> Turn {
        Turn {
            outreach: Uuid::from_u128(outreach),
            kind: kind.code().to_owned(),
            day: day.to_owned(),
            animal: Uuid::nil(),
            service: Uuid::nil(),
            is_back,
        }
    }

    #[test]
    fn a_page_is_read_from_the_group_of_its_line_on() {
        let groups = groups(&rows(), &ServiceFilter::default()).unwrap();
        let read = |turn: &Turn| -> Vec<usize> {
            let place = |group: &Group| groups.iter().position(|one| one == group).unwrap();
            beside(&groups, Some(turn)).into_iter().map(place).collect()
        };
        assert_eq!(beside(&groups, None).len(), 3);
        let operated = (ServiceKind::Sterilisation, "2026-12-01");
        assert_eq!(read(&turn(1, operated, false)), [1, 2], "its own and those behind");
        assert_eq!(read(&turn(1, operated, true)), [1, 0], "its own and those before");
        let gone = (ServiceKind::Implantation, "2026-12-01");
        assert_eq!(read(&turn(1, gone, false)), [1, 2], "nothing of its group is left");
        assert_eq!(read(&turn(1, gone, true)), [0]);
        let last = (ServiceKind::Verification, "2026-12-01");
        assert_eq!(read(&turn(2, last, false)), [0_usize; 0], "nothing comes behind");
        assert_eq!(read(&turn(2, last, true)), [2, 1, 0]);
        assert_eq!(read(&turn(3, last, true)), [0_usize; 0], "nobody knows where that was");
    }

    #[test]
    fn each_filter_keeps_its_own() {
        let text = |text: &str| Some(text.to_owned());
        let all = ServiceFilter::default;
        let chips = ServiceFilter { kinds: vec![ServiceKind::Implantation], ..all() };
        let both = [ServiceKind::Implantation, ServiceKind::Sterilisation].to_vec();
        let second = ServiceFilter { outreach: Some(OutreachId(Uuid::from_u128(2))), ..all() };
        let cases = [
            (chips, vec![6, 3]),
            (ServiceFilter { kinds: both, ..all() }, vec![6, 3, 3]),
            (second, vec![3]),
            (ServiceFilter { commune: text("02101"), ..all() }, vec![6, 3, 3]),
            (ServiceFilter { commune: text("02104"), ..all() }, vec![]),
            (ServiceFilter { unit: text("02101-7"), ..all() }, vec![6, 3]),
            (ServiceFilter { unit: text(""), ..all() }, vec![3]),
            (ServiceFilter { residence: text("02104"), ..all() }, vec![3, 3, 3]),
            (ServiceFilter { residence: text(""), ..all() }, vec![3]),
            (ServiceFilter { month: text("2026-12"), ..all() }, vec![3]),
        ];
        for (filter, told) in cases {
            assert_eq!(totals(&filter), told, "{filter:?}");
        }
    }
}
