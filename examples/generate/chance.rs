//! Repeatable random numbers: a small generator, and the draws that the archive needs. The same seed gives the same
//! numbers on every machine, so nothing here may use floating point, the clock or the order of a hash map.

/// SplitMix64, after Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
pub struct Chance(u64);

impl Chance {
    /// Returns a separate stream for each pair, so that one article never depends on how many numbers another has
    /// drawn.
    pub fn new(seed: u64, stream: u64) -> Chance {
        Chance(mix(seed).rotate_left(17) ^ mix(stream ^ 0x5851_f42d_4c95_7f2d))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// Returns a number in `0..bound`. The bias is below 2^-32 for every bound used here.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// Returns a number in `low..=high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// Returns true `n` times in a thousand.
    pub fn per_mille(&mut self, n: u64) -> bool {
        self.below(1000) < n
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len() as u64) as usize]
    }

    pub fn index(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Ranks with a Zipf distribution: rank `r` has a probability proportional to `1 / (r + 1 + flat)`.
pub struct Zipf(Vec<u64>);

impl Zipf {
    pub fn new(ranks: usize, flat: u64) -> Zipf {
        let mut sum = 0;
        let sums = (0..ranks as u64).map(|rank| {
            sum += 1_000_000_000 / (rank + 1 + flat);
            sum
        });
        Zipf(sums.collect())
    }

    pub fn draw(&self, chance: &mut Chance) -> usize {
        let total = self.0.last().copied().unwrap_or(1);
        let at = chance.below(total);
        self.0.partition_point(|sum| *sum <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_sequence() {
        // The first numbers of SplitMix64 from the state 1234567, as its reference program prints them.
        let mut chance = Chance(1_234_567);
        assert_eq!(chance.next(), 6_457_827_717_110_365_317);
        assert_eq!(chance.next(), 3_203_168_211_198_807_973);
        assert_eq!(chance.next(), 9_817_491_932_198_370_423);
    }

    #[test]
    fn zipf_stays_in_range_and_prefers_the_first() {
        let (zipf, mut chance) = (Zipf::new(20, 0), Chance::new(1, 1));
        let mut seen = [0; 20];
        (0..10_000).for_each(|_| seen[zipf.draw(&mut chance)] += 1);
        assert!(seen.iter().all(|n| *n > 0) && seen[0] > 5 * seen[9]);
    }
}
