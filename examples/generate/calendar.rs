//! Civil days, one after another. The archive is written day by day, so the calendar only needs to step. Time zones
//! do not matter: an article's day is the printed day.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

/// The last day of every generated archive, a Tuesday. It is fixed, so that an archive is a function of its
/// arguments.
pub const LAST: Day = Day { year: 2026, month: 6, day: 30 };
const LAST_WEEKDAY: u64 = 2; // Sunday is 0

impl Day {
    pub fn next(self) -> Day {
        match self {
            d if d.day < days_in(d.year, d.month) => Day { day: d.day + 1, ..d },
            d if d.month < 12 => Day { month: d.month + 1, day: 1, ..d },
            d => Day { year: d.year + 1, month: 1, day: 1 },
        }
    }

    fn previous(self) -> Day {
        match self {
            d if d.day > 1 => Day { day: d.day - 1, ..d },
            d if d.month > 1 => Day { month: d.month - 1, day: days_in(d.year, d.month - 1), ..d },
            d => Day { year: d.year - 1, month: 12, day: 31 },
        }
    }

    pub fn plus(self, days: u64) -> Day {
        (0..days).fold(self, |day, _| day.next())
    }

    /// Returns the first of `count` days that end with `LAST`, and its weekday.
    pub fn first_of(count: u64) -> (Day, u64) {
        let day = (1..count).fold(LAST, |day, _| day.previous());
        (day, (LAST_WEEKDAY + 7 - (count - 1) % 7) % 7)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Returns how many days an archive of this many articles covers: five or six articles a day up to 10,000 (five
/// years), then more, up to thirty a day from 100,000 (nine years) on.
pub fn days_for(articles: u64) -> u64 {
    let days = match articles {
        0..=10_000 => articles * 1826 / 10_000,
        10_001..=100_000 => 1826 + (articles - 10_000) * (3333 - 1826) / 90_000,
        _ => articles / 30,
    };
    days.max(1)
}

/// Returns how many articles each of `days` days gets: at least one, few on a Sunday, `articles` in total.
pub fn spread(articles: u64, days: u64, first_weekday: u64, mut weight: impl FnMut(u64) -> u64) -> Vec<u64> {
    let weights: Vec<u64> = (0..days).map(|n| weight((first_weekday + n) % 7)).collect();
    let (total, spare) = (weights.iter().sum::<u64>().max(1), articles - days);
    let (mut sum, mut given) = (0, 0);
    let share = |w: &u64| {
        sum += w;
        let upto = (u128::from(spare) * u128::from(sum) / u128::from(total)) as u64;
        let today = 1 + upto - given;
        given = upto;
        today
    };
    weights.iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stepping_back_and_forth() {
        let (first, weekday) = Day::first_of(1826);
        assert_eq!((first.to_string().as_str(), weekday), ("2021-07-01", 4));
        assert_eq!(first.plus(1825), LAST);
        assert_eq!(Day { year: 2000, month: 2, day: 28 }.next().day, 29);
        assert_eq!(Day { year: 1900, month: 2, day: 28 }.next().day, 1);
    }

    #[test]
    fn every_day_has_an_article_and_none_is_lost() {
        for articles in [1, 6, 60, 1000, 10_000, 100_000, 1_000_000] {
            let days = days_for(articles);
            let spread = spread(articles, days, 0, |weekday| weekday + 1);
            assert!(spread.iter().all(|n| *n > 0));
            assert_eq!((spread.len() as u64, spread.iter().sum::<u64>()), (days, articles));
        }
    }
}
