//! What the use cases answer, as the pages show it.

use app::pages::public::booking::ticket::Shown;
use app::pages::public::booking::{Announced, Offered};
use backend::bookings::{PublicOffering, PublicOutreach, Ticket};
use domain::outreach::{OutreachKind, OutreachStatus};

/// An announced outreach.
pub(super) fn announced(outreach: PublicOutreach) -> Announced {
    Announced {
        id: outreach.id,
        name: outreach.name,
        place: outreach.place,
        commune: outreach.commune,
        starts_at: outreach.starts_at,
        ends_at: outreach.ends_at,
        booking_opens_at: outreach.booking_opens_at,
        is_bookable: outreach.bookable,
        comes_home: outreach.kind == OutreachKind::HomeVisits,
        is_under_way: outreach.status == OutreachStatus::UnderWay,
        priority: outreach.priority,
        bring: outreach.bring,
        way: outreach.way,
        position: outreach.position,
        offered: outreach.offerings.into_iter().map(offered).collect(),
    }
}

fn offered(one: PublicOffering) -> Offered {
    Offered {
        offering: one.offering,
        free: one.free,
        eligibility: one.eligibility,
        waiting: one.waiting,
        slots: one.slots,
    }
}

/// A booking.
pub(super) fn ticket(ticket: Ticket) -> Shown {
    Shown {
        code: ticket.code,
        outreach: ticket.outreach,
        outreach_name: ticket.outreach_name,
        place: ticket.place,
        comes_home: ticket.kind == OutreachKind::HomeVisits,
        commune: ticket.commune,
        offering: ticket.offering,
        slot: ticket.slot,
        home_until: ticket.home_until,
        state: ticket.state,
        position: ticket.position,
        offered_until: ticket.offered_until,
        animals: ticket.animals,
        unfit: ticket.unfit,
        owner_given: ticket.owner_given,
        queue_number: ticket.queue_number,
        bring: ticket.bring,
        way: ticket.way,
        asks_new_date: ticket.needs_new_date_accepted,
        is_suspended: ticket.is_suspended,
        is_over: ticket.is_over,
    }
}
