-- Outreaches as they are planned, booked, attended and closed.

-- A neighbourhood unit and how many live there. The count and its source stand together: a figure
-- without its year is none. Degrees are kept in millionths, so that the same text is the same place.
CREATE TABLE neighbourhood_unit (
    unit TEXT PRIMARY KEY,
    commune TEXT NOT NULL,
    name TEXT,
    households BIGINT,
    dogs_and_cats BIGINT,
    source TEXT,
    source_year BIGINT,
    latitude BIGINT,
    longitude BIGINT,
    boundary TEXT,
    changed_at BIGINT NOT NULL
);
CREATE INDEX neighbourhood_unit_commune ON neighbourhood_unit (commune, unit);

-- How many live in a whole commune, whatever is known of its units.
CREATE TABLE commune_figure (
    commune TEXT PRIMARY KEY,
    households BIGINT,
    dogs_and_cats BIGINT,
    source TEXT NOT NULL,
    source_year BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- What is planned of an outreach beyond its day and place.
CREATE TABLE outreach_plan (
    outreach_id UUID PRIMARY KEY REFERENCES outreach (id),
    part_of TEXT,
    phase_on TEXT,
    -- Who is served first; none for everybody who may be.
    priority TEXT,
    booking_opens_at BIGINT,
    bring TEXT,
    way TEXT,
    cost BIGINT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    suspended_reason TEXT,
    was_draft BOOLEAN NOT NULL DEFAULT FALSE,
    moved_from BIGINT,
    left_on TEXT,
    closed_at BIGINT,
    closed_by UUID,
    reported_at BIGINT,
    called_number BIGINT NOT NULL,
    last_number BIGINT NOT NULL
);

-- The neighbourhood units it is meant for.
CREATE TABLE outreach_unit (
    outreach_id UUID NOT NULL REFERENCES outreach (id),
    unit TEXT NOT NULL,
    PRIMARY KEY (outreach_id, unit)
);

-- What one may book there, and how many places are promised. No database state can promise more
-- than there is. The programme is that which pays for it, where it is another than the outreach's.
CREATE TABLE outreach_offering (
    outreach_id UUID NOT NULL REFERENCES outreach (id),
    offering TEXT NOT NULL,
    capacity BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    stations BIGINT NOT NULL,
    eligibility TEXT NOT NULL,
    booked BIGINT NOT NULL,
    used BIGINT NOT NULL,
    shared BIGINT NOT NULL,
    programme_id UUID REFERENCES programme (id),
    PRIMARY KEY (outreach_id, offering),
    CONSTRAINT outreach_offering_holds CHECK (
        booked >= 0 AND used >= 0 AND shared >= 0 AND booked + used + shared <= capacity
    )
);
CREATE INDEX outreach_offering_programme ON outreach_offering (programme_id)
    WHERE programme_id IS NOT NULL;

-- The same, by the time at which people are asked to come.
CREATE TABLE slot (
    outreach_id UUID NOT NULL REFERENCES outreach (id),
    offering TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    capacity BIGINT NOT NULL,
    booked BIGINT NOT NULL,
    PRIMARY KEY (outreach_id, offering, starts_at),
    CONSTRAINT slot_holds CHECK (booked >= 0 AND booked <= capacity)
);

-- A booking, a place on the waiting list, or the ticket of a walk-in. Whose it is stands in the
-- details and the keys, which an erasure empties. Of its places, so many are over the count: a
-- phone without signal promised them when nothing was left, and no sum of places holds them.
CREATE TABLE booking (
    id UUID PRIMARY KEY,
    outreach_id UUID NOT NULL REFERENCES outreach (id),
    offering TEXT NOT NULL,
    slot_at BIGINT,
    state TEXT NOT NULL,
    places BIGINT NOT NULL,
    priority BIGINT NOT NULL DEFAULT 0,
    code_hash BYTEA NOT NULL,
    owner_key BYTEA,
    household_key BYTEA,
    details TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    offered_until BIGINT,
    wanted_slot BIGINT,
    reminders BIGINT NOT NULL,
    accepted_date BIGINT NOT NULL,
    queue_number BIGINT,
    arrived_at BIGINT,
    called_at BIGINT,
    -- To which table of the offering they were called.
    station BIGINT,
    served_at BIGINT,
    -- How many of the animals were served, of one that was not served as a whole.
    served_places BIGINT NOT NULL DEFAULT 0,
    ended_reason TEXT,
    -- Of who waits: that they were served, or took a place elsewhere, noted before it was forgotten
    -- who they are. No part of any answer but where the next outreach does most good.
    settled TEXT,
    walk_in BIGINT NOT NULL,
    over_count BIGINT NOT NULL DEFAULT 0,
    device_id UUID,
    submission_id UUID,
    owner_id UUID REFERENCES owner (id)
);
CREATE UNIQUE INDEX booking_code ON booking (code_hash);
CREATE INDEX booking_outreach ON booking (outreach_id, state, created_at, id);
CREATE INDEX booking_line ON booking (outreach_id, offering, priority DESC, created_at, id)
    WHERE state = 'waiting';
CREATE INDEX booking_owner_key ON booking (owner_key, outreach_id) WHERE owner_key IS NOT NULL;
CREATE INDEX booking_household ON booking (household_key, outreach_id)
    WHERE household_key IS NOT NULL;
CREATE INDEX booking_offered ON booking (offered_until) WHERE state = 'offered';
CREATE INDEX booking_reminder ON booking (slot_at, reminders) WHERE state = 'booked';
CREATE INDEX booking_unanswered ON booking (slot_at, id)
    WHERE state = 'booked' AND accepted_date = 0;
CREATE INDEX booking_owner ON booking (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX booking_known ON booking (outreach_id) WHERE details <> '';

-- Places lent to a phone for walk-ins without signal. A share is out until it has come back.
CREATE TABLE capacity_share (
    id UUID PRIMARY KEY,
    outreach_id UUID NOT NULL REFERENCES outreach (id),
    offering TEXT NOT NULL,
    device_id UUID NOT NULL REFERENCES device (id),
    granted BIGINT NOT NULL,
    used BIGINT NOT NULL,
    granted_at BIGINT NOT NULL,
    returned_at BIGINT,
    written_off_by UUID,
    CONSTRAINT capacity_share_holds CHECK (used >= 0 AND used <= granted)
);
CREATE INDEX capacity_share_out ON capacity_share (outreach_id, offering, device_id)
    WHERE returned_at IS NULL;
CREATE INDEX capacity_share_outreach ON capacity_share (outreach_id);

-- An earlier register or list that is being taken in, row by row. What rows say that made nothing is
-- removed a month after anything happened to it last.
CREATE TABLE import (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    columns TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    done_to BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    started_by UUID NOT NULL,
    finished_at BIGINT,
    undone_at BIGINT,
    undone_by UUID,
    changed_at BIGINT NOT NULL,
    cleared_at BIGINT
);

CREATE TABLE import_row (
    import_id UUID NOT NULL REFERENCES import (id),
    place BIGINT NOT NULL,
    cells TEXT NOT NULL,
    verdict TEXT,
    owner_id UUID,
    animal_id UUID,
    PRIMARY KEY (import_id, place)
);
CREATE INDEX import_row_animal ON import_row (animal_id) WHERE animal_id IS NOT NULL;
CREATE INDEX import_row_owner ON import_row (owner_id) WHERE owner_id IS NOT NULL;

-- Why a programme may do more than it promised: the last word on each of its targets.
CREATE TABLE target_reason (
    programme_id UUID NOT NULL REFERENCES programme (id),
    target TEXT NOT NULL,
    promised BIGINT NOT NULL,
    expected BIGINT NOT NULL,
    reason TEXT NOT NULL,
    noted_by UUID,
    noted_at BIGINT NOT NULL,
    PRIMARY KEY (programme_id, target)
);
