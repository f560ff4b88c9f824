//! The one integration test binary of the back end.

mod tidy;
