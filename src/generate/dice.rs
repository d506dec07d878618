//! Reproducible randomness: the same seed, topic and place give the same numbers on every machine.
//!
//! Every slot, planted scenario and entity throws its own [`Dice`], seeded by what it is and not by when it
//! is reached, so the files do not depend on the number of threads. Only integers are used: `ln` and `exp`
//! differ in their last bit between C libraries, and one such bit would change a file.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What a stream of random numbers is for; different topics never share numbers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Topic {
    Estate = 1,
    Background,
    Clockwork,
    Planted,
    ObjectName,
    Lists,
}

/// One stream of random numbers.
#[derive(Debug, Clone)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64, topic: Topic, place: u64) -> Dice {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&(topic as u64).to_le_bytes());
        key[16..24].copy_from_slice(&place.to_le_bytes());
        Dice(ChaCha8Rng::from_seed(key))
    }

    pub(super) fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in `0..n`; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(n)) >> 32) as u32
    }

    /// A number in `low..=high`; both are below 2^31.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    pub(super) fn percent(&mut self, chance: u32) -> bool {
        self.below(100) < chance
    }

    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u32) as usize]
    }

    /// An ephemeral port as Linux chooses it.
    pub(super) fn ephemeral_port(&mut self) -> u16 {
        self.between(32768, 60999) as u16
    }

    /// A rank in `first..limit` where rank r comes about as often as 1/r: the Zipf law of popular peers.
    pub(super) fn rank(&mut self, first: u32, limit: u32) -> u32 {
        let doublings = (limit.max(2) / first.max(1)).max(2).ilog2();
        let low = first << self.below(doublings);
        low + self.below(low)
    }

    /// A heavy-tailed size around `median`: half of all values lie within a factor of about
    /// 2^(0.4 * `spread`), the longest tail is `median` * 4^`spread`.
    pub(super) fn size(&mut self, median: u64, spread: u32) -> u64 {
        let sum: i64 = (0..4).map(|_| i64::from(self.below(65536))).sum();
        let exponent = (sum - 131_072) * i64::from(spread) / 256;
        let fraction = exponent.rem_euclid(256) as u64;
        let scaled = median * (256 + fraction);
        match exponent.div_euclid(256) {
            up if up >= 0 => (scaled << up) >> 8,
            down => (scaled >> (-down).min(63)) >> 8,
        }
    }

    pub(super) fn public_address(&mut self) -> Ipv4Addr {
        public_address(self.number())
    }
}

/// Spreads neighbouring numbers over all of `u64` (the finaliser of SplitMix64).
pub(super) fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// First octets that hold ordinary internet hosts only: no private, shared, test or multicast range.
const PUBLIC_BLOCKS: [u8; 40] = [
    2, 5, 24, 31, 37, 41, 46, 59, 62, 71, 73, 77, 81, 84, 86, 89, 91, 93, 95, 101, 103, 109, 112, 114, 117, 121, 125,
    151, 177, 178, 179, 181, 185, 187, 189, 190, 193, 200, 212, 217,
];

/// The public IPv4 address that belongs to `number`.
pub(super) fn public_address(number: u64) -> Ipv4Addr {
    let mixed = scatter(number).to_le_bytes();
    let block = PUBLIC_BLOCKS[usize::from(mixed[0]) % PUBLIC_BLOCKS.len()];
    Ipv4Addr::new(block, mixed[1], mixed[2], mixed[3].clamp(1, 254))
}

/// The public IPv6 address that belongs to `number`.
pub(super) fn public_address6(number: u64) -> Ipv6Addr {
    let mixed = scatter(number);
    let host = scatter(mixed);
    let provider = [0x2601, 0x2a02, 0x2409, 0x2804, 0x2600][(mixed % 5) as usize];
    let part = |value: u64, shift: u32| (value >> shift) as u16;
    Ipv6Addr::new(
        provider,
        part(mixed, 8),
        part(mixed, 24),
        part(mixed, 40),
        part(host, 0),
        part(host, 16),
        part(host, 32),
        part(host, 48),
    )
}

/// The address of the client with this rank; one client in four speaks IPv6.
pub(super) fn client_address(seed: u64, rank: u32) -> IpAddr {
    let number = seed ^ (u64::from(rank) << 20);
    if rank % 4 == 3 { public_address6(number).into() } else { public_address(number).into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_fixed_by_seed_topic_and_place() {
        let numbers = |seed, topic, place| {
            let mut dice = Dice::new(seed, topic, place);
            [dice.below(1000), dice.below(1000), dice.below(1000)]
        };
        assert_eq!(numbers(1, Topic::Background, 7), [990, 29, 260]);
        assert_ne!(numbers(1, Topic::Background, 7), numbers(2, Topic::Background, 7));
        assert_ne!(numbers(1, Topic::Background, 7), numbers(1, Topic::Clockwork, 7));
        assert_ne!(numbers(1, Topic::Background, 7), numbers(1, Topic::Background, 8));
    }

    #[test]
    fn sizes_spread_around_their_median() {
        let mut dice = Dice::new(1, Topic::Background, 0);
        let mut sizes: Vec<u64> = (0..10_001).map(|_| dice.size(1000, 4)).collect();
        sizes.sort_unstable();
        assert!((900..1100).contains(&sizes[5000]), "median {}", sizes[5000]);
        assert!(sizes[0] >= 1000 / 256 && sizes[10_000] <= 256_000, "{} to {}", sizes[0], sizes[10_000]);
        assert!(sizes[9_900] > 20 * sizes[5000], "99th percentile {}", sizes[9_900]);
    }

    #[test]
    fn low_ranks_are_popular() {
        let mut dice = Dice::new(1, Topic::Background, 0);
        let ranks: Vec<u32> = (0..10_000).map(|_| dice.rank(16, 65_536)).collect();
        let low = ranks.iter().filter(|rank| **rank < 32).count();
        assert!(ranks.iter().all(|rank| (16..65_536).contains(rank)));
        assert!((700..1000).contains(&low), "{low} of 10000 draws fell on the 16 most popular peers");
    }

    #[test]
    fn far_addresses_are_ordinary_internet_hosts() {
        for number in 0..10_000 {
            let address = public_address(number);
            assert!(!address.is_private() && !address.is_documentation() && !address.is_multicast(), "{address}");
            assert_eq!(public_address6(number).segments()[0] >> 13, 1, "global unicast");
        }
    }
}
