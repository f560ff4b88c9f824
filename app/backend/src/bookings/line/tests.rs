//! Who waits is counted.

use super::*;

#[test]
fn who_is_served_first_is_counted_apart() {
    assert_eq!(counts(&[], true), (0, 0));
    assert_eq!(counts(&[(1, 3), (0, 5)], true), (3, 5));
    assert_eq!(counts(&[(1, 3), (0, 5)], false), (0, 8));
    assert_eq!(counts(&[(0, 5)], true), (0, 5));
}
