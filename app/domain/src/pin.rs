//! The PIN that closes a phone (contracts, section 7): digits, six or more, and not the first that
//! anybody would try.

/// The fewest digits.
pub const FEWEST_DIGITS: usize = 6;

/// What is wrong with a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinFault {
    /// Fewer than [`FEWEST_DIGITS`], or something else than digits.
    Short,
    /// All the same digit, or a run of them up or down.
    Simple,
}

/// Whether it may be chosen.
///
/// # Errors
/// What is wrong with it.
pub fn check(pin: &str) -> Result<(), PinFault> {
    let digits: Vec<i32> = pin.bytes().map(i32::from).collect();
    if digits.len() < FEWEST_DIGITS || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PinFault::Short);
    }
    let steps: Vec<i32> = digits.iter().zip(digits.iter().skip(1)).map(|(a, b)| b - a).collect();
    let is_even = steps.iter().zip(steps.iter().skip(1)).all(|(one, next)| one == next);
    // The keypad goes on from 9 to 0.
    let is_run = |step: i32| steps.iter().all(|one| one.rem_euclid(10) == step.rem_euclid(10));
    match is_even || is_run(1) || is_run(-1) {
        true => Err(PinFault::Simple),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_anybody_would_try_is_no_pin() {
        for (pin, verdict) in [
            ("", Err(PinFault::Short)),
            ("12345", Err(PinFault::Short)),
            ("12a456", Err(PinFault::Short)),
            ("１２３４５６", Err(PinFault::Short)),
            ("000000", Err(PinFault::Simple)),
            ("123456", Err(PinFault::Simple)),
            ("567890", Err(PinFault::Simple)),
            ("210987", Err(PinFault::Simple)),
            ("98765432", Err(PinFault::Simple)),
            ("024680", Ok(())),
            ("135799", Ok(())),
            ("123457", Ok(())),
            ("802913", Ok(())),
        ] {
            assert_eq!(check(pin), verdict, "{pin}");
        }
    }
}
