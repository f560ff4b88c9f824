//! A phone's store in memory, with what the queue relies on in the browser's: a transaction sees
//! what it has put itself, is written whole when it is done, and not at all when it is left before.
//! The store outlives the app, and several tabs have it open at once; of two transactions that
//! write the one is over before the other begins, as nobody here does two things at once.
//!
//! How each write ends says whoever owns the phone, when it ends. A phone that dies over one opens
//! and reads nothing any more until somebody starts it again.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What is stored under a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// Nothing is.
    #[default]
    Undefined,
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// That something is so, or is not.
    Truth(bool),
}

/// The store said no, and why nobody is told: it is over, closed, or another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault;

/// How a transaction ends that has something to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is written.
    Done,
    /// There is no room: nothing is written, and the app is told.
    Full,
    /// The phone dies before it is written.
    DiesBefore,
    /// It is written, and the phone dies before it knows.
    DiesAfter,
}

/// The values of each store.
type Stores = BTreeMap<String, BTreeMap<String, Value>>;

/// Where a phone keeps things, whether its app is open or not.
#[derive(Clone)]
pub struct Place(Rc<Shelves>);

struct Shelves {
    stores: RefCell<Stores>,
    endings: RefCell<Box<dyn FnMut() -> Ending>>,
    /// How often all that was open was closed.
    closed: Cell<u32>,
    has_died: Cell<bool>,
}

/// A database that was opened.
#[derive(Clone)]
pub struct Database {
    place: Place,
    /// When it was opened, as [`Shelves::closed`].
    opened: u32,
}

/// A transaction on some of its stores.
pub struct Transaction {
    place: Place,
    stores: Vec<String>,
    writes: bool,
    /// What it has put; nothing in the place of what it has removed.
    changes: RefCell<Stores>,
}

/// An answer of the store.
pub struct Asked(Value);

impl Value {
    /// The text that it is, if it is one.
    #[must_use]
    pub fn as_string(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Undefined | Self::Bytes(_) | Self::Truth(_) => None,
        }
    }

    /// Whether nothing is there.
    #[must_use]
    pub const fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(is_so: bool) -> Self {
        Self::Truth(is_so)
    }
}

/// Bytes as they are stored.
#[must_use]
pub fn value_of(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}

/// The bytes of a value; none of what is another thing.
#[must_use]
pub fn bytes_of(value: &Value) -> Vec<u8> {
    match value {
        Value::Bytes(bytes) => bytes.clone(),
        Value::Undefined | Value::Text(_) | Value::Truth(_) => Vec::new(),
    }
}

impl Default for Place {
    fn default() -> Self {
        Self(Rc::new(Shelves {
            stores: RefCell::default(),
            endings: RefCell::new(Box::new(|| Ending::Done)),
            closed: Cell::new(0),
            has_died: Cell::new(false),
        }))
    }
}

impl Place {
    /// Has each write end as is said when it ends; without this all are done.
    pub fn fated(&self, endings: impl FnMut() -> Ending + 'static) {
        *self.0.endings.borrow_mut() = Box::new(endings);
    }

    /// Whether the phone has died over a write and was not started since.
    #[must_use]
    pub fn has_died(&self) -> bool {
        self.0.has_died.get()
    }

    /// Starts the phone again; what was written is there.
    pub fn start(&self) {
        self.0.has_died.set(false);
    }

    /// Closes what is open, as a browser does while the app lies in the background.
    pub fn close(&self) {
        self.0.closed.set(self.0.closed.get().wrapping_add(1));
    }

    /// The text that lies under a key, read past the app.
    #[must_use]
    pub fn text(&self, store: &str, key: &str) -> Option<String> {
        self.value(store, key).as_string()
    }

    /// Every key of a store, in order, likewise.
    #[must_use]
    pub fn keys(&self, store: &str) -> Vec<String> {
        let stores = self.0.stores.borrow();
        stores.get(store).into_iter().flat_map(BTreeMap::keys).cloned().collect()
    }

    /// The texts of a store that are of a kind, in the order of their keys, likewise.
    #[must_use]
    pub fn texts(&self, store: &str, is_of_kind: impl Fn(&str) -> bool) -> Vec<String> {
        let stores = self.0.stores.borrow();
        let mut texts = Vec::new();
        for value in stores.get(store).into_iter().flat_map(BTreeMap::values) {
            if let Value::Text(text) = value
                && is_of_kind(text)
            {
                texts.push(text.clone());
            }
        }
        texts
    }

    /// Lays a value under a key, past the app and its log, or takes away what is there.
    pub fn lay(&self, store: &str, key: &str, value: Value) {
        let values = BTreeMap::from([(key.to_owned(), value)]);
        self.write(BTreeMap::from([(store.to_owned(), values)]));
    }

    fn value(&self, store: &str, key: &str) -> Value {
        let stores = self.0.stores.borrow();
        let found = stores.get(store).and_then(|values| values.get(key));
        found.cloned().unwrap_or_default()
    }

    fn write(&self, changes: Stores) {
        let mut stores = self.0.stores.borrow_mut();
        for (store, changed) in changes {
            let values = stores.entry(store).or_default();
            for (key, value) in changed {
                if value.is_undefined() {
                    values.remove(&key);
                } else {
                    values.insert(key, value);
                }
            }
        }
    }

    fn ending(&self) -> Ending {
        let mut endings = self.0.endings.borrow_mut();
        (*endings)()
    }
}

impl Database {
    /// Opens the database of a place; a new one gets these stores.
    ///
    /// # Errors
    /// When the phone has died.
    pub async fn open(
        place: &Place,
        _name: &str,
        _version: u32,
        stores: &'static [&'static str],
    ) -> Result<Self, Fault> {
        if place.has_died() {
            return Err(Fault);
        }
        for store in stores {
            place.0.stores.borrow_mut().entry((*store).to_owned()).or_default();
        }
        Ok(Self { place: place.clone(), opened: place.0.closed.get() })
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// When the database was closed, or has no such store.
    pub fn begin(&self, stores: &[&str], writes: bool) -> Result<Transaction, Fault> {
        let place = self.place.clone();
        let is_open = !place.has_died() && place.0.closed.get() == self.opened;
        let is_there = |store: &&str| place.0.stores.borrow().contains_key(*store);
        if !is_open || !stores.iter().all(is_there) {
            return Err(Fault);
        }
        let stores = stores.iter().map(|store| (*store).to_owned()).collect();
        Ok(Transaction { place, stores, writes, changes: RefCell::default() })
    }
}

impl Transaction {
    /// The value under a key; undefined where there is none.
    ///
    /// # Errors
    /// When the phone has died, or the transaction is not on this store; and so the others.
    pub fn get(&self, store: &str, key: &str) -> Result<Asked, Fault> {
        self.may(store)?;
        let changes = self.changes.borrow();
        let own = changes.get(store).and_then(|changed| changed.get(key)).cloned();
        Ok(Asked(own.unwrap_or_else(|| self.place.value(store, key))))
    }

    /// Every key of a store, in order.
    ///
    /// # Errors
    /// See [`Self::get`].
    pub fn keys(&self, store: &str) -> Result<Asked, Fault> {
        self.may(store)?;
        let mut keys: BTreeSet<String> = self.place.keys(store).into_iter().collect();
        let changes = self.changes.borrow();
        for (key, value) in changes.get(store).into_iter().flatten() {
            if value.is_undefined() {
                keys.remove(key);
            } else {
                keys.insert(key.clone());
            }
        }
        let keys: Vec<String> = keys.into_iter().collect();
        Ok(Asked(keys.join(" ").into()))
    }

    /// Writes a value under a key.
    ///
    /// # Errors
    /// See [`Self::get`]; and when the transaction only reads. What fails later, [`Self::done`]
    /// tells.
    pub fn put(&self, store: &str, key: &str, value: &Value) -> Result<(), Fault> {
        self.may(store)?;
        if !self.writes {
            return Err(Fault);
        }
        let mut changes = self.changes.borrow_mut();
        changes.entry(store.to_owned()).or_default().insert(key.to_owned(), value.clone());
        Ok(())
    }

    /// Removes a key.
    ///
    /// # Errors
    /// See [`Self::put`].
    pub fn delete(&self, store: &str, key: &str) -> Result<(), Fault> {
        self.put(store, key, &Value::Undefined)
    }

    /// Ends the transaction; one that has nothing to write ends well.
    ///
    /// # Errors
    /// When nothing of it was written, or the phone died over it.
    pub async fn done(self) -> Result<(), Fault> {
        let Self { place, changes, .. } = self;
        let changes = changes.into_inner();
        if place.has_died() {
            return Err(Fault);
        }
        if changes.is_empty() {
            return Ok(());
        }
        let ending = place.ending();
        if matches!(ending, Ending::Done | Ending::DiesAfter) {
            place.write(changes);
        }
        if matches!(ending, Ending::DiesBefore | Ending::DiesAfter) {
            place.0.has_died.set(true);
        }
        if ending == Ending::Done { Ok(()) } else { Err(Fault) }
    }

    fn may(&self, store: &str) -> Result<(), Fault> {
        let is_of_it = self.stores.iter().any(|name| name == store);
        if is_of_it && !self.place.has_died() { Ok(()) } else { Err(Fault) }
    }
}

impl Asked {
    /// What was answered.
    ///
    /// # Errors
    /// Never; the browser's may fail.
    pub async fn value(self) -> Result<Value, Fault> {
        Ok(self.0)
    }

    /// The text that was answered, if it is one.
    ///
    /// # Errors
    /// See [`Self::value`].
    pub async fn text(self) -> Result<Option<String>, Fault> {
        Ok(match self.0 {
            Value::Text(text) => Some(text),
            Value::Undefined | Value::Bytes(_) | Value::Truth(_) => None,
        })
    }

    /// The list of texts that was answered, as one text with a space between.
    ///
    /// # Errors
    /// See [`Self::value`].
    pub async fn joined(self) -> Result<String, Fault> {
        Ok(self.text().await?.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
