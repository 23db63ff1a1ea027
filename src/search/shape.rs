//! The shape of an index: which items are in which tier, and how large its files are. It takes the number of items,
//! and must not know items or terms.

use std::ops::Range;

use super::boundaries::PieceSize;

/// The numbers that decide the shape. They are part of the format's description, not of the format: a client finds
/// everything but `items_per_file` in the entry. Tests use smaller ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// The base grows by so many items at once.
    pub base_unit: u32,
    /// The middle tier grows by so many items at once.
    pub middle_unit: u32,
    /// At least so many items are fresh, if there are as many.
    pub least_fresh: u32,
    /// The weight that pieces of the base aim at.
    pub target: u32,
    /// How many items a file of items has.
    pub items_per_file: u32,
}

impl Default for Shape {
    fn default() -> Shape {
        Shape { base_unit: 4096, middle_unit: 16, least_fresh: 32, target: 58_500, items_per_file: 512 }
    }
}

impl Shape {
    /// Returns between which weights the pieces of a tier end.
    ///
    /// The largest pieces decide what most queries cost, so those of the base differ little. But in a narrow range, an
    /// edit moves a boundary more often, and it takes more pieces until one is at its old place. The pieces of the
    /// middle are small and often edited, and a query reads little of them.
    pub fn piece_size(self, tier: Tier, tiers: Tiers) -> PieceSize {
        let target = self.target(tier, tiers);
        let slack = match tier {
            Tier::Base => target / 16,
            Tier::Middle => target / 8,
        };
        PieceSize { least: target - slack, most: target + slack }
    }

    /// Returns the weight that pieces of a tier aim at.
    ///
    /// A query reads as many pieces of the middle as of the base, whatever their size. Of all ways to have so many
    /// files in both, a query reads the fewest bytes if pieces are as large as the square root of their tier. The
    /// middle is made anew whenever its size changes, so this costs no edit anything.
    fn target(self, tier: Tier, tiers: Tiers) -> u32 {
        if tier == Tier::Base || tiers.base_end == 0 {
            return self.target;
        }
        let share = u64::from(self.target).pow(2) * u64::from(tiers.middle_end - tiers.base_end);
        let target = (share / u64::from(tiers.base_end)).isqrt() as u32;
        // Smaller pieces would save less than the head of an answer. Larger ones would save files where there are few.
        target.clamp(self.target / 16, self.target / 3)
    }
}

/// The tiers whose pieces are files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    Base,
    Middle,
}

impl Tier {
    pub const ALL: [Tier; 2] = [Tier::Base, Tier::Middle];
}

/// Where the tiers end: the base, the middle, and the fresh items after them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tiers {
    pub count: u32,
    pub base_end: u32,
    pub middle_end: u32,
}

impl Tiers {
    /// Returns the tiers of so many items.
    pub fn of(count: u32, shape: Shape) -> Tiers {
        let Shape { middle_unit, least_fresh, .. } = shape;
        let rest = if count < 2 * least_fresh { 0 } else { count - least_fresh };
        let middle_end = rest / middle_unit * middle_unit;
        Tiers { count, base_end: middle_end / shape.base_unit * shape.base_unit, middle_end }
    }

    /// Returns the numbers of a tier's items.
    pub fn items(self, tier: Tier) -> Range<u32> {
        match tier {
            Tier::Base => 0..self.base_end,
            Tier::Middle => self.base_end..self.middle_end,
        }
    }

    /// Returns the numbers of the fresh items.
    pub fn fresh(self) -> Range<u32> {
        self.middle_end..self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_fresh() {
        let ends = |count| {
            let tiers = Tiers::of(count, Shape::default());
            (tiers.base_end, tiers.middle_end)
        };
        assert_eq!([0, 1, 63].map(ends), [(0, 0); 3]);
        assert_eq!([64, 79, 80].map(ends), [(0, 32), (0, 32), (0, 48)]);
        assert_eq!([4127, 4128, 100_000].map(ends), [(0, 4080), (4096, 4096), (98_304, 99_968)]);
        for count in 64..300 {
            let fresh = Tiers::of(count, Shape::default()).fresh();
            assert!((32..48).contains(&fresh.len()), "{count}: {fresh:?}");
        }
    }

    #[test]
    fn pieces_of_the_middle_grow_with_it() {
        let shape = Shape::default();
        let target = |count| shape.target(Tier::Middle, Tiers::of(count, shape));
        // Without a base, with a small one, and at both ends of a large one.
        assert_eq!([1000, 4200, 8100].map(target), [58_500, 7312, 19_500]);
        assert_eq!([98_340, 100_000, 102_303].map(target), [3656, 7611, 11_729]);
    }
}
