//! Stock: what was received, who holds it, and what was lost. What was used the services say.

use uuid::Uuid;

/// A delivery of chips.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ChipLotRow {
    /// Which.
    pub id: Uuid,
    /// Who supplied it.
    pub supplier: String,
    /// The number of the paper that came with it.
    pub paper: Option<String>,
    /// On which local day, ISO.
    pub received_on: String,
    /// Who noted it.
    pub received_by: Option<Uuid>,
    /// When.
    pub received_at: i64,
}

/// Numbers of a delivery that follow one another.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ChipRangeRow {
    /// The first number.
    pub first: String,
    /// The last number.
    pub last: String,
    /// Of which delivery.
    pub lot_id: Uuid,
}

/// Numbers that an outreach holds, or one phone at it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ChipAllotmentRow {
    /// The first number.
    pub first: String,
    /// The last number.
    pub last: String,
    /// Which outreach.
    pub outreach_id: Uuid,
    /// Which phone, if not all of them.
    pub device_id: Option<Uuid>,
    /// Who allotted them.
    pub allotted_by: Option<Uuid>,
    /// When.
    pub allotted_at: i64,
}

/// A number that left its box without coming to an animal.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ChipWriteOffRow {
    /// The number.
    pub chip: String,
    /// Code of how.
    pub reason: String,
    /// At which outreach.
    pub outreach_id: Option<Uuid>,
    /// Recorded on which phone.
    pub device_id: Uuid,
    /// By which submission.
    pub submission_id: Uuid,
    /// Who recorded it.
    pub staff_id: Option<Uuid>,
    /// When.
    pub recorded_at: i64,
}

/// A number that left its box: where, and on which phone it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UsedChipRow {
    /// The number.
    pub chip: String,
    /// At which outreach.
    pub outreach_id: Option<Uuid>,
    /// On which phone.
    pub device_id: Option<Uuid>,
}

/// A lot of a product against parasites.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ProductLotRow {
    /// Which.
    pub id: Uuid,
    /// The product's name.
    pub product: String,
    /// Code of what it is against.
    pub kind: String,
    /// The batch as printed.
    pub lot: String,
    /// Its letters and digits alone.
    pub batch: String,
    /// Last day of use, ISO.
    pub expires_on: String,
}

/// Doses that were received, allotted or lost.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ProductMovementRow {
    /// Which act; done once.
    pub id: Uuid,
    /// Of which lot.
    pub lot_id: Uuid,
    /// `received`, `allotted`, or the code of a loss.
    pub kind: String,
    /// How many; less than nothing when taken back.
    pub doses: i64,
    /// At or to which outreach.
    pub outreach_id: Option<Uuid>,
    /// On or to which phone.
    pub device_id: Option<Uuid>,
    /// Who supplied them.
    pub supplier: Option<String>,
    /// The number of the paper that came with them.
    pub paper: Option<String>,
    /// On which local day, ISO.
    pub moved_on: String,
    /// Who noted it.
    pub moved_by: Option<Uuid>,
    /// When.
    pub moved_at: i64,
}

/// What movements of one kind come to.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ProductSumRow {
    /// Of which lot.
    pub lot_id: Uuid,
    /// As of a movement.
    pub kind: String,
    /// At or to which outreach.
    pub outreach_id: Option<Uuid>,
    /// On or to which phone.
    pub device_id: Option<Uuid>,
    /// How many doses.
    pub doses: i64,
}

/// Doses that were given to animals out of one batch.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DosesGivenRow {
    /// The batch's letters and digits.
    pub batch: String,
    /// Code of the service.
    pub kind: String,
    /// At which outreach.
    pub outreach_id: Option<Uuid>,
    /// How many.
    pub doses: i64,
}

/// Doses that were given out of one batch at an outreach.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DosesGivenAtRow {
    /// The batch's letters and digits.
    pub batch: String,
    /// Code of the service.
    pub kind: String,
    /// On which phone they were recorded.
    pub device_id: Option<Uuid>,
    /// How many.
    pub doses: i64,
}

vocabulary! {
    /// Adds a delivery of chips.
    insert_chip_lot = stock::insert_chip_lot(lot: &ChipLotRow) -> ();
    /// The deliveries, the latest first.
    chip_lots = stock::chip_lots() -> Vec<ChipLotRow>;
    /// Adds numbers of a delivery.
    insert_chip_range = stock::insert_chip_range(range: &ChipRangeRow) -> ();
    /// All numbers that were received, in order.
    chip_ranges = stock::chip_ranges() -> Vec<ChipRangeRow>;
    /// Adds numbers that somebody holds from now on.
    insert_chip_allotments = stock::insert_chip_allotments(held: &[ChipAllotmentRow]) -> ();
    /// All numbers that outreaches hold, in order.
    chip_allotments = stock::chip_allotments() -> Vec<ChipAllotmentRow>;
    /// Those that one outreach holds, in order.
    chip_allotments_of = stock::chip_allotments_of(outreach: Uuid) -> Vec<ChipAllotmentRow>;
    /// Removes numbers that somebody held, each by its first.
    delete_chip_allotments = stock::delete_chip_allotments(firsts: &[String]) -> ();
    /// Notes that a number left its box, unless that was noted before.
    insert_chip_write_off = stock::insert_chip_write_off(lost: &ChipWriteOffRow) -> ();
    /// The numbers among some ranges that were lost, spoilt or returned, in order.
    chips_lost = stock::chips_lost(ranges: &[(String, String)]) -> Vec<UsedChipRow>;
    /// Those that were lost at an outreach, in order.
    chips_lost_at = stock::chips_lost_at(outreach: Uuid) -> Vec<UsedChipRow>;
    /// The numbers among some ranges that are implanted, in order; annulled ones apart.
    chips_implanted = stock::chips_implanted(ranges: &[(String, String)]) -> Vec<UsedChipRow>;
    /// Those that were implanted at an outreach, in order.
    chips_implanted_at = stock::chips_implanted_at(outreach: Uuid) -> Vec<UsedChipRow>;
    /// Adds a lot of a product.
    insert_product_lot = stock::insert_product_lot(lot: &ProductLotRow) -> ();
    /// Replaces number and expiry of a lot; answers whether there is one.
    update_product_lot = stock::update_product_lot(lot: &ProductLotRow) -> bool;
    /// All lots, the earliest expiry first.
    product_lots = stock::product_lots() -> Vec<ProductLotRow>;
    /// One lot.
    product_lot = stock::product_lot(id: Uuid) -> Option<ProductLotRow>;
    /// The lot of a kind that a batch names.
    product_lot_of = stock::product_lot_of(batch: &str, kind: &str) -> Option<ProductLotRow>;
    /// Notes that doses moved, unless that act was noted before; answers whether it was not.
    insert_product_movement = stock::insert_product_movement(moved: &ProductMovementRow) -> bool;
    /// What all movements come to.
    product_sums = stock::product_sums() -> Vec<ProductSumRow>;
    /// The doses that were given out of some batches; annulled ones apart.
    doses_given = stock::doses_given(batches: &[String]) -> Vec<DosesGivenRow>;
    /// Those that were given at an outreach, out of any batch; annulled ones apart.
    doses_given_at = stock::doses_given_at(outreach: Uuid) -> Vec<DosesGivenAtRow>;
}
