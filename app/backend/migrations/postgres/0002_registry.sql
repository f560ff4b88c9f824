-- Programmes and outreaches, owners and animals, services, submissions, documents, tasks.

CREATE TABLE programme (
    id UUID PRIMARY KEY,
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    target_implantations BIGINT NOT NULL,
    target_dewormings_internal BIGINT NOT NULL,
    target_dewormings_external BIGINT NOT NULL,
    target_sterilisations BIGINT NOT NULL,
    target_outreaches BIGINT NOT NULL
);
CREATE UNIQUE INDEX programme_number ON programme (number);

CREATE TABLE organisation (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    commune TEXT NOT NULL,
    unit TEXT,
    address TEXT,
    contact_name TEXT,
    phone TEXT,
    email TEXT
);

CREATE TABLE outreach (
    id UUID PRIMARY KEY,
    programme_id UUID NOT NULL REFERENCES programme (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    held_on TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    place TEXT NOT NULL,
    commune TEXT NOT NULL,
    unit TEXT,
    host_id UUID REFERENCES organisation (id),
    phase TEXT,
    max_people BIGINT
);
CREATE INDEX outreach_held_on ON outreach (held_on);
CREATE INDEX outreach_programme ON outreach (programme_id);
-- What was held at the same place before, for what a phone takes along.
CREATE INDEX outreach_held_in_unit ON outreach (unit, held_on) WHERE unit IS NOT NULL;
CREATE INDEX outreach_host ON outreach (host_id, held_on) WHERE host_id IS NOT NULL;

-- From when to when somebody was of a team, a row for each time, counted from 1. Who has left
-- stays: what they did before comes home later. What they are to do is of that time.
CREATE TABLE outreach_staff (
    outreach_id UUID NOT NULL REFERENCES outreach (id),
    staff_id UUID NOT NULL REFERENCES staff (id),
    span BIGINT NOT NULL,
    joined_at BIGINT NOT NULL,
    left_at BIGINT,
    duty TEXT,
    starts_at BIGINT,
    ends_at BIGINT,
    PRIMARY KEY (outreach_id, staff_id, span)
);
CREATE INDEX outreach_staff_staff ON outreach_staff (staff_id);

CREATE TABLE authorisation (
    staff_id UUID NOT NULL REFERENCES staff (id),
    outreach_id UUID NOT NULL REFERENCES outreach (id),
    signature TEXT NOT NULL,
    authorised_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (staff_id, outreach_id)
);

-- A phone, with what it last said of itself; or a browser of the coordination, named by its
-- session.
CREATE TABLE device (
    id UUID PRIMARY KEY,
    staff_id UUID NOT NULL REFERENCES staff (id),
    name TEXT NOT NULL,
    is_desk BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    revoked_at BIGINT,
    stored_total BIGINT NOT NULL,
    complete_to_sequence BIGINT NOT NULL,
    reported_at BIGINT,
    build TEXT,
    waiting BIGINT,
    to_mend BIGINT,
    at_desk BIGINT,
    oldest_at BIGINT,
    persisted BOOLEAN,
    skew_ms BIGINT,
    aside BIGINT,
    pictures BIGINT
);

-- The server's word on a phone's key: for which outreach, until when. What a phone was paired for
-- last is what it is shown with.
CREATE TABLE delegation (
    device_id UUID NOT NULL REFERENCES device (id),
    outreach_id UUID NOT NULL REFERENCES outreach (id),
    public_key BYTEA NOT NULL,
    paired_by UUID NOT NULL REFERENCES staff (id),
    paired_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    kid BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    rekeyed_at BIGINT,
    PRIMARY KEY (device_id, outreach_id)
);
CREATE INDEX delegation_key ON delegation (public_key);
CREATE INDEX delegation_outreach ON delegation (outreach_id);

-- To the public half phones seal copies of their records; the private half is sealed with the
-- secret file, as those of signing_key are. It stays as long as its outreach: a phone that was
-- prepared weeks ago may still bring a copy.
CREATE TABLE recovery_key (
    outreach_id UUID NOT NULL PRIMARY KEY REFERENCES outreach (id),
    public_key BYTEA NOT NULL,
    sealed_private BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

-- `merged_into` is the record that stands for this one now, `merged_to` the one it was put to: they
-- differ once that one was merged on. Only `merged_to` lets an unmerging take its own back.
CREATE TABLE owner (
    id UUID PRIMARY KEY,
    document_kind TEXT NOT NULL,
    document_key TEXT,
    search_key TEXT COLLATE "C" NOT NULL,
    phone TEXT,
    email TEXT,
    commune TEXT,
    unit TEXT,
    details TEXT NOT NULL,
    recorded_by UUID,
    recorded_on TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    merged_into UUID REFERENCES owner (id),
    merged_to UUID REFERENCES owner (id)
);
-- The number first: it finds one owner, and the kind nearly all of them, which a planner without
-- figures of the table does not know.
CREATE UNIQUE INDEX owner_document ON owner (document_key, document_kind)
    WHERE document_key IS NOT NULL AND merged_into IS NULL;
CREATE INDEX owner_merged_document ON owner (document_key, document_kind)
    WHERE document_key IS NOT NULL AND merged_into IS NOT NULL;
-- Who lives where, the last changed at the end: what a phone takes along to an outreach.
CREATE INDEX owner_unit ON owner (unit, updated_at, id, merged_into)
    WHERE unit IS NOT NULL AND merged_into IS NULL;
CREATE INDEX owner_commune ON owner (commune, updated_at, id, merged_into)
    WHERE commune IS NOT NULL AND merged_into IS NULL;
-- Who was changed after being recorded, to tell a phone who has left what it took along.
CREATE INDEX owner_changed ON owner (updated_at, id) WHERE updated_at > created_at;
CREATE INDEX owner_phone ON owner (phone) WHERE phone IS NOT NULL;
CREATE INDEX owner_email ON owner (email) WHERE email IS NOT NULL;
CREATE INDEX owner_merged_into ON owner (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE owner_alias (
    alias_id UUID PRIMARY KEY,
    owner_id UUID NOT NULL REFERENCES owner (id)
);

-- Its key holds all that a search by names compares, in the order in which it answers.
-- In `search_key` a space stands before each word, the first too: it is compared as it is.
-- The owner's row is written before these and deleted after them.
-- Compared byte by byte, whatever the database's own collation: a range finds a beginning.
CREATE TABLE search_word (
    word TEXT COLLATE "C" NOT NULL,
    search_key TEXT COLLATE "C" NOT NULL,
    owner_id UUID NOT NULL,
    PRIMARY KEY (word, search_key, owner_id)
);
CREATE INDEX search_word_owner ON search_word (owner_id);

CREATE TABLE animal (
    id UUID PRIMARY KEY,
    owner_id UUID NOT NULL REFERENCES owner (id),
    species TEXT NOT NULL,
    sex TEXT NOT NULL,
    search_key TEXT NOT NULL,
    chip TEXT,
    vital_state TEXT NOT NULL,
    vital_since TEXT,
    rnm_state TEXT NOT NULL,
    rnm_number TEXT,
    rnm_reason TEXT,
    rnm_changed_at BIGINT NOT NULL,
    details TEXT NOT NULL,
    recorded_by UUID,
    recorded_on TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    merged_into UUID REFERENCES animal (id),
    merged_to UUID REFERENCES animal (id),
    own_state TEXT
);
CREATE UNIQUE INDEX animal_chip ON animal (chip) WHERE chip IS NOT NULL;
CREATE INDEX animal_owner ON animal (owner_id);
CREATE INDEX animal_updated ON animal (updated_at, owner_id);
CREATE INDEX animal_rnm_state ON animal (rnm_state, rnm_changed_at, id, merged_into, vital_state);
CREATE INDEX animal_merged_into ON animal (merged_into) WHERE merged_into IS NOT NULL;

-- Whose an animal was before it went to somebody else, in the order in which the register learned
-- of it: who was served is told by the owner of then.
CREATE TABLE tenure (
    animal_id UUID NOT NULL REFERENCES animal (id),
    place BIGINT NOT NULL,
    owner_id UUID NOT NULL REFERENCES owner (id),
    left_at BIGINT NOT NULL,
    PRIMARY KEY (animal_id, place)
);
CREATE INDEX tenure_owner ON tenure (owner_id);

-- `residence` is the commune of the owner of then, as far as it was known. An outreach is read
-- before anything is done there, and none is ever deleted: asked for again by each service, its row
-- would be locked by all who register there.
CREATE TABLE service (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    counts BOOLEAN NOT NULL,
    animal_id UUID NOT NULL REFERENCES animal (id),
    outreach_id UUID,
    visit_id UUID,
    submission_id UUID,
    staff_id UUID,
    veterinarian_id UUID REFERENCES staff (id),
    performed_at BIGINT NOT NULL,
    performed_on TEXT NOT NULL,
    chip TEXT,
    details TEXT NOT NULL,
    recorded_on TEXT NOT NULL,
    annulled_at BIGINT,
    annulled_by UUID,
    annulled_reason TEXT,
    state_before TEXT,
    batch TEXT,
    residence TEXT,
    -- The submission that corrected or annulled it last.
    changed_by UUID
);
CREATE INDEX service_animal ON service (animal_id);
-- What is summed is in the index, so that no sum reads the services, and whose cards a phone
-- takes along.
CREATE INDEX service_outreach
    ON service (outreach_id, kind, performed_on, counts, annulled_at, animal_id, residence);
CREATE INDEX service_performed_on ON service (performed_on);
CREATE INDEX service_chip ON service (chip) WHERE chip IS NOT NULL;
-- Which lots were used where; `batch` is its letters and digits alone.
CREATE INDEX service_batch ON service (batch, kind, annulled_at, outreach_id)
    WHERE batch IS NOT NULL;

CREATE TABLE education_session (
    id UUID PRIMARY KEY,
    outreach_id UUID NOT NULL REFERENCES outreach (id),
    topic TEXT NOT NULL,
    attendants BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    staff_id UUID,
    submission_id UUID,
    performed_at BIGINT NOT NULL,
    performed_on TEXT NOT NULL,
    annulled_at BIGINT,
    annulled_by UUID,
    annulled_reason TEXT,
    material TEXT,
    -- As of a service.
    changed_by UUID
);
CREATE INDEX education_session_outreach ON education_session (outreach_id);

-- Who listened to one, where a list was kept: names, with the RUN of who said it. Not in the
-- history, so that a lawful erasure finds them here alone; they go after a year.
CREATE TABLE education_attendee (
    session_id UUID NOT NULL REFERENCES education_session (id),
    place BIGINT NOT NULL,
    name TEXT NOT NULL,
    run TEXT,
    PRIMARY KEY (session_id, place)
);
CREATE INDEX education_attendee_run ON education_attendee (run);

CREATE TABLE submission (
    id UUID PRIMARY KEY,
    device_id UUID NOT NULL,
    sequence BIGINT NOT NULL,
    staff_id UUID NOT NULL,
    maker_id UUID NOT NULL,
    outreach_id UUID,
    body_hash BYTEA NOT NULL,
    recorded_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    answer TEXT NOT NULL,
    body TEXT,
    replaces UUID,
    resolved_at BIGINT,
    resolved_by UUID,
    withdrawn_at BIGINT,
    -- How often its solved answer was told, where one reply does not hold all.
    told BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX submission_device ON submission (device_id, sequence);
-- Of which outreaches something came home lately.
CREATE INDEX submission_outreach ON submission (outreach_id, received_at)
    WHERE outreach_id IS NOT NULL;
CREATE INDEX submission_resolved ON submission (device_id, resolved_at)
    WHERE resolved_at IS NOT NULL;
CREATE INDEX submission_withdrawn ON submission (resolved_at)
    WHERE withdrawn_at IS NOT NULL;
CREATE INDEX submission_outcome ON submission (outcome, received_at)
    WHERE outcome <> 'accepted';
CREATE INDEX submission_unaccepted ON submission (device_id, received_at)
    WHERE outcome <> 'accepted';

-- What it says of owner, service, outreach and veterinarian is taken from animal and service.
CREATE TABLE document (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    animal_id UUID NOT NULL REFERENCES animal (id),
    owner_id UUID NOT NULL,
    service_id UUID,
    visit_id UUID,
    outreach_id UUID,
    veterinarian_id UUID,
    state TEXT NOT NULL,
    link TEXT,
    facts TEXT,
    slip_seed UUID,
    slip_hash BYTEA,
    slip_attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    issued_at BIGINT,
    sha256 BYTEA,
    replaces_id UUID REFERENCES document (id),
    ended_at BIGINT,
    ended_by UUID,
    ended_reason TEXT
);
CREATE INDEX document_animal ON document (animal_id);
CREATE INDEX document_owner ON document (owner_id);
CREATE INDEX document_service ON document (service_id) WHERE service_id IS NOT NULL;
CREATE INDEX document_visit ON document (visit_id) WHERE visit_id IS NOT NULL;
CREATE INDEX document_veterinarian ON document (veterinarian_id, created_at, id);
CREATE INDEX document_unsigned ON document (veterinarian_id, outreach_id)
    WHERE state = 'waiting';
CREATE UNIQUE INDEX document_slip ON document (slip_hash) WHERE slip_hash IS NOT NULL;
CREATE INDEX document_sha256 ON document (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX document_state ON document (state, created_at) WHERE state <> 'issued';

CREATE TABLE document_file (
    document_id UUID PRIMARY KEY REFERENCES document (id),
    media_type TEXT NOT NULL,
    bytes BYTEA NOT NULL
);

-- What a phone announced, and how much of it has come. Facts and pieces are deleted together: by an
-- erasure, by the withdrawal of the consent that a photograph needs, and thirty days after it was
-- announced if it has not come whole. The pieces alone go, and are asked for anew, when the whole is
-- not what was announced, or is no picture that is taken.
CREATE TABLE picture (
    id UUID PRIMARY KEY,
    submission_id UUID NOT NULL REFERENCES submission (id),
    animal_id UUID NOT NULL REFERENCES animal (id),
    owner_id UUID NOT NULL REFERENCES owner (id),
    staff_id UUID NOT NULL,
    kind TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    taken_at BIGINT NOT NULL,
    announced_at BIGINT NOT NULL,
    received BIGINT NOT NULL,
    completed_at BIGINT
);
CREATE INDEX picture_animal ON picture (animal_id);
CREATE INDEX picture_owner ON picture (owner_id);
CREATE INDEX picture_submission ON picture (submission_id, animal_id);
CREATE INDEX picture_incomplete ON picture (announced_at) WHERE completed_at IS NULL;

-- A picture's bytes as they came: a value that grows would be written anew with each piece.
CREATE TABLE picture_piece (
    picture_id UUID NOT NULL REFERENCES picture (id),
    place BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (picture_id, place)
);

CREATE TABLE task (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    owner_id UUID,
    animal_id UUID,
    submission_id UUID,
    message_id UUID,
    booking_id UUID,
    outreach_id UUID,
    organisation_id UUID,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    solved_at BIGINT,
    solved_by UUID,
    resolution TEXT
);
CREATE INDEX task_open ON task (kind, created_at) WHERE state = 'open';
-- Those of an owner whom a letter reaches after all are taken back.
CREATE INDEX task_owner ON task (owner_id) WHERE state = 'open';
-- One bounce is one task, however many processes read its report.
CREATE UNIQUE INDEX task_message ON task (kind, message_id)
    WHERE message_id IS NOT NULL AND state = 'open';
-- Of what happens to a booking, somebody is telephoned once.
CREATE UNIQUE INDEX task_booking ON task (kind, booking_id)
    WHERE booking_id IS NOT NULL AND state = 'open';
CREATE INDEX task_of_booking ON task (booking_id) WHERE booking_id IS NOT NULL;
-- And of what happens to an outreach, each organisation that holds it.
CREATE UNIQUE INDEX task_host ON task (kind, outreach_id, organisation_id)
    WHERE outreach_id IS NOT NULL AND state = 'open';

CREATE TABLE lookup (
    id UUID PRIMARY KEY,
    owner_id UUID NOT NULL REFERENCES owner (id),
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    by_kind TEXT NOT NULL,
    by_id UUID,
    outreach_id UUID REFERENCES outreach (id)
);
CREATE INDEX lookup_owner ON lookup (owner_id, at);
