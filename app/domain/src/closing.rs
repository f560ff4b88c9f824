//! What an outreach leaves behind: what is still open when it is closed, what became of every
//! place, and how far its programme is.

mod attendance;
mod finding;
mod progress;
mod report;
mod services;

pub use attendance::{Attendance, BookingCount, attendance};
pub use finding::{ClosingFacts, Finding, PassedTarget, PhoneFact, Severity, ShareFact, Verdict};
pub use progress::{
    Cost, CostLine, Counts, CoverageLine, ProgrammeSheet, ProgressLine, Target, TargetLine,
    TargetReason,
};
pub use report::{
    AttendanceAct, ClosingSheet, DaySheet, Ending, Hand, Heading, LotLine, OfferingPlan, TimeLine,
    TurnedAway,
};
pub use services::{ServiceFilter, ServiceLine, ServiceList, ServicePage, ServiceTurn, ServicesOf};
