//! The browser's store (IndexedDB), as little of it as the queue asks for: each store holds values
//! under texts as keys.
//!
//! What is awaited is a promise whose own two functions the browser calls, so that nothing of the
//! app stands between an answer and who waits for it, and the transaction stays open meanwhile.

use js_sys::futures::JsFuture;
use js_sys::{Array, Function, JSON, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbRequest, IdbTransaction};

use crate::offline::queue::SUBMISSIONS;

/// What asks that a transaction is done when it is on the flash, and not when the system has it:
/// else what a phone has said to be kept is lost with its battery.
const ON_THE_FLASH: &str = r#"{"durability":"strict"}"#;

/// What is stored under a key.
pub type Value = JsValue;
/// What the browser says where it fails.
pub type Fault = JsValue;

/// Where the phone keeps things: the browser has one place for the site.
#[derive(Clone, Debug)]
pub struct Place;

/// A database that was opened. The browser may close it at any time.
#[derive(Clone)]
pub struct Database(IdbDatabase);

/// A transaction on some of its stores.
pub struct Transaction(IdbTransaction);

/// An answer of the store, listened for from the question on.
pub struct Asked {
    request: IdbRequest,
    told: JsFuture,
}

impl Database {
    /// Opens a database; a new one gets these stores.
    ///
    /// # Errors
    /// What the browser says where it keeps nothing.
    pub async fn open(
        _place: &Place,
        name: &str,
        version: u32,
        stores: &'static [&'static str],
    ) -> Result<Self, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let factory = window.indexed_db()?.ok_or(JsValue::NULL)?;
        let request = factory.open_with_u32(name, version)?;
        let fresh = request.clone();
        let make = Closure::once_into_js(move || {
            let Ok(database) = fresh.result() else { return };
            let database: IdbDatabase = database.unchecked_into();
            for store in stores {
                // A new one has none of them, the only reason not to get it.
                let _ = database.create_object_store(store);
            }
        });
        request.set_onupgradeneeded(Some(make.unchecked_ref()));
        let database = Asked::of(request.unchecked_into()).value().await?;
        let database: IdbDatabase = database.unchecked_into();
        // A newer app, in another tab, has to change it.
        let closing = database.clone();
        let close = Closure::once_into_js(move || closing.close());
        database.set_onversionchange(Some(close.unchecked_ref()));
        Ok(Self(database))
    }

    /// Begins a transaction. What becomes of records is on the flash when it is done; what is half
    /// filled in, and written at each key, is not waited for so long.
    ///
    /// # Errors
    /// When the browser has closed the database.
    pub fn begin(&self, stores: &[&str], writes: bool) -> Result<Transaction, JsValue> {
        let names: Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
        let mode = if writes { "readwrite" } else { "readonly" };
        let words = Array::of2(&names.into(), &JsValue::from_str(mode));
        if writes && stores.contains(&SUBMISSIONS) {
            words.push(&JSON::parse(ON_THE_FLASH)?);
        }
        // For web-sys the third word is unstable.
        let begin: Function = Reflect::get(self.0.as_ref(), &"transaction".into())?.dyn_into()?;
        begin.apply(self.0.as_ref(), &words).map(|begun| Transaction(begun.unchecked_into()))
    }
}

impl Transaction {
    /// The value under a key; undefined where there is none.
    ///
    /// # Errors
    /// When the transaction is over; and so the others.
    pub fn get(&self, store: &str, key: &str) -> Result<Asked, JsValue> {
        self.0.object_store(store)?.get(&JsValue::from_str(key)).map(Asked::of)
    }

    /// Every key of a store, in order.
    ///
    /// # Errors
    /// See [`Self::get`].
    pub fn keys(&self, store: &str) -> Result<Asked, JsValue> {
        self.0.object_store(store)?.get_all_keys().map(Asked::of)
    }

    /// Writes a value under a key.
    ///
    /// # Errors
    /// See [`Self::get`]; what fails later, [`Self::done`] tells.
    pub fn put(&self, store: &str, key: &str, value: &JsValue) -> Result<(), JsValue> {
        self.0.object_store(store)?.put_with_key(value, &JsValue::from_str(key)).map(drop)
    }

    /// Removes a key.
    ///
    /// # Errors
    /// See [`Self::put`].
    pub fn delete(&self, store: &str, key: &str) -> Result<(), JsValue> {
        self.0.object_store(store)?.delete(&JsValue::from_str(key)).map(drop)
    }

    /// Ends the transaction, and returns when the browser has written it.
    ///
    /// # Errors
    /// When nothing of it was written.
    pub async fn done(self) -> Result<(), JsValue> {
        #[expect(deprecated, reason = "the second edition was without it, the third has it again")]
        self.0.commit()?;
        let told = Promise::new(&mut |done, failed| {
            self.0.set_oncomplete(Some(&done));
            self.0.set_onabort(Some(&failed));
        });
        JsFuture::from(told).await.map(drop)
    }
}

/// Bytes as they are stored.
#[must_use]
pub fn value_of(bytes: &[u8]) -> Value {
    Uint8Array::from(bytes).into()
}

/// The bytes of a value that is nothing else.
#[must_use]
pub fn bytes_of(value: &Value) -> Vec<u8> {
    Uint8Array::new(value).to_vec()
}

impl Asked {
    fn of(request: IdbRequest) -> Self {
        let told = Promise::new(&mut |done, failed| {
            request.set_onsuccess(Some(&done));
            request.set_onerror(Some(&failed));
        });
        Self { request, told: JsFuture::from(told) }
    }

    /// What was answered.
    ///
    /// # Errors
    /// When the browser could not.
    pub async fn value(self) -> Result<JsValue, JsValue> {
        self.told.await?;
        self.request.result()
    }

    /// The text that was answered, if it is one.
    ///
    /// # Errors
    /// See [`Self::value`].
    pub async fn text(self) -> Result<Option<String>, JsValue> {
        Ok(self.value().await?.as_string())
    }

    /// The list of texts that was answered, as one text with a space between: ten thousand keys are
    /// taken over at once instead of each by itself.
    ///
    /// # Errors
    /// See [`Self::value`].
    pub async fn joined(self) -> Result<String, JsValue> {
        Ok(self.value().await?.unchecked_into::<Array>().join(" ").into())
    }
}
