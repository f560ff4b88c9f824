//! What is felt and heard of a scan.

use super::window;
use js_sys::Reflect;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Answers a scan: a short vibration and tone when it was good, a long low one when not.
pub fn signal_scan(good: bool) {
    let Some(window) = window() else { return };
    let navigator = window.navigator();
    if Reflect::has(&navigator, &"vibrate".into()).unwrap_or(false) {
        let _ = navigator.vibrate_with_duration(if good { 40 } else { 250 });
    }
    let _ = tone(if good { 1_320.0 } else { 220.0 }, if good { 0.08 } else { 0.3 });
}

fn tone(hertz: f32, seconds: f64) -> Result<(), JsValue> {
    let audio = web_sys::AudioContext::new()?;
    let (source, volume) = (audio.create_oscillator()?, audio.create_gain()?);
    source.frequency().set_value(hertz);
    volume.gain().set_value(0.1);
    source.connect_with_audio_node(&volume)?;
    volume.connect_with_audio_node(&audio.destination())?;
    source.start()?;
    source.stop_with_when(audio.current_time() + seconds)?;
    let closing = audio.clone();
    source.set_onended(Some(Closure::once_into_js(move || closing.close()).unchecked_ref()));
    Ok(())
}
