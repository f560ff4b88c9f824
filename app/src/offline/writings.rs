//! Which of several writings of one value counts: the one that was asked for last, however long
//! each of them was being sealed before it was written.

use std::cell::RefCell;

/// The writings that were asked for.
#[derive(Debug, Default)]
pub struct Writings(RefCell<Vec<(String, u32)>>);

impl Writings {
    /// A writing of the value of this name was asked for; those before it do not count any more.
    /// What it is known by.
    pub fn ask(&self, name: &str) -> u32 {
        let mut all = self.0.borrow_mut();
        if let Some((_, last)) = all.iter_mut().find(|(known, _)| known == name) {
            *last = last.wrapping_add(1);
            return *last;
        }
        all.push((name.to_owned(), 0));
        0
    }

    /// Whether no other was asked for since.
    #[must_use]
    pub fn is_last(&self, name: &str, turn: u32) -> bool {
        let all = self.0.borrow();
        let last = all.iter().find(|(known, _)| known == name);
        last.is_some_and(|(_, last)| *last == turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_for_last_counts() {
        let writings = Writings::default();
        let first = writings.ask("a");
        assert!(writings.is_last("a", first) && !writings.is_last("b", first));
        let second = writings.ask("a");
        assert!(!writings.is_last("a", first) && writings.is_last("a", second));
        let other = writings.ask("b");
        assert!(writings.is_last("a", second) && writings.is_last("b", other));
    }

    #[test]
    fn the_order_in_which_they_come_to_the_store_does_not_matter() {
        let mut orders = 0;
        for order in (0..4_u32.pow(4)).map(|n| [n % 4, n / 4 % 4, n / 16 % 4, n / 64]) {
            if (0..4).any(|turn| !order.contains(&turn)) {
                continue;
            }
            let writings = Writings::default();
            let asked = [(); 4].map(|()| writings.ask("visit"));
            let coming = order.map(|at| asked[usize::try_from(at).unwrap()]);
            let stored: Vec<_> =
                coming.into_iter().filter(|turn| writings.is_last("visit", *turn)).collect();
            assert_eq!(stored, [asked[3]], "{order:?}");
            orders += 1;
        }
        assert_eq!(orders, 24);
    }
}
