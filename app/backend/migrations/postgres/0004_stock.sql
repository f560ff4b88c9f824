-- Chips and doses that were received, who holds them, and what was lost. What was used is never
-- stored here: the services say it, and one that is annulled gives it back by itself.

-- A delivery of chips.
CREATE TABLE chip_lot (
    id UUID PRIMARY KEY,
    supplier TEXT NOT NULL,
    paper TEXT,
    received_on TEXT NOT NULL,
    received_by UUID,
    received_at BIGINT NOT NULL
);

-- Ranges of numbers, first and last included. No two have a number in common; who adds one takes
-- the turn of the stock first.
CREATE TABLE chip_range (
    first TEXT PRIMARY KEY,
    last TEXT NOT NULL,
    lot_id UUID NOT NULL REFERENCES chip_lot (id)
);
CREATE INDEX chip_range_lot ON chip_range (lot_id);

-- Who holds which numbers now: an outreach, or one phone at it. As above, no two overlap.
CREATE TABLE chip_allotment (
    first TEXT PRIMARY KEY,
    last TEXT NOT NULL,
    outreach_id UUID NOT NULL REFERENCES outreach (id),
    device_id UUID REFERENCES device (id),
    allotted_by UUID,
    allotted_at BIGINT NOT NULL
);
CREATE INDEX chip_allotment_outreach ON chip_allotment (outreach_id);

-- A number that left its box without coming to an animal, once.
CREATE TABLE chip_write_off (
    chip TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    outreach_id UUID REFERENCES outreach (id),
    device_id UUID NOT NULL,
    submission_id UUID NOT NULL,
    staff_id UUID,
    recorded_at BIGINT NOT NULL
);
CREATE INDEX chip_write_off_outreach ON chip_write_off (outreach_id)
    WHERE outreach_id IS NOT NULL;

-- A lot of a product against parasites. `batch` is its letters and digits alone.
CREATE TABLE product_lot (
    id UUID PRIMARY KEY,
    product TEXT NOT NULL,
    kind TEXT NOT NULL,
    lot TEXT NOT NULL,
    batch TEXT NOT NULL,
    expires_on TEXT NOT NULL
);
CREATE UNIQUE INDEX product_lot_batch ON product_lot (batch, kind);

-- Doses received, allotted (with a minus: taken back) and lost. Of those received and of what the
-- office lost, there is no outreach.
CREATE TABLE product_movement (
    id UUID PRIMARY KEY,
    lot_id UUID NOT NULL REFERENCES product_lot (id),
    kind TEXT NOT NULL,
    doses BIGINT NOT NULL,
    outreach_id UUID REFERENCES outreach (id),
    device_id UUID,
    supplier TEXT,
    paper TEXT,
    moved_on TEXT NOT NULL,
    moved_by UUID,
    moved_at BIGINT NOT NULL
);
CREATE INDEX product_movement_lot ON product_movement (lot_id);

-- What was done at the desk that is no submission, by the identifier that its sheet gave it: what
-- was asked, as a hash, and what was answered.
CREATE TABLE desk_act (
    id UUID PRIMARY KEY,
    said TEXT NOT NULL,
    answer TEXT NOT NULL,
    done_at BIGINT NOT NULL
);
