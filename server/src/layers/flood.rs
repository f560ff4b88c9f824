//! The flood gate: how many requests an address may send each second to this process.
//!
//! It only keeps one address from occupying the process. The counters that matter (sign-in, codes,
//! look-ups) are rows in the database, shared by all processes. `tower_governor` was not taken: it
//! believes the left-most `X-Forwarded-For`, which a client can forge.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Arc, Once};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::refusal::Refusal;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::refused::Refused;

/// The header in which a proxy says whose request it passes on.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Requests that may come at once, as a multiple of the allowance of a second.
const BURST_SECONDS: u32 = 4;

/// The address a request came from, past the trusted proxies; of an IPv6 address its network, for
/// a household may take any of the 2⁶⁴ addresses in it, and every limit counts by this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// The gate of this process. Cloning shares it.
#[derive(Clone)]
pub struct FloodGate {
    limiter: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    trusted_hops: u8,
    /// Whether it was told that somebody forwards requests.
    forwarded: Arc<Once>,
}

impl FloodGate {
    /// A gate that lets `per_second` requests of an address pass each second.
    #[must_use]
    pub fn new(per_second: u32, trusted_hops: u8) -> Self {
        let allowance = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
        let burst = allowance.saturating_mul(NonZeroU32::MIN.saturating_add(BURST_SECONDS - 1));
        let quota = Quota::per_second(allowance).allow_burst(burst);
        Self {
            limiter: Arc::new(RateLimiter::keyed(quota)),
            trusted_hops,
            forwarded: Arc::new(Once::new()),
        }
    }

    /// Tells once that requests are forwarded, by what may be a proxy that no setting names. It may
    /// as well be a client that writes the header: nothing but the log follows from it.
    fn look_for_proxies(&self, headers: &HeaderMap) {
        if self.trusted_hops > 0 || !headers.contains_key(FORWARDED_FOR) {
            return;
        }
        self.forwarded.call_once(|| {
            tracing::warn!(
                "X-Forwarded-For arrives while HUELLA_TRUSTED_HOPS is 0: behind a proxy all \
                 visitors count as one, and share every limit that counts by address"
            );
        });
    }

    /// Forgets the addresses that have long been quiet; called by the worker.
    pub fn forget_quiet(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

/// Lets a request pass, with its [`ClientAddress`], or refuses it with 429.
pub async fn gate(
    State(gate): State<FloodGate>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    gate.look_for_proxies(request.headers());
    let address = client_address(peer.ip(), request.headers(), gate.trusted_hops);
    let address = whole_network(address);
    if gate.limiter.check_key(&address).is_err() {
        return Refused(Refusal::TooManyAttempts { retry_after_s: 1 }).into_response();
    }
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}

/// The address that the outermost trusted proxy saw: the `hops`-th from the right of
/// `X-Forwarded-For`. What stands further left was written by the client.
fn client_address(peer: IpAddr, headers: &HeaderMap, hops: u8) -> IpAddr {
    let Some(back) = usize::from(hops).checked_sub(1) else { return peer };
    let mut seen = Vec::new();
    for value in headers.get_all(FORWARDED_FOR) {
        seen.extend(value.to_str().unwrap_or_default().split(','));
    }
    let claimed = seen.iter().rev().nth(back).map(|text| text.trim().parse());
    claimed.and_then(Result::ok).unwrap_or(peer)
}

/// One household holds a whole /64 of IPv6 addresses.
fn whole_network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() & (u128::MAX << 64);
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(header: &str, hops: u8) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", header.parse().unwrap());
        client_address("10.0.0.1".parse().unwrap(), &headers, hops).to_string()
    }

    #[test]
    fn a_client_cannot_forge_its_address() {
        assert_eq!(seen("9.9.9.9, 5.5.5.5", 0), "10.0.0.1");
        assert_eq!(seen("9.9.9.9, 5.5.5.5", 1), "5.5.5.5");
        assert_eq!(seen("9.9.9.9, 5.5.5.5, 10.0.0.2", 2), "5.5.5.5");
        assert_eq!(seen("nonsense", 1), "10.0.0.1");
        assert_eq!(seen("5.5.5.5", 3), "10.0.0.1");
    }

    #[test]
    fn neighbours_in_one_ipv6_network_share_the_allowance() {
        let network = |text: &str| whole_network(text.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:1.2.3.4"), network("1.2.3.4"));
    }

    #[tokio::test]
    async fn every_counter_is_told_the_network_and_not_one_of_its_addresses() {
        let told = async |claimed: &'static str| {
            let gate = FloodGate::new(9, 1);
            let seen = |request: Request| async move {
                let address = request.extensions().get::<ClientAddress>().copied();
                address.map_or_else(String::new, |client| client.0.to_string())
            };
            let router = axum::Router::new()
                .fallback(seen)
                .layer(axum::middleware::from_fn_with_state(gate, super::gate));
            let peer = ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 9)));
            let request = Request::builder().header("x-forwarded-for", claimed).extension(peer);
            let request = request.body(axum::body::Body::empty()).unwrap();
            let answer = tower::ServiceExt::oneshot(router, request).await.unwrap();
            let body = axum::body::to_bytes(answer.into_body(), 99).await.unwrap();
            String::from_utf8(body.to_vec()).unwrap()
        };
        assert_eq!(told("2001:db8::1").await, "2001:db8::");
        assert_eq!(told("2001:db8::ffff:1").await, "2001:db8::");
        assert_eq!(told("203.0.113.7").await, "203.0.113.7");
    }

    #[test]
    fn a_burst_passes_and_a_flood_does_not() {
        let gate = FloodGate::new(1, 0);
        let address = "1.2.3.4".parse().unwrap();
        let passed = (0..20).filter(|_| gate.limiter.check_key(&address).is_ok()).count();
        assert_eq!(passed, 4);
    }
}
