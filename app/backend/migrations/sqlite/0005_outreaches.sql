-- Outreaches as they are planned, booked, attended and closed.

-- A neighbourhood unit and how many live there. The count and its source stand together: a figure
-- without its year is none. Degrees are kept in millionths, so that the same text is the same place.
CREATE TABLE neighbourhood_unit (
    unit TEXT PRIMARY KEY,
    commune TEXT NOT NULL,
    name TEXT,
    households INTEGER,
    dogs_and_cats INTEGER,
    source TEXT,
    source_year INTEGER,
    latitude INTEGER,
    longitude INTEGER,
    boundary TEXT,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX neighbourhood_unit_commune ON neighbourhood_unit (commune, unit);

-- How many live in a whole commune, whatever is known of its units.
CREATE TABLE commune_figure (
    commune TEXT PRIMARY KEY,
    households INTEGER,
    dogs_and_cats INTEGER,
    source TEXT NOT NULL,
    source_year INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

-- What is planned of an outreach beyond its day and place.
CREATE TABLE outreach_plan (
    outreach_id BLOB PRIMARY KEY REFERENCES outreach (id),
    part_of TEXT,
    phase_on TEXT,
    -- Who is served first; none for everybody who may be.
    priority TEXT,
    booking_opens_at INTEGER,
    bring TEXT,
    way TEXT,
    cost INTEGER,
    latitude REAL,
    longitude REAL,
    suspended_reason TEXT,
    was_draft INTEGER NOT NULL DEFAULT 0,
    moved_from INTEGER,
    left_on TEXT,
    closed_at INTEGER,
    closed_by BLOB,
    reported_at INTEGER,
    called_number INTEGER NOT NULL,
    last_number INTEGER NOT NULL
) STRICT;

-- The neighbourhood units it is meant for.
CREATE TABLE outreach_unit (
    outreach_id BLOB NOT NULL REFERENCES outreach (id),
    unit TEXT NOT NULL,
    PRIMARY KEY (outreach_id, unit)
) STRICT, WITHOUT ROWID;

-- What one may book there, and how many places are promised. No database state can promise more
-- than there is. The programme is that which pays for it, where it is another than the outreach's.
CREATE TABLE outreach_offering (
    outreach_id BLOB NOT NULL REFERENCES outreach (id),
    offering TEXT NOT NULL,
    capacity INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    stations INTEGER NOT NULL,
    eligibility TEXT NOT NULL,
    booked INTEGER NOT NULL,
    used INTEGER NOT NULL,
    shared INTEGER NOT NULL,
    programme_id BLOB REFERENCES programme (id),
    PRIMARY KEY (outreach_id, offering),
    CONSTRAINT outreach_offering_holds CHECK (
        booked >= 0 AND used >= 0 AND shared >= 0 AND booked + used + shared <= capacity
    )
) STRICT, WITHOUT ROWID;
CREATE INDEX outreach_offering_programme ON outreach_offering (programme_id)
    WHERE programme_id IS NOT NULL;

-- The same, by the time at which people are asked to come.
CREATE TABLE slot (
    outreach_id BLOB NOT NULL REFERENCES outreach (id),
    offering TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    capacity INTEGER NOT NULL,
    booked INTEGER NOT NULL,
    PRIMARY KEY (outreach_id, offering, starts_at),
    CONSTRAINT slot_holds CHECK (booked >= 0 AND booked <= capacity)
) STRICT, WITHOUT ROWID;

-- A booking, a place on the waiting list, or the ticket of a walk-in. Whose it is stands in the
-- details and the keys, which an erasure empties. Of its places, so many are over the count: a
-- phone without signal promised them when nothing was left, and no sum of places holds them.
CREATE TABLE booking (
    id BLOB PRIMARY KEY,
    outreach_id BLOB NOT NULL REFERENCES outreach (id),
    offering TEXT NOT NULL,
    slot_at INTEGER,
    state TEXT NOT NULL,
    places INTEGER NOT NULL,
    priority INTEGER NOT NULL DEFAULT 0,
    code_hash BLOB NOT NULL,
    owner_key BLOB,
    household_key BLOB,
    details TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    offered_until INTEGER,
    wanted_slot INTEGER,
    reminders INTEGER NOT NULL,
    accepted_date INTEGER NOT NULL,
    queue_number INTEGER,
    arrived_at INTEGER,
    called_at INTEGER,
    -- To which table of the offering they were called.
    station INTEGER,
    served_at INTEGER,
    -- How many of the animals were served, of one that was not served as a whole.
    served_places INTEGER NOT NULL DEFAULT 0,
    ended_reason TEXT,
    -- Of who waits: that they were served, or took a place elsewhere, noted before it was forgotten
    -- who they are. No part of any answer but where the next outreach does most good.
    settled TEXT,
    walk_in INTEGER NOT NULL,
    over_count INTEGER NOT NULL DEFAULT 0,
    device_id BLOB,
    submission_id BLOB,
    owner_id BLOB REFERENCES owner (id)
) STRICT;
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
    id BLOB PRIMARY KEY,
    outreach_id BLOB NOT NULL REFERENCES outreach (id),
    offering TEXT NOT NULL,
    device_id BLOB NOT NULL REFERENCES device (id),
    granted INTEGER NOT NULL,
    used INTEGER NOT NULL,
    granted_at INTEGER NOT NULL,
    returned_at INTEGER,
    written_off_by BLOB,
    CONSTRAINT capacity_share_holds CHECK (used >= 0 AND used <= granted)
) STRICT;
CREATE INDEX capacity_share_out ON capacity_share (outreach_id, offering, device_id)
    WHERE returned_at IS NULL;
CREATE INDEX capacity_share_outreach ON capacity_share (outreach_id);

-- An earlier register or list that is being taken in, row by row. What rows say that made nothing is
-- removed a month after anything happened to it last.
CREATE TABLE import (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    columns TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    done_to INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    started_by BLOB NOT NULL,
    finished_at INTEGER,
    undone_at INTEGER,
    undone_by BLOB,
    changed_at INTEGER NOT NULL,
    cleared_at INTEGER
) STRICT;

CREATE TABLE import_row (
    import_id BLOB NOT NULL REFERENCES import (id),
    place INTEGER NOT NULL,
    cells TEXT NOT NULL,
    verdict TEXT,
    owner_id BLOB,
    animal_id BLOB,
    PRIMARY KEY (import_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_row_animal ON import_row (animal_id) WHERE animal_id IS NOT NULL;
CREATE INDEX import_row_owner ON import_row (owner_id) WHERE owner_id IS NOT NULL;

-- Why a programme may do more than it promised: the last word on each of its targets.
CREATE TABLE target_reason (
    programme_id BLOB NOT NULL REFERENCES programme (id),
    target TEXT NOT NULL,
    promised INTEGER NOT NULL,
    expected INTEGER NOT NULL,
    reason TEXT NOT NULL,
    noted_by BLOB,
    noted_at INTEGER NOT NULL,
    PRIMARY KEY (programme_id, target)
) STRICT, WITHOUT ROWID;
